//! The guards: one table of their ids, names, meanings and remedies; and [`Trip`], one finding of a guard.
//!
//! A guard recognizes an edit that a tool made by accident, not the user. `docs/guards.md` shows the table,
//! `library.guards` returns it, and a test compares the two. Ids and names are public: they are only added, and their
//! meaning does not change. `watch` decides when a guard trips.

use std::fmt;
use std::str::FromStr;

use crate::document::pointer::Pointer;

/// Writes each row once: the variant by which the guard is named in the source, and what it says.
macro_rules! guards {
    ($($variant:ident $id:literal $name:literal $meaning:literal $remedy:literal)*) => {
        /// A kind of damage that a merge refuses, unless the guard is lifted by [`MergeOptions::force`].
        ///
        /// # Examples
        /// ```
        /// use storeship::document::Guard;
        /// let guard: Guard = "k6".parse()?;
        /// assert_eq!(guard, Guard::CaseTwin);
        /// assert_eq!(guard.to_string(), "K6 caseTwin");
        /// # Ok::<(), storeship::document::UnknownGuard>(())
        /// ```
        ///
        /// [`MergeOptions::force`]: crate::document::MergeOptions::force
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        // A meaning may name a type of PowerShell, such as `[string]`.
        #[allow(rustdoc::broken_intra_doc_links)]
        pub enum Guard {
            $(#[doc = concat!($id, ", `", $name, "`: ", $meaning, ".")]
            $variant,)*
        }

        /// All guards in the order of their ids.
        pub const GUARDS: [Guard; [$($id),*].len()] = [$(Guard::$variant),*];

        impl Guard {
            /// The id, such as `K6`.
            pub fn id(self) -> &'static str {
                match self { $(Guard::$variant => $id,)* }
            }

            /// The name that lifts the guard, such as `caseTwin`.
            pub fn name(self) -> &'static str {
                match self { $(Guard::$variant => $name,)* }
            }

            /// What the guard refuses.
            pub fn meaning(self) -> &'static str {
                match self { $(Guard::$variant => $meaning,)* }
            }

            /// What to do when the guard trips.
            pub fn remedy(self) -> &'static str {
                match self { $(Guard::$variant => $remedy,)* }
            }
        }
    };
}

guards! {
    Truncated "K1" "truncated"
        "an object or an array became the text that PowerShell prints for it, as in the output of ConvertTo-Json below its -Depth"
        "the built-in ConvertTo-Json cut the document at its -Depth; pass the object itself, or the text of ConvertTo-StoreJson"
    Enveloped "K2" "enveloped"
        "a value became an object around the value, such as {\"value\":…,\"Count\":…}"
        "PowerShell wrapped the value with members of its own; assign the plain value, such as [string]$x, [bool]$x or @($x)"
    DateForm "K3" "dateForm"
        "a date is written in the form /Date(n)/, or as PowerShell converts a date to text, month first and without a time zone"
        "write the date as ISO 8601 text, such as 2026-01-31T00:00:00Z"
    KindChanged "K4" "kindChanged"
        "an object or an array became another kind of value, or another kind of value became one of them"
        "assign a value of the kind that was there: @(…) for an array, (Get-Content -Raw) for text, an object for an object"
    MembersMissing "K5" "membersMissing"
        "members of the root are missing: more than a fifth of them, or one that the service requires"
        "edit the object that Get-StoreSubmission returned, not a selection of its members; remove members one by one if they must go"
    CaseTwin "K6" "caseTwin"
        "a new name differs from an existing one in letter case only"
        "use the name exactly as the document spells it"
    TypeChanged "K7" "typeChanged"
        "a number, a string or a boolean became one of the others"
        "convert the value first, such as [int]$x, [bool]::Parse($x) or [string]$x"
    Encoding "K8" "encoding"
        "text was read or written in the wrong encoding"
        "read the text as UTF-8, with Get-Content -Encoding UTF8 or [IO.File]::ReadAllText, and save scripts as UTF-8 with a byte order mark for Windows PowerShell"
    DateRewritten "K9" "dateRewritten"
        "a date got a time zone that it did not have, or was moved to another one and cut off at the first or the last year; one that is only spelled differently keeps the text of the baseline, unless this guard is lifted"
        "a JSON tool parsed and printed the date; leave the text as the service wrote it"
    Nulled "K10" "nulled"
        "an object or an array became null"
        "a pipeline without output gives null: write @($s.keywords | Where-Object {…}), or @() for an empty list"
    JobMembers "K11" "jobMembers"
        "the root has members that a PowerShell job or a remote session adds, such as PSComputerName"
        "pass the submission to jobs and remote sessions as text (ToJson, ConvertFrom-StoreJson), or remove the members that the session added"
    DigitsLost "K12" "digitsLost"
        "an integer became the integer that a double makes of it, which holds about 16 digits"
        "a JSON tool read the number as a double; write all its digits, or edit the text with Set-StoreJsonValue"
}

impl fmt::Display for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.id(), self.name())
    }
}

/// The text is neither the id nor the name of a guard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownGuard(String);

impl fmt::Display for UnknownGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = GUARDS.iter().map(|guard| guard.name()).collect();
        write!(f, "'{}' is not a guard, the guards are {}", self.0, names.join(", "))
    }
}

impl std::error::Error for UnknownGuard {}

impl FromStr for Guard {
    type Err = UnknownGuard;

    /// Finds a guard by its id or its name; letter case is ignored.
    fn from_str(text: &str) -> Result<Guard, UnknownGuard> {
        let same = |guard: &Guard| guard.name().eq_ignore_ascii_case(text) || guard.id().eq_ignore_ascii_case(text);
        GUARDS.into_iter().find(same).ok_or_else(|| UnknownGuard(text.to_owned()))
    }
}

/// One finding of a guard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trip {
    /// The guard that tripped.
    pub guard: Guard,
    /// The place in the edited document.
    pub pointer: Pointer,
    /// What happened there.
    pub message: String,
    /// The JSON text of the old value for people: at most 120 characters, and without the query string of a signed link.
    /// `None` if there was no value.
    pub old: Option<String>,
    /// The JSON text of the new value, shortened in the same way.
    pub new: Option<String>,
}

impl fmt::Display for Trip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "'{}': {} ({})", self.pointer, self.message, self.guard)?;
        if let Some(old) = &self.old {
            write!(f, ", before: {old}")?;
        }
        if let Some(new) = &self.new {
            write!(f, ", now: {new}")?;
        }
        write!(f, "; {}", self.guard.remedy())
    }
}
