"""Where checkpoints go: written whole or not at all, beside the training, the last ones and the best kept.

It knows nothing of what is learned. One thread writes at a time, and only while there is something to write.
"""

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Mapping
from contextlib import suppress
from errno import ENOENT
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from netbuilder.train.checkpoint import (
    FOLDER,
    SHOWN,
    Checkpoint,
    checkpoints_in,
    checksum,
    network_file,
    optimizer_file,
    state_file,
)
from netbuilder.train.events import CheckpointSaved
from netbuilder.train.snapshot import Snapshot

if TYPE_CHECKING:
    import torch

    from netbuilder.train.exhibits import Exhibit

LAST = 3  # checkpoints that a training can go on from
MOST = 64  # epochs whose weights are kept to be looked through
ROOM = 2 * 1024**3  # bytes that those may take together
SYNC = 1.0  # seconds between two that are forced onto the disk, so that they survive a power cut too


class NotKept(OSError):
    """A checkpoint could not be written, and is held until it can be. `str()` is a sentence for the user, `reason` what
    the system says."""

    def __init__(self, error: OSError):
        self.reason = (error.strerror or str(error)).rstrip(".")
        gone = isinstance(error, FileNotFoundError)
        fix = "put it back" if gone else "free some space, or look at the disk,"
        super().__init__(f"The checkpoint can't be written: {self.reason}. Nothing is lost: {fix} and go on.")


class Keep:
    """Keeps the checkpoints of a run's folder.

    The last three are whole: a training can go on from them. Of other epochs the weights of the main network and of
    those beside it are kept, to be looked through: the best always, and as many as `MOST` and `ROOM` allow, spread
    evenly.
    """

    def __init__(self, folder: Path):
        self._run, self._folder = folder, folder / FOLDER
        self._thread: threading.Thread | None = None
        self._snapshot: Snapshot | None = None  # what is being written, or waits to be tried again
        self._error: OSError | None = None
        self._saved: list[CheckpointSaved] = []
        self._there: list[Checkpoint] | None = None
        self._synced: Path | None = None
        self._sync_time = -SYNC

    def void(self, step: int) -> None:
        """Take away what is there of later steps: they are done again; and what a process that was killed while it
        wrote or removed a checkpoint has left of it."""
        for one in checkpoints_in(self._run):
            if one.step > step:
                self._remove(one.path)
        for path in (*self._folder.glob(".*.part"), *self._folder.glob("*.*.safetensors")):
            if path.suffix == ".part" or not path.with_name(f"{path.name.split('.')[0]}.safetensors").exists():
                path.unlink(missing_ok=True)

    def save(self, snapshot: Snapshot) -> None:
        """Begin to write; waits for the one before. Raises `NotKept` if that could not be."""
        self._join()
        self._snapshot = snapshot
        self._begin()

    def again(self) -> None:
        """Try again to write what could not be."""
        self._join_quietly()
        if self._snapshot is not None:
            self._begin()

    def said(self, wait: bool = False) -> list[CheckpointSaved]:
        """What has been kept since the last time. Raises `NotKept`."""
        if wait or (self._thread is not None and not self._thread.is_alive()):
            self._join()
        saved, self._saved = self._saved, []
        return saved

    def show(self, exhibit: Exhibit, epoch: int) -> str:
        """Keep the file of an exhibit that has one. Returns it, relative to the run's folder. Raises `NotKept`."""
        name = f"{SHOWN}/{exhibit.title.lower().replace(' ', '-')}-{epoch:03d}{exhibit.suffix}"
        path = self._run / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            exhibit.save(path)
        except OSError as error:
            path.unlink(missing_ok=True)
            raise NotKept(error) from error
        return name

    def _begin(self) -> None:
        self._thread = threading.Thread(target=self._work, name="checkpoint", daemon=True)
        self._thread.start()

    def _join(self) -> None:
        self._join_quietly()
        if self._error is not None:
            raise NotKept(self._error) from self._error

    def _join_quietly(self) -> None:
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    # On the thread that writes

    def _work(self) -> None:
        assert self._snapshot is not None
        try:
            checkpoint = self._write(self._snapshot)
            self._tidy(checkpoint)
        except OSError as error:
            self._error = error
        except Exception as error:  # told like any other: nobody looks at a thread that died
            self._error = OSError(0, f"{type(error).__name__} {error}")
        else:
            self._error = self._snapshot = None
            file = f"{FOLDER}/{checkpoint.path.name}"
            self._saved.append(CheckpointSaved(checkpoint.epoch, checkpoint.step, file, checkpoint.best))

    def _write(self, snapshot: Snapshot) -> Checkpoint:
        name = f"step-{snapshot.step:06d}" if snapshot.metrics is None else f"epoch-{snapshot.epoch:03d}"
        path = self._folder / f"{name}.safetensors"
        if not self._run.is_dir():  # not made again: what else was in it would be missing, and it may only have moved
            raise FileNotFoundError(ENOENT, f"the run's folder {self._run} is gone")
        self._folder.mkdir(exist_ok=True)  # each time: somebody may have taken it away
        if self._there is None:
            self._there = list(checkpoints_in(self._run))
        metrics = dict(snapshot.metrics or {})
        told = {"epoch": snapshot.epoch, "step": snapshot.step, "best": snapshot.best, "metrics": metrics}
        sync = monotonic() - self._sync_time >= SYNC
        more = {"roles": list(snapshot.weights), "optimizers": list(snapshot.optimizers), "numbers": snapshot.numbers}
        path.unlink(missing_ok=True)  # one of the same name that was damaged, or is void
        write(state_file(path), snapshot.tensors, more, sync)
        for role, state in snapshot.optimizers.items():
            _write_optimizer(optimizer_file(path, role), state, sync)
        for role in sorted(snapshot.weights, reverse=True):  # the main one last: with it, the checkpoint is there
            write(network_file(path, role), snapshot.weights[role], told, sync)
        if sync:
            _sync_folder(self._folder)
            self._synced, self._sync_time = path, monotonic()
        return Checkpoint(path, snapshot.epoch, snapshot.step, snapshot.best, metrics)

    def _tidy(self, newest: Checkpoint) -> None:
        """Take away what need not be kept any longer."""
        assert self._there is not None
        there = [one for one in self._there if one.path != newest.path] + [newest]
        whole = {one.path for one in there[-LAST:]} | {self._synced}
        best = next((one.path for one in reversed(there) if one.best), None)
        old = [one for one in there if one.path not in whole]
        for one in old:
            if one.metrics or one.path == best:
                self._strip(one.path)
            else:
                self._remove(one.path)
        epochs = [one for one in old if one.metrics]
        room = max(1, min(MOST, ROOM // max(1, newest.path.stat().st_size)))
        if len(epochs) > room:
            spared = [one for one in epochs if one.path != best]
            for one in spared[1::2]:
                self._remove(one.path)
        self._there = [one for one in there if one.path.exists()]

    def _strip(self, path: Path) -> None:
        """Leave of a checkpoint only what can be looked at."""
        if state_file(path).exists():
            for file in self._files(path):
                kind = file.name.removeprefix(path.stem).removesuffix(".safetensors")
                if kind.endswith((".optimizer", "-raw", ".raw", ".state")):
                    file.unlink(missing_ok=True)

    def _remove(self, path: Path) -> None:
        path.unlink(missing_ok=True)  # first: without it, the checkpoint is gone as a whole
        for file in self._files(path):
            file.unlink(missing_ok=True)

    def _files(self, path: Path) -> list[Path]:
        return [path, *self._folder.glob(f"{path.stem}.*.safetensors")]


def write(path: Path, tensors: Mapping[str, torch.Tensor], told: Mapping[str, Any], sync: bool = False) -> None:
    """Write tensors and what is told of them to a file, wholly or not at all. Raises `OSError`."""
    from safetensors import SafetensorError
    from safetensors.torch import save_file

    plain = {name: value.contiguous() for name, value in tensors.items()}
    total = checksum(plain[name] for name in sorted(plain))
    temporary = path.with_name(f".{path.name}.part")
    try:
        save_file(plain, temporary, {"netbuilder": json.dumps({**told, "sum": total})})
        if sync:
            with temporary.open("r+b") as file:
                os.fsync(file.fileno())
        temporary.replace(path)
    except SafetensorError as error:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise _system_error(error) from error
    except BaseException:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise


def _system_error(error: Exception) -> OSError:
    """What the system said, which safetensors tells in the words of its own language."""
    found = re.search(r"(?:code:|os error) (\d+)", str(error))
    return OSError(int(found[1]), os.strerror(int(found[1]))) if found else OSError(0, str(error))


def _write_optimizer(path: Path, whole: Mapping[str, Any], sync: bool) -> None:
    import torch

    tensors: dict[str, torch.Tensor] = {}
    numbers: dict[int, dict[str, Any]] = {}
    for at, values in whole["state"].items():
        numbers[at] = {key: value for key, value in values.items() if not isinstance(value, torch.Tensor)}
        tensors |= {f"{at}.{key}": value for key, value in values.items() if isinstance(value, torch.Tensor)}
    write(path, tensors, {"state": numbers, "param_groups": whole["param_groups"]}, sync)


def _sync_folder(folder: Path) -> None:
    """Force the names in a folder onto the disk, where the system knows how."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
