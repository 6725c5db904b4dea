use crate::{Outcome, Problem};

pub fn powershell() -> Outcome {
    Err(Problem::Missing("later", "later".into()))
}
pub fn csharp() -> Outcome {
    Err(Problem::Missing("later", "later".into()))
}
