//! The exported functions, called as a C program calls them, on an emulator that listens.

mod add_on_tree;
mod bad_folders;
mod changelog;
mod check;
mod check_folders;
mod check_output;
mod check_packages;
mod check_pictures;
mod check_properties;
mod check_sent;
mod check_texts;
mod check_titles;
mod check_trailers;
mod check_tree;
mod checks;
mod config;
mod convert;
mod damage;
mod elsewhere;
mod encodings;
mod languages;
mod links;
mod listings;
mod listings_base;
mod listings_images;
mod listings_push;
mod listings_receipts;
mod listings_refused;
mod listings_renamed;
mod listings_round_trip;
mod listings_strange;
mod listings_switches;
mod lists;
mod looked_at;
#[cfg(target_os = "linux")]
mod memory;
mod odd_inputs;
#[cfg(unix)]
mod paths;
mod preview;
mod preview_plan;
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
mod values;
#[cfg(windows)]
mod windows;
#[cfg(windows)]
mod windows_proxy;
mod write;
