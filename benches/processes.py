"""What the benchmarks in Python share: processes that are measured, medians, tables, the emulator. Linux only."""

import contextlib
import ctypes
import json
import os
import statistics
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RELEASE = ROOT / "target/release"
MODULE = ROOT / "target/powershell/StoreShip"


def measure(command, environment=None):
    """Runs a process; returns its wall-clock seconds, processor seconds and peak memory in MiB."""
    began = time.monotonic()
    child = subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL,
                             env={**os.environ, **{name: str(value) for name, value in (environment or {}).items()}})
    _, status, usage = os.wait4(child.pid, 0)
    if status != 0:
        sys.exit(f"{command[0]} ended with {status}")
    return time.monotonic() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def alternate(works, rounds):
    """Does each of the works once a round; returns the medians of what each returned."""
    rows = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            rows[name].append(work())
    return {name: [statistics.median(run[at] for run in runs) for at in range(len(runs[0]))]
            for name, runs in rows.items()}


def table(heads, rows):
    """Prints a table of Markdown; texts stand to the left, figures to the right."""
    print("| " + " | ".join(heads) + " |")
    print("| " + " | ".join(["---"] + ["---:"] * (len(heads) - 1)) + " |")
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row) + " |")
    print(flush=True)


def random_bytes(path, bytes):
    """Writes a file of random bytes, in pieces: a child process begins with the peak memory of this one."""
    with open(path, "wb") as out:
        while bytes > 0:
            bytes -= out.write(os.urandom(min(bytes, 1 << 20)))


@contextlib.contextmanager
def emulator(*flags):
    """The emulator of the release build, as a process. Gives what its first line says."""
    process = subprocess.Popen([RELEASE / "storeship-emulator", *flags], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        yield json.loads(process.stdout.readline())
    finally:
        process.stdin.close()
        process.wait()


def control(emulator, path, method="GET", body=None):
    """Sends a request to a control route of the emulator; returns the body of the answer."""
    request = urllib.request.Request(emulator["control"] + path, body, {"content-type": "application/json"}, method=method)
    with urllib.request.urlopen(request) as answer:
        return answer.read()


class Library:
    """The native library of the release build."""

    def __init__(self):
        self.functions = ctypes.CDLL(RELEASE / "libstoreship.so")
        self.functions.storeship_string_free.argtypes = [ctypes.c_void_p]

    def open(self, config):
        client = ctypes.c_uint64()
        self._answer(self.functions.storeship_client_open, json.dumps(config).encode(), ctypes.byref(client))
        return client

    def close(self, client):
        self.functions.storeship_client_close(client)

    def call(self, client, operation, request):
        return self._answer(self.functions.storeship_call, client, operation.encode(), json.dumps(request).encode())

    def _answer(self, function, *arguments):
        text = ctypes.c_void_p()
        function(*arguments, ctypes.byref(text))
        response = json.loads(ctypes.string_at(text.value))
        self.functions.storeship_string_free(text)
        if not response["ok"]:
            sys.exit(f"{response['error']['code']}: {response['error']['message']}")
        return response.get("result")
