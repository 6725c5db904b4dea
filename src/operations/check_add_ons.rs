//! The folders of add-ons that `submission.check` finds in the folder of an app.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jiff::Timestamp;

use crate::check::{self, Finding, PictureFacts, SwitchedOff, Together, Told};
use crate::document::SyntaxError;
use crate::listing::{self, FaultKind, Folder, Known, tree};

/// The folder of an add-on.
pub(super) struct AddOn {
    /// The product id.
    pub(super) product_id: String,
    folder: Folder,
    /// The rules that it switches off.
    pub(super) off: SwitchedOff,
    /// What its pictures are.
    pub(super) pictures: BTreeMap<String, PictureFacts>,
}

impl AddOn {
    /// Reads the folders of the add-ons of an app. What is wrong beside them becomes a fault of the folder of the app.
    pub(super) fn all(app: &mut Folder, full: bool, goes_on: &dyn Fn() -> bool) -> Vec<AddOn> {
        let (folders, faults) = tree::look(&app.root);
        if !folders.is_empty() {
            // A tree of add-ons may stand alone: a folder with nothing else is no fault then.
            app.faults.retain(|fault| fault.file != "." || fault.kind != FaultKind::Unknown);
        }
        app.faults.extend(faults);
        folders.into_iter().take_while(|_| goes_on()).map(|found| AddOn::read(&found, full, goes_on)).collect()
    }

    fn read(found: &tree::AddOnFolder, full: bool, goes_on: &dyn Fn() -> bool) -> AddOn {
        let mut folder = listing::read::folder(Path::new(&found.path), &Known::of_new_add_on());
        let more: Vec<_> = found.faults().iter().filter(|fault| !folder.faults.contains(fault)).cloned().collect();
        folder.faults.extend(more);
        let product_id = found.product_id().to_owned();
        // What a folder has that says nothing of itself is an add-on too.
        folder.settings.product_id.get_or_insert_with(|| product_id.clone());
        folder.settings.app_id = None;
        let off = SwitchedOff::of(&mut folder);
        let pictures = check::pictures(&folder, full, goes_on);
        AddOn { product_id, folder, off, pictures }
    }

    /// What the rules find in the folder.
    ///
    /// # Errors
    /// None of a folder.
    pub(super) fn findings(&self, told: &Told, now: Timestamp) -> Result<Vec<Finding>, SyntaxError> {
        let none = BTreeMap::new();
        let together = Together {
            document: None,
            base: None,
            folder: Some(&self.folder),
            release: None,
            notes: &[],
            years: &BTreeSet::new(),
            packages: &[],
            pictures: &self.pictures,
            videos: &none,
            told,
            now,
        };
        let of = |finding| Finding { product_id: Some(self.product_id.clone()), ..finding };
        Ok(together.findings()?.into_iter().map(of).collect())
    }
}
