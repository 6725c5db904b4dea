//! Documents: no byte is lost.

mod corpus;
mod guards;
mod merging;
mod model;
mod patching;
mod places;
mod properties;
mod syntax;
mod three_way;
