"""Reads what will be asked for before it is asked for, on threads of its own. It knows nothing about what is read.

All but the reading happens on one thread, the one that asks.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Generic, NamedTuple, TypeVar

import torch

T = TypeVar("T")

AHEAD = 4  # batches that are read before they are asked for
MOST = 512 << 20  # bytes that they take together; one is read all the same
THREADS = 2  # one reads while the other one waits for the disk; the cores are for the network


class Failure(NamedTuple):
    """What came of a reading that failed."""

    error: BaseException


class Prefetch(Generic[T]):
    """`read` makes of the numbers of some samples what is handed out; `width` is how many bytes a sample takes of it.

    Threads live from `foresee` to `close`, and wait without a cost while nobody asks.
    """

    def __init__(self, read: Callable[[torch.Tensor], T], width: int):
        self._read, self._width = read, width
        self._changed = threading.Condition()
        self._threads: list[threading.Thread] = []
        self._closing = False
        self._plan = 0  # which plan it is: what was read for another one is dropped
        self._keys: Sequence[torch.Tensor] = ()  # held, so that no other tensor gets the id of one of them
        self._at: dict[int, int] = {}  # the place in the plan, by the id of the key
        self._numbers: Sequence[torch.Tensor] = ()
        self._bytes: Sequence[int] = (0,)  # of all before a place
        self._taken = -1  # the last place that was asked for
        self._next = 0  # the first place that nobody reads yet
        self._ready: dict[int, T | Failure] = {}

    def foresee(self, keys: Sequence[torch.Tensor], numbers: Sequence[torch.Tensor]) -> None:
        """What will be asked for, in order: the tensors that it is asked by, and their `numbers` to read by. What was
        foreseen before is not any more."""
        with self._changed:
            self._forget()
            self._keys, self._numbers = keys, numbers
            self._at = {id(key): place for place, key in enumerate(keys)}
            self._bytes = (0, *accumulate(self._width * len(some) for some in numbers))
            self._changed.notify_all()
        if not self._threads and keys:
            self._closing = False
            self._threads = [
                threading.Thread(target=self._work, name=f"samples {number + 1}", daemon=True)
                for number in range(THREADS)
            ]
            for thread in self._threads:
                thread.start()

    def take(self, key: torch.Tensor) -> T | None:
        """What was read for this very tensor, once; what lies before it in the plan is not expected any more. None if
        it is not foreseen, or nobody has begun to read it: whoever asks is quicker then.

        Raises what the reading raised.
        """
        with self._changed:
            place = self._at.get(id(key), -1)
            if place <= self._taken:
                return None
            for passed in [one for one in self._ready if one < place]:
                del self._ready[passed]
            self._taken = place
            begun, self._next = place < self._next, max(self._next, place + 1)
            self._changed.notify_all()  # there is room for another
            if not begun:
                return None
            while place not in self._ready:
                self._changed.wait()
            found = self._ready.pop(place)
        if isinstance(found, Failure):
            raise found.error
        return found

    def close(self) -> None:
        """End the threads, and let go of what they have read. It can be used again."""
        with self._changed:
            self._closing = True
            self._forget()
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()
        self._threads = []

    def _forget(self) -> None:
        self._plan += 1
        self._keys, self._numbers, self._bytes = (), (), (0,)
        self._at, self._ready = {}, {}
        self._taken, self._next = -1, 0

    # On the threads

    def _work(self) -> None:
        while True:
            with self._changed:
                while not self._closing and not self._room():
                    self._changed.wait()
                if self._closing:
                    return
                plan, place = self._plan, self._next
                numbers = self._numbers[place]
                self._next += 1
            found = self._attempt(numbers)
            with self._changed:
                if plan == self._plan and place >= self._taken:
                    self._ready[place] = found
                    self._changed.notify_all()
            del found, numbers  # a thread that waits holds nothing

    def _attempt(self, numbers: torch.Tensor) -> T | Failure:
        try:
            return self._read(numbers)
        except BaseException as error:  # it is raised where it is asked for, whatever it is
            return Failure(error)

    def _room(self) -> bool:
        """Whether there is something to read, and place for it."""
        place, taken = self._next, self._taken
        if place >= len(self._numbers) or place > taken + AHEAD:
            return False
        return place == taken + 1 or self._bytes[place + 1] - self._bytes[taken + 1] <= MOST
