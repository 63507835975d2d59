"""The layers that hold a worker, as facts."""

from dataclasses import dataclass

NEWEST_LANDLOCK = 7  # that is known; a newer kernel's gives what this one gives
NAMESPACES = ("user", "mount", "pid", "net", "ipc", "uts", "cgroup")


@dataclass(frozen=True)
class Layers:
    """What holds workers here; Landlock and the filter of system calls must be there."""

    landlock_version: int
    namespaces: bool

    def __str__(self) -> str:
        common = f"Landlock {self.landlock_version}, seccomp, rlimits, no capabilities"
        names = " ".join(NAMESPACES)
        return f"{common}, namespaces ({names})" if self.namespaces else f"{common}, no namespaces"
