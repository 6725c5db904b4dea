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
    }


def on_github(emulator, home):
    with started(emulator) as (endpoints, folder):
        agent = {
            "GITHUB_ACTIONS": "true", "CI": "true",
            "GITHUB_OUTPUT": str(folder / "outputs"), "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
            "ACTIONS_ID_TOKEN_REQUEST_URL": endpoints["identity"] + "github/idtoken?api-version=2.0",
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": endpoints["identityToken"],
        }
        script, step = ROOT / "publish.ps1", {**agent, **parameters(endpoints, folder)}
        code, output = run(script, {**step, "STORESHIP_MODE": "plan"}, home)
        check(code == 0 and not released(endpoints, NOTES), output)
        code, output = run(script, {**step, "STORESHIP_MODE": "draft"}, home)
        check(code == 0 and (folder / "output/preview.html").is_file(), output)
        # A later job, after somebody has looked at the preview.
        receipt = folder / "receipt.json"
        receipt.write_bytes((folder / "output/receipt.json").read_bytes())
        code, output = run(script, {**step, "STORESHIP_MODE": "commit", "STORESHIP_RECEIPT": str(receipt)}, home)
        check(code == 0 and released(endpoints, NOTES), output)
        outputs = (folder / "outputs").read_text(encoding="utf-8")
        check("status=Published" in outputs and "changed=True" in outputs and "receipt=" in outputs, outputs + output)
        summary = (folder / "summary.md").read_text(encoding="utf-8")
        check("Contoso" in summary, summary + output)
        json.loads((folder / "output/receipt.json").read_text(encoding="utf-8"))
        # The same again has nothing to do. A build that fails is red, and says why at the run.
        code, output = run(script, step, home)
        check(code == 0 and (folder / "outputs").read_text(encoding="utf-8").rstrip().endswith("changed=False"), output)
        code, output = run(script, {**step, "STORESHIP_PACKAGES": "nowhere/*.msix"}, home)
        check(code == 1 and "::error title=StoreShip::" in output and "nowhere" in output, output)
        for name in "identityToken", "clientSecret":
            check(endpoints[name] not in output, output)


def on_azure(emulator, home):
    with started(emulator) as (endpoints, folder):
        script = folder / "step.ps1"
        script.write_text(template_script(), encoding="utf-8")
        agent = {
            "TF_BUILD": "True", "SYSTEM_OIDCREQUESTURI": endpoints["identity"] + "pipelines/_oidc",
            "SYSTEM_ACCESSTOKEN": endpoints["identityToken"], "STORESHIP_SERVICE_CONNECTION_ID": "connection-1",
        }
        code, output = run(script, {**agent, **parameters(endpoints, folder)}, home)
        check(code == 0 and released(endpoints, NOTES), output)
        check("##vso[task.setvariable variable=status;isOutput=true]Published" in output, output)
        check("##vso[task.uploadsummary]" in output and (folder / "output/summary.md").is_file(), output)


def main(emulator, feed, home):
    check(template_script() == (ROOT / "publish.ps1").read_text(encoding="utf-8"), "the template has other lines than publish.ps1")
    passed, inputs = action_names()
    read = set(re.findall(r"= '([A-Z_]+)'|Get-Value '([A-Z_]+)'", (ROOT / "publish.ps1").read_text(encoding="utf-8")))
    read = {f"STORESHIP_{first or second}" for first, second in read}
    check(set(passed) <= read, f"the script does not read {set(passed) - read}")
    check(set(passed.values()) | {"artifact"} == inputs, f"the action does not pass {inputs ^ set(passed.values())}")
    register = f"Register-PSResourceRepository -Name StoreShipTest -Uri '{feed}' -Trusted"
    done = subprocess.run(["pwsh", "-NoProfile", "-NonInteractive", "-Command", register], env={**os.environ, "HOME": home})
    check(done.returncode == 0, "the repository can't be registered")
    on_github(emulator, home)
    on_azure(emulator, home)
    print(f"released by the action and by the template: {PACKAGE}")


if __name__ == "__main__":
    main(*sys.argv[1:])
