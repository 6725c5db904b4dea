//! The product that a submission belongs to: an app, a package flight of an app, or an add-on.

use std::fmt;

/// Names an app, a package flight or an add-on. The three have different paths in the service; the operations of
/// submissions are the same for all.
///
/// # Examples
/// ```
/// use storeship::store::Target;
/// let target = Target::Flight { app_id: "9NBLGGH4R315".into(), flight_id: "7bfc11d5".into() };
/// assert_eq!(target.submission("1152921504621243610"), "applications/9NBLGGH4R315/flights/7bfc11d5/submissions/1152921504621243610");
/// assert_eq!(target.to_string(), "flight 7bfc11d5 of app 9NBLGGH4R315");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// An app.
    App {
        /// The Store id of the app: `9NBLGGH4R315`.
        app_id: String,
    },
    /// A package flight.
    Flight {
        /// The Store id of the app.
        app_id: String,
        /// The id of the flight, a GUID.
        flight_id: String,
    },
    /// An add-on (in-app product).
    AddOn {
        /// The Store id of the add-on.
        add_on_id: String,
    },
}

impl Target {
    /// The path below the service's root: `applications/9N…`, `applications/9N…/flights/…`, `inappproducts/9N…`.
    pub fn path(&self) -> String {
        match self {
            Target::App { app_id } => format!("applications/{}", segment(app_id)),
            Target::Flight { app_id, flight_id } => {
                format!("applications/{}/flights/{}", segment(app_id), segment(flight_id))
            }
            Target::AddOn { add_on_id } => format!("inappproducts/{}", segment(add_on_id)),
        }
    }

    /// The path of one of the product's submissions.
    pub fn submission(&self, submission_id: &str) -> String {
        format!("{}/submissions/{}", self.path(), segment(submission_id))
    }

    /// Who gets a submission of the product when it is published: `everybody`, or `flight` and the id of the flight.
    pub fn audience(&self) -> String {
        match self {
            Target::Flight { flight_id, .. } => format!("flight {flight_id}"),
            Target::App { .. } | Target::AddOn { .. } => "everybody".to_owned(),
        }
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

/// Encodes an id as one segment of a path, so that no id of a caller can lead to another path.
fn segment(id: &str) -> String {
    if matches!(id, "." | "..") {
        // A URL resolves these segments also when they are written `%2E`. Encoded twice they name nothing.
        return id.replace('.', "%252E");
    }
    let mut encoded = String::with_capacity(id.len());
    for byte in id.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_~.".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}
