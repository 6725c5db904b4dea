#!/usr/bin/env python3
"""Measures everything that docs/performance.md shows, and prints its tables: python3 benches/performance.py [ROUNDS]

It builds what it measures. Run it on a machine that does nothing else. Linux only; needs cargo, the .NET SDK, pwsh, cc,
openssl, node, npm, and for AzCopy the library libsecret-1. The clients of others come from their registries.
"""

import os
import platform
import subprocess
import sys

import calls
import growth
import peers
import release
from processes import ROOT


def main(rounds):
    build()
    print(f"{machine()}, {rounds} rounds\n", flush=True)
    section("Upload beside others")
    peers.main(1.0, rounds)
    section("Upload beside the floor")
    run("cargo", "bench", "--locked", "--bench", "upload_sink", "--", "1", str(rounds), "tls, measured")
    section("A whole release")
    release.main(512, rounds)
    section("Documents, from Rust")
    run("cargo", "bench", "--locked", "--bench", "document")
    section("Documents, from PowerShell")
    run("pwsh", "-NoProfile", "-File", "benches/powershell.ps1", "-Rounds", str(rounds))
    section("A folder of listings")
    run("cargo", "bench", "--locked", "--bench", "listings")
    section("Small calls and starts")
    calls.main(rounds)
    section("Growth")
    growth.main(rounds)


def build():
    subprocess.run(["pwsh", "-NoProfile", "-File", "powershell/build.ps1"], cwd=ROOT, check=True,
                   stdout=subprocess.DEVNULL)


def section(title):
    print(f"## {title}\n", flush=True)


def run(*command):
    print("```", flush=True)
    subprocess.run(command, cwd=ROOT, check=True, stderr=subprocess.DEVNULL)
    print("```\n", flush=True)


def machine():
    with open("/proc/cpuinfo") as info:
        model = next(line.split(":")[1].strip() for line in info if line.startswith("model name"))
    gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)
    return f"{os.cpu_count()} cores of {model}, {gib:.0f} GiB, Linux {platform.release()}"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
