"""Puts modules that lie in another place than in the release where they belong, and tells it."""

import re
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

from gradekit.assignment.modules import MAX_MODULE_BYTES, MAX_MODULES, too_many
from gradekit.errors import SubmissionError
from gradekit.findings.released import Released
from gradekit.intake.limits import Sent
from gradekit.names import is_module
from gradekit.text import listed

MAX_DEPTH, MAX_NAMED = 30, 5
# What browsers, file managers and learning platforms put to the name of a file that is there.
_COPY = re.compile(r"(?: ?\(\d{1,4}\)|[ _-]{1,3}copy(?: ?\(?\d{1,4}\)?)?|[ _-]\d{1,3})\Z", re.I)
_DEFINED = re.compile(r"^(?:class|def|async def)[ \t]+(\w+)", re.M)


def put_in_place(
    where: str, sent: Sent, root: str, released: Released
) -> tuple[dict[str, str], list[str]]:
    """Return the sources of a hand-in's modules by the paths that they should have, and notes.

    Raises SubmissionError where several files could be one module.
    """
    chosen, notes = _recased(sent.names, root, released)
    if too_many(chosen):
        raise SubmissionError(f"{where}: {too_many(chosen)}")
    elsewhere = [name for name in sent.names if is_module(name) and not name.startswith(root)]
    elsewhere = elsewhere[:MAX_MODULES]
    known = {*released.modules, *released.provided}
    for path in released.modules:
        free = {name for wanted, name in chosen.items() if wanted not in known}
        found = _stand_ins(sent, path, chosen.get(path, ""), sorted({*free, *elsewhere}), released)
        if len(found) > 1:
            raise SubmissionError(
                f"{where}: {path} may be {listed(found, MAX_NAMED)}: ask which of them counts"
            )
        if not found:
            continue
        shown = found[0].removeprefix(root)
        if path in chosen:
            notes.append(f"{path} is as released; {shown}, which was worked in, is taken for it")
        else:
            notes.append(f"{shown} is taken as {path}")
        chosen = {wanted: name for wanted, name in chosen.items() if name != found[0]}
        chosen[path] = found[0]
    return chosen, notes


def same_stem(one: str, other: str) -> bool:
    """Whether two names of files are one but for case and what marks a copy."""
    return _bare(one) == _bare(other)


def _recased(
    names: Sequence[str], root: str, released: Released
) -> tuple[dict[str, str], list[str]]:
    """Return the modules below the root; folders in other letters than the release's have these."""
    paths = [*released.modules, *released.provided]
    folders = {str(parent) for path in paths for parent in PurePosixPath(path).parents} - {"."}
    spelled = {folder.casefold(): folder for folder in folders}
    chosen, changed, there = {}, {}, set(names)
    for name in names:
        inner = name.removeprefix(root)
        if not name.startswith(root) or not is_module(inner):
            continue
        deep = inner.count("/") > MAX_DEPTH
        for parent in () if deep else map(str, PurePosixPath(inner).parents):
            known = spelled.get(parent.casefold(), parent)
            moved = f"{known}/{inner.removeprefix(f'{parent}/')}"
            if known != parent and f"{root}{moved}" not in there:
                changed[parent], inner = known, moved
                break
        chosen[inner] = name
    return chosen, [f"{old}/ is taken as {new}/" for old, new in sorted(changed.items())]


def _stand_ins(
    sent: Sent, path: str, there: str, names: Iterable[str], released: Released
) -> list[str]:
    """Return the files that may be a module which is not there, or there as it was released."""
    stub = released.stubs.get(path)
    if there and (stub is None or _squeezed(_content(sent, there)) != _squeezed(stub)):
        return []
    alike = [name for name in names if same_stem(name, path)]
    if stub is not None and (there or not alike):
        wanted = set(_defined(stub))
        # One small function is in many a file; several names together are this module's.
        near = alike if there else names if len(wanted) > 1 else ()
        alike = [
            name
            for name in near
            if wanted <= set(_defined(_content(sent, name)))
            and (not there or _squeezed(_content(sent, name)) != _squeezed(stub))
        ]
    distinct = {_content(sent, name): name for name in reversed(alike)}
    closest = [name for name in distinct.values() if name.casefold().endswith(path.casefold())]
    return closest if len(closest) == 1 and not there else sorted(distinct.values())


def _content(sent: Sent, name: str) -> bytes:
    if name in sent.problems or sent.sizes.get(name, 0) > MAX_MODULE_BYTES:
        return b""
    return sent.read(name)


def _defined(source: bytes) -> list[str]:
    return _DEFINED.findall(source.decode("utf-8", "replace"))


def _squeezed(source: bytes) -> bytes:
    return b"".join(source.removeprefix(b"\xef\xbb\xbf").split())


def _bare(name: str) -> str:
    base = PurePosixPath(name).name.removesuffix(".py")
    base = base.casefold().removeprefix("copy of ").removesuffix(" - kopie")
    for _ in range(3):
        base = _COPY.sub("", base)
    return base
