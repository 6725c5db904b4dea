"""Runs a command on a new emulator, and checks that it has published a release.

    python3 on_emulator.py [--host NAME] PROGRAM COMMAND...

PROGRAM is the emulator. In the words of the command, {config} is a file with the configuration of a client, {app} the id of an
app, {package} a package of it, and {folder} the folder of these files, which also has the request release.json.

With --host, the emulator listens everywhere and is called by this name, like the service container of a workflow; it is ended
by SIGTERM.
"""
import contextlib
import json
import signal
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

APP = "9NBLGGH4R315"
PACKAGE = "Contoso_2.0.0.0_x64.msix"
NOTES = "Faster start."


@contextlib.contextmanager
def started(program, host=None):
    """Yields the addresses of a new emulator, and a folder with a package."""
    listen = ["--stay", "--host", "0.0.0.0", "--host-name", host] if host else []
    with tempfile.TemporaryDirectory(prefix="storeship-") as folder, subprocess.Popen(
            [program, *listen], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8") as emulator:
        try:
            endpoints = json.loads(emulator.stdout.readline())
            (Path(folder) / PACKAGE).write_bytes(get(endpoints, "package?version=2.0.0.0"))
            yield endpoints, Path(folder)
        finally:
            # Without --stay the emulator ends when its standard input is closed.
            emulator.stdin.close()
            if host:
                emulator.send_signal(signal.SIGTERM)
            code = emulator.wait(30)
        if code != 0:
            raise SystemExit(f"the emulator ended with {code}")


def run(endpoints, folder, command, host):
    config = {
        "credential": {"type": "clientSecret", **{key: endpoints[key] for key in ("tenantId", "clientId", "clientSecret")}},
        "serviceUrl": endpoints["service"],
        "authorityUrl": endpoints["authority"],
        "allowHttpHosts": [host] if host else [],
    }
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    release = {"appId": APP, "packages": [str(folder / PACKAGE)], "releaseNotes": {"en-us": NOTES}, "until": "published"}
    (folder / "release.json").write_text(json.dumps(release), encoding="utf-8")
    words = {"{config}": folder / "config.json", "{app}": APP, "{package}": folder / PACKAGE, "{folder}": folder}
    for name, value in words.items():
        command = [word.replace(name, str(value)) for word in command]
    code = subprocess.run(command, timeout=300).returncode
    if code != 0:
        raise SystemExit(f"exit code {code}: {' '.join(command)}")
    if not released(endpoints, NOTES):
        raise SystemExit("the store has no submission with the package and the release notes")
    print(f"released by: {Path(command[0]).name} {' '.join(Path(word).name for word in command[1:])}", flush=True)


def released(endpoints, notes):
    """Whether the store has a submission with the package and these release notes."""
    submissions = json.loads(get(endpoints, "state"))["submissions"]
    return any(PACKAGE in json.dumps(it) and notes in json.dumps(it) for it in submissions)


def get(endpoints, path):
    with urllib.request.urlopen(endpoints["control"] + path) as response:
        return response.read()


def main(arguments):
    host = None
    if arguments[0] == "--host":
        host, arguments = arguments[1], arguments[2:]
    with started(arguments[0], host) as (endpoints, folder):
        if host and host not in endpoints["service"]:
            raise SystemExit(f"the first line does not name {host}: {endpoints}")
        run(endpoints, folder, arguments[1:], host)


if __name__ == "__main__":
    main(sys.argv[1:])
