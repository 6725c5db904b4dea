//! Rules that need no credentials: what must not be sent, found before anything is sent.

pub mod price;
