"""What the grader orders of the zygote, and what it gets to hear."""

import msgspec

from gradekit.sandbox.limits import Limits

NAMESPACES, PLAIN = "namespaces", "plain"


class Spawn(msgspec.Struct, frozen=True, tag=True):
    """Orders a worker on a snapshot; its channel and its output come along as descriptors."""

    snapshot: str
    probes: str
    limits: Limits


class Reap(msgspec.Struct, frozen=True, tag=True):
    """Orders the end of a worker: killed with its whole session, and waited for."""

    pid: int


class Done(msgspec.Struct, frozen=True, tag=True):
    """What came of an order: the new worker's pid, or the ended one's wait status."""

    value: int


class Ready(msgspec.Struct, frozen=True, tag=True):
    """The zygote waits for orders; these layers hold its workers."""

    landlock_version: int
    namespaces: bool


class Refused(msgspec.Struct, frozen=True, tag=True):
    """Workers cannot be confined here, or something survived one; and why."""

    reason: str


Answer = Done | Ready | Refused
