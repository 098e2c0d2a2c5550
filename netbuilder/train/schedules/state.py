"""What a scheduler of torch's is at, as numbers that JSON holds exactly, and back. It knows nothing of files."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch.optim import Optimizer
    from torch.optim.lr_scheduler import LRScheduler

SETTINGS = ("milestones",)  # never change, and are no plain values
RATES = ("lr", "initial_lr", "max_lr", "min_lr")  # what schedules keep of each group of weights
NO_NUMBER = "no number"  # JSON has neither infinity nor NaN


def state_of(scheduler: LRScheduler) -> dict[str, Any]:
    """All of it that changes on the way."""
    state = scheduler.state_dict()
    return {name: _plain(value) for name, value in state.items() if name not in SETTINGS}


def restore(scheduler: LRScheduler, state: dict[str, Any]) -> None:
    """Let a new one for the same settings go on from there. The rates themselves are the optimizer's."""
    scheduler.load_state_dict({name: _as_was(value) for name, value in state.items()})


def scale_rates(optimizer: Optimizer, scheduler: LRScheduler | None, times: float) -> None:
    """Multiply the rates of an optimizer, and those that a scheduler of it starts from and goes up to."""
    for group in optimizer.param_groups:
        group |= {name: group[name] * times for name in RATES if name in group}
    todo = [scheduler] if scheduler is not None else []
    while todo:
        one = todo.pop()
        for name in ("base_lrs", "max_lrs", "_last_lr"):
            if hasattr(one, name):
                setattr(one, name, [rate * times for rate in getattr(one, name)])
        todo += getattr(one, "_schedulers", [])


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items() if name not in SETTINGS}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if isinstance(value, float) and not math.isfinite(value):
        return {NO_NUMBER: str(value)}
    return value


def _as_was(value: Any) -> Any:
    if isinstance(value, dict):
        return float(value[NO_NUMBER]) if NO_NUMBER in value else {name: _as_was(one) for name, one in value.items()}
    return [_as_was(one) for one in value] if isinstance(value, list) else value
