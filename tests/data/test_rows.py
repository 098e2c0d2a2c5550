"""Rows that are too many for memory go to a file that nobody has to clean up after."""

import errno
import gc
import os
from pathlib import Path

import numpy as np
import pytest
import torch

from netbuilder.data import memory, rows
from netbuilder.data.rows import InMemory, OnDisk, room_in, rows_for
from netbuilder.data.source import DataError

SHAPE = (3, 5)


def some(count):
    return np.random.default_rng(0).random((count, *SHAPE), dtype=np.float32)


def open_files():
    """How many files this process has open."""
    gc.collect()
    place = Path("/proc/self/fd")
    return len(list(place.iterdir())) if place.is_dir() else 0


@pytest.mark.parametrize("where", ["memory", "disk"])
def test_what_was_added_is_there_in_order(where, tmp_path):
    store = InMemory(9, SHAPE) if where == "memory" else OnDisk(SHAPE, tmp_path)
    given = some(7)
    for row in given:
        store.add(row)
    made = store.tensor()
    assert made.shape == (7, *SHAPE)
    assert made.dtype == torch.float32
    assert np.array_equal(made.numpy(), given)
    assert torch.equal(made.index_select(0, torch.tensor([6, 0])), torch.from_numpy(given[[6, 0]]))


def test_the_tensor_outlives_what_made_it_and_the_file_goes_with_both(tmp_path):
    before = open_files()
    store = OnDisk(SHAPE, tmp_path)
    store.add(some(1)[0])
    made = store.tensor()
    del store
    gc.collect()
    assert np.array_equal(made[0].numpy(), some(1)[0])
    del made
    assert open_files() == before
    assert list(tmp_path.iterdir()) == []


def test_what_is_expected_is_read_all_the_same(tmp_path):
    store = OnDisk(SHAPE, tmp_path)
    for row in some(100):
        store.add(row)
    made = store.tensor()
    store.expect([99, 3, 0])
    assert np.array_equal(made.numpy(), some(100))


def test_what_a_dead_process_left_is_swept(tmp_path):
    (tmp_path / f"{rows.PREFIX}x7").write_bytes(b"old")
    (tmp_path / "mine.txt").write_text("kept", encoding="utf-8")
    OnDisk(SHAPE, tmp_path).close()
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_disk_that_is_full_is_a_sentence(tmp_path, monkeypatch):
    store = OnDisk(SHAPE, tmp_path, "height")

    class Full:
        def write(self, data):
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(store, "_file", Full())
    with pytest.raises(DataError, match=r"can't be written to the disk either \(No space left on device\)") as caught:
        store.add(some(1)[0])
    assert caught.value.setting == "height"


def test_a_folder_that_can_not_be_made_is_a_sentence(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(DataError, match="can't be written to the disk either"):
        OnDisk(SHAPE, tmp_path / "file" / "folder")


def test_rows_go_to_memory_if_they_take_at_most_half_of_it(monkeypatch):
    monkeypatch.setattr(memory, "available", lambda: 2 * 4 * 15 * 10)
    monkeypatch.setattr(rows, "room_in", lambda place: 10**9)
    assert isinstance(rows_for(10, SHAPE, "10 rows", "take fewer", "rows"), InMemory)
    store = rows_for(11, SHAPE, "11 rows", "take fewer", "rows")
    assert isinstance(store, OnDisk)
    store.close()


def test_room_is_asked_where_the_folder_will_be_and_not_in_memory(tmp_path):
    room = room_in(tmp_path / "not" / "there" / "yet")
    assert room is None or room >= 0
    if os.path.ismount("/dev/shm"):
        assert room_in(Path("/dev/shm/not/there")) is None
