//! The rules about what is inside of packages, beside whose they are.

use super::{CAPABILITIES, REQUIREMENTS, Rule, Severity};

/// The block map.
pub(in crate::check) static P05: Rule = Rule {
    id: "P05",
    severity: Severity::Error,
    meaning: "a package has a block map that does not use SHA2-256, or a file that differs from it; only a full check reads \
              the whole package",
    remedy: "build the package again; do not change its files afterwards",
    source: Some(REQUIREMENTS),
};

/// The signature.
pub(in crate::check) static P06: Rule = Rule {
    id: "P06",
    severity: Severity::Error,
    meaning: "a package has a signature of other content: of another block map, content types, catalogue of code, central \
              directory or files; a warning if its certificate has another subject than the Publisher of the manifest; \
              information if it is self-signed or there is none, since the Store signs packages itself; only a full check \
              reads the signature",
    remedy: "sign the package again after its last change, or leave the signature out",
    source: Some(REQUIREMENTS),
};

/// Capabilities.
pub(in crate::check) static P07: Rule = Rule {
    id: "P07",
    severity: Severity::Error,
    meaning: "a package declares a capability that the Store takes from nobody; a warning if it is approved for almost nobody, \
              or for partners only; information if a reason has to be given in Partner Center",
    remedy: "leave the capability out, or say in Partner Center, under Submission options, why the app needs it",
    source: Some(CAPABILITIES),
};

/// Names from resources.
pub(in crate::check) static P10: Rule = Rule {
    id: "P10",
    severity: Severity::Information,
    meaning: "the name of a package is a resource, and the package has no resources in a language of the listings",
    remedy: "add the language to the package, or give the listing a title",
    source: None,
};
