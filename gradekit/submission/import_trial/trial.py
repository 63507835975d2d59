"""Finds out, on a student's computer, whether the graders will be able to import a hand-in.

The modules that are handed in, and the assignment's data, are imported in a fresh process that has
what the graders have: `script.py`. What they import late, in functions, is read from their text:
`code_scan`.
"""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from gradekit.submission.import_trial.code_scan import (
    NOTHING_MORE,
    PACKAGES,
    THEIR_FILES,
    AtTheGraders,
    no_package,
    packages_not_there,
)
from gradekit.text import one_line, without_places

SECONDS = 60
MAX_DATA_BYTES = 100_000_000


def import_problems(
    folder: Path,
    files: Mapping[str, bytes],
    first: Sequence[str],
    graders: AtTheGraders = NOTHING_MORE,
) -> list[str]:
    """Return a line for each thing that keeps the graders from importing a hand-in's modules.

    `files` are the modules that are handed in, `first` the paths of those that the graders import.
    Each line names file and line, and says what to do.
    """
    static = packages_not_there(files, first, graders)
    tried = _tried(folder, files, [name for name in first if name in files], graders)
    return list(dict.fromkeys([*tried, *static]))


def _tried(
    folder: Path,
    files: Mapping[str, bytes],
    first: Sequence[str],
    graders: AtTheGraders,
) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="gradekit-check-", ignore_cleanup_errors=True) as made:
        place = Path(made).resolve()
        for name, content in files.items():
            (place / "files" / name).parent.mkdir(parents=True, exist_ok=True)
            (place / "files" / name).write_bytes(content)
        _add_data(folder, place / "files", graders.data)
        modules = [".".join(PurePosixPath(name).with_suffix("").parts) for name in first]
        request = {
            "packages": _package_folders(graders.packages),
            "modules": modules,
            "given": [*graders.packages],
            "stubs": [*graders.stubs],
        }
        (place / "request.json").write_text(json.dumps(request), encoding="utf-8")
        for said in _run(place):
            line = _line(said, graders)
            if line:
                yield line


def _add_data(folder: Path, target: Path, data: Sequence[str]) -> None:
    left = MAX_DATA_BYTES
    for name in data:
        source, copy = folder / name, target / name
        try:
            left -= source.stat().st_size
            if left < 0:
                return
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, copy)
        except OSError:
            continue  # what the student has lost the graders have all the same


def _package_folders(given: Iterable[str]) -> list[str]:
    """Return the folders in which the packages lie that the graders have too, and this one."""
    specs = [importlib.util.find_spec(name) for name in ("gradekit", *PACKAGES, *given)]
    origins = [spec.origin for spec in specs if spec and spec.origin]
    return list(dict.fromkeys(str(Path(origin).parent.parent) for origin in origins))


def _run(place: Path) -> list[dict[str, Any]]:
    script = Path(__file__).with_name("script.py")
    command = [sys.executable, "-I", "-S", "-B", str(script), str(place)]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    threads = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    try:
        done = subprocess.run(
            command,
            env={**kept, **threads},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            check=False,
        )
        printed, slow = done.stdout, False
    except subprocess.TimeoutExpired as error:
        printed, slow = error.stdout or b"", True
    except OSError:  # a computer on which Python cannot be started again
        return []
    return list(_read(printed, slow))


def _read(printed: bytes, slow: bool) -> Iterator[dict[str, Any]]:
    importing, ended = "", False
    for line in printed.decode("utf-8", "replace").splitlines():
        try:
            said = json.loads(line)
        except ValueError:  # a module that writes there itself
            continue
        importing = said.get("importing", importing)
        ended = ended or bool(said.get("done"))
        if "type" in said:
            yield said
    if importing and not ended:
        yield {"module": importing, "type": "slow" if slow else "died"}


def _line(said: Mapping[str, Any], graders: AtTheGraders) -> str:
    """Return what an import raised as a line for the student; "" where another line tells it."""
    module = f"{said['module'].replace('.', '/')}.py"
    kind = said["type"]
    if kind == "slow":
        what = f"{module} is not imported within {SECONDS} seconds, and the graders do not wait"
        return f"{what} longer. Put what it computes into functions."
    if kind == "died":
        return f"{module} ends Python while it is imported. Correct it: the graders import it, too."
    file = said["file"].replace("\\", "/")
    where = f"{file} line {said['line']}" if file else module
    if kind in _SYNTAX:
        return ""  # told for each module that is handed in
    if kind == "ModuleNotFoundError" and said["not_found"]:
        top = said["not_found"].partition(".")[0]
        if top in graders.packages:
            what = f"{where}: {top} is not installed on this computer, and the graders have it"
            return f"{what}. Install it, and check again: pip install -r requirements.txt"
        if top not in PACKAGES and top == said["not_found"]:
            return no_package(where, one_line(top, 80), graders.packages)
    if said["path"]:
        return _file_line(where, said, graders.data)
    text = one_line(f"{kind}: {without_places(said['text'])}", 200)
    return f"{where}: the graders cannot import it ({text}). Correct it, then check again."


_SYNTAX = ("SyntaxError", "IndentationError", "TabError")


def _file_line(where: str, said: Mapping[str, Any], data: Sequence[str]) -> str:
    path = one_line(said["path"].replace("\\", "/"), 120)
    if path in data:
        return ""
    if said["type"] == "FileNotFoundError":
        return f"{where}: the graders have no file {path}. {THEIR_FILES}"
    text = one_line(said["text"], 200)
    return f"{where}: the graders cannot import it ({said['type']}: {text}). Do without it."
