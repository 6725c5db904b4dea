//! The add-ons of an app as folders of listings: `add-ons/<product id>` below the folder of the app.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::changes::refuse;
use super::fault::{Fault, FaultKind};
use super::folder::{Settings, path_in};
use super::layout::{self, ADD_ONS};
use super::read;
use super::walk::{Walk, join};
use crate::error::{Error, Result, codes};
use crate::files;

/// The longest product id that is the name of a folder.
const LONGEST: usize = 100;

/// The folder of an add-on.
#[derive(Clone, Debug)]
pub struct AddOnFolder {
    /// The name of the folder: the product id, unless its settings have it.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// `storeship.json`.
    pub settings: Settings,
    /// What is wrong with the settings.
    faults: Vec<Fault>,
}

impl AddOnFolder {
    /// The product id, by which the code of the app names the add-on.
    pub fn product_id(&self) -> &str {
        self.settings.product_id.as_deref().unwrap_or(&self.name)
    }

    /// The path, from the folder of the app, with `/` between folders.
    pub fn shown(&self) -> String {
        join(ADD_ONS, &self.name)
    }

    /// What is wrong with the settings.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// Refuses a folder whose settings can't be read.
    ///
    /// # Errors
    /// `listing.invalid`.
    pub fn check(&self) -> Result<()> {
        refuse(&self.faults)
    }
}

/// The folders of add-ons below the folder of an app, by their names. Blocks while the disk is slow.
///
/// # Errors
/// `listing.invalid` if there is no `add-ons`, or something else than folders in it.
pub fn add_ons(root: &Path) -> Result<Vec<AddOnFolder>> {
    if files::is_folder(&root.join(ADD_ONS)) != Some(true) {
        let message = format!("{} has no folder {ADD_ONS}", root.display());
        let remedy = "give the folder that has `add-ons` in it, with a folder of listings for each add-on, named after its product id";
        return Err(Error::new(&codes::LISTING_INVALID, message).hint(remedy));
    }
    let (folders, faults) = look(root);
    refuse(&faults)?;
    Ok(folders)
}

/// The same, of which each can be read.
///
/// # Errors
/// As [`add_ons`]; `listing.invalid` for the settings of a folder, and for two folders of one add-on.
pub fn checked(root: &Path) -> Result<Vec<AddOnFolder>> {
    let folders = add_ons(root)?;
    for folder in &folders {
        folder.check().map_err(|error| error.while_doing(&folder.shown()))?;
    }
    Ok(folders)
}

/// The same with what else is wrong in `add-ons`, where it is.
pub fn look(root: &Path) -> (Vec<AddOnFolder>, Vec<Fault>) {
    let mut folders = Vec::new();
    if files::is_folder(&root.join(ADD_ONS)) != Some(true) {
        return (folders, Vec::new());
    }
    let mut walk = Walk::new(root);
    for entry in walk.add_ons(ADD_ONS) {
        if !entry.is_folder {
            walk.unknown(&join(ADD_ONS, &entry.name), "an add-on is a folder, such as add-ons/coins", None);
            continue;
        }
        let path = path_in(root, &join(ADD_ONS, &entry.name));
        let (settings, faults) = read::settings_of(&path);
        folders.push(AddOnFolder { name: entry.name, path, settings, faults });
    }
    let (mut product_ids, mut ids) = (BTreeSet::new(), BTreeSet::new());
    for folder in &mut folders {
        if !product_ids.insert(folder.product_id().to_owned()) {
            let what = format!("another folder has the product id {} too", folder.product_id());
            folder.faults.push(Fault::new(FaultKind::Twice, read::SETTINGS_FILE, what));
        }
        if let Some(id) = folder.settings.add_on_id.as_ref().filter(|id| !ids.insert(id.to_ascii_lowercase())) {
            let what = format!("another folder has the `addOnId` {id} too");
            folder.faults.push(Fault::new(FaultKind::Twice, read::SETTINGS_FILE, what));
        }
    }
    (folders, walk.faults)
}

/// The folder of an add-on: the one that it has among those that are there, or a new one, which is added to them and named
/// after its product id if that can be the name of a folder, otherwise after its id.
///
/// # Errors
/// `listing.invalid` if neither can be the name of a new folder.
pub fn folder_of(root: &Path, there: &mut Vec<AddOnFolder>, product_id: &str, add_on_id: &str) -> Result<AddOnFolder> {
    let is_it = |folder: &&AddOnFolder| match &folder.settings.add_on_id {
        Some(id) => id.eq_ignore_ascii_case(add_on_id),
        None => folder.product_id() == product_id,
    };
    if let Some(folder) = there.iter().find(is_it) {
        return Ok(folder.clone());
    }
    let is_taken = |name: &str| there.iter().any(|folder| folder.name.eq_ignore_ascii_case(name));
    let name = [product_id, add_on_id].into_iter().find(|name| is_name(name) && !is_taken(name));
    let name = name.ok_or_else(|| {
        let message = format!("no new folder can be named after the add-on {add_on_id} or its product id {product_id}");
        let remedy = "make a folder for it whose storeship.json has its `addOnId` and `productId`";
        Error::new(&codes::LISTING_INVALID, message).hint(remedy)
    })?;
    let new = AddOnFolder {
        name: name.to_owned(),
        path: path_in(root, &join(ADD_ONS, name)),
        settings: Settings::default(),
        faults: Vec::new(),
    };
    there.push(new.clone());
    Ok(new)
}

/// Whether a product id can be the name of a folder on every system.
fn is_name(product_id: &str) -> bool {
    let lower = product_id.to_ascii_lowercase();
    (1..=LONGEST).contains(&product_id.len())
        && product_id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
        && !product_id.ends_with('.')
        && !product_id.starts_with('.')
        && !layout::is_device(lower.split('.').next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_folders_are_safe() {
        for name in ["coins", "Contoso.Coins_100-x", "9NBLGGH4TNMP", "readme-pack", "gold.md"] {
            assert!(is_name(name), "{name}");
        }
        for name in ["", ".coins", "coins.", "a/b", "..", "con", "nul.x", "caf\u{e9}", "a b", &"x".repeat(101)] {
            assert!(!is_name(name), "{name}");
        }
    }
}
