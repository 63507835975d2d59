"""Runs real commands many times, each in a process of its own that need import nothing.

Importing the commands takes longer than most of what they do. So one process imports them, and
forks for each command: what runs there is what `gradekit`, or `nbgrader`, runs, with its own exit
and output.
"""

import json
import os
import select
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

# Far off: only what never ends meets it, on however busy a machine.
LONGEST_SECONDS = 900.0
SERVER = """
import json, os, signal, sys
{imports}
from gradekit.sandbox.privileges import end_with_parent
{begin}
while True:
    line = os.read(0, 1 << 20)
    if not line:
        sys.exit()
    root, arguments, environment, *printed = json.loads(line)
    child = os.fork()
    if not child:
        break
    _, status, used = os.wait4(child, 0)
    cpu_seconds = used.ru_utime + used.ru_stime
    print(json.dumps([os.waitstatus_to_exitcode(status), cpu_seconds, used.ru_maxrss]), flush=True)
end_with_parent(signal.SIGKILL)
os.chdir(root)
if environment:
    os.environ.clear()
    os.environ.update(environment)
os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
for number, path in enumerate(printed, 1):
    os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), number)
if len(printed) == 1:
    os.dup2(1, 2)
sys.argv = [{name!r}, *arguments]
{run}
"""


@dataclass(frozen=True)
class Program:
    """A command, as Python: what its process imports, what it begins with, and what runs it."""

    name: str
    imports: str
    run: str
    begin: str = ""


# What recording processes are forked from imports as much again: one for all commands. It is this
# process's child, so that no command can ask whether it still runs.
SHARED_FORK_SERVER = """
import multiprocessing.forkserver as forkserver
from gradekit.gradebook.recording.pool import FORKED_FROM
forkserver.set_forkserver_preload([FORKED_FROM])
forkserver.ensure_running()
forkserver.ensure_running = forkserver._forkserver.ensure_running = lambda: None
"""
GRADEKIT = Program(
    "gradekit",
    "from gradekit.imports import pass_over_slow_imports; pass_over_slow_imports(); import"
    " gradekit.cli.entry, gradekit.cli.staff, gradekit.commands.collect, gradekit.commands.grade",
    "gradekit.cli.entry.staff()",
    SHARED_FORK_SERVER,
)
NBGRADER = Program(
    "nbgrader",
    "import nbgrader.apps, nbgrader.converters, nbgrader.preprocessors",
    "nbgrader.apps.NbGraderApp.launch_instance()",
)


# With what a course's configuration imports, where the kit's steps are in it.
NBGRADER_WITH_KIT = replace(NBGRADER, imports=f"{NBGRADER.imports}, gradekit.gradebook.config")


@dataclass(frozen=True)
class Ran:
    """How a command ended: its exit code, what it printed, and what it took.

    That is processor time, and the memory of the largest of its processes.
    """

    code: int
    output: str
    errors: str
    cpu_seconds: float
    memory_bytes: int

    @property
    def printed(self) -> str:
        """All that it printed."""
        return self.output + self.errors


class WarmCommands(AbstractContextManager["WarmCommands"]):
    """A process that has imported the commands; use as a context manager."""

    def __init__(
        self, program: Program = GRADEKIT, environment: Mapping[str, str] = os.environ
    ) -> None:
        self._folder, self._name = tempfile.TemporaryDirectory(prefix="warm-"), program.name
        server = SERVER.format(**asdict(program))
        self._server = subprocess.Popen(
            [sys.executable, "-c", server],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=_with_programs(environment),
        )

    def __exit__(self, kind: object, error: object, tb: object) -> None:
        if error is not None:
            self._server.kill()  # and with it the command that it may wait for
        self._server.communicate()
        self._folder.cleanup()

    def run(
        self,
        root: Path,
        *arguments: str,
        environment: Mapping[str, str] = {},
        together: bool = False,
    ) -> Ran:
        """Run a command in a course's root; raise TimeoutError where it does not end.

        `environment` holds all its variables, if they are others than this process has. With
        `together`, what it prints of errors is among the other output, as on a terminal.
        """
        assert self._server.stdin
        assert self._server.stdout
        names = ("out",) if together else ("out", "err")
        printed = [Path(self._folder.name) / name for name in names]
        given = _with_programs(environment) if environment else {}
        asked = json.dumps([str(root), arguments, given, *map(str, printed)])
        self._server.stdin.write(asked.encode())
        self._server.stdin.flush()
        if not select.select([self._server.stdout], [], [], LONGEST_SECONDS)[0]:
            self._server.kill()
            raise TimeoutError(f"{self._name} {' '.join(arguments)} does not end")
        code, cpu_seconds, kilobytes = json.loads(self._server.stdout.readline())
        output, *errors = (
            path.read_bytes().decode("utf-8", "backslashreplace") for path in printed
        )
        return Ran(code, output, "".join(errors), cpu_seconds, 1024 * kilobytes)


def _with_programs(environment: Mapping[str, str]) -> dict[str, str]:
    """Return variables by which a command finds the programs beside this Python."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{environment.get('PATH', os.defpath)}"
    return {**environment, "PATH": path}
