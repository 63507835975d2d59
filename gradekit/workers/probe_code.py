"""Compiles probes on the trusted side: a worker gets code, and none of its text.

A hand-in's worker has what it is asked, and nothing else: no comment, no docstring, no line, and
none of `reference_probes.py`, which only the reference is asked.
"""

import ast
import marshal
import types
import warnings
from collections.abc import Mapping
from functools import lru_cache

from gradekit.errors import AuthoringError
from gradekit.python_tree import python_tree
from gradekit.workers.wire import Probes

PROBES, REFERENCE_PROBES = "probes.py", "reference_probes.py"
KIT_PROBES = '''
def import_module_(name):
    """Import one module of the hand-in."""
    import importlib

    importlib.import_module(name)
    return {}
'''
CALLED_PROBE = '''

def functions_called_(probe_, **arguments):
    """Return the files and qualified names of all functions that a probe calls, as UTF-8."""
    import os
    import sys

    import numpy as np

    called, root = set(), os.getcwd() + os.sep

    def note(frame, event, argument):
        code = frame.f_code
        if code.co_filename.startswith(root):
            called.add(code.co_filename.removeprefix(root) + "\\t" + code.co_qualname)

    sys.setprofile(note)
    try:
        globals()[probe_](**arguments)
    finally:
        sys.setprofile(None)
    return {"names": np.frombuffer("\\n".join(sorted(called)).encode(), np.uint8)}
'''
DOCUMENTED = (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def student_probes(checks: Mapping[str, bytes]) -> Probes:
    """Return what a hand-in's worker may be asked; raise AuthoringError where it is no Python."""
    own = _compiled(PROBES, _text(checks, PROBES), with_lines=False)
    return Probes([_kit_probes(), ("probes", own)])


def reference_probes(checks: Mapping[str, bytes]) -> Probes:
    """Return what the reference's worker may be asked, `reference_probes.py` too where there is
    one; raise AuthoringError where they are no Python."""
    own = _compiled(PROBES, _text(checks, PROBES) + CALLED_PROBE, with_lines=True)
    modules = [_kit_probes(), ("probes", own)]
    if REFERENCE_PROBES in checks:
        code = _compiled(REFERENCE_PROBES, _text(checks, REFERENCE_PROBES), with_lines=True)
        modules.append(("reference_probes", code))
    return Probes(modules)


def probes_of(text: str) -> Probes:
    """Return one module of probes, of the kit's own."""
    return Probes([("probes", _compiled(PROBES, text, with_lines=True))])


def probe_place(probes: Probes, probe: str) -> str:
    """Return the file and line that a probe begins at, where its code has lines."""
    for name, code in probes.modules:
        for one in marshal.loads(code).co_consts:
            if isinstance(one, types.CodeType) and one.co_name == probe and one.co_firstlineno > 1:
                return f"{name}.py, line {one.co_firstlineno}"
    return ""


def _kit_probes() -> tuple[str, bytes]:
    return "kit_probes", _compiled("kit_probes.py", KIT_PROBES, with_lines=False)


def _text(checks: Mapping[str, bytes], name: str) -> str:
    try:
        return checks.get(name, b"").decode("utf-8")
    except UnicodeDecodeError as error:
        raise AuthoringError(f"{name}: not UTF-8 (byte {error.start})") from error


@lru_cache(maxsize=32)
def _compiled(file: str, text: str, *, with_lines: bool) -> bytes:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = python_tree(text, file)
            if not with_lines:
                _strip(tree)
            return marshal.dumps(compile(tree, file, "exec", dont_inherit=True))
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        raise AuthoringError(f"{file}, line {line}: not Python ({error.args[0]})") from error


def _strip(tree: ast.Module) -> None:
    """Take the docstrings out, and have everything stand in the first line."""
    for node in ast.walk(tree):
        if isinstance(node, DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
            node.body[:1] = [] if len(node.body) > 1 else [ast.Pass()]
    for node in ast.walk(tree):
        for name in node._attributes:
            setattr(node, name, 0 if "offset" in name else 1)
