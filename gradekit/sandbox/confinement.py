"""The order in which a worker gives everything up, and what of it this machine can enforce."""

import os
import signal
from pathlib import Path
from types import ModuleType

from gradekit.sandbox import landlock, limits, namespaces, places, privileges, seccomp
from gradekit.sandbox.layers import Layers

NO_LANDLOCK = (
    "no Landlock here: it takes Linux 5.13 or newer that has it switched on, and a container that "
    "lets it through"
)
CHANNEL = 3  # the one descriptor that a worker keeps besides the standard ones


class Confinement:
    """Made once in a process with all modules loaded; its children then confine themselves."""

    def __init__(
        self, snapshots: Path, root: Path, packages: list[ModuleType], wanted: Layers
    ) -> None:
        """Prepare workers that read one folder each below `snapshots`.

        `root` is an empty folder for namespaces to build on; where those can be had and are
        wanted, the process is in them afterwards. Landlock is used up to the version wanted, as if
        the kernel had no newer one. Raises OSError where the kernel lacks a layer.
        """
        self._filter = seccomp.filter_here()
        version = min(landlock.version(), wanted.landlock_version)
        if not version:
            raise OSError(NO_LANDLOCK)
        readable, listed = places.readable_places(packages), places.listable_folders()
        seen = [*readable, places.NULL, snapshots]
        entered = wanted.namespaces and namespaces.possible(root, seen)
        if entered:
            namespaces.enter(root, seen)
        privileges.give_up()
        self.layers = Layers(version, entered)
        self._places = [
            *(landlock.open_place(path) for path in readable),
            *(landlock.open_place(path, landlock.READ_DIR) for path in listed),
            landlock.open_place(places.NULL, landlock.READ_FILE | landlock.WRITE_FILE),
        ]

    def apply(self, snapshot: Path, channel: int, output: int, used: limits.Limits) -> None:
        """Confine this process, a child of the one that made this, for good.

        It keeps `channel` as descriptor 3 and writes what it prints to `output`.
        """
        parent = os.getppid()
        os.setsid()
        privileges.end_with_parent(signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
        os.chdir(snapshot)
        landlock.restrict(
            [*self._places, landlock.open_place(snapshot)], self.layers.landlock_version
        )
        _keep_descriptors(channel, output)
        limits.apply(used)
        seccomp.install(self._filter)


def _keep_descriptors(channel: int, output: int) -> None:
    null = os.open(os.devnull, os.O_RDONLY)
    for kept, wanted in ((null, 0), (output, 1), (output, 2), (channel, CHANNEL)):
        os.dup2(kept, wanted)
    os.closerange(CHANNEL + 1, 2**31 - 1)
