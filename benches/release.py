#!/usr/bin/env python3
"""What a whole release costs, from PowerShell and from Python: python3 benches/release.py [MIB [ROUNDS]]

The release goes to the emulator, from the create to Published. Each row is a whole process. Those of pwsh do what the row
before them does and one step more, so that the differences say where the rest goes; that of Python is a release
of the same size without PowerShell. Needs a release build of the module (powershell/build.ps1) and pwsh. Linux only.
"""

import json
import os
import sys
import tempfile
import zipfile
from pathlib import Path

from processes import MODULE, RELEASE, ROOT, alternate, control, emulator, measure, table

CONNECT = "Import-Module '{module}'; $null = Connect-Store -FromEnvironment -ServiceUrl {service} -AuthorityUrl {authority}; "
PUBLISH = "$null = Publish-StoreSubmission -AppId 9NBLGGH4R315 -PackagePath '{package}' -Until published -Confirm:$false"


def main(mebibytes, rounds):
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        small, large = folder / "small.msix", folder / "large.msix"
        with emulator() as store:
            small.write_bytes(control(store, "package?version=2.0.0.0"))
        large.write_bytes(small.read_bytes())
        grow(large, mebibytes)
        works = {
            "pwsh, nothing": lambda: measure(shell("''")),
            "pwsh, the module imported": lambda: measure(shell(f"Import-Module '{MODULE}'")),
            "pwsh, connected, one call": lambda: run("$null = Get-StoreApp -AppId 9NBLGGH4R315"),
            "pwsh, a release of a small package": lambda: run(PUBLISH.format(package=small)),
            f"pwsh, a release of {mebibytes} MiB": lambda: run(PUBLISH.format(package=large)),
            f"Python, a release of {mebibytes} MiB": lambda: run_python(folder, large),
        }
        figures = alternate(works, rounds)
        table(["a process", "wall s", "CPU s", "RSS MiB"],
              [(name, f"{wall:.2f}", f"{cpu:.2f}", f"{memory:.0f}") for name, (wall, cpu, memory) in figures.items()])


def grow(package, mebibytes):
    """Adds a file of random bytes to a package."""
    with zipfile.ZipFile(package, "a", zipfile.ZIP_STORED) as zip, zip.open("Assets/data.bin", "w", force_zip64=True) as out:
        for _ in range(mebibytes):
            out.write(os.urandom(1 << 20))


def shell(command):
    return ["pwsh", "-NoProfile", "-NonInteractive", "-Command", f"$ErrorActionPreference = 'Stop'; {command}"]


def run(command):
    """Runs a command in a new pwsh that is connected to a new emulator."""
    with emulator() as store:
        return measure(shell(CONNECT.format(module=MODULE, **store) + command), credential(store))


def run_python(folder, package):
    with emulator() as store:
        config = folder / "config.json"
        config.write_text(json.dumps({"serviceUrl": store["service"], "authorityUrl": store["authority"]}))
        command = [sys.executable, ROOT / "examples/python/publish.py", config, "9NBLGGH4R315", package]
        return measure(command, {**credential(store), "PYTHONPATH": ROOT / "python",
                                  "STORESHIP_LIBRARY": RELEASE / "libstoreship.so"})


def credential(store):
    return {"AZURE_TENANT_ID": store["tenantId"], "AZURE_CLIENT_ID": store["clientId"],
            "AZURE_CLIENT_SECRET": store["clientSecret"]}


if __name__ == "__main__":
    arguments = [int(text) for text in sys.argv[1:]]
    main(*(arguments + [512, 5][len(arguments):]))
