//! The rules about the texts of a listing.

use super::{LISTING, POLICIES, Rule, SUBMISSIONS, Severity};

/// A text that is too long.
pub(in crate::check) static T01: Rule = Rule {
    id: "T01",
    severity: Severity::Error,
    meaning: "a text is longer than the Store takes it; a warning if the submission to compare with has the same text",
    remedy: "shorten it",
    source: Some(LISTING),
};

/// A text that is about as long as the Store takes it.
pub(in crate::check) static T02: Rule = Rule {
    id: "T02",
    severity: Severity::Warning,
    meaning: "a text is too long only if a line end or a character outside of the Basic Multilingual Plane counts as two, \
              which the Store does not say; information if it has 95 % of the limit",
    remedy: "shorten it by the number of its line ends and such characters",
    source: None,
};

/// A short description that is cut.
pub(in crate::check) static T03: Rule = Rule {
    id: "T03",
    severity: Severity::Information,
    meaning: "a short description has more than 270 characters, and some views cut it there",
    remedy: "put what matters into the first 270 characters",
    source: Some(LISTING),
};

/// Lists.
pub(in crate::check) static T04: Rule = Rule {
    id: "T04",
    severity: Severity::Error,
    meaning: "a list has more items than the Store takes, an item is too long, or one is empty; a warning if the submission \
              to compare with has the same list",
    remedy: "shorten the list or the item, and leave out empty items",
    source: Some(LISTING),
};

/// Words of all keywords.
pub(in crate::check) static T05: Rule = Rule {
    id: "T05",
    severity: Severity::Error,
    meaning: "the keywords of a language have more than 21 words together; a warning if the submission to compare with has \
              the same keywords",
    remedy: "use fewer or shorter search terms",
    source: Some(LISTING),
};

/// Keywords that may be refused.
pub(in crate::check) static T06: Rule = Rule {
    id: "T06",
    severity: Severity::Warning,
    meaning: "a keyword has 31 to 40 characters, of which older pages allow 30; or more than 21 languages have keywords, which \
              a service that counts languages refuses",
    remedy: "use search terms of at most 30 characters, and keywords in the languages that matter",
    source: None,
};

/// Keywords that are of no use.
pub(in crate::check) static T07: Rule = Rule {
    id: "T07",
    severity: Severity::Warning,
    meaning: "a keyword is there twice, is the title or the developer's name, is `free` or `best`, or is several in one, with \
              commas between them",
    remedy: "use one term for each search that should find the product",
    source: Some(POLICIES),
};

/// What each listing needs.
pub(in crate::check) static T08: Rule = Rule {
    id: "T08",
    severity: Severity::Error,
    meaning: "a listing has no description or no screenshot, a warning if the submission to compare with has none either; or \
              there is no listing at all; a folder alone may leave both to the submission",
    remedy: "add a description and at least one screenshot in this language",
    source: Some(LISTING),
};

/// Titles that are missing.
pub(in crate::check) static T09: Rule = Rule {
    id: "T09",
    severity: Severity::Error,
    meaning: "a listing has no title, and no package has its language, letter for letter (`de` is not `de-de`); a warning if the \
              languages of a package or the submission are not known",
    remedy: "give the listing a title, one of the reserved names, or add the language to a package; else the commit fails with \
             MissingTitle",
    source: None,
};

/// Titles that advertise.
pub(in crate::check) static T10: Rule = Rule {
    id: "T10",
    severity: Severity::Warning,
    meaning: "a title has a word of advertising, such as `best` or `free`, or is none of the reserved names that the caller gives",
    remedy: "use a reserved name as it is",
    source: Some(POLICIES),
};

/// Characters that are damage.
pub(in crate::check) static T11: Rule = Rule {
    id: "T11",
    severity: Severity::Error,
    meaning: "a text has a control character, the replacement character U+FFFD, or half of a surrogate pair",
    remedy: "write the text again from its source, in UTF-8",
    source: None,
};

/// Characters that nobody sees.
pub(in crate::check) static T12: Rule = Rule {
    id: "T12",
    severity: Severity::Warning,
    meaning: "a text has a character that changes the direction of the text, a character without width where no script needs \
              it, or one of a private use area",
    remedy: "remove the character",
    source: None,
};

/// Text that was read in the wrong encoding.
pub(in crate::check) static T13: Rule = Rule {
    id: "T13",
    severity: Severity::Warning,
    meaning: "a text has UTF-8 that was read as a code page, such as `Ã¤` in place of `ä`",
    remedy: "read the file as UTF-8: it was read as Windows-1252",
    source: None,
};

/// Markup.
pub(in crate::check) static T14: Rule = Rule {
    id: "T14",
    severity: Severity::Warning,
    meaning: "a text has HTML or Markdown, and the Store shows it as it stands",
    remedy: "write plain text",
    source: Some(LISTING),
};

/// Bullets.
pub(in crate::check) static T15: Rule = Rule {
    id: "T15",
    severity: Severity::Warning,
    meaning: "an item of a list begins with a bullet, and the Store adds one",
    remedy: "leave out the bullet",
    source: Some(LISTING),
};

/// Placeholders.
pub(in crate::check) static T16: Rule = Rule {
    id: "T16",
    severity: Severity::Error,
    meaning: "a text has a placeholder that was not filled in (`${name}`, `__NAME__`, `[TEMPLATE]`, or a name \
              in double braces); a warning for words such as TODO, lorem ipsum or example.com",
    remedy: "fill it in",
    source: None,
};

/// Other platforms.
pub(in crate::check) static T17: Rule = Rule {
    id: "T17",
    severity: Severity::Warning,
    meaning: "a text names another store or platform, such as Google Play or iOS",
    remedy: "leave it out, unless the product works together with it",
    source: Some(POLICIES),
};

/// Promises.
pub(in crate::check) static T18: Rule = Rule {
    id: "T18",
    severity: Severity::Warning,
    meaning: "a text promises what is not there yet, or says that the product is a test, such as `coming soon` or `beta test`",
    remedy: "say what the product does today",
    source: Some(POLICIES),
};

/// Prices.
pub(in crate::check) static T19: Rule = Rule {
    id: "T19",
    severity: Severity::Information,
    meaning: "a text names a price, a discount or that the product is free, which is wrong in markets with another price",
    remedy: "leave prices to the Store, which shows them",
    source: Some(POLICIES),
};

/// Words of the caller.
pub(in crate::check) static T20: Rule = Rule {
    id: "T20",
    severity: Severity::Warning,
    meaning: "a text has a word of the list that the caller gives (`wordsPath`); there is none built in",
    remedy: "use another word",
    source: None,
};

/// Shouting.
pub(in crate::check) static T21: Rule = Rule {
    id: "T21",
    severity: Severity::Warning,
    meaning: "more than 30 % of the words of a text are in capitals, three exclamation marks follow each other, or a title has \
              an emoji",
    remedy: "write it in sentence case",
    source: Some(POLICIES),
};

/// Addresses.
pub(in crate::check) static T22: Rule = Rule {
    id: "T22",
    severity: Severity::Warning,
    meaning: "an address is malformed, has no host that customers can reach or a user name in it, uses http, or hides where it \
              leads behind a shortener",
    remedy: "write the whole https address",
    source: None,
};

/// Copyright.
pub(in crate::check) static T23: Rule = Rule {
    id: "T23",
    severity: Severity::Information,
    meaning: "the newest year of the copyright is three or more years ago, or before that of the newest version in the changelog",
    remedy: "name the year of this release",
    source: None,
};

/// Blanks.
pub(in crate::check) static T24: Rule = Rule {
    id: "T24",
    severity: Severity::Information,
    meaning: "a text begins or ends with blanks, has two between words, or has more than two empty lines",
    remedy: "remove the blanks",
    source: None,
};

/// Texts that are cleared.
pub(in crate::check) static T25: Rule = Rule {
    id: "T25",
    severity: Severity::Warning,
    meaning: "an empty file or text clears a text or list that the submission to compare with has",
    remedy: "delete the file to leave the text alone; nothing, if it is meant",
    source: None,
};

/// Release notes.
pub(in crate::check) static T26: Rule = Rule {
    id: "T26",
    severity: Severity::Warning,
    meaning: "release notes are missing or those of the submission to compare with although there are new packages, name \
              another version than that of the packages, or are those of another language; an error if they can't be read from \
              their file, or the changelog has no section of the version",
    remedy: "write what is new in this version, in this language",
    source: Some(LISTING),
};

/// Release notes of a first submission.
pub(in crate::check) static T27: Rule = Rule {
    id: "T27",
    severity: Severity::Information,
    meaning: "the first submission of a product has release notes",
    remedy: "leave them empty: nobody has an older version",
    source: Some(LISTING),
};

/// Members that the service ignores.
pub(in crate::check) static T28: Rule = Rule {
    id: "T28",
    severity: Severity::Warning,
    meaning: "a listing has a privacy policy, a website or a support contact, which the API ignores",
    remedy: "set it in Partner Center, under Properties",
    source: Some(SUBMISSIONS),
};

/// Texts that were not translated.
pub(in crate::check) static T29: Rule = Rule {
    id: "T29",
    severity: Severity::Warning,
    meaning: "two languages have the same description, or a description is not in the script of its language",
    remedy: "translate it, or leave the language out: its customers see the default language then",
    source: Some(POLICIES),
};

/// Repetition.
pub(in crate::check) static T30: Rule = Rule {
    id: "T30",
    severity: Severity::Warning,
    meaning: "the short description is the beginning of the description, above which it stands",
    remedy: "say something else, or leave the short description empty",
    source: Some(LISTING),
};

/// Texts that a console has wrapped.
pub(in crate::check) static T31: Rule = Rule {
    id: "T31",
    severity: Severity::Warning,
    meaning: "the lines of a text all end near column 80 or 120, or break inside a word there: a console has wrapped it, and \
              the Store keeps the line ends",
    remedy: "write each paragraph on one line, and write the file without a console in between",
    source: None,
};
