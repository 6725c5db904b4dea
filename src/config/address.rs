//! Which addresses a configuration and the variables of the environment may hold.

use url::{Host, Url};

use crate::error::{Error, Result, codes};

/// The field of the configuration that lists hosts for http.
const HTTP_HOSTS: &str = "allowHttpHosts";

/// The domains that Microsoft has for its services. Their hosts are never reached by http.
const MICROSOFT: [&str; 16] = [
    "microsoft.com",
    "microsoft.us",
    "microsoftonline.com",
    "microsoftonline.us",
    "microsoftonline.cn",
    "windows.com",
    "windows.net",
    "azure.com",
    "azure.net",
    "azure.us",
    "azure.cn",
    "azurewebsites.net",
    "chinacloudapi.cn",
    "usgovcloudapi.net",
    "office.com",
    "live.com",
];

/// The hosts besides this machine that addresses with http may have. None of them is Microsoft's.
#[derive(Clone, Debug, Default)]
pub struct HttpHosts(Vec<String>);

impl HttpHosts {
    /// Checks the names of the configuration.
    ///
    /// # Errors
    /// `config.invalid` for a name that is not a host, or one of Microsoft's.
    pub(super) fn parse(names: &[String]) -> Result<HttpHosts> {
        let mut hosts = Vec::with_capacity(names.len());
        for name in names {
            let refused = |why: &str| Error::new(&codes::CONFIG_INVALID, format!("`{HTTP_HOSTS}` has '{name}', {why}"));
            // A dot would look like a suffix, as in `blobHosts`.
            let host = Host::parse(name).ok().filter(|_| !name.starts_with('.') && !name.contains('*'));
            let host = host.ok_or_else(|| refused("which is not the name or address of one host"))?.to_string();
            let domain = host.trim_end_matches('.');
            let is_below =
                |of: &str| domain.strip_suffix(of).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
            if MICROSOFT.into_iter().any(is_below) {
                return Err(refused("and the hosts of Microsoft are reached with https only"));
            }
            hosts.push(host);
        }
        Ok(HttpHosts(hosts))
    }

    /// Whether the host of a URL is in the list, or is this machine.
    pub fn allows(&self, url: &Url) -> bool {
        is_loopback(url) || url.host_str().is_some_and(|host| self.0.iter().any(|allowed| allowed == host))
    }
}

/// Checks the root of a service: https, or http for a host that is allowed, without user, query and fragment. Adds a slash
/// at the end, so that paths can be joined.
pub(super) fn check_root(field: &str, url: &mut Url, http: &HttpHosts) -> Result<()> {
    check_scheme(field, url, http.allows(url))?;
    if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() || url.password().is_some() {
        let message = format!("`{field}` must have no user, query or fragment");
        return Err(Error::new(&codes::CONFIG_INVALID, message));
    }
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    Ok(())
}

/// Parses the address in a variable: https, or http for a host that is allowed. The query stays.
pub(super) fn parse_address(variable: &str, text: &str, http: &HttpHosts) -> Result<Url> {
    let url = parse(variable, text)?;
    check_scheme(variable, &url, http.allows(&url))?;
    Ok(url)
}

/// Parses the address of a metadata service, which speaks http: a host that is allowed, or a link-local address, as on App
/// Service for Linux.
pub(super) fn parse_metadata_address(variable: &str, text: &str, http: &HttpHosts) -> Result<Url> {
    let url = parse(variable, text)?;
    check_scheme(variable, &url, http.allows(&url) || is_link_local(&url))?;
    Ok(url)
}

fn parse(variable: &str, text: &str) -> Result<Url> {
    Url::parse(text.trim()).map_err(|_| Error::new(&codes::CONFIG_INVALID, format!("{variable} is not an address")))
}

fn check_scheme(name: &str, url: &Url, allow_http: bool) -> Result<()> {
    if url.scheme() == "https" || (url.scheme() == "http" && allow_http) {
        return Ok(());
    }
    let message = format!(
        "`{name}` must begin with https:// (http:// is for addresses of this machine, and for the hosts in `{HTTP_HOSTS}`)"
    );
    Err(Error::new(&codes::CONFIG_INVALID, message))
}

/// Whether the host is a link-local address (169.254.0.0/16), such as those of Azure's metadata services. No router
/// forwards it, so the request never leaves the machine and its host.
pub fn is_link_local(url: &Url) -> bool {
    matches!(url.host(), Some(Host::Ipv4(address)) if address.is_link_local())
}

/// Whether the host is this machine: a loopback address or `localhost`. No name is looked up.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        None => false,
    }
}
