"""The parts of what security.py measures: several at once, each in a process of its own."""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Part:
    """A part of what is measured: where it is kept, and what measures it, maybe with no others."""

    key: str
    of: str
    measure: Callable[[], Any]
    is_alone: bool = False

    @property
    def name(self) -> str:
        """What it is called on the command line."""
        return f"{self.key} {self.of}".rstrip()

    def is_in(self, results: dict[str, Any]) -> bool:
        """Whether it has been measured."""
        return self.key in results and (not self.of or self.of in results[self.key])

    def keep(self, results: dict[str, Any], found: Any) -> None:
        """Put what was found among the results."""
        if self.of:
            results.setdefault(self.key, {})[self.of] = found
        else:
            results[self.key] = found


def measured(parts: Sequence[Part], jobs: int, script: Sequence[str]) -> Iterator[tuple[Part, Any]]:
    """Yield each part with what was found, as soon as it is there; so many are measured at once.

    `script` measures one with `--measure NAME FILE`. The last ones take longest, and begin first.
    Raises SystemExit at the end where some could not be measured.
    """
    failed = list[str]()
    alone, others = ([one for one in parts if one.is_alone == wanted] for wanted in (True, False))
    for some, together in ((alone, 1), (others[::-1], jobs)):
        with ThreadPoolExecutor(together) as pool:
            running = {pool.submit(_in_a_process, part.name, script): part for part in some}
            for done in as_completed(running):
                if error := done.exception():
                    failed.append(f"{running[done].name}: {error}")
                else:
                    yield running[done], done.result()
    if failed:
        raise SystemExit("\n".join(("not measured; go on with --resume:", *failed)))


def in_order(results: dict[str, Any], parts: Sequence[Part]) -> dict[str, Any]:
    """Return results in the order of all parts: it is that of the page's columns."""
    made: dict[str, Any] = {}
    for part in parts:
        if part.is_in(results):
            part.keep(made, results[part.key][part.of] if part.of else results[part.key])
    return made


def _in_a_process(name: str, script: Sequence[str]) -> Any:
    with tempfile.NamedTemporaryFile(suffix=".json") as found:
        command = [sys.executable, *script, "--measure", name, found.name]
        began = time.monotonic()
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        print(f"{time.monotonic() - began:6.0f} s  {name}", flush=True)
        if done.returncode:
            raise RuntimeError(f"it ended with {done.returncode}: {done.stderr[-3000:]}")
        return json.load(found)
