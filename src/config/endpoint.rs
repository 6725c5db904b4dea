//! The services of a build system or of Azure that issue tokens to this machine.

use std::path::PathBuf;

use url::Url;

use super::secret::Secret;

/// Where a build system issues id tokens.
pub struct IdTokenRequest {
    /// `ACTIONS_ID_TOKEN_REQUEST_URL` or `SYSTEM_OIDCREQUESTURI`.
    pub url: Url,
    /// `ACTIONS_ID_TOKEN_REQUEST_TOKEN` or `SYSTEM_ACCESSTOKEN`.
    pub token: Secret,
}

/// Where Azure issues the tokens of managed identities.
#[derive(Default)]
pub enum MetadataEndpoint {
    /// The instance metadata service of a virtual machine, <http://169.254.169.254>.
    #[default]
    Vm,
    /// App Service, Functions, Container Apps: `IDENTITY_ENDPOINT` and `IDENTITY_HEADER`.
    AppService {
        /// `IDENTITY_ENDPOINT`.
        url: Url,
        /// `IDENTITY_HEADER`, which authenticates the caller.
        header: Secret,
    },
    /// A machine with the Azure Arc agent: `IDENTITY_ENDPOINT` and `IMDS_ENDPOINT`.
    Arc {
        /// `IDENTITY_ENDPOINT`.
        url: Url,
        /// The only folder that the agent's key files may be in.
        key_folder: PathBuf,
    },
}
