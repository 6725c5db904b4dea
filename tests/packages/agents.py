"""Runs the step of the GitHub action and of the Azure Pipelines template as a build agent would, on the emulator.

    python3 agents.py EMULATOR FEED HOME

FEED is a folder with the package of the module, HOME an empty folder for the home of the agent.
"""
import json
import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

from on_emulator import APP, NOTES, PACKAGE, released, started

ROOT = Path(__file__).parents[2] / "integrations"


def template_script():
    """The script in the template of Azure Pipelines."""
    text = (ROOT / "azure-pipelines/publish.yml").read_text(encoding="utf-8")
    block = re.search(r"  - pwsh: \|\n((?:      .*\n|\n)*)", text)
    return textwrap.dedent(block.group(1)).rstrip("\n") + "\n"


def action_names():
    """The variables that the action sets, and its inputs."""
    text = (ROOT / "github/action.yml").read_text(encoding="utf-8")
    inputs = re.search(r"^inputs:\n((?:  .*\n)*)", text, re.M).group(1)
    return dict(re.findall(r"(STORESHIP_\w+): \$\{\{ inputs\.([\w-]+) }}", text)), set(re.findall(r"^  ([\w-]+):", inputs, re.M))


def template_names():
    """The variables that the template sets, and its parameters."""
    text = (ROOT / "azure-pipelines/publish.yml").read_text(encoding="utf-8")
    names = re.findall(r"^  - { name: (\w+),", text, re.M)
    return dict(re.findall(r"(STORESHIP_\w+): \$\{\{ parameters\.(\w+) }}", text)), set(names)


def defaults():
    """The defaults of the action and of the template: those of a flight and a rollout are not empty."""
    action = (ROOT / "github/action.yml").read_text(encoding="utf-8")
    template = (ROOT / "azure-pipelines/publish.yml").read_text(encoding="utf-8")
    for name in "flight", "rollout":
        yield re.search(rf"^  {name}:\n    description: .*\n    default: (.*)$", action, re.M).group(1)
        yield re.search(rf"name: {name}, type: string, default: (\w+) }}", template).group(1)


def own_version():
    """The version in the script, and the one of Cargo.toml as a gallery has it."""
    script = re.search(r"^\$ownVersion = '(.*)'$", (ROOT / "publish.ps1").read_text(encoding="utf-8"), re.M).group(1)
    number, dash, label = re.search(r'^version = "(.*)"', (ROOT.parent / "Cargo.toml").read_text(encoding="utf-8"), re.M).group(1).partition("-")
    return script, number + dash + re.sub("[^0-9A-Za-z]", "", label)


def outputs_of(path):
    """The outputs of the steps so far, the last of each name."""
    return dict(line.split("=", 1) for line in path.read_text(encoding="utf-8").splitlines())


def run(script, environment, home):
    keep = ("PATH", "PSModulePath", "DOTNET_ROOT", "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "POWERSHELL_TELEMETRY_OPTOUT", "SYSTEMROOT", "TEMP")
    environment = {**{name: os.environ[name] for name in keep if name in os.environ}, "HOME": str(home), **environment}
    command = ["pwsh", "-NoProfile", "-NonInteractive", "-Command", f". '{script}'"]
    done = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", timeout=300)
    return done.returncode, done.stdout + done.stderr


def check(condition, output):
    if not condition:
        raise SystemExit(output)


def parameters(endpoints, folder):
    notes = folder / "notes.txt"
    notes.write_text(NOTES, encoding="utf-8")
    return {
        "STORESHIP_TENANT_ID": endpoints["tenantId"], "STORESHIP_CLIENT_ID": endpoints["clientId"],
        "STORESHIP_SERVICE_URL": endpoints["service"], "STORESHIP_AUTHORITY_URL": endpoints["authority"],
        "STORESHIP_APP_ID": APP, "STORESHIP_PACKAGES": f"{folder}/*.msix\n", "STORESHIP_RELEASE_NOTES": str(notes),
        "STORESHIP_UNTIL": "published", "STORESHIP_REPOSITORY": "StoreShipTest", "STORESHIP_OUTPUT": str(folder / "output"),
        "STORESHIP_MODE": "publish", "STORESHIP_FLIGHT": "none", "STORESHIP_ROLLOUT": "none", "STORESHIP_ARTIFACT": "auto",
    }


def on_github(emulator, home):
    with started(emulator) as (endpoints, folder):
        agent = {
            "GITHUB_ACTIONS": "true", "CI": "true", "GITHUB_JOB": "store", "GITHUB_RUN_ATTEMPT": "2",
            "GITHUB_OUTPUT": str(folder / "outputs"), "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
            "ACTIONS_ID_TOKEN_REQUEST_URL": endpoints["identity"] + "github/idtoken?api-version=2.0",
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": endpoints["identityToken"],
        }
        script, step = ROOT / "publish.ps1", {**agent, **parameters(endpoints, folder)}
        refused(script, step, endpoints, home)
        outputs = folder / "outputs"
        code, output = run(script, {**step, "STORESHIP_MODE": "plan"}, home)
        check(code == 0 and not released(endpoints, NOTES), output)
        plan = outputs_of(outputs)
        code, output = run(script, {**step, "STORESHIP_MODE": "draft"}, home)
        draft = outputs_of(outputs)
        check(code == 0 and Path(draft["preview"]).is_file() and draft["preview"].startswith(draft["folder"]), output)
        check(draft["folder"] != plan["folder"] and draft["artifact"].startswith("storeship-draft-store-2-"), f"{plan} {draft}")
        # A later job, after somebody has looked at the preview.
        receipt = folder / "receipt.json"
        receipt.write_bytes(Path(draft["receipt"]).read_bytes())
        code, output = run(script, {**step, "STORESHIP_MODE": "commit", "STORESHIP_RECEIPT": str(receipt)}, home)
        check(code == 0 and released(endpoints, NOTES), output)
        commit = outputs_of(outputs)
        check((commit["status"], commit["changed"]) == ("Published", "True"), f"{commit} {output}")
        check(len({it["artifact"] for it in (plan, draft, commit)}) == 3, f"{plan} {draft} {commit}")
        summary = (folder / "summary.md").read_text(encoding="utf-8")
        check("Contoso" in summary, summary + output)
        json.loads(Path(commit["receipt"]).read_text(encoding="utf-8"))
        # The same again has nothing to do. A build that fails is red, and says why at the run.
        code, output = run(script, step, home)
        check(code == 0 and outputs_of(outputs)["changed"] == "False", output)
        code, output = run(script, {**step, "STORESHIP_PACKAGES": "nowhere/*.msix"}, home)
        check(code == 1 and "::error title=StoreShip::" in output and "nowhere" in output, output)
        for name in "identityToken", "clientSecret":
            check(endpoints[name] not in output, output)


def refused(script, step, endpoints, home):
    """Mistakes that end the step before anything is installed or sent."""
    for change, message in (
            ({"STORESHIP_FLIGHT": " "}, "flight is empty"),
            ({"STORESHIP_ROLLOUT": ""}, "rollout is empty"),
            ({"STORESHIP_MODE": "Release"}, "not 'Release'"),
            ({"STORESHIP_MODE": ""}, "not ''"),
            ({"STORESHIP_MODE": "commit"}, "needs the receipt"),
            ({"STORESHIP_MODULE_VERSION": "[0.1.0,)"}, "version is one version"),
    ):
        code, output = run(script, {**step, **change}, home)
        check(code == 1 and "::error title=StoreShip::" in output and message in output, f"{change}: {output}")
    check(not installed(home) and not released(endpoints, NOTES), "a refused step has installed or released something")
    # The version of the step is the one that is used, also beside a newer one.
    newer = modules(home) / "99.0.0"
    newer.mkdir(parents=True)
    (newer / "StoreShip.psd1").write_text("@{ ModuleVersion = '99.0.0'; RootModule = 'StoreShip.psm1' }", encoding="utf-8")
    (newer / "StoreShip.psm1").write_text("throw 'the newer module was imported'", encoding="utf-8")
    code, output = run(script, {**step, "STORESHIP_MODULE_VERSION": "98.0.0"}, home)
    check(code == 1 and "could not be installed" in output and "newer module" not in output, output)


def modules(home):
    return Path(home) / ".local/share/powershell/Modules/StoreShip"


def installed(home):
    return modules(home).exists()


def on_azure(emulator, home):
    with started(emulator) as (endpoints, folder):
        script = folder / "step.ps1"
        script.write_text(template_script(), encoding="utf-8")
        agent = {
            "TF_BUILD": "True", "SYSTEM_OIDCREQUESTURI": endpoints["identity"] + "pipelines/_oidc",
            "SYSTEM_ACCESSTOKEN": endpoints["identityToken"], "SYSTEM_JOBNAME": "Store job", "SYSTEM_JOBATTEMPT": "1", "STORESHIP_SERVICE_CONNECTION_ID": "connection-1",
        }
        code, output = run(script, {**agent, **parameters(endpoints, folder)}, home)
        check(code == 0 and released(endpoints, NOTES), output)
        check("##vso[task.setvariable variable=status;isOutput=true]Published" in output, output)
        summary = re.search(r"##vso\[task.uploadsummary\](.*)", output).group(1).strip()
        check(summary.startswith(str(folder / "output")) and Path(summary).is_file(), output)
        check("variable=artifact;isOutput=true]storeship-publish-Store_job-1-" in output and "variable=folder;" in output, output)


def main(emulator, feed, home):
    check(template_script() == (ROOT / "publish.ps1").read_text(encoding="utf-8"), "the template has other lines than publish.ps1")
    read = set(re.findall(r"= '([A-Z_]+)'|Get-Value '([A-Z_]+)'", (ROOT / "publish.ps1").read_text(encoding="utf-8")))
    read = {f"STORESHIP_{first or second}" for first, second in read}
    for (passed, named), other in (action_names(), set()), (template_names(), {"stepName"}):
        check(set(passed) <= read, f"the script does not read {set(passed) - read}")
        check(set(passed.values()) | other == named, f"not passed on: {named ^ (set(passed.values()) | other)}")
    check(set(defaults()) == {"none"}, f"the defaults are {list(defaults())}")
    check(len(set(own_version())) == 1, f"publish.ps1 and Cargo.toml have the versions {own_version()}")
    register = f"Register-PSResourceRepository -Name StoreShipTest -Uri '{feed}' -Trusted"
    done = subprocess.run(["pwsh", "-NoProfile", "-NonInteractive", "-Command", register], env={**os.environ, "HOME": home})
    check(done.returncode == 0, "the repository can't be registered")
    on_github(emulator, home)
    on_azure(emulator, home)
    print(f"released by the action and by the template: {PACKAGE}")


if __name__ == "__main__":
    main(*sys.argv[1:])
