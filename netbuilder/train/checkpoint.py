"""The state of a training on disk: weights and optimizer as safetensors, numbers as JSON in their headers.

Never pickle: opening a checkpoint runs no code. A file is written beside its place and moved there, so a checkpoint
is there as a whole or not at all.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netbuilder.train.events import CheckpointSaved

if TYPE_CHECKING:
    import torch

    from netbuilder.train.exhibits import Exhibit

FOLDER, SHOWN, RAW = "checkpoints", "shown", "raw"
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
        """The optimizer's state as its `load_state_dict` takes it; kept for the newest checkpoint only."""
        path = optimizer_file(self.path, role)
        if not path.is_file():
            return None
        tensors, numbers = _read(path)
        state: dict[int, dict[str, Any]] = {int(at): dict(values) for at, values in numbers["state"].items()}
        for name, tensor in tensors.items():
            at, _, key = name.partition(".")
            state.setdefault(int(at), {})[key] = tensor
        return {"state": state, "param_groups": numbers["param_groups"]}


class Keep:
    """Keeps every epoch's weights in a folder, so that they can be looked through later; and of the newest the
    optimizer, and the weights that are trained where those that are kept are their average."""

    def __init__(self, folder: Path):
        self._folder = folder / FOLDER
        self._newest: Path | None = None

    def save(
        self,
        networks: Mapping[str, torch.nn.Module],
        optimizers: Mapping[str, torch.optim.Optimizer],
        *,
        epoch: int,
        step: int,
        metrics: Mapping[str, float] | None = None,
        best: bool = False,
    ) -> CheckpointSaved:
        """Save the state after `epoch` whole epochs and `step` steps, by the networks' roles: that of the main one is
        "". `metrics` only at the end of an epoch."""
        name = f"step-{step:06d}" if metrics is None else f"epoch-{epoch:03d}"
        path = self._folder / f"{name}.safetensors"
        self._folder.mkdir(parents=True, exist_ok=True)
        told = {"epoch": epoch, "step": step, "best": best, "metrics": dict(metrics or {})}
        for role, optimizer in optimizers.items():
            _write_optimizer(optimizer_file(path, role), optimizer)
        for role in sorted(networks, reverse=True):  # the main one last: with it, the checkpoint is there
            _write(network_file(path, role), networks[role].state_dict(), told)
        if self._newest is not None and self._newest != path:
            for role in optimizers:
                optimizer_file(self._newest, role).unlink(missing_ok=True)
                network_file(self._newest, raw_role(role)).unlink(missing_ok=True)
        self._newest = path
        return CheckpointSaved(epoch=epoch, step=step, file=f"{FOLDER}/{path.name}", best=best)

    def show(self, exhibit: Exhibit, epoch: int) -> str:
        """Keep the file of an exhibit that has one. Returns it, relative to the run's folder."""
        name = f"{SHOWN}/{exhibit.title.lower().replace(' ', '-')}-{epoch:03d}{exhibit.suffix}"
        path = self._folder.parent / name
        path.parent.mkdir(parents=True, exist_ok=True)
        exhibit.save(path)
        return name


def checkpoints_in(folder: Path) -> tuple[Checkpoint, ...]:
    """The checkpoints of a run's folder, by step. What can't be read is left out."""
    found = []
    for path in (folder / FOLDER).glob("*.safetensors"):
        if not _NAME.fullmatch(path.name):
            continue
        try:
            told = _header(path)
            metrics = {str(k): float(v) for k, v in told["metrics"].items()}
            found.append(Checkpoint(path, int(told["epoch"]), int(told["step"]), bool(told["best"]), metrics))
        except (CheckpointError, KeyError, TypeError, ValueError, AttributeError):
            continue
    return tuple(sorted(found, key=lambda one: (one.step, one.epoch)))


def raw_role(role: str) -> str:
    """The role of the weights that are trained, beside the average of those in a role."""
    return f"{role}-{RAW}" if role else RAW


def network_file(path: Path, role: str = "") -> Path:
    """Where the weights of the network in this role lie, for a checkpoint at `path`."""
    return path.with_name(f"{path.stem}.{role}.safetensors") if role else path


def optimizer_file(path: Path, role: str = "") -> Path:
    """Where the state of its optimizer lies."""
    return network_file(path, f"{role}.optimizer" if role else "optimizer")


def _write_optimizer(path: Path, optimizer: torch.optim.Optimizer) -> None:
    import torch

    whole = optimizer.state_dict()
    tensors: dict[str, torch.Tensor] = {}
    numbers: dict[int, dict[str, Any]] = {}
    for at, values in whole["state"].items():
        numbers[at] = {key: value for key, value in values.items() if not isinstance(value, torch.Tensor)}
        tensors |= {f"{at}.{key}": value for key, value in values.items() if isinstance(value, torch.Tensor)}
    _write(path, tensors, {"state": numbers, "param_groups": whole["param_groups"]})


def _write(path: Path, tensors: Mapping[str, torch.Tensor], told: Mapping[str, Any]) -> None:
    from safetensors.torch import save_file

    # Copies: safetensors refuses tensors that share memory, as tied weights do.
    copies = {name: value.detach().to("cpu", copy=True).contiguous() for name, value in tensors.items()}
    temporary = path.with_name(f".{path.name}.part")
    try:
        save_file(copies, temporary, {"netbuilder": json.dumps(told)})
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _header(path: Path) -> dict[str, Any]:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="np") as file:
            return dict(json.loads((file.metadata() or {})["netbuilder"]))
    except (OSError, SafetensorError, KeyError, ValueError, TypeError) as error:
        raise CheckpointError(f"The checkpoint {path.name} can't be read. Choose another one.") from error


def _read(path: Path) -> tuple[dict[str, torch.Tensor], dict[str, Any]]:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    told = _header(path)
    try:
        return load_file(path), told
    except (OSError, SafetensorError) as error:
        raise CheckpointError(f"The checkpoint {path.name} can't be read. Choose another one.") from error
