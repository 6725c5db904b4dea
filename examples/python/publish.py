"""Publishes a release from Python: the same program as publish.c. It needs only the standard library of Python.

    python3 publish.py <config.json> <app id> <package>

STORESHIP_LIBRARY is the path of the native library. Without it, the system searches for the library by its name.
"""
import ctypes
import json
import os
import sys

NAMES = {"win32": "storeship.dll", "darwin": "libstoreship.dylib"}
OK, NOTHING_YET = 0, 1

library = ctypes.CDLL(os.environ.get("STORESHIP_LIBRARY") or NAMES.get(sys.platform, "libstoreship.so"))
# ctypes would convert a c_char_p to bytes and lose the pointer, which storeship_string_free needs.
Text = ctypes.c_void_p
library.storeship_client_open.argtypes = [ctypes.c_char_p, ctypes.POINTER(ctypes.c_uint64), ctypes.POINTER(Text)]
library.storeship_client_close.argtypes = [ctypes.c_uint64]
library.storeship_job_start.argtypes = [
    ctypes.c_uint64, ctypes.c_char_p, ctypes.c_char_p, ctypes.POINTER(ctypes.c_uint64), ctypes.POINTER(Text)]
library.storeship_job_next.argtypes = [ctypes.c_uint64, ctypes.c_uint32, ctypes.POINTER(Text)]
library.storeship_job_cancel.argtypes = [ctypes.c_uint64]
library.storeship_string_free.argtypes = [Text]
library.storeship_string_free.restype = None


def call(function, *arguments):
    """Calls a function whose last argument returns a JSON string. Returns the status and the parsed JSON."""
    text = Text()
    status = function(*arguments, ctypes.byref(text))
    value = json.loads(ctypes.string_at(text.value)) if text.value else None
    library.storeship_string_free(text)
    return status, value


def checked(status, response):
    if status != OK:
        sys.exit("{code}: {message}\n  {hint}".format(**response["error"]))


def run(client, operation, request):
    """Runs an operation as a job, prints its events and returns its response. Ctrl+C cancels the job."""
    job = ctypes.c_uint64()
    request = json.dumps(request).encode()
    checked(*call(library.storeship_job_start, client, operation.encode(), request, ctypes.byref(job)))
    while True:
        try:
            status, event = call(library.storeship_job_next, job, 200)
        except KeyboardInterrupt:
            library.storeship_job_cancel(job)
            continue
        if status == NOTHING_YET:
            continue
        if status != OK:
            sys.exit(f"no more events: {status}")
        print(json.dumps(event, separators=(",", ":")))
        if event["type"] == "completed":
            return event["response"]


def main(config, app, package):
    client = ctypes.c_uint64()
    with open(config, "rb") as file:
        checked(*call(library.storeship_client_open, file.read(), ctypes.byref(client)))
    try:
        notes = {"en-us": "Faster start.", "de-de": "Schnellerer Start."}
        release = {"appId": app, "packages": [package], "releaseNotes": notes, "until": "published"}
        return 0 if run(client, "publish", release)["ok"] else 1
    finally:
        library.storeship_client_close(client)


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit("usage: publish.py <config.json> <app id> <package>")
    sys.exit(main(*sys.argv[1:]))
