//! Documents: what goes in comes out.

mod corpus;
mod guards;
mod merging;
mod model;
mod patching;
mod places;
mod properties;
mod syntax;
mod three_way;
