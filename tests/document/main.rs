//! Documents: what goes in comes out.

mod places;
mod syntax;
