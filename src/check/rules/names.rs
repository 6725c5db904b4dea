//! The rules about languages and the names of files.

use super::{LANGUAGES, POLICIES, Rule, Severity};

/// Files that stand for nothing.
pub(in crate::check) static N01: Rule = Rule {
    id: "N01",
    severity: Severity::Error,
    meaning: "a file or folder of a listing folder stands for nothing, so that its text would be left out",
    remedy: "correct its name, or move it out of the folder",
    source: None,
};

/// Languages that are there twice.
pub(in crate::check) static N02: Rule = Rule {
    id: "N02",
    severity: Severity::Error,
    meaning: "a language or a file is there twice, in other letter case or another format; the service refuses a language \
              that is listed more than once",
    remedy: "keep one of them",
    source: None,
};

/// Languages that the Store does not have.
pub(in crate::check) static N03: Rule = Rule {
    id: "N03",
    severity: Severity::Warning,
    meaning: "a language is not on the list of the Store",
    remedy: "use a code of the list; the service may know more than it",
    source: Some(LANGUAGES),
};

/// Neutral and regional languages.
pub(in crate::check) static N04: Rule = Rule {
    id: "N04",
    severity: Severity::Information,
    meaning: "a language has a listing without a region and one with it; which of the two a customer sees is not documented",
    remedy: "keep both alike, or use one",
    source: None,
};

/// Languages of packages.
pub(in crate::check) static N05: Rule = Rule {
    id: "N05",
    severity: Severity::Warning,
    meaning: "a language of the packages has no listing, or a listing is in a language that the packages do not have",
    remedy: "add a listing in each language of the packages",
    source: Some(POLICIES),
};

/// Folders without texts.
pub(in crate::check) static N06: Rule = Rule {
    id: "N06",
    severity: Severity::Warning,
    meaning: "the folder of a language has nothing, or nothing but pictures",
    remedy: "add texts, or remove the folder",
    source: None,
};

/// Files that belong to others.
pub(in crate::check) static N07: Rule = Rule {
    id: "N07",
    severity: Severity::Error,
    meaning: "a caption has no picture, a placeholder names no image, or a trailer has not one video",
    remedy: "add what is missing, or remove the file",
    source: None,
};

/// What version control left.
pub(in crate::check) static N08: Rule = Rule {
    id: "N08",
    severity: Severity::Error,
    meaning: "a text has the marks of a merge that was not finished, or a file is a pointer of Git LFS in place of the file",
    remedy: "finish the merge; fetch the file with `git lfs pull`",
    source: None,
};

/// Files that can't be used.
pub(in crate::check) static N09: Rule = Rule {
    id: "N09",
    severity: Severity::Error,
    meaning: "a file of a listing folder can't be read, is too large, leads out of the folder, or has other JSON than belongs \
              there",
    remedy: "correct the file",
    source: None,
};
