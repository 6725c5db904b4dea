//! The proxy settings of a user of Windows, which its page Proxy and its Internet Options write into the registry.
//! .NET and the browsers use them too.
//!
//! The values are understood on every system, and read on Windows.

use url::{Host, Url};

use super::{Proxy, without_password};
use crate::error::{Error, Result, codes};
use crate::wildcard;

/// What a route and an error call the settings.
const SOURCE: &str = "the proxy settings of Windows";
/// What a route calls their exceptions.
pub(super) const EXCEPTIONS: &str = "the exceptions in the proxy settings of Windows";

const REMEDY: &str = "mend the address in the settings of Windows (Network & internet, Proxy), as `host:port`; or set `proxy` or \
     the variable HTTPS_PROXY, which are read before them; `*` in NO_PROXY leaves them out";

/// The values of the registry, as they are written there.
#[derive(Default)]
pub(in crate::config) struct Settings {
    /// `ProxyEnable`: whether `server` counts.
    enabled: bool,
    /// `ProxyServer`: `host:port`, or `http=host:port;https=host:port`.
    server: String,
    /// `ProxyOverride`: the exceptions.
    exceptions: String,
    /// Whether `AutoConfigURL` names a script.
    script: bool,
}

/// A host, or a pattern of hosts, that is reached without the proxy.
pub(super) enum Exception {
    /// Each name without a dot.
    Local,
    /// `scheme://host:port`, in which the host may have wildcards.
    Hosts { scheme: Option<String>, host: String, port: Option<u16> },
}

impl Settings {
    /// The settings of the user of this process.
    #[cfg(windows)]
    pub(in crate::config) fn of_user() -> Settings {
        const KEY: &str = r"Software\Microsoft\Windows\CurrentVersion\Internet Settings";
        let Ok(key) = windows_registry::CURRENT_USER.open(KEY) else { return Settings::default() };
        let text = |name: &str| key.get_string(name).unwrap_or_default().trim().to_owned();
        Settings {
            enabled: key.get_u32("ProxyEnable").is_ok_and(|value| value != 0),
            server: text("ProxyServer"),
            exceptions: text("ProxyOverride"),
            script: !text("AutoConfigURL").is_empty(),
        }
    }

    /// There are none on this system.
    #[cfg(not(windows))]
    pub(in crate::config) fn of_user() -> Settings {
        Settings::default()
    }

    /// Whether they name neither a proxy nor a script.
    pub(super) fn are_none(&self) -> bool {
        !self.has_server() && !self.script
    }

    fn has_server(&self) -> bool {
        self.enabled && !self.server.is_empty()
    }

    /// What decides that there is no proxy, if `proxy` has none.
    pub(super) fn without(&self) -> &'static str {
        match self.script {
            true => "the proxy settings of Windows name a script, which is not read; set `proxy`",
            false => "the proxy settings of Windows name no proxy for https",
        }
    }

    /// The proxy for https.
    ///
    /// # Errors
    /// `config.invalid` for an address that is not that of an HTTP proxy.
    pub(super) fn proxy(&self) -> Result<Option<Proxy>> {
        let Some(address) = self.address() else { return Ok(None) };
        // Here, unlike in a variable, a name without a port is a host.
        let value = if address.contains("://") { address } else { format!("http://{address}") };
        let proxy = Proxy::parse(SOURCE, &value).map_err(|why| {
            let message = format!("{SOURCE} name no proxy that can be used, {why}: {}", without_password(&value));
            Error::new(&codes::CONFIG_INVALID, message).hint(REMEDY)
        })?;
        Ok(Some(proxy))
    }

    /// The entry for https, or the one for all schemes. Windows uses a SOCKS proxy where there is neither.
    fn address(&self) -> Option<String> {
        let entries = || entries(&self.server).filter(|_| self.enabled);
        let of = |scheme: &str| {
            let mut named = entries().filter_map(|entry| entry.split_once('='));
            named.find_map(|(name, address)| name.eq_ignore_ascii_case(scheme).then_some(address))
        };
        let address = of("https").or_else(|| entries().find(|entry| !entry.contains('='))).map(str::to_owned);
        address.or_else(|| Some(format!("socks://{}", of("socks")?))).filter(|address| !address.is_empty())
    }

    /// The hosts that are reached without the proxy.
    pub(super) fn exceptions(&self) -> impl Iterator<Item = Exception> {
        entries(&self.exceptions).filter_map(Exception::of)
    }
}

fn entries(list: &str) -> impl Iterator<Item = &str> {
    list.split(|c: char| c == ';' || c.is_whitespace()).filter(|entry| !entry.is_empty())
}

impl Exception {
    /// `None` for a word that is no host, such as `<-loopback>`: an address of this machine never uses a proxy.
    fn of(entry: &str) -> Option<Exception> {
        if entry.starts_with('<') {
            return entry.eq_ignore_ascii_case("<local>").then_some(Exception::Local);
        }
        let (scheme, rest) =
            entry.split_once("://").map_or((None, entry), |(scheme, rest)| (Some(scheme.to_ascii_lowercase()), rest));
        let rest = rest.trim_end_matches('/');
        // The colons of an IPv6 address are not before a port.
        let port = rest.rsplit_once(':').filter(|(host, _)| !host.contains(':') || host.ends_with(']'));
        let port = port.and_then(|(host, port)| Some((host, port.parse().ok()?)));
        let (host, port) = port.map_or((rest, None), |(host, port)| (host, Some(port)));
        Some(Exception::Hosts { scheme, host: host.trim_matches(['[', ']']).to_owned(), port })
    }

    /// Whether the host of a URL is one of its hosts.
    pub(super) fn matches(&self, url: &Url) -> bool {
        match self {
            Exception::Local => {
                matches!(url.host(), Some(Host::Domain(name)) if !name.trim_end_matches('.').contains('.'))
            }
            Exception::Hosts { scheme, host, port } => {
                let name = url.host_str().unwrap_or_default().trim_matches(['[', ']']).trim_end_matches('.');
                scheme.as_ref().is_none_or(|scheme| scheme == url.scheme())
                    && port.is_none_or(|port| url.port_or_known_default() == Some(port))
                    && wildcard::matches(host, name)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(server: &str) -> Settings {
        Settings { enabled: true, server: server.to_owned(), ..Settings::default() }
    }

    #[test]
    fn the_entry_for_https_is_the_proxy() {
        for (server, shown) in [
            ("proxy:8080", Some("http://proxy:8080")),
            ("proxy", Some("http://proxy")),
            ("http://proxy:8080", Some("http://proxy:8080")),
            ("http=a:1;https=b:2;ftp=c:3;socks=d:4", Some("http://b:2")),
            ("http=a:1 HTTPS=b:2", Some("http://b:2")),
            ("https=https://b:2/", Some("https://b:2")),
            ("http=a:1;other:5", Some("http://other:5")),
            ("[2001:db8::1]:80", Some("http://[2001:db8::1]:80")),
            ("http=a:1", None),
            ("http=a:1;ftp=c:3", None),
            ("https=", None),
            (";", None),
            ("", None),
        ] {
            let proxy = settings(server).proxy().unwrap_or_else(|error| panic!("{server}: {error}"));
            assert_eq!(proxy.as_ref().map(|proxy| proxy.shown.as_str()), shown, "{server}");
            assert!(Settings { enabled: false, ..settings(server) }.proxy().unwrap().is_none(), "{server}");
        }
    }

    /// Test-Store knows them by it.
    #[test]
    fn what_the_settings_decide_begins_with_their_name() {
        for script in [true, false] {
            let settings = Settings { script, ..Settings::default() };
            assert!(settings.without().starts_with(SOURCE), "{}", settings.without());
        }
    }

    #[test]
    fn an_entry_that_is_no_http_proxy_is_refused() {
        for (server, shown) in [
            ("socks=d:4", "only http and https proxies are supported: socks://d:4"),
            ("http=a:1;socks=d:4", "only http and https proxies are supported: socks://d:4"),
            ("https=socks5://d:4", "only http and https proxies are supported: socks5://d:4"),
            ("https=b:port", "it names no host: http://b:…"),
            (
                "jane:s3cret@x@b:2",
                "user or password has a character that must be escaped, or is missing: http://jane:…@b:2",
            ),
        ] {
            let error = settings(server).proxy().err().unwrap_or_else(|| panic!("{server} was taken"));
            assert_eq!((error.code().name, error.remedy()), ("config.invalid", REMEDY), "{server}");
            assert!(error.to_string().ends_with(shown) && error.to_string().starts_with(SOURCE), "{error}");
        }
    }

    #[test]
    fn exceptions_have_wildcards_schemes_and_ports() {
        let list = "*.corp.net;host 10.*; https://secure.example/;http://plain.example;one.example:8443;*mid*dle*;[2001:db8::*];<-loopback>";
        let matches = |list: &str, url: &str| {
            let exceptions = Settings { exceptions: list.to_owned(), ..Settings::default() };
            exceptions.exceptions().any(|exception| exception.matches(&url.parse().unwrap()))
        };
        for url in [
            "https://a.corp.net/",
            "https://A.B.CORP.net./",
            "https://host/",
            "https://10.1.2.3/",
            "https://secure.example/",
            "http://plain.example/",
            "https://one.example:8443/",
            "https://xmidydlemiddlez/",
            "https://[2001:db8::5]/",
        ] {
            assert!(matches(list, url), "{url}");
        }
        for url in [
            "https://corp.net/",
            "https://a.host/",
            "https://host.example/",
            "https://110.1.2.3/",
            "http://secure.example/",
            "https://plain.example/",
            "https://one.example/",
            "https://other/",
        ] {
            assert!(!matches(list, url), "{url}");
        }
        assert!(matches("<LOCAL>", "https://intranet/") && matches("*", "https://x.example/"));
        assert!(!matches("<local>", "https://x.example/") && !matches("<local>", "https://10.0.0.1/"));
        assert!(!matches("", "https://x/"));
    }
}
