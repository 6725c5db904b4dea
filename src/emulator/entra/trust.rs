//! What the application trusts besides its secret: certificates and federated credentials.

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde::{Deserialize, Serialize};

use super::issuers::issuers;
use crate::emulator::instance::Instance;

/// The audience that Entra ID asks of assertions from other issuers.
pub(super) const EXCHANGE_AUDIENCE: &str = "api://AzureADTokenExchange";

/// The JSON of `PUT /_emulator/trust`.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct Trust {
    /// Certificates in PEM.
    certificates: Vec<String>,
    /// Federated credentials. Default: one for each issuer of the emulator.
    federated: Option<Vec<FederatedCredential>>,
}

/// A federated credential of the application: it trusts this issuer's tokens for this subject and audience.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct FederatedCredential {
    pub(super) issuer: String,
    pub(super) subject: String,
    #[serde(default = "exchange_audience")]
    pub(super) audience: String,
}

fn exchange_audience() -> String {
    EXCHANGE_AUDIENCE.to_owned()
}

impl Trust {
    /// Reads the certificates.
    ///
    /// # Errors
    ///
    /// One of them is not a certificate in PEM.
    pub(crate) fn certificates(&self) -> Result<Vec<CertificateDer<'static>>, String> {
        let read = |pem: &String| CertificateDer::from_pem_slice(pem.as_bytes()).map_err(|error| error.to_string());
        self.certificates.iter().map(read).collect()
    }

    /// The federated credentials that are set, or those for the emulator's own issuers at the address `origin`.
    pub(super) fn federated_credentials(&self, instance: &Instance, origin: &str) -> Vec<FederatedCredential> {
        let own = || {
            let issuers = issuers(instance, origin).into_iter();
            issuers
                .map(|issuer| FederatedCredential {
                    issuer: issuer.url,
                    subject: issuer.subject,
                    audience: EXCHANGE_AUDIENCE.to_owned(),
                })
                .collect()
        };
        self.federated.clone().unwrap_or_else(own)
    }
}
