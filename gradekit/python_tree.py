"""Reads Python text as a tree, also while another thread reads one."""

import ast

TRIES = 20


def python_tree(
    text: str | bytes, file: str = "<unknown>", feature_version: tuple[int, int] | None = None
) -> ast.Module:
    """Return a text's tree, as `ast.parse` does; raises what that raises.

    All threads of a process share the depth that the interpreter counts while it makes a tree
    (CPython issue 106905). Where two do so at once it can find another depth than it began with,
    which is no fault of the text: it is read again.
    """
    for _ in range(TRIES - 1):
        try:
            return ast.parse(text, file, feature_version=feature_version)
        except SystemError:
            continue
    return ast.parse(text, file, feature_version=feature_version)
