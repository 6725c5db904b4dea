//! Every way to sign in, against services that check each request strictly.

#[cfg(unix)]
mod cli;
mod dates;
mod doctor;
mod emulated;
mod hostile;
mod pfx;
mod server;
#[path = "../support/mod.rs"]
mod support;
mod texts;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::{Value, json};
use server::{ASSERTION, CLIENT, Cloud, Expect, IDENTITY_HEADER, NOW, OIDC_REQUEST_TOKEN, RESOURCE, SECRET, TENANT};
use storeship::auth::Token;
use storeship::client::{Api, Client, SUBMISSION_API};
use storeship::config::{Config, Credential, MetadataEndpoint};
use storeship::error::Error;
use storeship::http::Context;
use storeship::http::ProcessWide;

const PASSWORD: &str = "Pf+x/ p~w1";
const CLI_TOKEN: &str = "cli-T0ken/+x";

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sign_in").join(name)
}

fn text(name: &str) -> String {
    std::fs::read_to_string(fixture(name)).unwrap()
}

fn config(credential: Value, more: Value, variables: &[(&str, &str)]) -> Result<Config, Error> {
    let mut config = json!({ "credential": credential, "retry": {"baseMs": 1, "capMs": 2} });
    config.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
    Config::parse_with(&config.to_string(), &|name| {
        variables.iter().find(|pair| pair.0 == name).map(|pair| pair.1.to_owned())
    })
}

fn client(cloud: &Arc<Cloud>, config: Config) -> Client {
    let now = || Timestamp::from_second(NOW).unwrap();
    Client::with_context(config, Context { transport: cloud.clone(), now, seed: 1, shared: ProcessWide::default() })
}

async fn sign_in(cloud: &Arc<Cloud>, credential: Value, variables: &[(&str, &str)]) -> Result<Token, Error> {
    client(cloud, config(credential, json!({}), variables)?).token(&SUBMISSION_API).await
}

#[track_caller]
fn error_of(result: Result<Token, Error>) -> Error {
    result.err().expect("the sign-in must fail")
}

#[track_caller]
fn token_of(result: Result<Token, Error>) -> Token {
    result.unwrap_or_else(|error| panic!("{}", error.to_json()))
}

/// Asserts that a text holds no secret in any encoding.
#[track_caller]
fn assert_no_secret_in(shown: &str) {
    for secret in [SECRET, ASSERTION, OIDC_REQUEST_TOKEN, IDENTITY_HEADER, PASSWORD, CLI_TOKEN] {
        let encoded: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
        for form in [secret.to_owned(), encoded.replace('+', "%20"), encoded, STANDARD.encode(secret)] {
            assert!(!shown.contains(&form), "{form} in {shown}");
        }
    }
    assert!(!shown.contains("eyJ") && !shown.contains("PRIVATE KEY"), "{shown}");
}

const IDS: [(&str, &str); 2] = [("AZURE_TENANT_ID", TENANT), ("AZURE_CLIENT_ID", CLIENT)];
const GITHUB: [(&str, &str); 2] = [
    ("ACTIONS_ID_TOKEN_REQUEST_URL", "https://pipelines.example/github/idtoken?api-version=2.0"),
    ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", OIDC_REQUEST_TOKEN),
];
const PIPELINES: [(&str, &str); 2] =
    [("SYSTEM_OIDCREQUESTURI", "https://dev.example/contoso/_oidc"), ("SYSTEM_ACCESSTOKEN", OIDC_REQUEST_TOKEN)];
const APP_SERVICE: [(&str, &str); 2] =
    [("IDENTITY_ENDPOINT", "http://127.0.0.1:41741/msi/token"), ("IDENTITY_HEADER", IDENTITY_HEADER)];

fn certificate(pem: &str, more: Value) -> Value {
    let mut credential = json!({"type": "certificate", "tenantId": TENANT, "clientId": CLIENT, "certificate": pem});
    credential.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
    credential
}

#[tokio::test]
async fn a_certificate_signs_each_exchange() {
    for key in ["key.pem", "key-pkcs1.pem"] {
        // In any order; the certificate of the issuer is not mistaken for the one of the key.
        let pem = text("authority.pem") + &text(key) + &text("cert.pem");
        for (send, chain) in [(false, 0), (true, 2)] {
            let cloud = Cloud::new(Expect::Certificate(chain));
            cloud.set(|cloud| cloud.life = 100);
            let credential = certificate(&pem, json!({ "sendCertificateChain": send }));
            let client = client(&cloud, config(credential, json!({}), &[]).unwrap());
            let token = token_of(client.token(&SUBMISSION_API).await);
            assert_eq!((token.secret.reveal(), token.account.credential.as_str()), ("access-1", "certificate"));
            assert_eq!(token.expires_at.unwrap().as_second(), NOW + 100);
            // A token that expires in less than five minutes is renewed, with a new assertion.
            token_of(client.token(&SUBMISSION_API).await);
            let assertions = cloud.get(|cloud| cloud.assertions.clone());
            assert!(assertions.len() == 2 && assertions[0] != assertions[1]);
        }
    }
}

#[tokio::test]
async fn an_assertion_has_the_national_cloud_as_its_audience() {
    let cloud = Cloud::new(Expect::Certificate(0));
    cloud.set(|cloud| cloud.audience = format!("https://login.microsoftonline.us/{TENANT}/oauth2/v2.0/token"));
    let pem = text("cert.pem") + &text("key.pem");
    let more = json!({"authorityUrl": "https://login.microsoftonline.us"});
    token_of(client(&cloud, config(certificate(&pem, json!({})), more, &[]).unwrap()).token(&SUBMISSION_API).await);
    cloud.get(|cloud| assert_eq!(cloud.exchanges, 1));
}

#[tokio::test]
async fn an_unusable_certificate_is_reported() {
    let cloud = Cloud::new(Expect::Certificate(0));
    let both = certificate("x", json!({"certificatePath": "y"}));
    let missing = json!({"type": "certificate", "tenantId": TENANT, "clientId": CLIENT, "certificatePath": "/no/such"});
    for (credential, code, words) in [
        (certificate(&text("cert.pem"), json!({})), "auth.certificate_unreadable", "no private key"),
        (certificate(&text("key.pem"), json!({})), "auth.certificate_unreadable", "no certificate of its"),
        (certificate(&(text("key.pem") + &text("authority.pem")), json!({})), "auth.certificate_unreadable", "of its"),
        (certificate("nothing", json!({})), "auth.certificate_unreadable", "no private key"),
        (both, "config.invalid", "either"),
        (missing, "file.not_found", "/no/such"),
    ] {
        let error = error_of(sign_in(&cloud, credential, &[]).await);
        assert_eq!(error.code().name, code, "{error}");
        assert!(error.to_string().contains(words), "{error}");
        assert_no_secret_in(&error.to_json());
    }
    cloud.get(|cloud| assert_eq!(cloud.exchanges, 0));
}

#[tokio::test]
async fn tokens_are_cached_by_audience() {
    const OTHER: &str = "https://api.store.microsoft.com";
    let other = Api { audience: OTHER, ..SUBMISSION_API };
    let secret = json!({"type": "clientSecret", "tenantId": TENANT, "clientId": CLIENT, "clientSecret": SECRET});
    for credential in [secret, json!({"type": "managedIdentity"})] {
        let cloud = Cloud::new(Expect::Secret);
        let client = client(&cloud, config(credential, json!({}), &[]).unwrap());
        let requests = || cloud.get(|cloud| cloud.exchanges + cloud.metadata_calls);
        // The cloud refuses a request for any other resource.
        for (resource, api, expected) in [(RESOURCE, &SUBMISSION_API, 1), (OTHER, &other, 2)] {
            cloud.set(|cloud| cloud.resource = resource);
            let token = token_of(client.token(api).await);
            assert_eq!(token_of(client.token(api).await).secret.reveal(), token.secret.reveal());
            assert_eq!(requests(), expected);
        }
        for api in [&SUBMISSION_API, &other] {
            token_of(client.token(api).await);
        }
        assert_eq!(requests(), 2);
    }
}

#[tokio::test]
async fn an_assertion_of_the_caller_is_sent_unchanged() {
    let cloud = Cloud::new(Expect::Assertion(ASSERTION.to_owned()));
    let credential = json!({"type": "assertion", "tenantId": TENANT, "clientId": CLIENT, "assertion": ASSERTION});
    let token = token_of(sign_in(&cloud, credential, &[]).await);
    assert_eq!(token.account.credential, "assertion");
    cloud.get(|cloud| assert_eq!(cloud.assertions, [ASSERTION]));
}

#[tokio::test]
async fn build_systems_issue_an_id_token_for_each_sign_in() {
    let connection = json!({"type": "azurePipelines", "serviceConnectionId": "connection-1"});
    for (credential, variables, kind, start) in [
        (json!({"type": "githubActions"}), GITHUB, "GitHub Actions", "github-"),
        (connection, PIPELINES, "Azure Pipelines", "pipelines-"),
    ] {
        let cloud = Cloud::new(Expect::Assertion(start.to_owned()));
        cloud.set(|cloud| cloud.life = 100);
        let variables = [IDS, variables].concat();
        let client = client(&cloud, config(credential.clone(), json!({}), &variables).unwrap());
        let token = token_of(client.token(&SUBMISSION_API).await);
        assert_eq!(token.account.credential, kind);
        assert_eq!(token.account.tenant_id.as_deref(), Some(TENANT));
        token_of(client.token(&SUBMISSION_API).await);
        assert_eq!(cloud.get(|cloud| cloud.assertions.clone()), [format!("{start}1"), format!("{start}2")]);

        cloud.set(|cloud| cloud.oidc_status = 403);
        let error = error_of(sign_in(&cloud, credential, &variables).await);
        assert_eq!(error.code().name, "auth.id_token");
        assert!(error.to_string().contains("status 403"), "{error}");
        assert!(kind == "GitHub Actions" || error.to_json().contains("e2e-7"), "{}", error.to_json());
        assert_no_secret_in(&error.to_json());
    }
}

#[tokio::test]
async fn a_federated_token_file_is_read_for_each_sign_in() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    let variables = [&IDS[..], &[("AZURE_FEDERATED_TOKEN_FILE", path.to_str().unwrap())]].concat();
    let cloud = Cloud::new(Expect::Assertion("file-".to_owned()));
    cloud.set(|cloud| cloud.life = 100);
    let client = client(&cloud, config(json!({"type": "federatedFile"}), json!({}), &variables).unwrap());
    assert_eq!(error_of(client.token(&SUBMISSION_API).await).code().name, "file.not_found");
    for content in ["file-1\n", "file-2"] {
        std::fs::write(&path, content).unwrap();
        token_of(client.token(&SUBMISSION_API).await);
    }
    std::fs::write(&path, " \n").unwrap();
    // The old token is still valid, but an empty file is no temporary failure.
    assert_eq!(error_of(client.token(&SUBMISSION_API).await).code().name, "file.empty");
    assert_eq!(cloud.get(|cloud| cloud.assertions.clone()), ["file-1", "file-2"]);
}

#[tokio::test(start_paused = true)]
async fn a_virtual_machine_signs_in_once_its_metadata_service_is_ready() {
    let cloud = Cloud::new(Expect::Secret);
    cloud.set(|cloud| {
        cloud.pending = vec![404, 410, 503];
        cloud.identity = ("msi_res_id", "/subscriptions/1/x");
    });
    let credential = json!({"type": "managedIdentity", "identity": {"resourceId": "/subscriptions/1/x"}});
    let token = token_of(sign_in(&cloud, credential, &[]).await);
    assert_eq!((token.secret.reveal(), token.account.credential.as_str()), ("vm-token", "managed identity"));
    assert_eq!(token.expires_at.unwrap().as_second(), NOW + 3600);
    assert_eq!(cloud.get(|cloud| cloud.metadata_calls), 4);

    cloud.set(|cloud| (cloud.pending, cloud.identity) = (vec![404; 6], ("", "")));
    let error = error_of(sign_in(&cloud, json!({"type": "managedIdentity"}), &[]).await);
    assert_eq!(error.code().name, "auth.identity_refused");
    // No metadata service, another cloud, or a machine without an identity: each means that there is no managed identity.
    let absences: [fn(&mut server::Inner); 3] =
        [|cloud| cloud.metadata = false, |cloud| cloud.probe = 404, |cloud| cloud.has_identity = false];
    for absence in absences {
        let cloud = Cloud::new(Expect::Secret);
        cloud.set(absence);
        let error = error_of(sign_in(&cloud, json!({"type": "managedIdentity"}), &[]).await);
        assert_eq!(error.code().name, "auth.no_managed_identity", "{error}");
    }
    let two = json!({"type": "managedIdentity", "identity": {"clientId": "a", "objectId": "b"}});
    assert_eq!(error_of(sign_in(&cloud, two, &[]).await).code().name, "config.invalid");
}

#[tokio::test]
async fn app_service_signs_in_with_its_identity() {
    let cloud = Cloud::new(Expect::Secret);
    cloud.set(|cloud| cloud.identity = ("client_id", "identity-1"));
    let credential = json!({"type": "managedIdentity", "identity": {"clientId": "identity-1"}});
    let token = token_of(sign_in(&cloud, credential.clone(), &APP_SERVICE).await);
    assert_eq!(token.secret.reveal(), "app-service-token");
    assert_eq!(token.expires_at.unwrap().as_second(), NOW + 7200);
    // On Linux the endpoint is a link-local address.
    let linux = [("IDENTITY_ENDPOINT", "http://169.254.129.5:8081/msi/token"), APP_SERVICE[1]];
    assert_eq!(token_of(sign_in(&cloud, credential.clone(), &linux).await).secret.reveal(), "app-service-token");
    cloud.set(|cloud| cloud.oidc_status = 400);
    let error = error_of(sign_in(&cloud, credential, &APP_SERVICE).await);
    assert_eq!(error.code().name, "auth.identity_refused");
    assert!(error.to_string().contains("No identity for REDACTED"), "{error}");
    assert_no_secret_in(&error.to_json());
    cloud.get(|_| ());
}

/// The clock is paused, so the waits take no time.
#[tokio::test(start_paused = true)]
async fn a_metadata_service_that_fails_is_called_six_times() {
    let credential = json!({"type": "managedIdentity"});
    for (variables, status) in [(&APP_SERVICE[..], 503), (&APP_SERVICE[..], 429), (&[], 503), (&[], 429)] {
        let cloud = Cloud::new(Expect::Secret);
        cloud.set(|cloud| cloud.pending = vec![status; 5]);
        let began = tokio::time::Instant::now();
        token_of(sign_in(&cloud, credential.clone(), variables).await);
        // 1.34 s, doubled each time: 41.54 s in all.
        let waited = began.elapsed().as_millis();
        assert!((41_540..41_600).contains(&waited), "{waited}");

        cloud.set(|cloud| (cloud.pending, cloud.metadata_calls) = (vec![status; 9], 0));
        let error = error_of(sign_in(&cloud, credential.clone(), variables).await);
        assert_eq!((error.code().name, error.is_retryable()), ("service.unavailable", true));
        assert_eq!(error.exchange().unwrap().attempts, 6);
        assert_eq!(cloud.get(|cloud| cloud.metadata_calls), 6);
    }
    // A service that asks for a longer wait than a sign-in may take is called once.
    let cloud = Cloud::new(Expect::Secret);
    cloud.set(|cloud| (cloud.pending, cloud.retry_after) = (vec![429; 9], "100"));
    assert_eq!(error_of(sign_in(&cloud, credential, &APP_SERVICE).await).code().name, "service.unavailable");
    assert_eq!(cloud.get(|cloud| cloud.metadata_calls), 1);
}

#[tokio::test]
async fn an_application_may_trust_a_managed_identity() {
    let cloud = Cloud::new(Expect::Assertion("vm-token".to_owned()));
    let credential = json!({"type": "managedIdentityFederated", "tenantId": TENANT, "clientId": CLIENT});
    let token = token_of(sign_in(&cloud, credential, &[]).await);
    assert_eq!((token.secret.reveal(), token.account.client_id.as_deref()), ("access-1", Some(CLIENT)));
    cloud.get(|cloud| assert_eq!((cloud.metadata_calls, cloud.exchanges), (1, 1)));
}

#[tokio::test]
async fn the_arc_agent_can_name_its_own_keys_only() {
    let folder = tempfile::tempdir().unwrap();
    let tokens = folder.path().join("tokens");
    std::fs::create_dir_all(tokens.join("deeper")).unwrap();
    let write = |path: &Path, content: &str| std::fs::write(path, content).unwrap();
    write(&tokens.join("good.key"), "arc+key/=");
    write(&tokens.join("large.key"), &"x".repeat(4097));
    write(&tokens.join("other.txt"), "x");
    write(&tokens.join("deeper/good.key"), "x");
    write(&folder.path().join("outside.key"), "x");
    #[cfg(unix)]
    std::os::unix::fs::symlink(folder.path().join("outside.key"), tokens.join("link.key")).unwrap();

    let cloud = Cloud::new(Expect::Secret);
    cloud.set(|cloud| cloud.arc_key = "arc+key/=");
    let variables = [("IDENTITY_ENDPOINT", "http://localhost:40342/arc/token"), ("IMDS_ENDPOINT", "x")];
    let credential = json!({"type": "managedIdentity"});
    let sign_in = async |file: &str| {
        cloud.set(|cloud| cloud.arc_file = tokens.join(file).display().to_string());
        let mut config = config(credential.clone(), json!({}), &variables).unwrap();
        // Tests can't write to the folder of the agent.
        let Credential::ManagedIdentity { endpoint: MetadataEndpoint::Arc { key_folder: place, .. }, .. } =
            &mut config.credential
        else {
            panic!("not Arc")
        };
        assert!(place.ends_with("tokens") || place.ends_with("Tokens"));
        *place = tokens.clone();
        client(&cloud, config).token(&SUBMISSION_API).await
    };
    assert_eq!(token_of(sign_in("good.key").await).secret.reveal(), "arc-token");
    let before = cloud.get(|cloud| cloud.metadata_calls);
    let bad = [
        "large.key",
        "other.txt",
        "deeper/good.key",
        "../good.key",
        "/etc/good.key",
        "../outside.key",
        "none.key",
        "link.key",
    ];
    for file in bad {
        let error = error_of(sign_in(file).await);
        assert_eq!(error.code().name, "auth.arc_file", "{file}: {error}");
    }
    // No request was sent with the content of a file.
    assert_eq!(cloud.get(|cloud| cloud.metadata_calls), before + bad.len());
}

#[cfg(unix)]
#[tokio::test]
async fn the_azure_cli_signs_in() {
    let cloud = Cloud::new(Expect::Secret);
    let cli = |script: &str| json!({"type": "azureCli", "command": fixture(script), "tenantId": "contoso.com"});
    let token = token_of(sign_in(&cloud, cli("az/good.sh"), &[]).await);
    assert_eq!((token.secret.reveal(), token.account.credential.as_str()), (CLI_TOKEN, "Azure CLI"));
    assert_eq!(token.expires_at.unwrap().as_second(), NOW + 3600);

    let error = error_of(sign_in(&cloud, cli("az/signed_out.sh"), &[]).await);
    assert_eq!(error.code().name, "auth.cli_signed_out");
    assert!(error.to_string().contains("ERROR: Please run 'az login'"), "{error}");
    assert_no_secret_in(&error.to_json());

    assert_eq!(error_of(sign_in(&cloud, cli("az/none.sh"), &[]).await).code().name, "auth.cli_missing");
    // Without the tenant the command line differs, and the script refuses it.
    let other = json!({"type": "azureCli", "command": fixture("az/good.sh")});
    assert_eq!(error_of(sign_in(&cloud, other, &[]).await).code().name, "auth.cli_failed");
    let option = json!({"type": "azureCli", "command": fixture("az/good.sh"), "tenantId": "--debug"});
    assert_eq!(error_of(sign_in(&cloud, option, &[]).await).code().name, "config.invalid");
}

/// The clock is paused, so the minute takes no time.
#[cfg(unix)]
#[tokio::test(start_paused = true)]
async fn an_azure_cli_that_hangs_is_killed() {
    let cloud = Cloud::new(Expect::Secret);
    let credential = json!({"type": "azureCli", "command": fixture("az/slow.sh")});
    let error = error_of(sign_in(&cloud, credential, &[]).await);
    assert_eq!(error.code().name, "auth.cli_failed");
    assert!(error.to_string().contains("60 seconds"), "{error}");
}

#[tokio::test]
async fn the_account_names_the_credential_of_the_environment() {
    let secret = [("AZURE_CLIENT_SECRET", SECRET)];
    let pem = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(pem.path(), text("cert.pem") + &text("key.pem")).unwrap();
    let path = [("AZURE_CLIENT_CERTIFICATE_PATH", pem.path().to_str().unwrap())];
    let connection = [("AZURESUBSCRIPTION_SERVICE_CONNECTION_ID", "connection-1")];
    for (expect, variables, kind) in [
        (Expect::Secret, [&IDS[..], &secret, &path, &GITHUB].concat(), "client secret"),
        (Expect::Certificate(0), [&IDS[..], &path, &GITHUB].concat(), "certificate"),
        (Expect::Assertion("github-".to_owned()), [IDS, GITHUB].concat(), "GitHub Actions"),
        (Expect::Assertion("pipelines-".to_owned()), [&IDS[..], &PIPELINES, &connection].concat(), "Azure Pipelines"),
    ] {
        for chain in ["environment", "default"] {
            let cloud = Cloud::new(expect.clone());
            let token = token_of(sign_in(&cloud, json!({ "type": chain }), &variables).await);
            assert_eq!(token.account.credential, format!("{chain}: {kind}"));
            assert_eq!(token.account.client_id.as_deref(), Some(CLIENT));
            cloud.get(|cloud| assert_eq!(cloud.exchanges, 1));
        }
    }
}

#[tokio::test]
async fn missing_variables_are_named() {
    let cloud = Cloud::new(Expect::Secret);
    for (kind, variables, code, words) in [
        ("environment", vec![], "auth.no_credential", "no AZURE_TENANT_ID, no AZURE_CLIENT_ID, no AZURE_CLIENT_SECRET"),
        ("environment", IDS.to_vec(), "auth.no_credential", "no AZURE_CLIENT_SECRET"),
        ("githubActions", IDS.to_vec(), "auth.no_github", "no ACTIONS_ID_TOKEN_REQUEST_URL, no ACTIONS_ID_TOKEN"),
        ("githubActions", GITHUB.to_vec(), "auth.no_github", "AZURE_TENANT_ID"),
        ("azurePipelines", vec![PIPELINES[0]], "auth.no_pipelines", "no SYSTEM_ACCESSTOKEN"),
        ("azurePipelines", [IDS, PIPELINES].concat(), "auth.no_pipelines", "serviceConnectionId"),
        ("federatedFile", IDS.to_vec(), "auth.no_federated_file", "AZURE_FEDERATED_TOKEN_FILE"),
    ] {
        let error = error_of(sign_in(&cloud, json!({ "type": kind }), &variables).await);
        assert_eq!(error.code().name, code, "{kind}: {error}");
        assert!(error.to_string().contains(words), "{error}");
        assert_no_secret_in(&error.to_json());
    }
}

#[tokio::test]
async fn the_default_skips_only_credentials_that_are_not_available() {
    let credential = json!({"type": "default"});
    let cloud = Cloud::new(Expect::Secret);
    let token = token_of(sign_in(&cloud, credential.clone(), &[]).await);
    assert_eq!(token.account.credential, "default: managed identity");

    // A secret that is refused is not hidden by a managed identity that would work.
    cloud.set(|cloud| cloud.refusal = Some((7_000_222, "AADSTS7000222: expired")));
    let variables = [&IDS[..], &[("AZURE_CLIENT_SECRET", SECRET)]].concat();
    let error = error_of(sign_in(&cloud, credential.clone(), &variables).await);
    assert_eq!(error.code().name, "auth.expired_secret");
    assert!(error.to_string().starts_with("default credential, client secret: "), "{error}");

    cloud.set(|cloud| cloud.metadata = false);
    let mut config = config(credential, json!({}), &[]).unwrap();
    let Credential::Chain { links, .. } = &mut config.credential else { panic!("no chain") };
    links.pop();
    links.push(Credential::AzureCli { tenant_id: None, command: Some("/no/such/az".to_owned()) });
    let error = error_of(client(&cloud, config).token(&SUBMISSION_API).await);
    assert_eq!(error.code().name, "auth.no_credential");
    let report = error.to_json();
    assert!(report.contains("auth.no_managed_identity") && report.contains("auth.cli_missing"), "{report}");
}

#[tokio::test]
async fn the_environment_may_name_the_sign_in_service() {
    let variables =
        [&IDS[..], &[("AZURE_CLIENT_SECRET", SECRET), ("AZURE_AUTHORITY_HOST", "https://login.microsoftonline.us/")]]
            .concat();
    let environment = || json!({"type": "environment"});
    let config_of = |more| config(environment(), more, &variables).unwrap();
    assert_eq!(config_of(json!({})).authority_url.as_str(), "https://login.microsoftonline.us/");
    let more = json!({"authorityUrl": "https://login.partner.microsoftonline.cn/"});
    assert_eq!(config_of(more).authority_url.as_str(), "https://login.partner.microsoftonline.cn/");
}

#[tokio::test]
async fn addresses_in_variables_are_checked() {
    for address in [
        "http://169.253.169.254/msi/token",
        "http://10.0.0.1/msi",
        "http://[fe80::1]/msi",
        "http://example.com/",
        "ftp://127.0.0.1/",
        "no address",
    ] {
        let variables = [("IDENTITY_ENDPOINT", address), APP_SERVICE[1]];
        let error = config(json!({"type": "managedIdentity"}), json!({}), &variables).err().unwrap();
        assert_eq!(error.code().name, "config.invalid", "{address}");
        // A chain does not skip it.
        assert!(config(json!({"type": "default"}), json!({}), &variables).is_err(), "{address}");
    }
    for address in ["http://169.254.129.5:8081/msi/token", "http://169.254.169.254/msi/token", "http://localhost:4141/"]
    {
        let metadata = [("IDENTITY_ENDPOINT", address), APP_SERVICE[1]];
        assert!(config(json!({"type": "managedIdentity"}), json!({}), &metadata).is_ok(), "{address}");
    }
    // An address that is allowed for a managed identity is not allowed for id tokens and secrets.
    for variable in ["ACTIONS_ID_TOKEN_REQUEST_URL", "AZURE_AUTHORITY_HOST"] {
        let address = [(variable, "http://169.254.129.5/x"), GITHUB[1], ("AZURE_CLIENT_SECRET", SECRET)];
        let variables = [&IDS[..], &address].concat();
        let kind = if variable == "AZURE_AUTHORITY_HOST" { "environment" } else { "githubActions" };
        let error = config(json!({ "type": kind }), json!({}), &variables).err().unwrap();
        assert_eq!(error.code().name, "config.invalid", "{variable}: {error}");
    }
    assert!(config(json!({"type": "default"}), json!({"serviceUrl": "http://169.254.1.1/"}), &[]).is_err());
}

#[tokio::test]
async fn a_refusal_of_the_sign_in_service_has_a_code_and_no_secret() {
    for (number, code) in [
        (700_024, "auth.assertion_expired"),
        (700_027, "auth.certificate_unknown"),
        (70_021, "auth.federation_unknown"),
        (700_213, "auth.federation_unknown"),
        (7_000_215, "auth.invalid_secret"),
        (7_000_229, "auth.no_service_principal"),
        (7_002_138, "auth.federation_unknown"),
        (53_003, "auth.conditional_access"),
        (1, "auth.refused"),
    ] {
        let pem = text("cert.pem") + &text("key.pem");
        let variables = [&IDS[..], &GITHUB].concat();
        for credential in [
            json!({"type": "clientSecret", "tenantId": TENANT, "clientId": CLIENT, "clientSecret": SECRET}),
            json!({"type": "assertion", "tenantId": TENANT, "clientId": CLIENT, "assertion": ASSERTION}),
            certificate(&pem, json!({})),
            json!({"type": "githubActions"}),
        ] {
            let cloud = Cloud::new(Expect::Secret);
            cloud.set(|cloud| cloud.refusal = Some((number, "AADSTS: no. ECHO")));
            let error = error_of(sign_in(&cloud, credential, &variables).await);
            assert_eq!(error.code().name, code, "{error}");
            assert!(error.to_string().contains("AADSTS: no."), "{error}");
            assert_no_secret_in(&error.to_json());
        }
    }
}

/// The C ABI on sockets. A request to this machine does not use the proxy, which does not exist.
#[test]
fn the_c_abi_signs_in_and_shows_no_secret() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let cloud = Cloud::new(Expect::Assertion(ASSERTION.to_owned()));
    let address = runtime.block_on(cloud.listen());
    let config = json!({
        "authorityUrl": address, "serviceUrl": format!("{address}my/"), "proxy": "http://127.0.0.1:1",
        "retry": {"baseMs": 1, "capMs": 2},
        "credential": {"type": "assertion", "tenantId": TENANT, "clientId": CLIENT, "assertion": ASSERTION},
    });
    let client = support::Client::open(&config);
    let (events, answer) = client.job("token.check", json!({}));
    assert_eq!(answer.result()["credential"], "assertion");
    assert_eq!(answer.result()["tenantId"], TENANT);
    assert_no_secret_in(&format!("{events:?} {}", answer.text));

    cloud.set(|cloud| cloud.refusal = Some((700_024, "AADSTS700024: no. ECHO")));
    let client = support::Client::open(&config);
    let (events, answer) = client.job("token.check", json!({}));
    assert_eq!(answer.failure(), (-1, "auth.assertion_expired"));
    assert_no_secret_in(&format!("{events:?} {}", answer.text));

    // The error of a credential that can't be read has the place, not the value.
    let (_, answer) =
        support::open(&json!({"credential": {"type": "assertion", "assertion": [ASSERTION]}}).to_string());
    assert_no_secret_in(&answer.text);
    let wrong = json!({"credential": {"type": "certificate", "tenantId": 1, "certificatePassword": PASSWORD}});
    assert_no_secret_in(&support::open(&wrong.to_string()).1.text);
}
