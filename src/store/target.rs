//! The product that a submission belongs to: an app, a package flight of an app, or an add-on.

use std::fmt;

use crate::error::TargetIds;

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
    /// The ids, each under its own name.
    pub fn ids(&self) -> TargetIds {
        match self.clone() {
            Target::App { app_id } => TargetIds { app_id: Some(app_id), ..TargetIds::default() },
            Target::Flight { app_id, flight_id } => {
                TargetIds { app_id: Some(app_id), flight_id: Some(flight_id), add_on_id: None }
            }
            Target::AddOn { add_on_id } => TargetIds { add_on_id: Some(add_on_id), ..TargetIds::default() },
        }
    }

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

    /// The product of the submission that a path below the service's root names; `None` for a path of anything else. The
    /// path is read as the service reads it: in any letter case, and encoded or not.
    ///
    /// # Examples
    /// ```
    /// use storeship::store::Target;
    /// let app = Target::App { app_id: "9NBLGGH4R315".into() };
    /// assert_eq!(Target::of_submission("Applications/9NBLGGH4R315/Submissions/1"), Some(app));
    /// assert_eq!(Target::of_submission("applications/9NBLGGH4R315"), None);
    /// ```
    pub fn of_submission(path: &str) -> Option<Target> {
        let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
        let is = |segment: &str, name: &str| segment.eq_ignore_ascii_case(name) || segment.contains('%');
        match segments[..] {
            [kind, id, submissions, _] if is(submissions, "submissions") => {
                Some(match kind.eq_ignore_ascii_case("inappproducts") {
                    true => Target::AddOn { add_on_id: id.to_owned() },
                    false => Target::App { app_id: id.to_owned() },
                })
            }
            [_, app, flights, flight, submissions, _] if is(flights, "flights") && is(submissions, "submissions") => {
                Some(Target::Flight { app_id: app.to_owned(), flight_id: flight.to_owned() })
            }
            _ => None,
        }
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
