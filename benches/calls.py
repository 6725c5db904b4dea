#!/usr/bin/env python3
"""What a small call costs from C and from .NET, and the start of the library and the module: python3 benches/calls.py [ROUNDS]

The call is document.get on a document of 13 bytes. The start is a whole process: a C program that makes one call, and
`pwsh` that imports the module, each beside the same process without it. Needs a release build of the module
(powershell/build.ps1), cc and pwsh. Linux only.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from processes import MODULE, RELEASE, ROOT, alternate, measure, table

HERE = Path(__file__).resolve().parent


def main(rounds):
    with tempfile.TemporaryDirectory() as folder:
        calls, nothing = Path(folder) / "calls", Path(folder) / "nothing"
        # The loader searches for the soname, under which a package of the library installs it.
        (Path(folder) / "libstoreship.so.1").symlink_to(RELEASE / "libstoreship.so")
        compiler = ["cc", "-O2", "-I", ROOT / "include", HERE / "calls.c", f"-Wl,-rpath,{folder}"]
        subprocess.run([*compiler, RELEASE / "libstoreship.so", "-o", calls], check=True)
        subprocess.run(["cc", "-x", "c", "-", "-o", nothing], input=b"int main(void) { return 0; }", check=True)
        print_calls(calls, rounds)
        print_starts(calls, nothing, rounds)


def print_calls(calls, rounds):
    number = lambda command: [float(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)]
    script = ["pwsh", "-NoProfile", "-NonInteractive", "-File", HERE / "calls.ps1", MODULE]
    figures = alternate({"C": lambda: number([calls]), ".NET": lambda: number(script)}, rounds)
    table(["a small call", "ns"], [(name, f"{time:.0f}") for name, (time,) in figures.items()])


def print_starts(calls, nothing, rounds):
    shell = lambda command: ["pwsh", "-NoProfile", "-NonInteractive", "-Command", command]
    processes = {
        "C, nothing": [nothing],
        "C, one call": [calls, "1"],
        "pwsh, nothing": shell("''"),
        "pwsh, the module imported": shell(f"Import-Module '{MODULE}'"),
        "pwsh, the module imported and one call": shell(
            f"Import-Module '{MODULE}'; '{{\"a\":1}}' | Get-StoreJsonValue -Pointer /a"),
    }
    figures = alternate({name: lambda command=command: measure(command) for name, command in processes.items()}, rounds)
    table(["a process", "wall ms", "CPU ms"],
          [(name, f"{wall * 1000:.1f}", f"{cpu * 1000:.1f}") for name, (wall, cpu, _) in figures.items()])


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
