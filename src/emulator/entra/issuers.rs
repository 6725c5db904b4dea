//! The emulator's own issuers of id tokens. Each emulates a service that build agents sign in with.

use crate::emulator::ids::guid;
use crate::emulator::instance::Instance;

/// The path of the issuers.
pub(crate) const BASE: &str = "/identity/";

/// The service connection of Azure Pipelines.
pub(super) const CONNECTION: &str = "connection-1";

/// An issuer, and the one subject that it issues tokens for.
pub(super) struct Issuer {
    pub(super) name: &'static str,
    pub(super) url: String,
    pub(super) subject: String,
}

/// The client id and the object id of the managed identity.
pub(super) fn managed_identity(instance: &Instance) -> (String, String) {
    let seed = instance.options.seed;
    (guid(seed ^ 0x1d01), guid(seed ^ 0x1d02))
}

/// All issuers at the address `origin`: GitHub Actions, Azure Pipelines and the managed identities of App Service.
pub(super) fn issuers(instance: &Instance, origin: &str) -> [Issuer; 3] {
    let issuer = |name, subject| Issuer { name, url: format!("{origin}{BASE}{name}"), subject };
    [
        issuer("github", "repo:contoso/reader:ref:refs/heads/main".to_owned()),
        issuer("pipelines", format!("sc://contoso/store/{CONNECTION}")),
        issuer("msi", managed_identity(instance).1),
    ]
}
