"""Clients, jobs and errors."""
from __future__ import annotations

import ctypes
import json
from types import TracebackType
from typing import Any, Callable, Iterator, Mapping, Optional, Union

from ._library import Returned, encoded, library, text_of
from ._status import Status

#: A request: an object, JSON text, or None for an empty one.
Request = Optional[Union[Mapping[str, Any], str]]
#: An event of a job, as docs/operations.md describes it.
Event = Mapping[str, Any]

_COMPLETED = '{"type":"completed","response":'

#: How long a wait for an event may keep Ctrl+C from being noticed, in milliseconds.
_PATIENCE = 200


class StoreShipError(Exception):
    """An operation that failed.

    ``code`` is stable, for programs; the message and ``hint`` are for people. ``status`` is the class of the outcome,
    and ``error`` the whole error as docs/errors.md describes it.
    """

    def __init__(self, status: int, error: Mapping[str, Any]) -> None:
        super().__init__(error.get("message", f"status {status}"))
        self.status = status
        self.error = dict(error)
        self.code: str = error.get("code", "")
        self.hint: str = error.get("hint") or ""
        self.retryable: bool = bool(error.get("retryable"))

    def __str__(self) -> str:
        return f"{self.code}: {super().__str__()}" + (f" ({self.hint})" if self.hint else "")


def version() -> str:
    """The version of the library."""
    return library.storeship_version().decode()


def call(operation: str, request: Request = None) -> Any:
    """Calls an operation that needs no client, such as ``package.inspect``, and returns its result."""
    return _result(*_call(0, operation, request))


def call_text(operation: str, request: Request = None) -> tuple[int, str]:
    """Calls an operation that needs no client. Returns the status and the whole response as text."""
    return _call(0, operation, request)


class Client:
    """A client of one account. Close it, or use it in a ``with`` statement. Any thread may use it at any time."""

    def __init__(self, config: Request = None) -> None:
        """Opens a client with a configuration as docs/configuration.md describes it.

        The default takes the credential from the environment.
        """
        identity = ctypes.c_uint64()
        _result(*_answered(library.storeship_client_open, _text(config, "configuration"), ctypes.byref(identity)))
        self._id = identity.value

    def close(self) -> None:
        """Cancels the calls and jobs of the client. Closing it again does nothing."""
        if self._id:
            library.storeship_client_close(self._id)
            self._id = 0

    def __enter__(self) -> Client:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def call(self, operation: str, request: Request = None) -> Any:
        """Calls an operation and returns its result. Ctrl+C is noticed when it has ended: see :meth:`run`."""
        return _result(*self.call_text(operation, request))

    def call_text(self, operation: str, request: Request = None) -> tuple[int, str]:
        """Calls an operation. Returns the status and the whole response as text, with documents as they came."""
        return _call(self._open(), operation, request)

    def start(self, operation: str, request: Request = None) -> Job:
        """Starts an operation as a job."""
        job = ctypes.c_uint64()
        name = encoded(operation, "name of the operation")
        answer = _answered(library.storeship_job_start, self._open(), name, _text(request, "request"), ctypes.byref(job))
        _result(*answer)
        return Job(job.value)

    def run(self, operation: str, request: Request = None, on_event: Callable[[Event], object] | None = None) -> Any:
        """Runs an operation as a job and returns its result. ``on_event`` gets each event but the last.

        Ctrl+C cancels the operation, which then raises a StoreShipError with ``Status.CANCELLED``.
        """
        with self.start(operation, request) as job:
            for event in job:
                if event["type"] != "completed" and on_event is not None:
                    on_event(event)
            return _result(*job.response())

    def _open(self) -> int:
        if not self._id:
            # Without this the offline client, whose id is 0, would be called.
            raise ValueError("the client is closed")
        return self._id


class Job:
    """An operation that runs. Iterate over its events: the last one has the type ``completed``."""

    def __init__(self, identity: int) -> None:
        self._id = identity
        self._response: tuple[int, str] | None = None
        # What the library has returned last, and its status, until it is an event of this iterator.
        self._returned = Returned()
        self._status: int = Status.OK

    def __iter__(self) -> Iterator[Event]:
        for text in self.texts():
            yield json.loads(text)

    def texts(self) -> Iterator[str]:
        """The events as JSON text. Ctrl+C cancels the job, whose last event then says so."""
        while self._response is None:
            try:
                # Ctrl+C may be noticed after the library has returned an event, which is not to be lost.
                if not self._returned:
                    self._status = Status.OK
                    self._status = library.storeship_job_next(self._id, _PATIENCE, ctypes.byref(self._returned))
                status, text = self._status, self._returned.text()
                self._returned = Returned()
            except KeyboardInterrupt:
                self.cancel()
                continue
            if status == Status.NOTHING_YET:
                continue
            if status != Status.OK or text is None:
                raise StoreShipError(status, {"code": "job.no_events", "message": f"the job has no more events: {text}"})
            if text.startswith(_COMPLETED):
                response = text[len(_COMPLETED) : -1]
                self._response = json.loads(response).get("error", {}).get("class", Status.OK), response
            yield text

    def response(self) -> tuple[int, str]:
        """Waits for the end. Returns the status and the whole response as text."""
        for _ in self.texts():
            pass
        assert self._response is not None
        return self._response

    def cancel(self) -> None:
        """Asks the operation to end. An operation that has ended is not changed."""
        library.storeship_job_cancel(self._id)

    def close(self) -> None:
        """Cancels the job and frees it. Closing it again does nothing."""
        library.storeship_job_close(self._id)

    def __enter__(self) -> Job:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def _text(request: Request, what: str) -> bytes:
    if request is None:
        return b"{}"
    return encoded(request if isinstance(request, str) else json.dumps(request), what)


def _answered(function: Any, *arguments: Any) -> tuple[int, str]:
    status, text = text_of(function, *arguments)
    if text is None:
        raise MemoryError("the StoreShip library ran out of memory")
    return status, text


def _call(client: int, operation: str, request: Request) -> tuple[int, str]:
    name = encoded(operation, "name of the operation")
    return _answered(library.storeship_call, client, name, _text(request, "request"))


def _result(status: int, text: str) -> Any:
    response = json.loads(text)
    if not response.get("ok"):
        raise StoreShipError(status, response.get("error", {}))
    return response.get("result")
