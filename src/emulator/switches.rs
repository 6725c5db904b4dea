//! Switches: how the Store treats listings where nothing says how it does.
//!
//! [`SWITCHES`] is the table. `docs/emulator.md` shows it, and a test compares the two.

use std::fmt;

/// A way in which services may differ.
#[derive(Debug)]
pub struct Switch {
    /// Its name, as in `--switch image-names=leaf`.
    pub name: &'static str,
    /// Its values, of which the first is the default.
    pub values: &'static [&'static str],
    /// What the values mean.
    pub meaning: &'static str,
}

macro_rules! switches {
    ($($(#[doc = $doc:literal])* $id:ident: $name:literal, $values:expr, $meaning:literal;)*) => {
        /// The names of the switches in code.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Name {
            $($(#[doc = $doc])* $id,)*
        }

        /// All switches.
        pub const SWITCHES: &[Switch] = &[$(Switch { name: $name, values: $values, meaning: $meaning },)*];
    };
}

switches! {
    /// `image-names`
    ImageNames: "image-names", &["kept", "leaf", "backslash", "renamed"],
        "the `fileName` of an image, icon or trailer once it was processed: as it was sent; without its folders; with backslashes, \
         below `Assets`; a name of the service's own";
    /// `omitted-images`
    OmittedImages: "omitted-images", &["stay", "go"], "what becomes of images that a PUT leaves out";
    /// `captions`
    Captions: "captions", &["kept", "lost"], "whether a PUT changes the `description` of an image that was uploaded before";
    /// `image-order`
    ImageOrder: "image-order", &["kept", "lost"], "whether a PUT changes the order of images; `lost`: new ones come last";
    /// `titles`
    Titles: "titles", &["kept", "lost"], "whether a PUT changes the `title` of a listing";
    /// `keywords-total`
    KeywordsTotal: "keywords-total", &["words", "languages", "unlimited"],
        "of what there may be 21: words in the keywords of a language, or languages that have keywords; a PUT with more is \
         refused: \"The size of KeywordsTotalCount must be 21 or less\"";
    /// `create-limits`
    CreateLimits: "create-limits", &["checked", "unchecked"],
        "whether a new submission, which is a copy of the published one, is refused for texts and lists that a PUT may not have";
    /// `missing-titles`
    MissingTitles: "missing-titles", &["accepted", "refused"],
        "whether the commit fails (MissingTitle) for a listing without a title in a language that no package has";
}

/// The values of all switches.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Switches([u8; SWITCHES.len()]);

impl Default for Switches {
    fn default() -> Switches {
        Switches([0; SWITCHES.len()])
    }
}

impl fmt::Debug for Switches {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.all().filter(|(switch, value)| switch.values[0] != *value).map(|it| it.1)).finish()
    }
}

impl Switches {
    /// The same with one switch at another value.
    ///
    /// # Errors
    /// A sentence if there is no such switch or value.
    ///
    /// # Examples
    /// ```
    /// use storeship::emulator::Switches;
    /// assert!(Switches::default().with("image-names", "leaf").is_ok());
    /// assert!(Switches::default().with("image-names", "none").is_err());
    /// ```
    pub fn with(mut self, name: &str, value: &str) -> Result<Switches, String> {
        let Some(at) = SWITCHES.iter().position(|switch| switch.name == name) else {
            let names: Vec<&str> = SWITCHES.iter().map(|switch| switch.name).collect();
            return Err(format!("there is no switch {name}; there are {}", names.join(", ")));
        };
        let values = SWITCHES[at].values;
        match values.iter().position(|known| *known == value) {
            Some(index) => self.0[at] = index as u8,
            None => return Err(format!("the switch {name} has no value {value}; it has {}", values.join(", "))),
        }
        Ok(self)
    }

    /// Each switch with its value.
    pub fn all(&self) -> impl Iterator<Item = (&'static Switch, &'static str)> {
        SWITCHES.iter().zip(self.0).map(|(switch, value)| (switch, switch.values[usize::from(value)]))
    }

    /// The value of a switch.
    pub(super) fn value(&self, name: Name) -> &'static str {
        let at = name as usize;
        SWITCHES[at].values[usize::from(self.0[at])]
    }
}
