//! The exported functions, called as a C program calls them, on an emulator that listens.

mod check;
mod check_folders;
mod check_output;
mod check_pictures;
mod check_properties;
mod check_texts;
mod checks;
mod config;
mod damage;
mod languages;
mod links;
mod lists;
mod looked_at;
#[cfg(target_os = "linux")]
mod memory;
#[cfg(unix)]
mod paths;
mod price_left;
mod promotion;
mod receipts;
mod release;
mod release_files;
mod requests;
mod secrets;
mod sources;
mod summary;
#[path = "../support/mod.rs"]
mod support;
mod tls;
mod trace;
mod tunnel;
mod unnamed;
mod uploads;
mod write;
