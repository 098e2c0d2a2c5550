"""The state of a training on disk, read: weights, optimizers and all else as safetensors, numbers as JSON in their
headers. Never pickle: opening a checkpoint runs no code.

A checkpoint is several files, of which the main network's is written last: with it, the checkpoint is there.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netbuilder.train.snapshot import Snapshot

if TYPE_CHECKING:
    import torch

FOLDER, SHOWN, RAW, STATE = "checkpoints", "shown", "raw", "state"
_NAME = re.compile(r"(epoch-\d{3,}|step-\d{6,})\.safetensors")


class CheckpointError(ValueError):
    """A checkpoint can't be read. `str()` is a sentence for the user."""


@dataclass(frozen=True)
class Checkpoint:
    """One saved state. `best` says whether it was the best so far when it was saved."""

    path: Path
    epoch: int
    step: int
    best: bool = False
    metrics: Mapping[str, float] = field(default_factory=dict)

    def weights(self, role: str = "") -> dict[str, torch.Tensor]:
        """The weights of the network in this role by name, on the CPU. Raises `CheckpointError`."""
        return _read(network_file(self.path, role))[0]

    def optimizer(self, role: str = "") -> dict[str, Any] | None:
        """The optimizer's state as its `load_state_dict` takes it; kept for the newest checkpoints only."""
        path = optimizer_file(self.path, role)
        if not path.is_file():
            return None
        tensors, numbers = _read(path)
        state: dict[int, dict[str, Any]] = {int(at): dict(values) for at, values in numbers["state"].items()}
        for name, tensor in tensors.items():
            at, _, key = name.partition(".")
            state.setdefault(int(at), {})[key] = tensor
        return {"state": state, "param_groups": numbers["param_groups"]}

    @property
    def goes_on(self) -> bool:
        """Whether a training can go on from it: the newest ones have all that takes."""
        return state_file(self.path).is_file()

    def snapshot(self) -> Snapshot:
        """All that a training goes on from. Raises `CheckpointError`."""
        tensors, numbers = _read(state_file(self.path))
        try:
            roles = [str(role) for role in numbers["roles"]]
            optimizers = {str(role): self.optimizer(str(role)) for role in numbers["optimizers"]}
            if None in optimizers.values():
                raise CheckpointError(f"The checkpoint {self.path.name} lacks its optimizer. Choose another one.")
            return Snapshot(
                self.epoch,
                self.step,
                {role: self.weights(role) for role in roles},
                {role: state for role, state in optimizers.items() if state is not None},
                tensors,
                dict(numbers["numbers"]),
                self.metrics or None,
                self.best,
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            if isinstance(error, CheckpointError):
                raise
            raise _unreadable(self.path) from error


def checkpoints_in(folder: Path) -> tuple[Checkpoint, ...]:
    """The checkpoints of a run's folder, by step. What can't be read is left out."""
    return tuple(
        sorted((one for one in map(_checkpoint, _files(folder)) if one), key=lambda one: (one.step, one.epoch))
    )


def newest_whole(folder: Path) -> tuple[Checkpoint, Snapshot, tuple[str, ...]] | None:
    """The newest checkpoint that a training can go on from, its state, and a warning for each damaged one that was
    passed over. None where there is none."""
    warnings = []
    paths = sorted(_files(folder), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    read = {path: _checkpoint(path) for path in paths}
    order = sorted((one for one in read.values() if one is not None), key=lambda one: (one.step, one.epoch))
    warnings += [f"The checkpoint {path.name} is damaged and is passed over." for path in paths if read[path] is None]
    for checkpoint in reversed(order):
        if not checkpoint.goes_on:
            continue
        try:
            return checkpoint, checkpoint.snapshot(), tuple(warnings)
        except CheckpointError:
            warnings.append(f"The checkpoint {checkpoint.path.name} is damaged and is passed over.")
    return None


def raw_role(role: str) -> str:
    """The role of the weights that are trained, beside the average of those in a role."""
    return f"{role}-{RAW}" if role else RAW


def network_file(path: Path, role: str = "") -> Path:
    """Where the weights of the network in this role lie, for a checkpoint at `path`."""
    return path.with_name(f"{path.stem}.{role}.safetensors") if role else path


def optimizer_file(path: Path, role: str = "") -> Path:
    """Where the state of its optimizer lies."""
    return network_file(path, f"{role}.optimizer" if role else "optimizer")


def state_file(path: Path) -> Path:
    """Where all else lies that a training goes on from."""
    return network_file(path, STATE)


def checksum(tensors: Iterable[torch.Tensor]) -> int:
    """Of the bytes of these tensors, which lie on the CPU in one piece."""
    import torch

    total = 0
    for tensor in tensors:
        if tensor.numel():
            total = zlib.crc32(tensor.reshape(-1).view(torch.uint8).numpy().data, total)
    return total


def _files(folder: Path) -> list[Path]:
    return [path for path in (folder / FOLDER).glob("*.safetensors") if _NAME.fullmatch(path.name)]


def _checkpoint(path: Path) -> Checkpoint | None:
    try:
        told = _header(path)
        metrics = {str(k): float(v) for k, v in told["metrics"].items()}
        return Checkpoint(path, int(told["epoch"]), int(told["step"]), bool(told["best"]), metrics)
    except (CheckpointError, KeyError, TypeError, ValueError, AttributeError):
        return None


def _unreadable(path: Path) -> CheckpointError:
    return CheckpointError(f"The checkpoint {path.name} can't be read. Choose another one.")


def _header(path: Path) -> dict[str, Any]:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="np") as file:
            return dict(json.loads((file.metadata() or {})["netbuilder"]))
    except (OSError, SafetensorError, KeyError, ValueError, TypeError) as error:
        raise _unreadable(path) from error


def _read(path: Path) -> tuple[dict[str, torch.Tensor], dict[str, Any]]:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    told = _header(path)
    try:
        tensors = load_file(path)
    except (OSError, SafetensorError) as error:
        raise _unreadable(path) from error
    if "sum" in told and told["sum"] != checksum(tensors[name] for name in sorted(tensors)):
        raise _unreadable(path)
    return tensors, told
