"""What TensorBoard would show of a folder: its records, each with its checksums held against its bytes, and of what is
done again only the last."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tensorboardX.proto.event_pb2 import Event, SessionLog
from tensorboardX.proto.plugin_hparams_pb2 import HParamsPluginData
from tensorboardX.record_writer import masked_crc32c

from netbuilder.train.event_log import EventLog


def records(file: Path) -> Iterator[Event]:
    data, at = file.read_bytes(), 0
    while at < len(data):
        (length,) = struct.unpack_from("<Q", data, at)
        message = data[at + 12 : at + 12 + length]
        assert struct.unpack_from("<I", data, at + 8) == (masked_crc32c(data[at : at + 8]),)
        assert struct.unpack_from("<I", data, at + 12 + length) == (masked_crc32c(message),)
        yield Event.FromString(message)
        at += 16 + length


def shown(folder: Path) -> list[Event]:
    """In the order of the files' names; a restart at a step takes back what was said of it and of later ones."""
    kept: list[Event] = []
    for file in sorted(path for path in folder.iterdir() if path.is_file()):
        first, *rest = records(file)
        assert first.file_version == "brain.Event:2"
        for event in rest:
            if event.session_log.status == SessionLog.START:
                kept = [one for one in kept if one.step < event.step]
            else:
                kept.append(event)
    return kept


def values(folder: Path) -> Iterator[tuple[int, Any]]:
    yield from ((event.step, value) for event in shown(folder) for value in event.summary.value)


def numbers(folder: Path) -> dict[str, list[tuple[int, float]]]:
    """By tag the numbers at their steps."""
    found: dict[str, list[tuple[int, float]]] = {}
    for step, value in values(folder):
        if value.WhichOneof("value") == "simple_value":
            found.setdefault(value.tag, []).append((step, value.simple_value))
    return found


def texts(folder: Path) -> dict[str, list[tuple[int, str]]]:
    found: dict[str, list[tuple[int, str]]] = {}
    for step, value in values(folder):
        if value.metadata.plugin_data.plugin_name == "text":
            tag = value.tag.removesuffix("/text_summary")
            found.setdefault(tag, []).append((step, value.tensor.string_val[0].decode()))
    return found


def pictures(folder: Path) -> dict[str, list[tuple[int, Any]]]:
    found: dict[str, list[tuple[int, Any]]] = {}
    for step, value in values(folder):
        if value.WhichOneof("value") == "image":
            found.setdefault(value.tag, []).append((step, value.image))
    return found


def plugin(folder: Path, tag: str) -> list[HParamsPluginData]:
    told = [value.metadata.plugin_data for _, value in values(folder) if value.tag == f"_hparams_/{tag}"]
    assert all(one.plugin_name == "hparams" for one in told)
    return [HParamsPluginData.FromString(one.content) for one in told]


def log_of(path: Path, *events: Any) -> None:
    """Write events as a run's folder has them."""
    log = EventLog(path)
    for event in events:
        log.write(event)
    log.close()
