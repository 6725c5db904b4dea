//! What a submission belongs to: an app, a package flight of an app, or an add-on.

use std::fmt;

/// The parent of submissions. It knows the three path prefixes of the service, so that the six submission operations
/// are written once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// An app.
    App {
        /// Its Store id: `9NBLGGH4R315`.
        app_id: String,
    },
    /// A package flight.
    Flight {
        /// The Store id of its app.
        app_id: String,
        /// The flight's GUID.
        flight_id: String,
    },
    /// An add-on (in-app product).
    AddOn {
        /// Its Store id.
        add_on_id: String,
    },
}

impl Target {
    /// `applications/9N…`, `applications/9N…/flights/…`, `inappproducts/9N…`.
    pub fn path(&self) -> String {
        match self {
            Target::App { app_id } => format!("applications/{}", segment(app_id)),
            Target::Flight { app_id, flight_id } => {
                format!("applications/{}/flights/{}", segment(app_id), segment(flight_id))
            }
            Target::AddOn { add_on_id } => format!("inappproducts/{}", segment(add_on_id)),
        }
    }

    /// The path of one of its submissions.
    pub fn submission(&self, submission_id: &str) -> String {
        format!("{}/submissions/{}", self.path(), segment(submission_id))
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Target::App { app_id } => write!(f, "app {app_id}"),
            Target::Flight { app_id, flight_id } => write!(f, "flight {flight_id} of app {app_id}"),
            Target::AddOn { add_on_id } => write!(f, "add-on {add_on_id}"),
        }
    }
}

/// An id as one segment of a path: whatever a caller passes, it can't lead elsewhere.
pub(crate) fn segment(id: &str) -> String {
    let mut encoded = String::with_capacity(id.len());
    for byte in id.bytes() {
        // A lone dot segment would be folded away when the URL is made.
        if byte.is_ascii_alphanumeric() || b"-_~".contains(&byte) || (byte == b'.' && !id.starts_with('.')) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}
