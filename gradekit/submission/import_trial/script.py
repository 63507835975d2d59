"""Run by `gradekit check` in a process of its own: imports modules as far as the graders would.

Its argument is a folder with request.json, which says what to import, and files/, in which that
lies. The graders' workers have NumPy, tqdm and Python's own library, read no file but the hand-in's
and the assignment's, write none, and start no process. Here an audit hook stands for what confines
them there: it is no protection, only a way to fail in the same places. The answers are lines of
JSON: what is being imported, and what each import raised.
"""

import _thread
import errno
import importlib
import json
import os
import sys
import sysconfig
import threading
import traceback
from pathlib import Path
from typing import Any

PACKAGES = ("numpy", "numpy.fft", "numpy.linalg", "numpy.polynomial", "numpy.random", "tqdm")
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
CHANGES = ("os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate")
STARTS = ("subprocess.Popen", "os.system", "os.exec", "os.fork", "os.posix_spawn", "os.spawn")
READ_ONLY = "The graders' files cannot be changed"
# Of the student's environment; the graders have none of the rest. Windows does not run without one.
VARIABLES = ("PATH", "LANG", "SYSTEMROOT")
NETWORK = ("socket.__new__", "socket.connect", "socket.getaddrinfo", "socket.bind")


class Graders:
    """An audit hook that refuses what the graders' workers refuse, while it is on."""

    def __init__(self, readable: list[str]) -> None:
        self._readable = [_plain(path) for path in readable]
        self.is_on = False

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Raise for what is refused, as the graders' system would."""
        if not self.is_on:
            return
        if event == "open":
            path, mode, flags = arguments
            self._opened(path, str(mode or ""), flags or 0)
        elif event in ("os.listdir", "os.scandir"):
            self._opened(arguments[0] or ".", "r", 0)
        elif event in CHANGES:
            raise PermissionError(
                errno.EACCES, "The graders' files cannot be changed", arguments[0]
            )
        elif event in STARTS:
            raise PermissionError(errno.EPERM, "At the graders' no other program is started")
        elif event in NETWORK:
            raise PermissionError(errno.EPERM, "The graders have no network")

    def _opened(self, path: object, mode: str, flags: int) -> None:
        if isinstance(path, int) or path in (os.devnull, "/dev/urandom"):
            return
        if any(letter in mode for letter in "wax+") or (not mode and flags & WRITING):
            raise PermissionError(errno.EACCES, READ_ONLY, path)
        plain = _plain(os.fsdecode(path))  # type: ignore[arg-type]
        if not any(plain == root or plain.startswith(root + os.sep) for root in self._readable):
            raise FileNotFoundError(errno.ENOENT, "The graders have no such file", path)


def _no_thread(*arguments: object, **named: object) -> None:  # noqa: ARG001
    raise RuntimeError("can't start new thread: the graders allow none")


def refuse_threads() -> None:
    """Have every way to start a thread raise what it raises at the graders."""
    for module in (_thread, threading):
        for name in ("start_new_thread", "start_joinable_thread"):
            for spelled in (name, f"_{name}"):
                if hasattr(module, spelled):
                    setattr(module, spelled, _no_thread)


def load_packages(names: list[str]) -> None:
    """Import packages, as far as they are installed: the graders have them loaded, too."""
    for name in names:
        try:
            importlib.import_module(name)
        except Exception:  # whatever a package raises: what imports it is told
            continue


def _package_places() -> list[str]:
    """Return the folders of the packages that are loaded: they read files of their own later."""
    tops = (module for name, module in list(sys.modules.items()) if "." not in name)
    return [str(place) for module in tops for place in getattr(module, "__path__", ())]


def _plain(path: str) -> str:
    return os.path.normcase(os.path.realpath(path))


def try_imports(names: list[str], root: str, tell: Any) -> None:
    """Import modules one after another, and tell before each one, and what it raised."""
    for name in names:
        tell({"importing": name})
        try:
            importlib.import_module(name)
        except BaseException as error:  # student code may raise anything, SystemExit too
            tell(_described(error, name, root))


def _described(error: BaseException, name: str, root: str) -> dict[str, Any]:
    file, line = "", 0
    for frame in traceback.extract_tb(error.__traceback__):
        if _is_inside(frame.filename, root):
            file, line = frame.filename, frame.lineno or 0
    if isinstance(error, SyntaxError) and error.filename:
        file, line = error.filename, error.lineno or 0
    inside = _is_inside(file, root)
    return {
        "module": name,
        "type": type(error).__name__,
        "text": str(error)[:500],
        "file": os.path.relpath(os.path.realpath(file), os.path.realpath(root)) if inside else "",
        "line": line,
        "not_found": str(getattr(error, "name", None) or ""),
        "path": _file_of(error),
    }


def _is_inside(file: str, root: str) -> bool:
    # Python's own frozen modules have names such as <frozen os>, and code from texts <string>.
    return bool(file) and not file.startswith("<") and _plain(file).startswith(root + os.sep)


def _file_of(error: BaseException) -> str:
    named = error.filename if isinstance(error, OSError) else None
    return os.fsdecode(named) if isinstance(named, str | bytes | os.PathLike) else ""


def main() -> None:
    """Do what the request says."""
    folder = Path(sys.argv[1])
    request = json.loads((folder / "request.json").read_text(encoding="utf-8"))
    root, library = _plain(str(folder / "files")), list(sys.path)
    sys.path[:] = [*request["packages"], *library]
    readable = [root, *library, sysconfig.get_path("stdlib"), sys.base_prefix]
    import_stubs = importlib.import_module("gradekit.assignment.import_stubs")
    also = [part for name in request["given"] for part in import_stubs.ALSO.get(name, ())]
    load_packages([*PACKAGES, *request["given"], *also])
    readable += _package_places()
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)

    def tell(said: dict[str, Any]) -> None:
        answers.write(json.dumps(said) + "\n")
        answers.flush()

    graders = Graders(readable)
    sys.addaudithook(graders)
    os.chdir(root)
    for name in set(os.environ) - set(VARIABLES):
        del os.environ[name]
    import_stubs.limit_imports(
        [str(folder / "files"), *library], request["given"], request["stubs"]
    )
    if "tqdm" in sys.modules:
        sys.modules["tqdm"].tqdm.monitor_interval = 0  # its monitor is a thread
    refuse_threads()
    graders.is_on = True
    try_imports(request["modules"], root, tell)
    graders.is_on = False
    tell({"done": True})
    answers.close()
    os._exit(0)


if __name__ == "__main__":
    main()
