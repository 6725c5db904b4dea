//! The rules about what is no listing: prices, dates, properties, add-ons.

use super::{ADD_ONS, OPTIONS, POLICIES, Rule, SUBMISSIONS, Severity};

/// Add-ons.
pub(in crate::check) static A01: Rule = Rule {
    id: "A01",
    severity: Severity::Error,
    meaning: "an add-on has no title or one above 100 characters, a description above 200, more than 10 keywords or one above \
              30, a tag above 3,000, an icon that has not 300 x 300 pixels, or a content type or lifetime that the service \
              does not have",
    remedy: "correct the value",
    source: Some(ADD_ONS),
};

/// Prices of markets.
pub(in crate::check) static S02: Rule = Rule {
    id: "S02",
    severity: Severity::Warning,
    meaning: "a market has a code that no country has, the price that all others have, or `Free` in a paid product",
    remedy: "correct or remove the price of the market; the codes are those of ISO 3166: GB, not UK",
    source: Some(SUBMISSIONS),
};

/// Dates of publication.
pub(in crate::check) static S03: Rule = Rule {
    id: "S03",
    severity: Severity::Error,
    meaning: "a submission is to be published on a date and has none, or one that is less than a day away; a warning for one \
              more than a year away or without a zone, and for a date that the publish mode ignores",
    remedy: "set targetPublishDate to a time in UTC that is at least a day away, and targetPublishMode to SpecificDate",
    source: Some(OPTIONS),
};

/// Categories.
pub(in crate::check) static S04: Rule = Rule {
    id: "S04",
    severity: Severity::Error,
    meaning: "the category is `NotSet`, or changes between a game and another app; a warning for gaming options of an app that \
              is no game",
    remedy: "set applicationCategory to the category that the app has in Partner Center",
    source: Some(SUBMISSIONS),
};

/// Gaming options.
pub(in crate::check) static S05: Rule = Rule {
    id: "S05",
    severity: Severity::Error,
    meaning: "gaming options have no genre or more than three, more than 1,000 players, a minimum above the maximum, or players \
              of a mode that is off",
    remedy: "correct gamingOptions",
    source: Some(SUBMISSIONS),
};

/// Rollout, mandatory update, visibility.
pub(in crate::check) static S06: Rule = Rule {
    id: "S06",
    severity: Severity::Error,
    meaning: "the percentage of a rollout is not between 0 and 100; a warning if a mandatory update has a date in the past; \
              information if the product is private or hidden",
    remedy: "correct the value",
    source: Some(SUBMISSIONS),
};

/// Notes for the testers.
pub(in crate::check) static S07: Rule = Rule {
    id: "S07",
    severity: Severity::Information,
    meaning: "the description mentions an account or a sign-in, and the notes for certification are empty",
    remedy: "give the testers an account in notesForCertification",
    source: Some(OPTIONS),
};

/// Privacy.
pub(in crate::check) static S08: Rule = Rule {
    id: "S08",
    severity: Severity::Information,
    meaning: "a package runs with full trust or declares a capability for personal data, such as webcam or location, so that the \
              Store asks for a privacy policy, which the API does not show",
    remedy: "see in Partner Center, under Properties, whether the privacy policy is set",
    source: Some(POLICIES),
};
