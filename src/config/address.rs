//! Which addresses a configuration and the variables of the environment may hold.

use url::{Host, Url};

use crate::error::{Error, Result, codes};

/// Checks the root of a service: https, or http for a loopback address, without user, query and fragment. Adds a slash at
/// the end, so that paths can be joined.
pub(super) fn check_root(field: &str, url: &mut Url) -> Result<()> {
    check_scheme(field, url, is_loopback(url))?;
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

/// Parses the address in a variable: https, or http for a loopback address. The query stays.
pub(super) fn parse_address(variable: &str, text: &str) -> Result<Url> {
    let url = parse(variable, text)?;
    check_scheme(variable, &url, is_loopback(&url))?;
    Ok(url)
}

/// Parses the address of a metadata service, which speaks http: a loopback address, or a link-local one, as on App Service
/// for Linux.
pub(super) fn parse_metadata_address(variable: &str, text: &str) -> Result<Url> {
    let url = parse(variable, text)?;
    check_scheme(variable, &url, is_loopback(&url) || is_link_local(&url))?;
    Ok(url)
}

fn parse(variable: &str, text: &str) -> Result<Url> {
    Url::parse(text.trim()).map_err(|_| Error::new(&codes::CONFIG_INVALID, format!("{variable} is not an address")))
}

fn check_scheme(name: &str, url: &Url, allow_http: bool) -> Result<()> {
    if url.scheme() == "https" || (url.scheme() == "http" && allow_http) {
        return Ok(());
    }
    let message = format!("`{name}` must begin with https:// (http:// is for addresses of this machine only)");
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
