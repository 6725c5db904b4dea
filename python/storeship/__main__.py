"""Runs an operation from a shell: python -m storeship OPERATION [REQUEST.json or -] [--config FILE]"""
from __future__ import annotations

import argparse
import codecs
import json
import sys
from pathlib import Path
from typing import TextIO

from . import Client, Status, StoreShipError, call, call_text, version

_ABOUT = """\
The response is printed on standard output as JSON, the events of the operation on standard error as JSON Lines. The exit
code is the class of the outcome: 0 success, 2 invalid request, 4 unknown operation, 10 sign-in, 11 network, 12 refused by
the service, 13 cancelled, 14 local file, 15 refused to protect data. `library.operations` lists the operations.
"""


def main(arguments: list[str] | None = None) -> int:
    """Runs the command line and returns the exit code."""
    parser = argparse.ArgumentParser("python -m storeship", description="Runs an operation of StoreShip.", epilog=_ABOUT)
    parser.add_argument("operation", help="such as app.list, publish, package.inspect")
    parser.add_argument("request", nargs="?", help="a JSON file; - is standard input; left out: an empty request")
    parser.add_argument("--config", help="a JSON file with the client's configuration; default: the credential of the environment")
    parser.add_argument("--version", action="version", version=f"storeship {version()}")
    options = parser.parse_args(arguments)
    try:
        request = _read(options.request) if options.request else "{}"
        config = _read(options.config) if options.config else "{}"
    except OSError as error:
        return _fail(Status.FILE, "file.unreadable", str(error))
    except UnicodeError as error:
        return _fail(Status.FILE, "file.encoding", str(error))
    try:
        if options.config or options.operation in _online():
            with Client(config) as client:
                status, response = _run(client, options.operation, request)
        else:
            status, response = call_text(options.operation, request)
    except StoreShipError as error:
        status, response = error.status, json.dumps({"ok": False, "error": error.error}, ensure_ascii=False)
    except ValueError as error:
        return _fail(Status.INVALID, "argument.invalid", str(error))
    _print(sys.stdout, response)
    return int(status)


def _run(client: Client, operation: str, request: str) -> tuple[int, str]:
    with client.start(operation, request) as job:
        for event in job.texts():
            if not event.startswith('{"type":"completed"'):
                _print(sys.stderr, event)
        return job.response()


def _online() -> set[str]:
    """The operations that need a client."""
    return {row["name"] for row in call("library.schema")["x-operations"] if not row["offline"]}


def _read(name: str) -> str:
    data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    # Windows PowerShell 5.1 writes UTF-16 with a mark.
    encoding = "utf-16" if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnicodeError(f"{'standard input' if name == '-' else name}: {error}; give UTF-8, or UTF-16 with a byte order mark") from error


def _print(stream: TextIO, line: str) -> None:
    # The encoding of the stream is that of the terminal, which may have no such characters.
    stream.buffer.write(line.encode("utf-8") + b"\n")
    stream.buffer.flush()


def _fail(status: Status, code: str, message: str) -> int:
    error = {"code": code, "class": int(status), "message": message, "retryable": False}
    _print(sys.stdout, json.dumps({"ok": False, "error": error}, ensure_ascii=False))
    return int(status)


if __name__ == "__main__":
    sys.exit(main())
