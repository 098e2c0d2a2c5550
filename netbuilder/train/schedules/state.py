"""What a scheduler of torch's is at, as numbers that JSON holds exactly, and back. It knows nothing of files."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch.optim.lr_scheduler import LRScheduler

SETTINGS = ("milestones",)  # never change, and are no plain values
NO_NUMBER = "no number"  # JSON has neither infinity nor NaN


def state_of(scheduler: LRScheduler) -> dict[str, Any]:
    """All of it that changes on the way."""
    state = scheduler.state_dict()
    return {name: _plain(value) for name, value in state.items() if name not in SETTINGS}


def restore(scheduler: LRScheduler, state: dict[str, Any]) -> None:
    """Let a new one for the same settings go on from there. The rates themselves are the optimizer's."""
    scheduler.load_state_dict({name: _as_was(value) for name, value in state.items()})


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
