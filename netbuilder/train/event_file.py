"""A file of TensorBoard's events: records, each with its length and checksums, of which many numbers go in at once.

It knows nothing about training. A record is the length as 8 bytes, its masked CRC-32C, the message, and its masked
CRC-32C, all little-endian (TFRecord). The messages are those of `tensorboardX.proto`; a number at a step is laid out
here, because a training has thousands of them a second: one by one each takes 14 microseconds, two hundred at once 2.
"""

from __future__ import annotations

import struct
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

if TYPE_CHECKING:
    from tensorboardX.proto.event_pb2 import Event

_POLYNOMIAL = 0x82F63B78  # of CRC-32C (Castagnoli), its bits in reverse


class EventFile:
    """Writes into `folder`, which is made where it is missing, as a file that TensorBoard reads after those that are
    there: it takes them by their names. All methods raise `OSError`."""

    def __init__(self, folder: Path):
        from tensorboardX.proto.event_pb2 import Event

        folder.mkdir(parents=True, exist_ok=True)
        taken = [path.name.split(".")[3] for path in folder.glob("events.out.tfevents.*")]
        after = max((int(number) + 1 for number in taken if number.isdecimal()), default=0)
        self._file: BinaryIO = (folder / f"events.out.tfevents.{max(int(time.time()), after):010d}").open("xb")
        self.write(Event(wall_time=time.time(), file_version="brain.Event:2"))

    def write(self, event: Event) -> None:
        """Write one message."""
        message = np.frombuffer(event.SerializeToString(), np.uint8)
        self._file.write(_records(message[None]))

    def numbers(self, tag: str, steps: Sequence[int], values: Sequence[float], times: Sequence[float]) -> None:
        """Write a number for each of the `steps`, with the seconds since 1970 it is of; as float32."""
        name = tag.encode()
        wide = np.asarray(steps, np.int64)
        with np.errstate(over="ignore"):
            narrow = np.asarray(values, np.float64).astype("<f4")
        whole = np.asarray(times, "<f8")
        lengths = 1 + np.searchsorted(1 << 7 * np.arange(1, 9), wide, side="right")  # bytes of each step as a varint
        for length in np.unique(lengths):
            rows = lengths == length
            self._file.write(_records(_messages(name, wide[rows], narrow[rows], whole[rows], int(length))))

    def flush(self) -> None:
        """Have all of it read by whoever opens the file."""
        self._file.flush()

    def close(self) -> None:
        with suppress(OSError):  # a disk that is full was told of when it was written
            self._file.close()


def _messages(tag: bytes, steps: np.ndarray, values: np.ndarray, times: np.ndarray, length: int) -> np.ndarray:
    """The messages of numbers at steps that take `length` bytes as a varint, (numbers, bytes) uint8."""
    value = b"\x0a" + _varint(len(tag)) + tag + b"\x15"  # Summary.Value: tag = 1, simple_value = 2
    size = len(value) + 4
    summary = b"\x0a" + _varint(size)  # Summary: value = 1
    head = b"\x2a" + _varint(len(summary) + size) + summary + value  # Event: summary = 5
    rows = np.empty((len(steps), 10 + length + len(head) + 4), np.uint8)
    rows[:, 0] = 0x09  # Event: wall_time = 1
    rows[:, 1:9] = times[:, None].view(np.uint8)
    rows[:, 9] = 0x10  # Event: step = 2
    for at in range(length):
        more = 0x80 if at < length - 1 else 0
        rows[:, 10 + at] = (steps >> (7 * at)) & 0x7F | more
    rows[:, 10 + length : -4] = np.frombuffer(head, np.uint8)
    rows[:, -4:] = values[:, None].view(np.uint8)
    return rows


def _records(messages: np.ndarray) -> bytes:
    """Messages of one length, (messages, bytes) uint8, as records one after another."""
    count, size = messages.shape
    length = np.frombuffer(struct.pack("<Q", size), np.uint8)
    rows = np.empty((count, 12 + size + 4), np.uint8)
    rows[:, :8] = length
    rows[:, 8:12] = _masked_crc(length[None]).view(np.uint8)
    rows[:, 12:-4] = messages
    rows[:, -4:] = _masked_crc(messages)[:, None].view(np.uint8)
    return rows.tobytes()


def _masked_crc(rows: np.ndarray) -> np.ndarray:
    """The masked CRC-32C of each row, (rows,) little-endian uint32: all rows a byte at a time, and a single one as it
    comes."""
    if len(rows) == 1:
        from tensorboardX.crc32c import crc32c

        crc = np.array([crc32c(rows[0].tobytes())], np.uint32)
    else:
        table = _table()
        crc = np.full(len(rows), 0xFFFFFFFF, np.uint32)
        for column in rows.T:
            crc = table[(crc ^ column) & 0xFF] ^ (crc >> 8)
        crc ^= np.uint32(0xFFFFFFFF)
    masked = ((crc >> 15) | (crc << 17)) + np.uint32(0xA282EAD8)  # as TFRecord has it: modulo 2³²
    return masked.astype("<u4")


@cache
def _table() -> np.ndarray:
    table = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        table = np.where(table & 1, (table >> 1) ^ np.uint32(_POLYNOMIAL), table >> 1).astype(np.uint32)
    return table


def _varint(number: int) -> bytes:
    told = bytearray()
    while number > 0x7F:
        told.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*told, number])
