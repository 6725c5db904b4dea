//! The variables of the environment.

use std::path::PathBuf;

use super::address::{HttpHosts, parse_address, parse_metadata_address};
use super::elsewhere::Elsewhere;
use super::endpoint::{IdTokenRequest, MetadataEndpoint};
use super::remarks::Remarks;
use super::secret::Secret;
use crate::error::{Code, Error, Result};

/// Returns the value of a variable: from the environment of the process, or from the environment of a test.
pub type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The variables of the environment. An empty variable counts as missing.
#[derive(Clone, Copy)]
pub(super) struct Environment<'a> {
    pub(super) lookup: Lookup<'a>,
    /// Collects what was corrected in the values.
    pub(super) remarks: &'a Remarks,
    /// The hosts that addresses with http may have.
    pub(super) http_hosts: &'a HttpHosts,
}

impl Environment<'_> {
    /// The value of a variable, without the white space around it.
    pub(super) fn get(self, name: &str) -> Option<String> {
        self.raw(name).map(|value| self.remarks.variable(name, value))
    }

    /// The password in a variable. It may begin and end with spaces.
    pub(super) fn password(self, name: &str) -> Option<String> {
        self.raw(name).map(|value| self.remarks.password(name, value))
    }

    fn raw(self, name: &str) -> Option<String> {
        (self.lookup)(name).filter(|value| !value.trim().is_empty())
    }

    /// Whether a variable is set.
    pub(super) fn has(self, name: &str) -> bool {
        self.raw(name).is_some()
    }

    /// An error that names missing variables, and those that are set under other names.
    fn missing(self, code: &'static Code, message: String) -> Error {
        match Elsewhere::find(|name| self.has(name)) {
            Some(elsewhere) => {
                Error::new(code, format!("{message}; it has {}", elsewhere.names())).hint(elsewhere.remedy())
            }
            None => Error::new(code, message),
        }
    }

    /// The values of all these variables.
    ///
    /// # Errors
    /// The code, with a message that names the missing variables.
    pub(super) fn all<const N: usize>(self, code: &'static Code, names: [&str; N]) -> Result<[String; N]> {
        let missing: Vec<&str> = names.into_iter().filter(|name| !self.has(name)).collect();
        if missing.is_empty() {
            return Ok(names.map(|name| self.get(name).unwrap_or_default()));
        }
        Err(self.missing(code, format!("the environment has no {}", missing.join(", no "))))
    }

    /// The value of the configuration, or else of the first variable that is set.
    pub(super) fn or(self, configured: String, code: &'static Code, field: &str, names: &[&str]) -> Result<String> {
        if !configured.trim().is_empty() {
            return Ok(configured);
        }
        names.iter().find_map(|name| self.get(name)).ok_or_else(|| {
            let names = names.join(" or ");
            self.missing(code, format!("the credential has no `{field}`, and the environment no {names}"))
        })
    }

    /// The tenant id of the configuration, or else of `AZURE_TENANT_ID`.
    pub(super) fn tenant(self, configured: String, code: &'static Code) -> Result<String> {
        self.or(configured, code, "tenantId", &["AZURE_TENANT_ID"])
    }

    /// The client id of the configuration, or else of `AZURE_CLIENT_ID`.
    pub(super) fn client(self, configured: String, code: &'static Code) -> Result<String> {
        self.or(configured, code, "clientId", &["AZURE_CLIENT_ID"])
    }

    /// The service of a build system that issues id tokens, by the variables of its address and its token.
    ///
    /// # Errors
    /// The code when a variable is missing, `config.invalid` for an address that is not allowed.
    pub(super) fn id_token_request(self, code: &'static Code, names: [&str; 2]) -> Result<IdTokenRequest> {
        let [url, token] = self.all(code, names)?;
        Ok(IdTokenRequest { url: parse_address(names[0], &url, self.http_hosts)?, token: Secret::new(token) })
    }

    /// The service that issues the tokens of managed identities.
    ///
    /// # Errors
    /// `config.invalid` for an address that is not allowed.
    pub(super) fn metadata_endpoint(self) -> Result<MetadataEndpoint> {
        let Some(address) = self.get("IDENTITY_ENDPOINT") else { return Ok(MetadataEndpoint::Vm) };
        let url = parse_metadata_address("IDENTITY_ENDPOINT", &address, self.http_hosts)?;
        if let Some(header) = self.get("IDENTITY_HEADER") {
            return Ok(MetadataEndpoint::AppService { url, header: Secret::new(header) });
        }
        if self.get("IMDS_ENDPOINT").is_none() {
            return Ok(MetadataEndpoint::Vm);
        }
        let key_folder = match self.get("ProgramData") {
            Some(folder) if cfg!(windows) => PathBuf::from(folder).join(r"AzureConnectedMachineAgent\Tokens"),
            _ => PathBuf::from("/var/opt/azcmagent/tokens"),
        };
        Ok(MetadataEndpoint::Arc { url, key_folder })
    }
}
