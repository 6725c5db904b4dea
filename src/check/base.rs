//! What the app has already, as the service says it.

use serde::Deserialize;

use super::present::Present;
use crate::client::answer;
use crate::error::Result;

/// What packages are compared with: the app and the submission that the release starts from.
///
/// # Examples
/// ```
/// use storeship::check::Base;
/// let base = Base::of(r#"{"applicationPackages": [{"fileName": "App.msix", "version": "1.0.0.0", "architecture": "X64"}]}"#)?
///     .app(r#"{"packageIdentityName": "Contoso.App", "publisherName": "CN=Contoso"}"#)?;
/// # Ok::<(), storeship::error::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Base {
    pub(super) app: App,
    /// The packages of the submission.
    pub(super) packages: Vec<Present>,
    /// Whether it is the submission of a flight.
    is_flight: bool,
    /// Packages of other submissions of the app, each with whose they are: `flight Insiders`.
    pub(super) elsewhere: Vec<(String, Present)>,
}

/// The members of an app that say whose packages are.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct App {
    pub(super) package_identity_name: Option<String>,
    pub(super) publisher_name: Option<String>,
    pub(super) package_family_name: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Packages {
    application_packages: Option<Vec<Present>>,
    flight_packages: Option<Vec<Present>>,
}

impl Base {
    /// The packages of a submission of an app or a flight, from its document.
    ///
    /// # Errors
    /// `network.bad_answer` for a text that is no submission.
    pub fn of(submission: &str) -> Result<Base> {
        let is_flight = answer::<Packages>(submission, "the packages of the submission")?.flight_packages.is_some();
        Ok(Base { packages: present(submission)?, is_flight, ..Base::default() })
    }

    /// Adds the identity of the app, from the document that `app.get` returns.
    ///
    /// # Errors
    /// `network.bad_answer` for a text that is no app.
    pub fn app(self, application: &str) -> Result<Base> {
        Ok(Base { app: answer(application, "the app")?, ..self })
    }

    /// Adds the packages of another submission of the app, such as the published one of a flight. `whose` is for people:
    /// `flight Insiders`.
    ///
    /// # Errors
    /// As [`Base::of`].
    pub fn also(mut self, whose: &str, submission: &str) -> Result<Base> {
        self.elsewhere.extend(present(submission)?.into_iter().map(|package| (whose.to_owned(), package)));
        Ok(self)
    }

    /// Whose the packages of the submission are, for people.
    pub(super) fn whose(&self) -> &'static str {
        if self.is_flight { "the flight" } else { "the app" }
    }
}

/// The packages that a submission of an app or a flight names, in its order.
///
/// # Errors
/// As [`Base::of`].
pub fn present(submission: &str) -> Result<Vec<Present>> {
    let found: Packages = answer(submission, "the packages of the submission")?;
    Ok(found.application_packages.into_iter().chain(found.flight_packages).flatten().collect())
}
