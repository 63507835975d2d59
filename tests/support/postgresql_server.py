"""A PostgreSQL server of a test's own, in a temporary folder, with a password and a socket."""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import URL

USER, PASSWORD = "course", "s3cret/word"
SECONDS_TO_START = 30.0

# PostgreSQL refuses to be run by root; and it ends with the tests, however these end.
RUN = """
import os, signal, sys
from gradekit.sandbox.privileges import end_with_parent

user, group, *command = sys.argv[1:]
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(int(group))
    os.setuid(int(user))
end_with_parent(signal.SIGQUIT)
os.execv(command[0], command)
"""


def programs() -> Path | None:
    """Return the folder that holds PostgreSQL's server, or None where none is installed."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((one for one in folders if (one / "postgres").is_file()), None)


def owner() -> pwd.struct_passwd | None:
    """Return who may run the server: oneself, or for root somebody else, if there is anybody."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    return None


class Server:
    """A server in a folder; `start` and `stop` may be called again and again."""

    def __init__(self, programs: Path, folder: Path, owner: pwd.struct_passwd) -> None:
        self._programs, self._folder, self._owner = programs, folder, owner
        self._process: subprocess.Popen[str] | None = None
        password = folder / "password"
        password.write_text(PASSWORD, encoding="utf-8")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        os.chown(password, owner.pw_uid, owner.pw_gid)
        settings = ["--auth=scram-sha-256", f"--pwfile={password}", "--encoding=UTF8"]
        subprocess.run(
            self._command("initdb", f"--username={USER}", *settings, "--no-locale", "--no-sync"),
            cwd=folder,
            check=True,
            capture_output=True,
        )

    def url(self, database: str, password: str = PASSWORD) -> str:
        """Return the address of a database for SQLAlchemy."""
        url = URL.create(
            "postgresql+psycopg",
            username=USER,
            password=password,
            database=database,
            query={"host": str(self._folder)},
        )
        return url.render_as_string(hide_password=False)

    def start(self) -> None:
        """Start the server and wait until it answers."""
        settings = ("listen_addresses=", f"unix_socket_directories={self._folder}", "fsync=off")
        command = self._command("postgres", *(f"--{setting}" for setting in settings))
        with (self._folder / "log").open("a") as log:
            self._process = subprocess.Popen(
                command, cwd=self._folder, stdout=log, stderr=log, text=True
            )
        deadline = time.monotonic() + SECONDS_TO_START
        while True:
            try:
                self.run("SELECT 1")
                return
            except psycopg.OperationalError:
                if time.monotonic() > deadline or self._process.poll() is not None:
                    raise
                time.sleep(0.1)

    def stop(self) -> None:
        """Stop the server at once, if it runs."""
        if self._process:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait()
        self._process = None

    def run(self, statement: str, database: str = "postgres") -> None:
        """Run a statement in a database."""
        with psycopg.connect(
            host=str(self._folder), user=USER, password=PASSWORD, dbname=database, autocommit=True
        ) as connection:
            connection.execute(statement.encode())

    def _command(self, program: str, *arguments: str) -> list[str]:
        who = (str(self._owner.pw_uid), str(self._owner.pw_gid))
        place = f"--pgdata={self._folder / 'data'}" if program == "initdb" else "-D"
        rest = () if program == "initdb" else (str(self._folder / "data"),)
        command = (str(self._programs / program), place, *rest, *arguments)
        return [sys.executable, "-c", RUN, *who, *command]


@contextmanager
def running(programs: Path, owner: pwd.struct_passwd) -> Iterator[Server]:
    """Keep a server running; its folder has a short name, as a socket's may not be long."""
    with tempfile.TemporaryDirectory(prefix="gradekit-pg-") as folder:
        server = Server(programs, Path(folder), owner)
        server.start()
        try:
            yield server
        finally:
            server.stop()
