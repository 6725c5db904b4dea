//! The files that a submission names: whether they are in the ZIP, and what becomes of them when it is processed.

use super::archive::{metadata_from_name, name_in_zip};
use super::catalog::status_detail;
use super::store::Store;
use crate::emulator::ids::Ids;
use crate::emulator::json::Json;
use crate::emulator::switches::Name;

/// Checks that a committed submission has a package, and that its ZIP has every new file at the right place. The result
/// is the errors for `statusDetails`.
pub(super) fn check(store: &mut Store, index: usize) -> Vec<Json> {
    let submission = &store.submissions[index];
    let packages = submission.product.packages_member().and_then(|name| submission.document.get(name));
    if let Some(packages) = packages
        && packages.items().iter().all(|package| package.text_of("fileStatus") == "PendingDelete")
    {
        return vec![status_detail("NoValidPackages", "The submission has no package.")];
    }
    let mut names = Vec::new();
    collect_new_files(&submission.document, &mut names);
    if names.is_empty() {
        return Vec::new();
    }
    let upload = submission.upload.as_ref().filter(|upload| store.blobs.content(&upload.blob).is_some());
    let Some(upload) = upload else {
        return missing_files(&names);
    };
    let Some(archive) = store.archives.of(&store.blobs, &upload.blob) else {
        return vec![status_detail("InvalidArchive", "The file that was uploaded is not a valid ZIP archive.")];
    };
    names.retain(|name| !archive.contains(&name_in_zip(name)));
    if !names.is_empty() {
        return missing_files(&names);
    }
    if !store.instance.options.check_packages {
        return Vec::new();
    }
    let packages = packages.map_or(&[][..], Json::items).iter();
    let identity = store.package_identity(&submission.product);
    let new_packages = packages.filter(|package| package.text_of("fileStatus") == "PendingUpload");
    let errors = new_packages.filter_map(|package| {
        let name = package.text_of("fileName");
        let reason = archive.package_error(&name_in_zip(&name), &identity)?;
        Some(status_detail("PackageValidationFailed", &format!("The package {name} {reason}.")))
    });
    errors.collect()
}

fn missing_files(names: &[String]) -> Vec<Json> {
    let text = format!("The following files are missing in the uploaded archive: {}", names.join(", "));
    vec![status_detail("MissingFiles", &text)]
}

/// Collects the names of the files that have to be in the ZIP: those with PendingUpload, and trailers and their
/// thumbnails without an id, since these have no status.
fn collect_new_files(value: &Json, names: &mut Vec<String>) {
    let has_no_id = |value: &Json, member: &str| value.text_of(member).is_empty();
    if value.text_of("fileStatus") == "PendingUpload" {
        names.push(value.text_of("fileName"));
    }
    if value.get("videoFileName").is_some() && has_no_id(value, "videoFileId") {
        names.push(value.text_of("videoFileName"));
    }
    for image in value.get("imageList").map_or(&[][..], Json::items) {
        if has_no_id(image, "id") {
            names.push(image.text_of("fileName"));
        }
    }
    for (_, member) in value.members() {
        collect_new_files(member, names);
    }
    for item in value.items() {
        collect_new_files(item, names);
    }
}

/// The languages of all packages of a committed submission in small letters; `None` if those of a new one can't be read.
pub(super) fn package_languages(store: &mut Store, index: usize) -> Option<Vec<String>> {
    let submission = &store.submissions[index];
    let archive = submission.upload.as_ref().and_then(|upload| store.archives.of(&store.blobs, &upload.blob));
    let packages = submission.product.packages_member().and_then(|name| submission.document.get(name));
    let mut languages = Vec::new();
    for package in packages.map_or(&[][..], Json::items) {
        match package.text_of("fileStatus").as_str() {
            "PendingDelete" => {}
            "PendingUpload" => {
                let archive = archive.as_ref()?;
                languages.extend(archive.package_metadata(&name_in_zip(&package.text_of("fileName"))).languages);
            }
            _ => {
                let own = package.get("languages").map_or(&[][..], Json::items);
                languages.extend(own.iter().filter_map(Json::as_text));
            }
        }
    }
    Some(languages.into_iter().map(|language| language.to_lowercase()).collect())
}

/// Processes the files: PendingUpload becomes Uploaded with an id, PendingDelete is removed, and packages get the
/// metadata of their manifests, or of their names if nothing was uploaded.
pub(super) fn process(store: &mut Store, index: usize) {
    let submission = &store.submissions[index];
    let archive = submission.upload.as_ref().and_then(|upload| store.archives.of(&store.blobs, &upload.blob));
    let packages = submission.product.packages_member();
    let mut document = submission.document.clone();
    if let Some(Json::Array(packages)) = packages.and_then(|name| document.get_mut(name)) {
        for package in packages.iter_mut().filter(|package| package.text_of("fileStatus") == "PendingUpload") {
            let name = name_in_zip(&package.text_of("fileName"));
            let metadata = match &archive {
                Some(archive) => archive.package_metadata(&name),
                None => metadata_from_name(&name),
            };
            package.set("version", Json::text(&metadata.version));
            package.set("architecture", Json::text(&metadata.architecture));
            package.set("languages", Json::texts(&metadata.languages));
            package.set("capabilities", Json::texts(&metadata.capabilities));
            package.set("targetDeviceFamilies", Json::texts(&metadata.target_device_families));
        }
    }
    let names = store.instance.options.switches.value(Name::ImageNames);
    update_status(&mut document, &mut store.instance.ids, names);
    store.submissions[index].document = document;
}

/// Sets the status, the ids and the names of all files in a value.
fn update_status(value: &mut Json, ids: &mut Ids, names: &str) {
    match value {
        Json::Array(items) => {
            items.retain(|item| item.text_of("fileStatus") != "PendingDelete");
            items.iter_mut().for_each(|item| update_status(item, ids, names));
        }
        Json::Object(members) => {
            for (name, member) in members.iter_mut() {
                // An icon is no item of a list that it could be removed from.
                if name == "icon" && member.text_of("fileStatus") == "PendingDelete" {
                    *member = Json::Null;
                }
                update_status(member, ids, names);
            }
            let mut is_new = value.text_of("fileStatus") == "PendingUpload";
            if is_new {
                value.set("fileStatus", Json::text("Uploaded"));
            }
            for id in ["id", "videoFileId"] {
                let is_file = value.get("fileName").is_some() || value.get("videoFileName").is_some();
                if is_file && value.get(id).is_some_and(|id| id.as_text().is_some_and(|id| id.is_empty())) {
                    value.set(id, Json::text(&ids.file()));
                    is_new = true;
                }
            }
            // The names of packages stay as they are.
            if is_new && value.get("architecture").is_none() {
                rename(value, ids, names);
            }
        }
        _ => {}
    }
}

/// Gives a new file of a listing the name that the service has for it.
fn rename(value: &mut Json, ids: &mut Ids, names: &str) {
    for member in ["fileName", "videoFileName"] {
        let Some(name) = value.get(member).and_then(Json::as_text) else { continue };
        let leaf = name.rsplit(['/', '\\']).next().unwrap_or_default();
        let new = match names {
            "leaf" => leaf.to_owned(),
            "backslash" => format!("Assets\\{}", name.replace('/', "\\")),
            "renamed" => {
                let ending = leaf.rsplit_once('.').map(|(_, ending)| format!(".{ending}")).unwrap_or_default();
                format!("{}{ending}", ids.file())
            }
            _ => continue,
        };
        value.set(member, Json::text(&new));
    }
}
