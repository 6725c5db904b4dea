//! The proxy: from the configuration, from the variables of the environment or from the settings of Windows, and the hosts
//! that it is not for.
//!
//! It is read once, when the client is opened, so that a value that can't be used is an error then. Ignoring it would send
//! the requests around the proxy.

mod windows;

use core::net::IpAddr;

use url::{Host, Url};

use super::address::{is_link_local, is_loopback};
use super::environment::Environment;
use super::secret::Secret;
use crate::error::{Error, Result, codes};

pub(super) use windows::Settings;

/// The name of the field of the configuration.
const FIELD: &str = "proxy";
/// The variables that name a proxy, in the order in which they are read.
const VARIABLES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
/// The variables with the exceptions.
const EXCEPTIONS: [&str; 2] = ["NO_PROXY", "no_proxy"];

const FORMS: &str = "give `http://host:port`, `http://user:password@host:port` or `host:port`; a Windows user is \
     `DOMAIN\\user`; write `@`, `/`, `?`, `#` and `%` in user and password as %40, %2F, %3F, %23 and %25";

/// The proxy of a client, and the hosts that are reached without it.
pub struct Proxies {
    proxy: Option<Proxy>,
    exceptions: Vec<Exception>,
    /// What decides that there is no proxy.
    without: &'static str,
}

impl Default for Proxies {
    fn default() -> Proxies {
        Proxies { proxy: None, exceptions: Vec::new(), without: "no proxy is configured" }
    }
}

/// A proxy that can be used.
struct Proxy {
    /// With user and password.
    address: Secret,
    /// Without them.
    shown: String,
    /// The field, the variable or the settings that name it.
    source: &'static str,
}

/// A host, a domain or a network that is reached without the proxy.
enum Exception {
    All,
    Domain(String),
    Network(IpAddr, u32),
    /// One of the settings of Windows.
    Windows(windows::Exception),
}

/// How a host is reached.
#[derive(Debug, PartialEq, Eq)]
pub struct Route<'a> {
    /// The address of the proxy without user and password; `None` when the host is reached directly.
    pub proxy: Option<&'a str>,
    /// What decides that: the field, the variable or the settings, or a property of the address.
    pub source: &'static str,
}

impl Proxies {
    /// Reads the field of the configuration, or else the variables, or else the settings of Windows.
    ///
    /// # Errors
    /// `config.invalid` for a value that is not the address of an HTTP proxy.
    pub(super) fn read(
        field: Option<&Secret>,
        environment: Environment<'_>,
        settings: fn() -> Settings,
    ) -> Result<Proxies> {
        if let Some(value) = field {
            return Ok(Proxies { proxy: Some(Proxy::named(FIELD, value.reveal())?), ..Proxies::default() });
        }
        let no_proxy = || EXCEPTIONS.into_iter().find_map(|name| environment.get(name));
        if let Some((name, value)) = VARIABLES.into_iter().find_map(|name| Some((name, environment.get(name)?))) {
            let proxy = Some(Proxy::named(name, &value)?);
            let exceptions = parse_exceptions(&no_proxy().unwrap_or_default());
            return Ok(Proxies { proxy, exceptions, ..Proxies::default() });
        }
        let settings = settings();
        if settings.are_none() {
            return Ok(Proxies::default());
        }
        let mut exceptions = parse_exceptions(&no_proxy().unwrap_or_default());
        // With it, a script that can't change the settings of its user goes around them.
        if exceptions.iter().any(|exception| matches!(exception, Exception::All)) {
            return Ok(Proxies { without: EXCEPTIONS[0], ..Proxies::default() });
        }
        exceptions.extend(settings.exceptions().map(Exception::Windows));
        Ok(Proxies { proxy: settings.proxy()?, exceptions, without: settings.without() })
    }

    /// The address of the proxy with user and password.
    pub fn address(&self) -> Option<&Secret> {
        self.proxy.as_ref().map(|proxy| &proxy.address)
    }

    /// How the host of a URL is reached. A proxy can't reach this machine, nor the metadata service of its host.
    pub fn route(&self, url: &Url) -> Route<'_> {
        let direct = |source| Route { proxy: None, source };
        if is_loopback(url) {
            return direct("an address of this machine");
        }
        let Some(proxy) = &self.proxy else { return direct(self.without) };
        if is_link_local(url) {
            return direct("a link-local address");
        }
        if let Some(exception) = self.exceptions.iter().find(|exception| exception.matches(url)) {
            return direct(exception.source());
        }
        Route { proxy: Some(&proxy.shown), source: proxy.source }
    }
}

impl Proxy {
    /// The proxy in the field or in a variable.
    fn named(source: &'static str, value: &str) -> Result<Proxy> {
        Proxy::parse(source, value).map_err(|why| {
            let message = format!("`{source}` is not a proxy that can be used, {why}: {}", without_password(value));
            Error::new(&codes::CONFIG_INVALID, message).hint(FORMS)
        })
    }

    /// # Errors
    /// Why the value is none.
    fn parse(source: &'static str, value: &str) -> core::result::Result<Proxy, &'static str> {
        let text = value.trim();
        if text.starts_with(['"', '\'']) || text.ends_with(['"', '\'']) {
            return Err("it has quotes");
        }
        let (scheme, rest) = match text.split_once("://") {
            Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest),
            // Without a scheme and a port it may be a word such as `DIRECT`.
            None if !ends_with_port(text) => return Err("it has neither http:// nor a port"),
            None => ("http".to_owned(), text),
        };
        if !matches!(scheme.as_str(), "http" | "https") {
            return Err("only http and https proxies are supported");
        }
        let (user, host) = rest.rsplit_once('@').map_or((None, rest), |(user, host)| (Some(user), host));
        let is_odd = |c: char| c.is_whitespace() || c.is_control() || "/?#@\"<>[]^`{|}".contains(c);
        if user.is_some_and(|user| user.is_empty() || user.contains(is_odd)) {
            return Err("user or password has a character that must be escaped, or is missing");
        }
        let user = user.map(|user| format!("{}@", user.replace('\\', "%5C"))).unwrap_or_default();
        let host = host.strip_suffix('/').unwrap_or(host);
        if host.contains(|c: char| c.is_whitespace() || c.is_control() || "/?#\\".contains(c)) {
            return Err("the host has a character that no host has, or a path follows it");
        }
        let url = Url::parse(&format!("{scheme}://{user}{host}/")).map_err(|_| "it names no host")?;
        let shown = format!("{scheme}://{host}");
        Ok(Proxy { address: Secret::new(url.into()), shown, source })
    }
}

fn ends_with_port(text: &str) -> bool {
    let port = text.trim_end_matches('/').rsplit_once(':').map(|(_, port)| port);
    port.is_some_and(|port| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A value that can't be used, without the password that it may have.
fn without_password(value: &str) -> String {
    let short = |text: &str| text.chars().take(200).collect::<String>();
    let (scheme, rest) = value.split_once("://").map_or((None, value), |(scheme, rest)| (Some(scheme), rest));
    let is_scheme = |scheme: &&str| {
        scheme.len() <= 12 && scheme.trim().bytes().all(|byte| byte.is_ascii_alphanumeric() || b"\"'".contains(&byte))
    };
    let scheme =
        scheme.map(|scheme| format!("{}://", Some(scheme).filter(is_scheme).unwrap_or("…"))).unwrap_or_default();
    let Some((user, host)) = rest.rsplit_once('@') else {
        // What follows a colon may be a password whose host is missing.
        let host = match rest.split_once(':') {
            Some((host, _)) if !ends_with_port(rest) => format!("{host}:…"),
            _ => rest.to_owned(),
        };
        return short(&format!("{scheme}{host}"));
    };
    let (user, password) = user.split_once(':').map_or((user, ""), |(user, password)| (user, password));
    let shown = format!("{scheme}{user}:…@{host}");
    short(&if password.is_empty() { shown } else { shown.replace(password, "…") })
}

fn parse_exceptions(list: &str) -> Vec<Exception> {
    let entries = list.split(|c: char| c == ',' || c.is_whitespace()).filter(|entry| !entry.is_empty());
    entries.map(Exception::of).collect()
}

impl Exception {
    fn of(entry: &str) -> Exception {
        if entry == "*" {
            return Exception::All;
        }
        let (address, bits) =
            entry.split_once('/').map_or((entry, None), |(address, bits)| (address, bits.parse().ok()));
        if let Ok(address) = address.trim_matches(['[', ']']).parse::<IpAddr>() {
            let whole = if address.is_ipv4() { 32 } else { 128 };
            return Exception::Network(address, bits.unwrap_or(whole).min(whole));
        }
        let domain = entry.split_once(':').map_or(entry, |(domain, _)| domain);
        Exception::Domain(domain.trim_start_matches("*.").trim_start_matches('.').to_ascii_lowercase())
    }

    /// Where it is written.
    fn source(&self) -> &'static str {
        match self {
            Exception::Windows(_) => windows::EXCEPTIONS,
            _ => EXCEPTIONS[0],
        }
    }

    fn matches(&self, url: &Url) -> bool {
        match (self, url.host()) {
            (Exception::All, _) => true,
            (Exception::Windows(exception), _) => exception.matches(url),
            (Exception::Domain(domain), Some(Host::Domain(host))) => {
                let before = host.trim_end_matches('.').strip_suffix(domain.as_str());
                !domain.is_empty() && before.is_some_and(|before| before.is_empty() || before.ends_with('.'))
            }
            (Exception::Network(IpAddr::V4(network), bits), Some(Host::Ipv4(host))) => {
                let differ = u32::from(*network) ^ u32::from(host);
                differ.checked_shr(32 - bits).unwrap_or(0) == 0
            }
            (Exception::Network(IpAddr::V6(network), bits), Some(Host::Ipv6(host))) => {
                let differ = u128::from(*network) ^ u128::from(host);
                differ.checked_shr(128 - bits).unwrap_or(0) == 0
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::address::HttpHosts;
    use crate::config::remarks::Remarks;

    fn read(field: Option<&str>, variables: &[(&str, &str)]) -> Result<Proxies> {
        let lookup = |name: &str| variables.iter().find(|pair| pair.0 == name).map(|pair| pair.1.to_owned());
        let environment =
            Environment { lookup: &lookup, remarks: &Remarks::default(), http_hosts: &HttpHosts::default() };
        Proxies::read(field.map(|text| Secret::new(text.to_owned())).as_ref(), environment, Settings::default)
    }

    #[test]
    fn usable_values_are_understood() {
        for (value, address, shown) in [
            ("http://proxy:8080", "http://proxy:8080/", "http://proxy:8080"),
            ("  HTTP://proxy:8080/ \n", "http://proxy:8080/", "http://proxy:8080"),
            ("proxy.corp:3128", "http://proxy.corp:3128/", "http://proxy.corp:3128"),
            ("https://jane:p%40ss@proxy", "https://jane:p%40ss@proxy/", "https://proxy"),
            (r"http://CORP\jane:pass@proxy:1", "http://CORP%5Cjane:pass@proxy:1/", "http://proxy:1"),
            (r"CORP\jane:pass@proxy:1", "http://CORP%5Cjane:pass@proxy:1/", "http://proxy:1"),
            ("http://[::2]:1", "http://[::2]:1/", "http://[::2]:1"),
        ] {
            for proxies in [read(Some(value), &[("HTTPS_PROXY", "ftp://other")]), read(None, &[("all_proxy", value)])] {
                let proxies = proxies.unwrap_or_else(|error| panic!("{value}: {error}"));
                assert_eq!(proxies.address().unwrap().reveal(), address);
                assert_eq!(proxies.route(&"https://x.example/".parse().unwrap()).proxy, Some(shown));
            }
        }
        assert!(read(None, &[("HTTPS_PROXY", " ")]).unwrap().address().is_none());
    }

    #[test]
    fn other_values_are_refused_without_their_password() {
        for (value, shown) in [
            (r#""http://proxy:8080""#, r#""http://proxy:…"#),
            ("'http://jane:s3cret@proxy:8080'", "'http://jane:…@proxy:8080'"),
            ("DIRECT", "DIRECT"),
            ("proxy.corp", "proxy.corp"),
            ("ftp://jane:s3cret@proxy:21", "ftp://jane:…@proxy:21"),
            ("socks5://proxy:1080", "socks5://proxy:1080"),
            ("http://jane:s3cret#1@proxy:8080", "http://jane:…@proxy:8080"),
            ("http://jane:s3cret@x@proxy:8080", "http://jane:…@proxy:8080"),
            ("http://proxy:8080/path", "http://proxy:…"),
            ("http://jane:s3cret", "http://jane:…"),
            ("http://jane:s3cret@", "http://jane:…@"),
            ("http://s3cret:s3cret@pro xy", "http://…:…@pro xy"),
            ("http://", "http://"),
            ("", ""),
        ] {
            let error = read(Some(value), &[]).err().unwrap_or_else(|| panic!("{value} was taken"));
            assert_eq!((error.code().name, error.remedy()), ("config.invalid", FORMS));
            assert!(
                error.to_string().starts_with("`proxy` is not") && error.to_string().ends_with(&format!(": {shown}")),
                "{error}"
            );
            if !value.is_empty() {
                let error = read(None, &[("https_proxy", value)]).err().unwrap();
                assert!(error.to_string().starts_with("`https_proxy` is not"), "{error}");
            }
        }
    }

    #[test]
    fn hosts_of_no_proxy_are_reached_directly() {
        let no_proxy = "example.com, .corp.net *.dev.org 10.0.0.0/8,192.168.1.1,[2001:db8::1],2001:db8:1::/48 host:443";
        let proxies = read(None, &[("HTTPS_PROXY", "proxy:1"), ("no_proxy", no_proxy)]).unwrap();
        let source = |host: &str| proxies.route(&format!("https://{host}/").parse().unwrap()).source;
        for host in [
            "example.com",
            "a.EXAMPLE.com",
            "a.corp.net",
            "corp.net",
            "a.dev.org",
            "10.255.0.1",
            "192.168.1.1",
            "[2001:db8::1]",
            "[2001:db8:1::5]",
            "host",
            "example.com.",
        ] {
            assert_eq!(source(host), "NO_PROXY", "{host}");
        }
        for host in ["notexample.com", "example.com.evil", "11.0.0.1", "192.168.1.2", "[2001:db8:2::5]"] {
            assert_eq!(source(host), "HTTPS_PROXY", "{host}");
        }
        assert_eq!(
            (source("127.0.0.1"), source("169.254.169.254")),
            ("an address of this machine", "a link-local address")
        );
        let all = read(None, &[("ALL_PROXY", "proxy:1"), ("NO_PROXY", "*")]).unwrap();
        assert_eq!(all.route(&"https://x/".parse().unwrap()).proxy, None);
        assert!(
            read(Some("proxy:1"), &[("NO_PROXY", "*")]).unwrap().route(&"https://x/".parse().unwrap()).proxy.is_some()
        );
        assert_eq!(read(None, &[]).unwrap().route(&"https://x/".parse().unwrap()).source, "no proxy is configured");
    }
}
