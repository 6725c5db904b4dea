"""Microsoft Store submissions from Python: a client of the StoreShip library, whose operations take and return JSON.

    with storeship.Client({"credential": {"type": "environment"}}) as client:
        app = client.call("app.get", {"appId": "9NBLGGH4R315"})

The operations and their fields are described in docs/operations.md of the project; library.schema returns them as JSON
Schema.
"""
from ._client import Client, Job, StoreShipError, call, call_text, version
from ._status import Status

__all__ = ["Client", "Job", "Status", "StoreShipError", "call", "call_text", "version"]
__version__ = version()
