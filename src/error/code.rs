//! What an error code tells, and how the table of them is written.

use super::Class;

/// One kind of failure.
#[derive(Debug)]
pub struct Code {
    /// Dotted and stable: `submission.pending_exists`.
    pub name: &'static str,
    /// The number a C function returns for it.
    pub class: Class,
    /// Whether the same call may succeed later without a change.
    pub retryable: bool,
    /// What happened.
    pub meaning: &'static str,
    /// What to do.
    pub remedy: &'static str,
}

impl PartialEq for Code {
    fn eq(&self, other: &Code) -> bool {
        self.name == other.name
    }
}

/// Defines the table of codes. Each row is written once: the constant by which the code is named in the source, and its place
/// in `ALL`.
macro_rules! codes {
    ($($id:ident $name:literal $class:ident $retry:literal $meaning:literal $remedy:literal)*) => {
        $(#[doc = $meaning]
        pub static $id: Code = Code {
            name: $name, class: Class::$class, retryable: $retry, meaning: $meaning, remedy: $remedy,
        };)*
        /// Every code, in the order of the documentation.
        pub static ALL: &[&Code] = &[$(&$id),*];
    };
}

pub(super) use codes;
