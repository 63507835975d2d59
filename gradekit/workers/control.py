"""Messages between the grader and the fork server."""

import msgspec

from gradekit.sandbox.limits import Limits

NAMESPACES, PLAIN = "namespaces", "plain"


class Spawn(msgspec.Struct, frozen=True, tag=True):
    """Orders a worker on a snapshot; its channel and its output come along as descriptors."""

    snapshot: str
    limits: Limits


class Reap(msgspec.Struct, frozen=True, tag=True):
    """Orders the end of a worker: killed with its whole session, and waited for."""

    pid: int


class Started(msgspec.Struct, frozen=True, tag=True):
    """The worker that was ordered is there."""

    pid: int


class Ended(msgspec.Struct, frozen=True, tag=True):
    """A worker is gone: its wait status, and the processor time that it took in all."""

    status: int
    cpu_seconds: float


class Ready(msgspec.Struct, frozen=True, tag=True):
    """The fork server waits for orders; these layers hold its workers."""

    landlock_version: int
    namespaces: bool


class Refused(msgspec.Struct, frozen=True, tag=True):
    """Workers cannot be confined here, or something survived one; and why."""

    reason: str


OrderAnswer = Started | Ended | Ready | Refused
