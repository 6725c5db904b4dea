//! Certificates that end soon, have ended, or are not valid yet.

use std::time::SystemTime;

use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::support::{Client as AbiClient, Store};

const DAY: i64 = 86_400;

/// The key of the tests with its certificate in PEM, whose dates are these in place of its own. Nobody checks the signature
/// of the certificate: Entra ID and the emulator know it by its thumbprint.
fn pem(from: Option<Timestamp>, until: Option<Timestamp>) -> String {
    let body: String = text("cert.pem").lines().filter(|line| !line.starts_with('-')).collect();
    let mut der = STANDARD.decode(body).unwrap();
    for (old, new, format) in [("261124183654Z", from, "%y%m%d%H%M%SZ"), ("21261031183654Z", until, "%Y%m%d%H%M%SZ")] {
        let at = der.windows(old.len()).position(|part| part == old.as_bytes()).unwrap();
        let new = new.map_or_else(|| old.to_owned(), |new| new.strftime(format).to_string());
        der[at..at + old.len()].copy_from_slice(new.as_bytes());
    }
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", STANDARD.encode(der))
}

/// Seconds from the time that the tests set the clock to.
fn at(seconds: i64) -> Option<Timestamp> {
    Some(Timestamp::from_second(NOW + seconds).unwrap())
}

fn now(seconds: i64) -> Option<Timestamp> {
    Some(Timestamp::try_from(SystemTime::now()).unwrap() + SignedDuration::from_secs(seconds))
}

async fn try_dates(cloud: &Arc<Cloud>, from: i64, until: Option<i64>) -> Result<Token, Error> {
    let pem = pem(at(from), until.and_then(at));
    sign_in(cloud, certificate(&(pem + &text("key.pem")), json!({})), &[]).await
}

#[tokio::test]
async fn a_certificate_is_reported_from_thirty_days_before_its_end_until_it_is_refused() {
    for (from, until, date) in [
        (-DAY, None, None),
        (-DAY, Some(30 * DAY + 1), None),
        (-DAY, Some(30 * DAY), Some("valid until 2026-01-31T00:00:00Z")),
        (-DAY, Some(1), Some("valid until 2026-01-01T00:00:01Z")),
        (0, Some(0), Some("valid until 2026-01-01T00:00:00Z")),
        (1, Some(DAY), Some("not valid before 2026-01-01T00:00:01Z")),
        // Two digits of a year are those of 1950 to 2049.
        (-50 * 365 * DAY, Some(DAY), Some("valid until 2026-01-02T00:00:00Z")),
    ] {
        let cloud = Cloud::new(Expect::Assertion(String::new()));
        let remarks = token_of(try_dates(&cloud, from, until).await).account.remarks.clone();
        match date {
            None => assert!(remarks.is_empty(), "{remarks:?}"),
            Some(date) => assert!(remarks.len() == 1 && remarks[0].contains(date), "{remarks:?}"),
        }
        if date.is_some_and(|date| date.starts_with("valid")) {
            for words in ["Entra ID", "beside the old one", "then remove the old one"] {
                assert!(remarks[0].contains(words), "{remarks:?}");
            }
        }
        cloud.get(|cloud| assert_eq!(cloud.exchanges, 1));
    }
    let cloud = Cloud::new(Expect::Assertion(String::new()));
    let error = error_of(try_dates(&cloud, -DAY, Some(-1)).await);
    assert_eq!(error.code().name, "auth.certificate_expired", "{error}");
    assert!(error.to_string().contains("2025-12-31T23:59:59Z") && error.remedy().contains("clock"), "{error:?}");
    cloud.get(|cloud| assert_eq!(cloud.exchanges, 0));
}

#[tokio::test]
async fn a_refused_certificate_that_is_not_valid_yet_is_told_as_such() {
    let cloud = Cloud::new(Expect::Assertion(String::new()));
    cloud.set(|cloud| cloud.refusal = Some((700_027, "AADSTS700027: no.")));
    let error = error_of(try_dates(&cloud, DAY, None).await);
    assert_eq!(error.code().name, "auth.certificate_unknown", "{error}");
    for words in ["upload the certificate", "not valid before 2026-01-02T00:00:00Z"] {
        assert!(error.remedy().contains(words), "{error:?}");
    }
}

#[tokio::test]
async fn an_expired_certificate_ends_a_chain_of_credentials() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), pem(at(-DAY), at(-1)) + &text("key.pem")).unwrap();
    let path = [("AZURE_CLIENT_CERTIFICATE_PATH", file.path().to_str().unwrap())];
    let variables = [&IDS[..], &APP_SERVICE, &path].concat();
    let cloud = Cloud::new(Expect::Secret);
    let error = error_of(sign_in(&cloud, json!({"type": "default"}), &variables).await);
    assert_eq!(error.code().name, "auth.certificate_expired", "{error}");
    cloud.get(|cloud| assert_eq!((cloud.exchanges, cloud.metadata_calls), (0, 0)));
}

#[test]
fn each_check_and_each_job_reports_a_certificate_that_ends_soon() {
    let store = Store::start();
    let open = |own: &str| {
        store.control("PUT", "trust", Some(json!({ "certificates": [own] })));
        let pem = own.to_owned() + &text("key.pem");
        let mut config = store.config();
        config["credential"] = emulated::certificate_of(&store, &pem);
        AbiClient::open(&config)
    };
    let until = now(10 * DAY);
    let date = until.unwrap().strftime("valid until %Y-%m-%dT%H:%M:%SZ").to_string();
    let client = open(&pem(now(-DAY), until));
    let (events, answer) = client.job("token.check", json!({}));
    let warnings = answer.result()["warnings"].clone();
    assert!(warnings[0].as_str().is_some_and(|warning| warning.contains(&date)), "{}", answer.text);
    let logged: Vec<&Value> =
        events.iter().filter(|event| event["level"] == "warning").map(|event| &event["message"]).collect();
    assert_eq!(json!(logged), warnings);
    let findings = client.call("service.check", json!({})).result()["findings"].clone();
    assert_eq!((&findings[0]["ok"], &findings[0]["warnings"]), (&json!(true), &warnings));
    assert!(findings[0]["message"].as_str().unwrap().contains(&date), "{findings}");

    let client = open(&pem(now(-DAY), now(-60)));
    let before = store.control("GET", "requests", None);
    assert_eq!(client.call("token.check", json!({})).failure(), (10, "auth.certificate_expired"));
    assert_eq!(client.call("app.list", json!({})).failure(), (10, "auth.certificate_expired"));
    assert_eq!(store.control("GET", "requests", None).as_array().unwrap().len(), before.as_array().unwrap().len());
    let finding = client.call("service.check", json!({})).result()["findings"][0].clone();
    assert_eq!(finding["error"]["code"], "auth.certificate_expired", "{finding}");
}
