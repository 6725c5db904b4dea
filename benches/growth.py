#!/usr/bin/env python3
"""How the cost grows with the size, the number of files and the number of submissions: python3 benches/growth.py [ROUNDS]

Uploads go over TLS to a service that discards them, from the client of the benchmark upload_sink. Submissions are those of
add-ons, published in one process one after the other on the emulator, without a rate limit; their calls are counted by the
emulator. Linux only; needs cargo and openssl.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import peers
from processes import ROOT, Library, alternate, control, emulator, measure, random_bytes, table

ADD_ONS = (1, 10, 100)


def main(rounds):
    subprocess.run(["cargo", "build", "--release", "--locked"], cwd=ROOT, check=True)
    program = peers.build()
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        peers.certificate(folder)
        address, sink = peers.start_sink(program, folder)
        try:
            upload = lambda path: measure(peers.ours(program, address, path, folder))
            print_uploads(upload, sizes(folder), "size", rounds)
            print_uploads(upload, numbers(folder), "1 GiB in files", rounds)
        finally:
            sink.stdin.close()
            sink.wait()
    print_submissions(rounds)


def sizes(folder):
    """Files of different sizes; the largest has no bytes on the disk."""
    paths = {}
    for name, mebibytes in {"64 MiB": 64, "1 GiB": 1024}.items():
        paths[name] = folder / f"{mebibytes}.msix"
        random_bytes(paths[name], mebibytes << 20)
    paths["25 GiB, sparse"] = folder / "sparse.msix"
    with open(paths["25 GiB, sparse"], "wb") as file:
        file.truncate(25 << 30)
    return paths


def numbers(folder):
    """Folders with different numbers of files, of 1 GiB together."""
    paths = {}
    for number in (1, 100, 10_000):
        paths[f"{number:,}"] = folder / str(number)
        paths[f"{number:,}"].mkdir()
        for at in range(number):
            random_bytes(paths[f"{number:,}"] / f"{at:05}.png", (1 << 30) // number)
    return paths


def print_uploads(upload, paths, head, rounds):
    figures = alternate({name: lambda path=path: upload(path) for name, path in paths.items()}, rounds)
    table([head, "wall s", "CPU s", "RSS MiB"],
          [(name, f"{wall:.2f}", f"{cpu:.2f}", f"{memory:.0f}") for name, (wall, cpu, memory) in figures.items()])


def print_submissions(rounds):
    figures = alternate({number: lambda number=number: publish(number) for number in ADD_ONS}, rounds)
    table(["submissions", "wall ms each", "CPU ms each", "calls each", "RSS MiB"],
          [(number, f"{wall * 1000:.1f}", f"{cpu * 1000:.1f}", f"{calls:.2f}", f"{memory:.0f}")
           for number, (wall, cpu, calls, memory) in figures.items()])


def publish(number):
    """Publishes so many add-ons in a process of its own; returns wall and processor seconds and calls of one, and MiB."""
    with emulator() as store:
        ids = add_ons(store, number)
        control(store, "requests", "DELETE")
        config = json.dumps({"serviceUrl": store["service"], "authorityUrl": store["authority"], "credential": {
            "type": "clientSecret", **{name: store[name] for name in ("tenantId", "clientId", "clientSecret")}}})
        began = time.monotonic()
        output = subprocess.run([sys.executable, __file__, "publish", config, *ids], check=True, stdout=subprocess.PIPE)
        cpu, memory = json.loads(output.stdout)
        calls = len(json.loads(control(store, "requests")))
        return (time.monotonic() - began) / number, cpu / number, calls / number, memory


def add_ons(store, number):
    """Gives the emulator so many add-ons, copies of the first; returns their ids."""
    state = json.loads(control(store, "state"))
    model = state["inAppProducts"][0]
    of_model = next(entry for entry in state["submissions"] if entry.get("inAppProductId") == model["id"])
    ids = [f"9N{at:010}" for at in range(number)]
    for at, id in enumerate(ids):
        submission = f"2{at:018}"
        state["inAppProducts"].append({**model, "id": id, "productId": f"contoso-{at}",
                                       "lastPublishedInAppProductSubmission": {"id": submission}})
        state["submissions"].append(
            {**of_model, "inAppProductId": id, "document": {**of_model["document"], "id": submission}})
    control(store, "state", "PUT", json.dumps(state).encode())
    return ids


def publish_all(config, ids):
    """Publishes a title for each of the add-ons. Prints the processor seconds and the peak memory in MiB."""
    library = Library()
    client = library.open(json.loads(config))
    for id in ids:
        edit = {"op": "replace", "path": "/listings/en-us/title", "value": "A chest of gold"}
        library.call(client, "publish", {"addOnId": id, "edits": [edit], "until": "committed"})
    library.close(client)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps([usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024]))


if __name__ == "__main__":
    if sys.argv[1:2] == ["publish"]:
        publish_all(sys.argv[2], sys.argv[3:])
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
