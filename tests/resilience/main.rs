//! Outages, faults, limits and expiring tokens, on the emulator in this process with tokio's clock paused: hours pass in
//! milliseconds.

mod in_process;
mod limiter;
mod long_life;
mod new_flight;
mod schedules;
mod world;
