//! The guards K1 to K11: what an edit looks like when PowerShell, not the user, made it.

use std::fmt;
use std::str::FromStr;

use crate::document::pointer::Pointer;
use crate::document::tree::{Id, Kind, Tree};

/// A kind of damage that an edit is refused for, unless its name is in [`MergeOptions::force`](super::MergeOptions).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Guard {
    /// K1: a container became the text that `ConvertTo-Json` prints below its depth.
    Truncated,
    /// K2: a value became an object around the value (`{"value":…,"Count":…}` and the like).
    Enveloped,
    /// K3: a date in the form `/Date(n)/`, or as `[string]` prints it.
    DateForm,
    /// K4: a value became another kind of value.
    KindChanged,
    /// K5: much of the root, or something the service requires, is missing.
    MembersMissing,
    /// K6: a new name differs from an existing one in case only.
    CaseTwin,
    /// K7: a number, a string or a boolean became one of the others.
    TypeChanged,
    /// K8: text was decoded or encoded wrongly.
    Encoding,
    /// K9: a date is spelled differently although the time is the same, or only its zone was made up.
    DateRewritten,
    /// K10: a container became null.
    Nulled,
    /// K11: the root has the members that a PowerShell job or a remote session adds.
    JobMembers,
}

/// All guards in the order of their ids.
pub const GUARDS: [Guard; 11] = [
    Guard::Truncated,
    Guard::Enveloped,
    Guard::DateForm,
    Guard::KindChanged,
    Guard::MembersMissing,
    Guard::CaseTwin,
    Guard::TypeChanged,
    Guard::Encoding,
    Guard::DateRewritten,
    Guard::Nulled,
    Guard::JobMembers,
];

impl Guard {
    /// `K1` to `K11`.
    pub fn id(self) -> &'static str {
        match self {
            Guard::Truncated => "K1",
            Guard::Enveloped => "K2",
            Guard::DateForm => "K3",
            Guard::KindChanged => "K4",
            Guard::MembersMissing => "K5",
            Guard::CaseTwin => "K6",
            Guard::TypeChanged => "K7",
            Guard::Encoding => "K8",
            Guard::DateRewritten => "K9",
            Guard::Nulled => "K10",
            Guard::JobMembers => "K11",
        }
    }

    /// The name by which a guard is lifted.
    pub fn name(self) -> &'static str {
        match self {
            Guard::Truncated => "truncated",
            Guard::Enveloped => "enveloped",
            Guard::DateForm => "dateForm",
            Guard::KindChanged => "kindChanged",
            Guard::MembersMissing => "membersMissing",
            Guard::CaseTwin => "caseTwin",
            Guard::TypeChanged => "typeChanged",
            Guard::Encoding => "encoding",
            Guard::DateRewritten => "dateRewritten",
            Guard::Nulled => "nulled",
            Guard::JobMembers => "jobMembers",
        }
    }

    /// What to do about it.
    pub fn remedy(self) -> &'static str {
        match self {
            Guard::Truncated => {
                "the built-in ConvertTo-Json cut the document at its -Depth; pass the object itself, or the text of ConvertTo-StoreJson"
            }
            Guard::Enveloped => {
                "PowerShell wrapped the value with members of its own; assign the plain value, such as [string]$x, [bool]$x or @($x)"
            }
            Guard::DateForm => "write the date as ISO 8601 text, such as 2026-01-31T00:00:00Z",
            Guard::KindChanged => {
                "assign a value of the kind that was there: @(…) for an array, (Get-Content -Raw) for text, an object for an object"
            }
            Guard::MembersMissing => {
                "edit the object that Get-StoreSubmission returned, not a selection of its members; remove members one by one if they must go"
            }
            Guard::CaseTwin => "use the name exactly as the document spells it",
            Guard::TypeChanged => "convert the value first, such as [int]$x, [bool]::Parse($x) or [string]$x",
            Guard::Encoding => {
                "read the text as UTF-8, with Get-Content -Encoding UTF8 or [IO.File]::ReadAllText, and save scripts as UTF-8 with a byte order mark for Windows PowerShell"
            }
            Guard::DateRewritten => "a JSON tool parsed and printed the date; leave the text as the service wrote it",
            Guard::Nulled => {
                "a pipeline without output gives null: write @($s.keywords | Where-Object {…}), or @() for an empty list"
            }
            Guard::JobMembers => {
                "pass the submission to jobs and remote sessions as text (ToJson, ConvertFrom-StoreJson), or remove the members that the session added"
            }
        }
    }
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

    /// By id or name, case ignored.
    fn from_str(text: &str) -> Result<Guard, UnknownGuard> {
        let same = |guard: &Guard| guard.name().eq_ignore_ascii_case(text) || guard.id().eq_ignore_ascii_case(text);
        GUARDS.into_iter().find(same).ok_or_else(|| UnknownGuard(text.to_owned()))
    }
}

/// A guard that tripped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trip {
    /// Which.
    pub guard: Guard,
    /// Where, in the edited document.
    pub pointer: Pointer,
    /// What happened there.
    pub message: String,
    /// The text of the value before, shortened and without query strings of signed links; `None` if there was none.
    pub old: Option<String>,
    /// The text of the value after, in the same way.
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

/// Characters of a value that are shown.
const SHOWN: usize = 120;

/// The text of a value for people: short, and without the signature of a link.
pub(super) fn shown(tree: &Tree<'_>, id: Id) -> String {
    let text = tree.span(id);
    let mut out: String = text.chars().take(SHOWN).collect();
    if out.len() < text.len() {
        out.push('…');
    }
    if text.contains("sig=") || text.contains("sig\\u003d") {
        out = match (tree.kind(id), out.find('?')) {
            (Kind::String, Some(query)) => format!("{}?…\"", &out[..query]),
            _ => format!("{} with a signed link", tree.kind(id).name()),
        };
    }
    out
}
