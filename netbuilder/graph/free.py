"""Names and ids that are still free. It knows nothing about what bears them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

from netbuilder.graph.graph import MAX_NAME


class Free:
    """Words that nobody has. One that is reserved goes to the first who claims it, and to nobody else."""

    def __init__(self, reserved: Iterable[str]):
        self._reserved = set(reserved)
        self._claimed: set[str] = set()
        self._numbers: dict[str, Iterator[int]] = {}

    def claim(self, word: str) -> bool:
        """Whether it is the first claim of this word."""
        free = word not in self._claimed
        self._claimed.add(word)
        return free

    def near(self, stem: str) -> str:
        """`stem`, or the first of stem2, stem3 ... that nobody has or wants."""
        return self.take(stem) if stem in self._reserved or not self.claim(stem) else stem

    def take(self, stem: str) -> str:
        """The first of stem2, stem3 ... that nobody has or wants; cut where it would be too long for a name."""
        for number in self._numbers.setdefault(stem, itertools.count(2)):
            word = f"{stem[: MAX_NAME - len(str(number))]}{number}"
            if word not in self._reserved and self.claim(word):
                return word
        raise AssertionError("counting never ends")
