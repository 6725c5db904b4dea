//! Pages in a real browser: they load nothing, run nothing, and tell a screen reader what they show.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::support::{self, APP, Store, pictures};
use crate::tools::{self, ensure, failed, find, root};
use crate::{Outcome, Problem};

/// What `tests/browser/look.mjs` prints.
struct Look(Value);

impl Look {
    /// Opens an address in a window of this width.
    fn at(address: &str, width: u32) -> Result<Look, Problem> {
        Look::after(address, width, &[])
    }

    /// [`Look::at`], after a script and when the page shows a text, if they are given.
    fn after(address: &str, width: u32, script_and_text: &[&str]) -> Result<Look, Problem> {
        let profile = tempfile::tempdir().map_err(failed)?;
        let mut command = Command::new(find("node")?);
        command.arg(root().join("tests/browser/look.mjs")).arg(chromium()?);
        command.arg(address).arg(width.to_string()).arg(profile.path()).args(script_and_text);
        let output = tools::run(&mut command)?;
        serde_json::from_str(&output).map(Look).map_err(failed)
    }

    fn of_file(path: &Path, width: u32) -> Result<Look, Problem> {
        let address = url::Url::from_file_path(path).map_err(|()| failed("the page has no absolute path"))?;
        Look::at(address.as_str(), width)
    }

    fn names(&self, role: &str) -> Vec<&str> {
        let nodes = self.0["nodes"].as_array().map(Vec::as_slice).unwrap_or_default();
        nodes.iter().filter(|node| node["role"] == role).filter_map(|node| node["name"].as_str()).collect()
    }

    fn has(&self, role: &str, name: &str) -> Outcome {
        let names = self.names(role);
        ensure(names.contains(&name), format!("no {role} is named `{name}`: {names:?}"))
    }
}

fn chromium() -> Result<std::path::PathBuf, Problem> {
    find("chromium").or_else(|_| find("google-chrome"))
}

/// A text that would be markup, script or a request if it were not shown as text.
const HOSTILE: &str = "</div></style><script>document.title='run'</script><img src=//example.com/x onerror=alert(1)> \
                       &lt;b&gt; \u{202e}backwards";

pub(crate) fn preview() -> Outcome {
    let folder = tempfile::tempdir().map_err(failed)?;
    let picture = folder.path().join("home.png");
    fs::write(&picture, pictures::png(1366, 768)).map_err(failed)?;
    let image = json!({
        "fileName": "home.png", "fileStatus": "PendingUpload", "imageType": "Screenshot", "description": HOSTILE,
    });
    let listing = |description: &str, images: Value| json!({"baseListing": {"title": HOSTILE, "description": description, "features": [HOSTILE], "images": images}});
    let base = json!({"listings": {"en-us": listing("Reads books.", json!([]))}});
    let document = json!({
        "listings": {"en-us": listing("Reads books aloud.", json!([image])), "ar-sa": listing("\u{642}", json!([]))},
        HOSTILE: HOSTILE,
    });
    let output = folder.path().join("preview.html");
    let request = json!({
        "document": document, "base": base, "product": HOSTILE, "output": output,
        "files": [{"path": picture, "name": "home.png"}],
    });
    let written = support::call(0, "submission.preview", &request.to_string());
    ensure(written.status == 0, &written.text)?;

    for width in [320, 1280] {
        let look = Look::of_file(&output, width)?;
        ensure(look.0["messages"] == json!([]), format!("the console has {}", look.0["messages"]))?;
        let requests = look.0["requests"].as_array().map(Vec::len);
        ensure(requests == Some(1), format!("the page loads {}", look.0["requests"]))?;
        ensure(look.0["isWide"] == false, format!("the page is wider than {width} pixels"))?;
        // Every text is there as it is, apart from the mark that turns the direction, which is shown by its number.
        let shown = HOSTILE.replace('\u{202e}', "U+202E");
        let text = look.0["text"].as_str().unwrap_or_default();
        let times = text.matches(&shown).count();
        ensure(times >= 7, format!("`{shown}` is shown {times} times:\n{text}"))?;

        look.has("heading", &shown)?;
        look.has("heading", "ar-sa + new")?;
        look.has("heading", "en-us \u{b1} changed")?;
        look.has("heading", "Description \u{b1} changed")?;
        look.has("link", "Skip to the listings")?;
        look.has("navigation", "Languages")?;
        look.has("image", &shown)?;
        look.has("insertion", "")?;
    }
    Ok(())
}

/// The page of the emulator shows what happens while it is open.
pub(crate) fn emulator() -> Outcome {
    let store = Store::start();
    store.fault(json!({"method": "GET", "path": "*/nothing", "status": 500}));
    let draft = store.client().call("submission.create", json!({ "appId": APP })).result().clone();
    let page = format!("{}/", store.endpoints.service.split("/v1.0").next().unwrap_or_default());
    for width in [320, 1280] {
        let look = Look::at(&page, width)?;
        ensure(look.0["messages"] == json!([]), format!("the console has {}", look.0["messages"]))?;
        let elsewhere = |request: &&Value| !request.as_str().is_some_and(|address| address.starts_with(&page));
        let requests = look.0["requests"].as_array().map(Vec::as_slice).unwrap_or_default();
        ensure(!requests.iter().any(|request| elsewhere(&request)), format!("the page loads {requests:?}"))?;
        ensure(look.0["isWide"] == false, format!("the page is wider than {width} pixels"))?;
        look.has("heading", "StoreShip emulator")?;
        look.has("heading", "Requests")?;
        look.has("button", "Pause updates")?;
        look.has("region", "Apps, flights and add-ons")?;
        let text = look.0["text"].as_str().unwrap_or_default();
        let id = draft["id"].as_str().unwrap_or_default();
        for shown in [APP, id, "PendingCommit", "*/nothing", "createApplicationSubmission", "201"] {
            ensure(text.contains(shown), format!("`{shown}` is not in:\n{text}"))?;
        }
        ensure(!text.contains(&store.endpoints.client_secret), "the page has the secret")?;
    }
    let rule = r#"{"method":"GET","path":"*/added/while/open","status":500}"#;
    let json = r#"{"content-type":"application/json"}"#;
    let script = format!("fetch('/_emulator/faults', {{method: 'POST', headers: {json}, body: '{rule}'}})");
    Look::after(&page, 1280, &[&script, "*/added/while/open"])?;
    Ok(())
}
