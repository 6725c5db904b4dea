//! Whose the pending draft is, and what a release may do with it. The emulator runs in this process with the clock paused.

mod colleagues;
mod edges;
mod leftovers;
mod plans;
mod reruns;
mod shop;
