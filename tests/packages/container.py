"""Waits for the first line of an emulator in a container, and asks it by several host names from inside of its network.

    python3 container.py PROCESS OUTPUT

PROCESS is the process that has made the namespaces of the container, OUTPUT the file with its standard output.
"""
import json
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlparse

ANSWERS = {"store-of-tests": 200, "storeship-emulator": 200, "emulator": 200, "store": 200, "localhost": 200, "10.1.2.3": 200, "elsewhere": 421}

ASK = """
import http.client, sys
port, path, *hosts = sys.argv[1:]
for host in hosts:
    connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=30)
    connection.request("GET", path, headers={"Host": f"{host}:{port}"})
    print(connection.getresponse().status)
"""


def main(process, output):
    deadline = time.monotonic() + 120
    while not Path(output).read_text(encoding="utf-8").endswith("\n"):
        if time.monotonic() > deadline or not Path(f"/proc/{process}").exists():
            raise SystemExit("the container has printed no line")
        time.sleep(0.05)
    control = urlparse(json.loads(Path(output).read_text(encoding="utf-8").splitlines()[0])["control"])
    child = Path(f"/proc/{process}/task/{process}/children").read_text().split()[0]
    inside = ["nsenter", "--target", child, "--net", sys.executable, "-c", ASK]
    done = subprocess.run([*inside, str(control.port), control.path + "endpoints", *ANSWERS], capture_output=True, text=True, timeout=300)
    answers = dict(zip(ANSWERS, map(int, done.stdout.split())))
    if answers != ANSWERS:
        raise SystemExit(f"the answers are {answers}: {done.stderr}")


if __name__ == "__main__":
    main(*sys.argv[1:])
