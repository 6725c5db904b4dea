use crate::{Outcome, Problem};

pub fn upload() -> Outcome {
    Err(Problem::Missing("later", "later".into()))
}
