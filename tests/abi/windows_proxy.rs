//! The proxy settings of Windows, in a process with a registry of its own.

#![allow(unsafe_code, reason = "the key of the user is another one in this process")]

use core::ffi::c_void;
use std::process::Command;
use std::ptr;

use serde_json::{Value, json};
use windows_registry::{CURRENT_USER, Key};

use crate::support::{self, Client};
use crate::tunnel;

/// Set in the process that has the registry.
const INSIDE: &str = "STORESHIP_TEST_REGISTRY";
const SETTINGS: &str = r"Software\Microsoft\Windows\CurrentVersion\Internet Settings";

#[link(name = "advapi32")]
unsafe extern "system" {
    fn RegOverridePredefKey(key: *mut c_void, new: *mut c_void) -> u32;
}

/// Makes another key the one of the user in this process; null takes that back.
fn be_the_key_of_the_user(key: *mut c_void) {
    let of_user = ptr::without_provenance_mut(0x8000_0001_u32 as i32 as isize as usize);
    // SAFETY: both are keys, and the second is open or null.
    assert_eq!(unsafe { RegOverridePredefKey(of_user, key) }, 0);
}

fn config(more: &Value) -> Value {
    let mut config = json!({
        "serviceUrl": "https://store.example/v1.0/my/", "authorityUrl": "https://login.corp.example/",
        "blobHosts": ["uploads"], "credential": {"type": "token", "accessToken": "x.y.z"}, "retry": {"retryTimeoutSeconds": 0},
    });
    config.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    config
}

/// The proxy and what decides, for the service, the sign-in and uploads.
fn routes(more: &Value) -> Vec<(Option<String>, String)> {
    let answer = Client::open(&config(more)).call("service.check", json!({}));
    let routes = answer.result()["proxies"].as_array().unwrap().iter();
    routes
        .map(|route| (route["proxy"].as_str().map(str::to_owned), route["source"].as_str().unwrap().to_owned()))
        .collect()
}

#[test]
fn the_settings_of_the_user_name_the_proxy() {
    if std::env::var_os(INSIDE).is_none() {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "windows_proxy::the_settings_of_the_user_name_the_proxy", "--nocapture"]);
        for name in ["HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"] {
            command.env_remove(name);
        }
        let ended = command.env(INSIDE, "1").output().unwrap();
        let said = String::from_utf8_lossy(&ended.stdout);
        assert!(
            ended.status.success() && said.contains("1 passed"),
            "{said}{}",
            String::from_utf8_lossy(&ended.stderr)
        );
        return;
    }
    let name = format!(r"Software\StoreShip tests {}", std::process::id());
    let key = CURRENT_USER.create(&name).unwrap();
    be_the_key_of_the_user(key.as_raw());
    let checked = std::panic::catch_unwind(|| check(&CURRENT_USER.create(SETTINGS).unwrap()));
    be_the_key_of_the_user(ptr::null_mut());
    CURRENT_USER.remove_tree(&name).unwrap();
    checked.unwrap();
}

fn check(settings: &Key) {
    let direct = |source: &str| (None, source.to_owned());
    let by = |proxy: &str, source: &str| (Some(proxy.to_owned()), source.to_owned());
    let of_windows = "the proxy settings of Windows";
    assert_eq!(routes(&json!({})), vec![direct("no proxy is configured"); 3], "nothing is set");

    // The proxy is asked for the service.
    let port = tunnel::proxy("HTTP/1.1 403 {request}\r\n\r\n");
    settings.set_u32("ProxyEnable", 1).unwrap();
    settings.set_string("ProxyServer", format!("http=127.0.0.1:1;https=127.0.0.1:{port}")).unwrap();
    let shown = format!("http://127.0.0.1:{port}");
    assert_eq!(routes(&json!({})), vec![by(&shown, of_windows); 3]);
    let answer = Client::open(&config(&json!({}))).call("app.list", json!({}));
    assert_eq!(answer.failure(), (11, "network.proxy"), "{}", answer.text);
    assert!(answer.text.contains("it answered 403 CONNECT store.example:443"), "{}", answer.text);

    // Exceptions, of Windows and of the variable.
    settings.set_string("ProxyOverride", "*.CORP.example;<local>").unwrap();
    let excepted = direct("the exceptions in the proxy settings of Windows");
    assert_eq!(routes(&json!({})), [by(&shown, of_windows), excepted.clone(), excepted]);
    let no_proxy = |list: &str| json!({"environment": {"NO_PROXY": list}});
    assert_eq!(routes(&no_proxy("store.example"))[0], direct("NO_PROXY"));
    assert_eq!(routes(&no_proxy("*")), vec![direct("NO_PROXY"); 3]);

    // The field and the variables are before them.
    let field = routes(&json!({"proxy": "http://127.0.0.1:2"}));
    assert_eq!(field, vec![by("http://127.0.0.1:2", "proxy"); 3]);
    let variable = routes(&json!({"environment": {"HTTPS_PROXY": "127.0.0.1:3"}}));
    assert_eq!(variable, vec![by("http://127.0.0.1:3", "HTTPS_PROXY"); 3]);

    // A value that can't be used is refused, unless something else counts or the service is on this machine.
    settings.set_string("ProxyServer", "socks=127.0.0.1:4").unwrap();
    let (_, answer) = support::open(&config(&json!({})).to_string());
    assert_eq!(answer.failure().1, "config.invalid", "{}", answer.text);
    let error = &answer.json["error"];
    let message = error["message"].as_str().unwrap();
    assert!(
        message.contains("the proxy settings of Windows name no proxy") && message.contains("socks://127.0.0.1:4"),
        "{error}"
    );
    assert!(error["hint"].as_str().unwrap().contains("`proxy`"), "{error}");
    for more in [
        json!({"proxy": "127.0.0.1:2"}),
        no_proxy("*"),
        json!({"serviceUrl": "http://127.0.0.1:9/my/", "authorityUrl": "http://127.0.0.1:9/"}),
    ] {
        drop(Client::open(&config(&more)));
    }

    // None for https; a script only; switched off.
    settings.set_string("ProxyServer", "http=127.0.0.1:1").unwrap();
    assert_eq!(routes(&json!({}))[0], direct("the proxy settings of Windows name no proxy for https"));
    settings.set_u32("ProxyEnable", 0).unwrap();
    assert_eq!(routes(&json!({}))[0], direct("no proxy is configured"));
    settings.set_string("AutoConfigURL", "http://wpad.corp.example/proxy.pac").unwrap();
    let script = direct("the proxy settings of Windows name a script, which is not read; set `proxy`");
    assert_eq!(routes(&json!({})), vec![script; 3]);
}
