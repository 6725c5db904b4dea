"""Loads the native library, and declares the functions that this module calls."""
import ctypes
import os
import sys
from pathlib import Path

ABI_VERSION = 1
_NAMES = {"win32": "storeship.dll", "darwin": "libstoreship.dylib"}

# ctypes would convert a c_char_p to bytes and lose the pointer, which storeship_string_free needs.
_Text = ctypes.c_void_p


def _load() -> ctypes.CDLL:
    """The file that STORESHIP_LIBRARY names, or the one in this folder, where the wheel has it."""
    named = os.environ.get("STORESHIP_LIBRARY")
    path = named or str(Path(__file__).parent / _NAMES.get(sys.platform, "libstoreship.so"))
    try:
        library = ctypes.CDLL(path)
    except OSError as error:
        raise ImportError(f"the StoreShip library {path} can't be loaded: {error}") from error
    client, job, text = ctypes.c_uint64, ctypes.c_uint64, ctypes.POINTER(_Text)
    library.storeship_version.restype = ctypes.c_char_p
    for name, arguments in {
        "storeship_abi_version": [],
        "storeship_version": [],
        "storeship_client_open": [ctypes.c_char_p, ctypes.POINTER(client), text],
        "storeship_client_close": [client],
        "storeship_call": [client, ctypes.c_char_p, ctypes.c_char_p, text],
        "storeship_job_start": [client, ctypes.c_char_p, ctypes.c_char_p, ctypes.POINTER(job), text],
        "storeship_job_next": [job, ctypes.c_uint32, text],
        "storeship_job_cancel": [job],
        "storeship_job_close": [job],
        "storeship_string_free": [_Text],
    }.items():
        getattr(library, name).argtypes = arguments
    library.storeship_string_free.restype = None
    if library.storeship_abi_version() != ABI_VERSION:
        raise ImportError(f"{path} has version {library.storeship_abi_version()} of the ABI in place of {ABI_VERSION}")
    return library


library = _load()


class Returned(_Text):
    """A string that the library returns. It is freed with this object, so that Ctrl+C at any place loses no memory."""

    def text(self) -> "str | None":
        # A lone surrogate can't be in UTF-8, so that this never fails.
        return ctypes.string_at(self.value).decode("utf-8") if self.value else None

    def __del__(self, free=library.storeship_string_free) -> None:
        free(self)


def text_of(function, *arguments) -> "tuple[int, str | None]":
    """Calls a function whose last argument returns a string. Returns the status and the string."""
    returned = Returned()
    return function(*arguments, ctypes.byref(returned)), returned.text()


def encoded(text: str, what: str) -> bytes:
    """A string for the library. A NUL would end it early."""
    if "\0" in text:
        raise ValueError(f"the {what} has a NUL character")
    return text.encode("utf-8")
