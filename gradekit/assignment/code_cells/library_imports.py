"""What test cells import of libraries: in a notebook the student's code has it from then on."""

import ast
import sys
from collections.abc import Collection, Mapping
from functools import lru_cache
from importlib.metadata import packages_distributions

from gradekit.assignment.code_cells.remote_names import parsed


def library_imports(python: str, wanted: Collection[str]) -> str:
    """Return the statements of a cell that import something of Python's library or of a package,
    under a name that is wanted; what is imported of the course's own files is staff's."""
    tree = parsed(python) if "import" in python else None
    found = []
    for node in tree.body if tree else ():
        if isinstance(node, ast.Import | ast.ImportFrom):
            module = getattr(node, "module", None) or node.names[0].name
            bound = {(one.asname or one.name).partition(".")[0] for one in node.names}
            if bound & set(wanted) and _is_library(module.partition(".")[0]):
                found.append(ast.unparse(node))
    return "\n".join(found)


def _is_library(package: str) -> bool:
    return package in sys.stdlib_module_names or bool(_distributions().get(package))


@lru_cache(maxsize=1)
def _distributions() -> Mapping[str, list[str]]:
    return packages_distributions()
