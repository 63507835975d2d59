"""What a confined process may use of the machine."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Memory in bytes, processor time in seconds, and the number of open files."""

    address_space_bytes: int = 2 * 2**30
    cpu_seconds: int = 200  # more than a whole hand-in gets by the clock
    open_files: int = 64


def apply(limits: Limits) -> None:
    """Set the limits on this process, for good; it can start no other and write no file."""
    import resource  # not on Windows, where nothing is graded but this is imported

    for name, value in (
        (resource.RLIMIT_AS, limits.address_space_bytes),
        (resource.RLIMIT_NOFILE, limits.open_files),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
    ):
        resource.setrlimit(name, (value, value))
    # The signal that tells the reason comes a second before the one that cannot be ignored.
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 1))
