//! The rules about packages: each with packages that it refuses and similar ones that it lets through.

use storeship::check::{Allowed, Base, Finding, Severity, packages, present, refuse, submission};
use storeship::package::sample::{self, Sample};
use storeship::package::{Capability, CapabilityKind, DependencyKind, Facts, PackageDependency, PackageKind, Role};
use storeship::package::{DeviceFamily, inspect_at};
use storeship::store::Target;

const NAME: &str = "5224ContosoDeveloper.ContosoSampleApp";
const PUBLISHER: &str = "CN=2F1A8B4C-5D6E-4F70-8192-A3B4C5D6E7F8";

fn of(name: &str, bytes: Vec<u8>) -> Facts {
    inspect_at(name, &bytes.as_slice(), bytes.len() as u64).unwrap()
}

fn description(version: &str, architecture: &str) -> Sample {
    Sample {
        name: NAME.into(),
        publisher: PUBLISHER.into(),
        version: version.into(),
        architecture: architecture.into(),
        ..Sample::default()
    }
}

fn package(version: &str, architecture: &str) -> Facts {
    let name = format!("App_{version}_{architecture}.msix");
    of(&name, sample::package(&description(version, architecture)).unwrap())
}

fn bundle(version: &str, architectures: &[&str]) -> Facts {
    let inner: Vec<Sample> = architectures.iter().map(|it| description(version, it)).collect();
    of(&format!("App_{version}.msixbundle"), sample::bundle(&inner).unwrap())
}

fn with(mut facts: Facts, change: impl FnOnce(&mut Facts)) -> Facts {
    change(&mut facts);
    facts
}

const APP: &str = r#"{"id": "9NBLGGH4R315",
    "packageIdentityName": "5224ContosoDeveloper.ContosoSampleApp", "publisherName": "CN=2F1A8B4C-5D6E-4F70-8192-A3B4C5D6E7F8",
    "packageFamilyName": "5224ContosoDeveloper.ContosoSampleApp_fmpevbkyj4e6g"}"#;

/// A base whose submission has these packages: file name, version, architecture, device family with its lowest version.
fn base(present: &[(&str, &str, &str, &str)]) -> Base {
    let packages: Vec<String> = present
        .iter()
        .map(|(file, version, architecture, family)| {
            format!(
                r#"{{"fileName":"{file}","fileStatus":"Uploaded","id":"1","version":"{version}","architecture":"{architecture}","languages":null,"targetDeviceFamilies":["{family}"]}}"#
            )
        })
        .collect();
    let submission = format!(r#"{{"id":"1","applicationPackages":[{}]}}"#, packages.join(","));
    Base::of(&submission).unwrap().app(APP).unwrap()
}

const DESKTOP: &str = "Windows.Desktop min version 10.0.17763.0";

/// `P02 error`, for each finding.
fn found(facts: &[Facts], base: Option<&Base>) -> Vec<String> {
    packages(facts, base, &Allowed::default()).iter().map(short).collect()
}

fn short(finding: &Finding) -> String {
    let severity = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Information => "information",
    };
    format!("{} {severity}", finding.id)
}

#[track_caller]
fn assert_found(facts: &[Facts], base: Option<&Base>, expected: &[&str]) {
    assert_eq!(found(facts, base), expected, "{:#?}", packages(facts, base, &Allowed::default()));
}

#[test]
fn a_usual_release_has_no_findings() {
    let before = base(&[
        ("App_1.0.0.0_x64.msix", "1.0.0.0", "X64", DESKTOP),
        ("App_1.0.0.0_arm64.msix", "1.0.0.0", "Arm64", DESKTOP),
    ]);
    assert_found(&[package("1.1.0.0", "x64"), package("1.1.0.0", "arm64")], Some(&before), &[]);
    // The version of another architecture or device family does not matter.
    let before = base(&[
        ("App_arm64.msix", "3.0.0.0", "Arm64", DESKTOP),
        ("App_xbox.msix", "3.0.0.0", "X64", "Windows.Xbox min version 10.0.17763.0"),
    ]);
    let facts = [package("1.1.0.0", "x64")];
    assert_found(&facts, Some(&before), &["P04 warning"]);
    let upload = sample::upload(vec![("App.msixbundle".into(), {
        let inner = ["x64", "arm64"].map(|it| description("2.0.0.0", it));
        sample::bundle(&inner).unwrap()
    })]);
    let before = base(&[("App_1.msixbundle", "1.0.0.0", "Neutral", DESKTOP)]);
    assert_found(&[of("App.msixupload", upload.unwrap())], Some(&before), &[]);
    // A submission that was not processed yet knows nothing of its packages but their files.
    let submission =
        r#"{"flightPackages":[{"fileName":"a.msix","fileStatus":"PendingUpload","version":null,"architecture":""}]}"#;
    assert_found(&facts, Some(&Base::of(submission).unwrap()), &[]);
}

#[test]
fn p01_another_app() {
    let before = base(&[]);
    let good = || package("1.0.0.0", "x64");
    for (change, says) in [
        (with(good(), |it| it.identity_name = NAME.to_lowercase()), "has the identity name 5224contosodeveloper"),
        (with(good(), |it| it.publisher = "CN=Other".into()), "has the publisher CN=Other"),
        (with(good(), |it| it.role = Some(Role::Framework)), "is a framework"),
    ] {
        let findings = packages(&[change], Some(&before), &Allowed::default());
        assert_eq!(findings.iter().map(short).collect::<Vec<_>>(), ["P01 error"]);
        assert!(findings[0].message.contains(says), "{findings:?}");
    }
    // Without the name of the publisher the family tells.
    let family = |id: &str| {
        Base::of("{}")
            .unwrap()
            .app(&format!(r#"{{"publisherName":"Contoso","packageFamilyName":"{NAME}_{id}"}}"#))
            .unwrap()
    };
    assert_found(&[good()], Some(&family("fmpevbkyj4e6g")), &[]);
    assert_found(&[good()], Some(&family("8wekyb3d8bbwe")), &["P01 error"]);
    // Among themselves.
    let other = with(package("1.0.0.0", "x86"), |it| it.publisher = "CN=Other".into());
    assert_found(&[good(), other], None, &["P01 error", "P02 warning"]);
    // A package that was too large to be read.
    let unseen = with(
        of(
            "App.msixupload",
            sample::upload(vec![("a.msix".into(), sample::package(&description("1.0.0.0", "x64")).unwrap())]).unwrap(),
        ),
        |it| {
            it.packages[0].identity_name.clear();
            it.packages[0].external = true;
        },
    );
    assert_found(&[unseen], Some(&before), &["P01 information"]);
}

#[test]
fn what_a_package_says_is_shown_in_one_line() {
    let hostile =
        with(package("1.0.0.0", "x64"), |it| it.identity_name = format!("a\n\u{1b}[2J{}", "x".repeat(100_000)));
    let findings = packages(&[hostile], Some(&base(&[])), &Allowed::default());
    assert_eq!(short(&findings[0]), "P01 error");
    assert!(findings[0].message.len() < 10_000 && !findings[0].message.contains(['\n', '\u{1b}']), "{findings:?}");
}

#[test]
fn p02_versions() {
    for (version, expected) in [("1.2.3.4", "P02 error"), ("0.9.0.0", "P02 error"), ("1.2.3.0", "")] {
        let expected: Vec<&str> = [expected, "P02 warning"].into_iter().filter(|it| !it.is_empty()).collect();
        assert_found(&[package(version, "x64")], None, &expected);
    }
    let one = |version: &str, architecture: &str| base(&[("Old.msix", version, architecture, DESKTOP)]);
    for (before, expected) in [
        (one("2.0.0.0", "X64"), "P02 error"),
        (one("2.0.0.0", "Neutral"), "P02 error"),
        (one("1.10.0.0", "X64"), "P02 error"),
        (one("1.9.0.0", "Neutral"), "P02 error"),
        (one("1.8.9.0", "X64"), ""),
        (one("2.0.0.0", "X86"), ""),
    ] {
        let expected: Vec<&str> = Some(expected).into_iter().filter(|it| !it.is_empty()).collect();
        assert_found(&[package("1.9.0.0", "x64")], Some(&before), &expected);
    }
    let universal = base(&[("Old.msix", "2.0.0.0", "X64", "Windows.Universal min version 10.0.10240.0")]);
    assert_eq!(found(&[package("1.9.0.0", "x64")], Some(&universal))[0], "P02 error");
    // The message says what is there, for which devices, and how to go back on purpose.
    let findings = packages(&[package("1.9.0.0", "x64")], Some(&one("2.0.0.0", "X64")), &Allowed::default());
    assert_eq!(
        findings[0].message,
        "the version 1.9.0.0 is not above 2.0.0.0 of Old.msix, which the app has for x64 on Windows.Desktop; to go back on \
         purpose, allow P02"
    );
}

#[test]
fn p03_full_names() {
    // Two files.
    let copy = with(package("1.0.0.0", "x64"), |it| it.file_name = "Copy.msix".into());
    assert_found(&[package("1.0.0.0", "x64"), copy], None, &["P03 error", "P02 warning"]);
    assert_found(
        &[bundle("1.0.0.0", &["x64", "arm64"]), package("1.0.0.0", "arm64")],
        None,
        &["P03 error", "P02 warning"],
    );
    assert_found(&[bundle("1.0.0.0", &["x64"]), package("1.1.0.0", "x86")], None, &["P02 warning"]);

    // One that the app has.
    let before = |file: &str| base(&[(file, "1.0.0.0", "X64", DESKTOP)]);
    assert_found(&[package("1.0.0.0", "x64")], Some(&before("Other.msix")), &["P03 error"]);
    // The same file again: the release runs a second time.
    assert_found(&[package("1.0.0.0", "x64")], Some(&before("App_1.0.0.0_x64.msix")), &["P03 warning"]);
    assert_found(&[package("1.0.0.0", "x64")], Some(&before("folder/app_1.0.0.0_X64.MSIX")), &["P03 warning"]);
    let bundles = base(&[("Old.msixbundle", "1.0.0.0", "Neutral", DESKTOP)]);
    assert_found(&[bundle("1.0.0.0", &["x64"])], Some(&bundles), &["P03 error"]);

    // One that a flight has: its own file may be released to everybody, if its version is not below.
    let flight = |file: &str| {
        let packages =
            format!(r#"{{"flightPackages":[{{"fileName":"{file}","version":"1.0.0.0","architecture":"X64"}}]}}"#);
        move |before: Base| before.also("flight Insiders", &packages).unwrap()
    };
    let same = flight("App_1.0.0.0_x64.msix");
    assert_found(&[package("1.0.0.0", "x64")], Some(&same(base(&[]))), &["P03 warning"]);
    assert_found(
        &[package("1.0.0.0", "x64")],
        Some(&same(base(&[("Old.msix", "2.0.0.0", "X64", DESKTOP)]))),
        &["P03 warning", "P02 error"],
    );
    let findings = packages(&[package("1.0.0.0", "x64")], Some(&flight("Other.msix")(base(&[]))), &Allowed::default());
    assert!(findings[0].message.starts_with("flight Insiders has a package of the same full name"), "{findings:?}");

    // After a bundle only bundles.
    let bundles = base(&[("Old.msixbundle", "1.0.0.0", "Neutral", DESKTOP)]);
    assert_found(&[package("2.0.0.0", "x64")], Some(&bundles), &["P03 error"]);
    assert_found(&[bundle("2.0.0.0", &["x64"])], Some(&before("Old.msix")), &[]);
}

#[test]
fn p04_devices() {
    let none = with(package("1.0.0.0", "x64"), |it| it.device_families.clear());
    assert_found(std::slice::from_ref(&none), None, &["P02 warning"]);
    assert_found(&[with(none, |it| it.min_os_version = None)], Some(&base(&[])), &["P04 error"]);
    let least = |least: &str, most: &str| {
        with(package("2.0.0.0", "x64"), |it| {
            it.device_families = vec![DeviceFamily {
                name: "Windows.Desktop".into(),
                min_version: least.into(),
                max_version_tested: Some(most.into()),
            }];
        })
    };
    let before = base(&[("Old.msix", "1.0.0.0", "X64", DESKTOP)]);
    assert_found(&[least("10.0.9.0", "10.0.10.0")], Some(&before), &[]);
    assert_found(&[least("10.0.9.1", "10.0.9.0")], Some(&before), &["P04 error"]);
    assert_found(&[least("10.0.19041.0", "10.0.22000.0")], Some(&before), &["P04 warning"]);
    // A second package keeps the customers.
    let others = [least("10.0.19041.0", "10.0.22000.0"), with(package("2.0.0.0", "x86"), |_| {})];
    assert_found(&others, Some(&before), &[]);
}

#[test]
fn p08_xbox() {
    let xbox = |architecture: &str, capabilities: &[&str]| {
        with(package("2.0.0.0", architecture), |it| {
            it.device_families[0].name = "Windows.Xbox".into();
            let capability = |name: &&str| Capability { name: (*name).into(), kind: CapabilityKind::Restricted };
            it.capabilities = capabilities.iter().map(capability).collect();
        })
    };
    let before = base(&[]);
    assert_found(&[xbox("x64", &[])], Some(&before), &[]);
    assert_found(&[xbox("arm64", &[])], Some(&before), &["P08 warning"]);
    assert_found(&[xbox("x64", &["broadFileSystemAccess"])], Some(&before), &["P08 warning"]);
    let both = with(xbox("x64", &["broadFileSystemAccess", "picturesLibrary"]), |it| {
        it.device_families[0].name = "Windows.Desktop".into();
    });
    assert_found(&[both], Some(&before), &["P08 warning"]);
}

#[test]
fn p09_what_the_store_does_not_take() {
    let before = base(&[]);
    let named = |name: &str, kind: PackageKind| {
        with(package("2.0.0.0", "x64"), |it| {
            it.file_name = name.into();
            it.kind = kind;
        })
    };
    for (file, expected) in [
        (named("App.appxsym", PackageKind::Msix), "P09 error"),
        (named("App.zip", PackageKind::MsixUpload), "P09 error"),
        (named("App.msix", PackageKind::MsixUpload), "P09 error"),
        (named("App.msix", PackageKind::MsixBundle), "P09 error"),
        (named("App.msixbundle", PackageKind::Msix), "P09 error"),
        (named("App.msixupload", PackageKind::Msix), "P09 error"),
        (named("App", PackageKind::Msix), "P09 error"),
        (named("Приложение.msix", PackageKind::Msix), "P09 error"),
        (named("Größe.MSIX", PackageKind::Msix), ""),
        (named("App.appx", PackageKind::Appx), ""),
        (with(named("App.msix", PackageKind::Msix), |it| it.size = (25 << 30) + 1), "P09 error"),
        (with(named("App.msix", PackageKind::Msix), |it| it.size = 25 << 30), ""),
    ] {
        let expected: Vec<&str> = Some(expected).into_iter().filter(|it| !it.is_empty()).collect();
        assert_found(&[file], Some(&before), &expected);
    }
    let needs = |name: &str| {
        with(package("2.0.0.0", "x64"), |it| {
            let name = name.to_owned();
            it.dependencies = vec![PackageDependency { kind: DependencyKind::Package, name, min_version: None }];
        })
    };
    assert_found(&[needs("Microsoft.VCLibs.140.00.Debug.UWPDesktop")], Some(&before), &["P09 error"]);
    assert_found(&[needs("Microsoft.VCLibs.140.00")], Some(&before), &[]);
    let test = with(package("2.0.0.0", "x64"), |it| it.publisher = "CN=Contoso Software, C=US".into());
    assert_found(&[test], None, &["P02 warning", "P09 warning"]);
    let many: Vec<Facts> = (1..=31).map(|major| package(&format!("{major}.0.0.0"), "x64")).collect();
    assert_found(&many, Some(&before), &["P09 error"]);
}

#[test]
fn an_error_is_refused_until_its_rule_is_allowed() {
    let before = base(&[("Old.msix", "2.0.0.0", "X64", DESKTOP)]);
    let facts = [with(package("1.0.0.0", "x64"), |it| it.file_name = "App.appxsym".into())];
    let allow = |ids: &[&str]| Allowed::of(&ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>()).unwrap();
    let check = |allowed: &Allowed| refuse(packages(&facts, Some(&before), allowed));
    let error = check(&Allowed::default()).unwrap_err();
    assert_eq!(error.code().name, "check.failed");
    assert!(error.to_string().starts_with("P02 App.appxsym: the version 1.0.0.0 is not above 2.0.0.0"), "{error}");
    assert!(error.to_string().ends_with("(and 1 more)"), "{error}");
    assert!(
        error.remedy().ends_with("allow the rule: `allow: [\"P02\"]` (PowerShell: -Allow P02)"),
        "{}",
        error.remedy()
    );
    let codes: Vec<_> = error.findings().iter().map(|detail| detail.code.clone().unwrap()).collect();
    assert_eq!(codes, ["P02", "P09"]);
    assert_eq!(check(&allow(&["p02"])).unwrap_err().findings()[1].code.as_deref(), Some("P09"));
    let warnings = check(&allow(&["P02", " P09 "])).unwrap();
    assert_eq!(warnings.iter().map(short).collect::<Vec<_>>(), ["P02 warning", "P09 warning"]);
    for (id, hint) in
        [("P2", "write P02"), ("p002", "write P02"), ("K6", "the rules are A01, I01"), ("", "the rules are")]
    {
        let error = Allowed::of(&["P01".to_owned(), id.to_owned()]).unwrap_err();
        assert_eq!((error.code().name, error.findings()[0].pointer.as_deref()), ("request.invalid", Some("/allow/1")));
        assert!(error.remedy().starts_with(hint), "{}", error.remedy());
    }
}

#[test]
fn the_document_that_would_be_sent() {
    let app = Target::App { app_id: "9NBLGGH4R315".into() };
    let check = |price: &str, count: usize, allow_free: bool| -> Vec<String> {
        let packages = vec![r#"{"fileName":"a.msix","fileStatus":"Uploaded"}"#; count].join(",");
        let gone = r#"{"fileName":"b.msix","fileStatus":"PendingDelete"}"#;
        let body = format!(r#"{{"pricing":{{"priceId":{price}}},"applicationPackages":[{gone},{packages}]}}"#);
        let findings = submission(&app, &body, allow_free, &Allowed::default()).unwrap();
        findings.iter().map(|it| format!("{} {}", short(it), it.pointer.as_deref().unwrap_or_default())).collect()
    };
    assert!(check(r#""Tier2""#, 30, false).is_empty());
    assert_eq!(check(r#""Tier1""#, 30, false), ["S01 error /pricing/priceId"]);
    assert_eq!(check(r#""Base""#, 1, true), ["S01 error /pricing/priceId"]);
    assert_eq!(check("null", 1, false), ["S01 error /pricing/priceId"]);
    assert_eq!(check("null", 1, true), ["S01 warning /pricing/priceId"]);
    assert_eq!(check(r#""Free""#, 31, false), ["P09 error /applicationPackages"]);
}

#[test]
fn a_package_of_the_app_is_known_by_file_and_full_name() {
    let inner = sample::package(&description("2.0.0.0", "x64")).unwrap();
    let upload = of("App.msixupload", sample::upload(vec![("Inner.msix".into(), inner)]).unwrap());
    let of_app = |file: &str, version: &str, architecture: &str| {
        let text = format!(
            r#"{{"applicationPackages":[{{"fileName":"{file}","version":"{version}","architecture":"{architecture}"}}]}}"#
        );
        present(&text).unwrap().remove(0)
    };
    for (file, version, architecture, is, competes) in [
        ("App.msixupload", "2.0.0.0", "X64", true, true),
        ("Inner.msix", "2.0.0.0", "X64", true, true),
        ("Other.msix", "2.0.0.0", "X64", false, true),
        ("App.msixupload", "1.0.0.0", "X64", false, true),
        ("App.msixupload", "2.0.0.0", "Arm64", false, false),
        ("App.msixbundle", "2.0.0.0", "X86", false, true),
        ("App.msixupload", "", "", false, true),
    ] {
        let found = of_app(file, version, architecture);
        assert_eq!((found.is(&upload), found.competes(&upload)), (is, competes), "{file} {version} {architecture}");
    }
}
