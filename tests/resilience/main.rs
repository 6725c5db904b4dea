//! Faults, rate limits and expiring tokens. The emulator runs in this process and tokio's clock is paused, so that hours
//! pass in milliseconds.

mod add_ons;
mod deadline;
mod hostile;
mod in_process;
mod limiter;
mod long_life;
mod many;
mod new_flight;
mod not_ready;
mod ownership;
mod polling;
mod ramp;
mod recorded;
mod schedules;
mod waiting;
