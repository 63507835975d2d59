"""Which arguments of a test's calls are followed: what a worker changes in them is changed here."""

import sys
from collections.abc import Collection
from typing import Any

from gradekit.workers.remote.protocol import MAX_LINKS


class FollowedArguments:
    """What a test has given a worker's code, by the number that went with it."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Follow nothing, and say nothing of what was followed."""
        self._links: dict[int, Any] = {}
        self._unlinked: list[int] = []
        self._operation = 0

    def __contains__(self, link: int) -> bool:
        return link in self._links

    def __getitem__(self, link: int) -> Any:
        return self._links[link]

    def get(self, link: int) -> Any:
        """Return what goes with a number; None for nothing."""
        return self._links.get(link)

    def forget(self) -> None:
        """Follow nothing any more; the worker is told with the next operation."""
        self._unlinked += self._links
        self._links.clear()

    def begin(self, operation: int) -> None:
        """Begin an operation by its number: what nobody here holds is not followed any longer."""
        self._operation = operation
        for link in list(self._links):
            if sys.getrefcount(self._links[link]) <= 2:
                del self._links[link]
                self._unlinked.append(link)

    def follow(self, value: Any) -> int:
        """Return the number that goes with an argument; 0 where there are too many."""
        for link, known in self._links.items():
            if known is value:
                return link
        if len(self._links) >= MAX_LINKS:
            return 0
        link = (self._operation << 16) + len(self._links) + 1
        self._links[link] = value
        return link

    def take_unlinked(self) -> list[int]:
        """Return the numbers of what is not followed any more, each once."""
        unlinked, self._unlinked = self._unlinked[:MAX_LINKS], []
        return unlinked

    def keep_only(self, links: Collection[int]) -> None:
        """Follow these only: the worker's code has kept no others."""
        self._links = {link: one for link, one in self._links.items() if link in links}
