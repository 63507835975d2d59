"""Namespaces: a process sees a file system of a few places, no network, and no other process.

They need no privileges, but some kernels and most containers refuse them.
"""

import os
import struct
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NoReturn

from gradekit.sandbox.kernel import libc, syscall
from gradekit.sandbox.privileges import end_with_parent
from gradekit.sandbox.syscalls import MOUNT_SETATTR, this_machine

# CLONE_NEW… of sched.h for user, mount, pid, net, ipc, uts, cgroup (layers.NAMESPACES).
_FLAGS = 0x10000000 | 0x20000 | 0x20000000 | 0x40000000 | 0x8000000 | 0x4000000 | 0x2000000
_MS_RDONLY, _MS_NOSUID, _MS_NODEV, _MS_NOEXEC = 1, 2, 4, 8
_MS_REMOUNT, _MS_BIND, _MS_REC, _MS_PRIVATE, _MNT_DETACH = 32, 4096, 16384, 1 << 18, 2
_AT_FDCWD, _AT_RECURSIVE = -100, 0x8000
_SIGKILL = 9


def possible(root: Path, places: Iterable[Path]) -> bool:
    """Whether this process could enter namespaces: a child of it tries."""
    pid = os.fork()
    if not pid:
        _try(lambda: enter(root, places))
    return os.waitpid(pid, 0)[1] == 0


def enter(root: Path, places: Iterable[Path]) -> None:
    """Go on as the first process of new namespaces that hold nothing but some places.

    `root` is an empty folder to build their file system on. What called this stays behind, waits,
    and ends as its child ends. Raises OSError where the kernel refuses.
    """
    user, group = os.geteuid(), os.getegid()
    libc("unshare", _FLAGS)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    pid = os.fork()
    if pid:
        _wait_for(pid)
    end_with_parent(_SIGKILL)
    _build(root, places)


def _try(attempt: Callable[[], None]) -> NoReturn:
    code = 1
    try:
        attempt()
        code = 0
    finally:
        os._exit(code)


def _wait_for(pid: int) -> NoReturn:
    _, status = os.waitpid(pid, 0)
    os._exit(min(abs(os.waitstatus_to_exitcode(status)), 255))


def _build(root: Path, places: Iterable[Path]) -> None:
    _mount(None, "/", _MS_REC | _MS_PRIVATE)
    flags = _MS_NOSUID | _MS_NODEV | _MS_NOEXEC
    libc("mount", "none", str(root), "tmpfs", flags, "size=1m,mode=755")
    for place in places:
        _bind(place, root / place.relative_to("/"))
    os.chdir(root)
    syscall("pivot_root", this_machine().numbers["pivot_root"], ".", ".")
    libc("umount2", ".", _MNT_DETACH)
    os.chdir("/")
    _mount(None, "/", _MS_REMOUNT | _MS_BIND | _MS_RDONLY | flags)


def _bind(place: Path, target: Path) -> None:
    if place.is_dir():
        target.mkdir(parents=True, exist_ok=True)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch()
    _mount(str(place), str(target), _MS_BIND | _MS_REC)
    read_only = struct.pack("=4Q", _MS_RDONLY | _MS_NOSUID, 0, 0, 0)
    arguments = (_AT_FDCWD, str(target), _AT_RECURSIVE, read_only, len(read_only))
    syscall("mount_setattr", MOUNT_SETATTR, *arguments)


def _mount(source: str | None, target: str, flags: int) -> None:
    libc("mount", source, target, None, flags, None)
