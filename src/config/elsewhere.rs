//! Variables in which public pipelines keep the credential of the Store under the names of other tools.

/// The beginnings of the names. They are those of the samples of Microsoft's actions for the Store and of the pipelines
/// that use the Microsoft Store Developer CLI.
const PREFIXES: &[&str] =
    &["AZURE_AD", "STORE", "PARTNER_CENTER", "MSSTORE", "MS_STORE", "MICROSOFT_STORE", "WINDOWS_STORE", "MS"];

/// The ends of the names, for each variable that the library reads.
const MEANINGS: &[(&str, &[&str])] = &[
    ("TENANT_ID", &["TENANT_ID", "DIRECTORY_ID", "TENANT"]),
    ("CLIENT_ID", &["CLIENT_ID", "APPLICATION_CLIENT_ID", "APPLICATION_ID"]),
    ("CLIENT_SECRET", &["CLIENT_SECRET", "APPLICATION_SECRET", "CLIENT_KEY", "SECRET", "KEY"]),
];

/// The variables that are set, by the variable that the library reads in their place. Only their names are known here.
#[derive(Debug)]
pub struct Elsewhere(Vec<(String, String)>);

impl Elsewhere {
    /// Looks for the usual names among the variables that are set; `None` when none of them is.
    pub(super) fn find(is_set: impl Fn(&str) -> bool) -> Option<Elsewhere> {
        let mut found = Vec::new();
        for (meaning, ends) in MEANINGS {
            let read = format!("AZURE_{meaning}");
            if is_set(&read) {
                continue;
            }
            let names = PREFIXES.iter().flat_map(|start| ends.iter().map(move |end| format!("{start}_{end}")));
            found.extend(names.filter(|name| is_set(name)).map(|name| (read.clone(), name)));
        }
        if found.is_empty() { None } else { Some(Elsewhere(found)) }
    }

    /// The names, for a message: `AZURE_AD_TENANT_ID, MSSTORE_CLIENT_ID`.
    pub fn names(&self) -> String {
        self.0.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// What to do.
    pub fn remedy(&self) -> String {
        let pairs: Vec<String> = self.0.iter().map(|(read, name)| format!("{read} from {name}")).collect();
        format!("set the variables that the library reads: {}", pairs.join(", "))
    }
}
