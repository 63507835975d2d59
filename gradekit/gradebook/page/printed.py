"""What a cell printed, in the pieces that a page shows as one."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any


def joined_streams(outputs: Iterable[Any]) -> Iterator[tuple[str, list[Any]]]:
    """Yield outputs in groups: those that were printed one after another by one stream together.

    A group is the stream's name and its outputs; for any other output the name is "".
    """

    def stream(one: Any) -> str:
        return str(one.get("name") or "stdout") if one.get("output_type") == "stream" else ""

    for name, group in groupby(outputs, stream):
        if name:
            yield name, list(group)
        else:
            yield from (("", [one]) for one in group)
