"""The classes of an outcome: the constants STORESHIP_... of the header storeship.h."""
import enum


class Status(enum.IntEnum):
    """What a function of the library returns. More classes may be added; they count as failures."""

    OK = 0
    NOTHING_YET = 1
    INVALID = 2
    INTERNAL = 3
    UNKNOWN_OPERATION = 4
    UNKNOWN_ID = 5
    FORKED = 6
    AUTHENTICATION = 10
    NETWORK = 11
    SERVICE = 12
    CANCELLED = 13
    FILE = 14
    PROTECTED = 15
