"""Publishes a release from Python: the same program as publish.c.

    pip install <the wheel>
    python3 publish.py <config.json> <app id> <package>

In the repository, without an installed package: PYTHONPATH=python STORESHIP_LIBRARY=target/release/libstoreship.so
"""
import json
import sys

import storeship


def main(config, app, package):
    notes = {"en-us": "Faster start.", "de-de": "Schnellerer Start."}
    release = {"appId": app, "packages": [package], "releaseNotes": notes, "until": "published"}
    with open(config, encoding="utf-8") as file:
        client = storeship.Client(file.read())
    with client, client.start("publish", release) as job:
        # Ctrl+C cancels the job, whose last event then says so.
        for event in job:
            print(json.dumps(event, separators=(",", ":")))
        status, _ = job.response()
    return status


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit("usage: publish.py <config.json> <app id> <package>")
    try:
        sys.exit(main(*sys.argv[1:]))
    except storeship.StoreShipError as error:
        sys.exit(str(error))
