//! The host names that the emulator answers to, and the pages that may not drive it.
//!
//! A web page can send requests to every address that its browser reaches, also under a name of its own that it lets
//! point here (DNS rebinding). Such a request has that name as its host, or the page as its origin.

use url::{Host, Url};

use super::instance::Instance;
use super::request::Request;

/// The address that a request was sent to, `http://HOST:PORT`. A request without a host gets that of the emulator.
///
/// # Errors
///
/// The emulator does not answer to this host; the text says so.
pub(super) fn origin(instance: &Instance, host: Option<&str>) -> Result<String, String> {
    let Some(host) = host else { return Ok(instance.origin.clone()) };
    let url = Url::parse(&format!("http://{host}/")).ok();
    // Anything but a host and a port would be another part of the URL.
    let url = url.filter(|url| url.username().is_empty() && url.password().is_none() && url.path() == "/");
    let names = &instance.options.host_names;
    let known = url.as_ref().is_some_and(|url| match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || names.iter().any(|known| known.eq_ignore_ascii_case(name)),
        // The host of a page that rebinds a name is that name.
        Some(Host::Ipv4(_) | Host::Ipv6(_)) => true,
        None => false,
    });
    match url {
        Some(url) if known => Ok(url.as_str().trim_end_matches('/').to_owned()),
        _ => Err(format!("the emulator does not answer to the host '{host}'; --host-name adds a name")),
    }
}

/// Whether a request may come from a web page of another origin.
pub(super) fn is_from_elsewhere(request: &Request) -> bool {
    let other_origin =
        request.headers.get_all("origin").iter().any(|origin| origin.as_bytes() != request.origin.as_bytes());
    let site = request.headers.get("sec-fetch-site").map(|site| site.as_bytes());
    other_origin || !matches!(site, None | Some(b"same-origin" | b"none"))
}
