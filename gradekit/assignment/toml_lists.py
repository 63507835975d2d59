"""Reads lists of tables in TOML beside the checks, such as the known mistakes."""

import tomllib
from collections.abc import Collection
from typing import Any

from gradekit.assignment.spec import line_of_key
from gradekit.errors import AuthoringError


def read_tables(text: str, file: str, name: str, keys: Collection[str]) -> list[dict[str, Any]]:
    """Return the tables that a text lists by one name, which is all that it may hold.

    Raises AuthoringError, with the file, for what is no TOML or no such list, and with the line,
    too, for a key that does not exist.
    """
    try:
        held = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise AuthoringError(f"{file}: not TOML ({error})") from error
    data, known = text.encode(), f"there are: {', '.join(keys)}"
    for key in held:
        if key != name:
            line = line_of_key(data, key)
            raise AuthoringError(f"{file}:{line}: no key {key!r} here; there is: [[{name}]]")
    listed = held.get(name, [])
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise AuthoringError(f"{file}: {name} is no list of tables; write each as [[{name}]]")
    for number, one in enumerate(listed):
        for key in one:
            if key not in keys:
                line = line_of_key(data, name, number, key)
                raise AuthoringError(f"{file}:{line}: no key {key!r} here; {known}")
    return listed
