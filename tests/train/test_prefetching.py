"""What is foreseen is read ahead on threads, a few batches at a time; an error comes out where it is asked for."""

import threading
from collections.abc import Callable, Iterator

import pytest
import torch

from netbuilder.train import prefetching
from netbuilder.train.prefetching import Prefetch

PATIENCE = 10.0  # seconds a thread may take to do what it is about to do


class Reader:
    """Reads numbers, when it is let, and knows which."""

    def __init__(self, *, open: bool = True):
        self.begun: list[int] = []
        self.read: list[int] = []
        self.threads: set[str] = set()
        self.gate = threading.Semaphore(1000 if open else 0)
        self.changed = threading.Condition()

    def __call__(self, numbers: torch.Tensor) -> list[int]:
        found: list[int] = numbers.tolist()
        with self.changed:
            self.begun.append(found[0])
            self.changed.notify_all()
        self.gate.acquire()
        with self.changed:
            self.read.append(found[0])
            self.threads.add(threading.current_thread().name)
            self.changed.notify_all()
        if found[0] < 0:
            raise OSError(5, f"no sample {found[0]}")
        return found

    def wait(self, ready: Callable[[], bool]) -> bool:
        with self.changed:
            return self.changed.wait_for(ready, PATIENCE)


@pytest.fixture
def ahead() -> Iterator[Callable[..., Prefetch[list[int]]]]:
    made: list[Prefetch[list[int]]] = []

    def make(reader: Reader, width: int = 1) -> Prefetch[list[int]]:
        made.append(Prefetch(reader, width))
        return made[-1]

    yield make
    for one in made:
        one.close()


def plan(count: int, size: int = 2) -> list[torch.Tensor]:
    return list(torch.arange(count * size).split(size))


def settled(one: Prefetch[list[int]], reader: Reader) -> list[int]:
    """What has been read when nothing more is, without being asked for."""
    one.close()  # waits for what is under way
    return sorted(reader.read)


def test_all_that_is_foreseen_comes_out_in_order_and_is_read_once(ahead):
    reader = Reader()
    one, keys = ahead(reader), plan(50)
    one.foresee(keys, keys)
    found = [one.take(key) for key in keys]
    by_who_asks = [key.tolist()[0] for key, got in zip(keys, found, strict=True) if got is None]
    assert [got for got in found if got is not None] == [
        key.tolist() for key, got in zip(keys, found, strict=True) if got is not None
    ]
    one.close()
    assert sorted(reader.read + by_who_asks) == [key.tolist()[0] for key in keys]
    assert reader.threads <= {"samples 1", "samples 2"}


def test_a_few_are_read_ahead_and_no_more(ahead, monkeypatch):
    reader = Reader()
    one, keys = ahead(reader), plan(50)
    one.foresee(keys, keys)
    assert reader.wait(lambda: len(reader.read) == prefetching.AHEAD)
    assert settled(one, reader) == [0, 2, 4, 6]


def test_large_ones_are_bounded_by_their_bytes_but_one_is_always_read(ahead, monkeypatch):
    monkeypatch.setattr(prefetching, "MOST", 100)
    for width, count in ((20, 2), (49, 1), (1000, 1)):  # a batch has two samples
        reader = Reader()
        one, keys = ahead(reader, width), plan(50)
        one.foresee(keys, keys)
        assert reader.wait(lambda reader=reader, count=count: len(reader.read) == count)
        assert len(settled(one, reader)) == count


def test_taking_one_makes_room_for_the_next(ahead):
    reader = Reader()
    one, keys = ahead(reader), plan(50)
    one.foresee(keys, keys)
    assert reader.wait(lambda: len(reader.read) == 4)
    assert one.take(keys[0]) == [0, 1]
    assert reader.wait(lambda: len(reader.read) == 5)
    assert settled(one, reader) == [0, 2, 4, 6, 8]


def test_who_asks_waits_for_what_is_being_read(ahead):
    reader = Reader(open=False)
    one, keys = ahead(reader), plan(4)
    one.foresee(keys, keys)
    assert reader.wait(lambda: sorted(reader.begun) == [0, 2])
    opener = threading.Timer(0.01, lambda: reader.gate.release(4))
    opener.start()
    assert one.take(keys[0]) == [0, 1]
    opener.join()


def test_what_nobody_has_begun_is_left_to_who_asks(ahead):
    reader = Reader(open=False)
    one, keys = ahead(reader), plan(9)
    one.foresee(keys, keys)
    assert reader.wait(lambda: sorted(reader.begun) == [0, 2])
    assert one.take(keys[5]) is None
    reader.gate.release(100)
    assert reader.wait(lambda: 12 in reader.read)
    assert one.take(keys[2]) is None  # it lies before what was taken
    assert one.take(keys[6]) == [12, 13]
    assert 10 not in settled(one, reader)


def test_what_was_not_foreseen_and_what_was_taken_already_is_read_by_who_asks(ahead):
    reader = Reader()
    one, keys = ahead(reader), plan(9)
    assert one.take(keys[0]) is None
    one.foresee(keys, keys)
    assert one.take(keys[3].clone()) is None
    assert reader.wait(lambda: 0 in reader.read)
    assert one.take(keys[0]) == [0, 1]
    assert one.take(keys[0]) is None


def test_another_plan_takes_the_place_of_the_one_before(ahead):
    reader = Reader(open=False)
    one, keys, others = ahead(reader), plan(9), plan(5, size=3)
    one.foresee(keys, keys)
    assert reader.wait(lambda: sorted(reader.begun) == [0, 2])
    one.foresee(others, others)
    reader.gate.release(100)
    assert reader.wait(lambda: {0, 3, 6, 9} <= set(reader.read))
    assert one.take(keys[1]) is None
    assert one.take(others[1]) == [3, 4, 5]


def test_an_error_comes_out_where_it_is_asked_for_as_what_it_is(ahead):
    reader = Reader()
    keys = [torch.tensor([number]) for number in (3, -7, 5, 6)]
    one = ahead(reader)
    one.foresee(keys, keys)
    assert reader.wait(lambda: len(reader.read) == 4)
    assert one.take(keys[0]) == [3]
    with pytest.raises(OSError, match="no sample -7"):
        one.take(keys[1])
    assert one.take(keys[2]) == [5]


def test_it_ends_while_it_reads_and_while_it_waits_and_can_begin_again(ahead):
    reader = Reader()
    one, keys = ahead(reader), plan(50)
    one.close()
    for _ in range(3):
        one.foresee(keys, keys)
        assert reader.wait(lambda: len(reader.read) == 4)
        assert one.take(keys[0]) == [0, 1]
        one.close()
        assert not any(thread.name.startswith("samples") for thread in threading.enumerate())
        assert one.take(keys[1]) is None
        reader.read.clear()


def test_nothing_of_what_was_read_is_held_after_the_end(ahead):
    import weakref

    class Batch:
        pass

    made: list[weakref.ref[Batch]] = []
    enough = threading.Event()

    def read(numbers):
        batch = Batch()
        made.append(weakref.ref(batch))
        if len(made) == 4:
            enough.set()
        return batch

    one, keys = Prefetch(read, 1), plan(9)
    one.foresee(keys, keys)
    assert enough.wait(PATIENCE)
    one.close()
    assert [ref() for ref in made] == [None] * len(made)
