"""A step of Adam or AdamW without what surrounds its kernel: on a small network that takes longer than the arithmetic.

It knows nothing of networks and of what is learned.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
from torch.optim import optimizer as hooks


class Rows(NamedTuple):
    """The weights of a group, and the tensors that its optimizer keeps of each."""

    weights: list[torch.Tensor]
    averages: list[torch.Tensor]
    squares: list[torch.Tensor]
    largest: list[torch.Tensor]
    steps: list[torch.Tensor]


class FusedStep:
    """`step()` does what `optimizer.step()` does and then forgets the gradients, to the same bits.

    Torch looks up each weight's state at every step, sorts the weights by device and type, and tells its profiler; here
    the lists are made once. Whatever they don't fit (another optimizer, a weight without a gradient, hooks, weights on
    several devices) goes the optimizer's own way. So does the first step, and the one after `load_state_dict`: the
    lists are made of what it leaves.
    """

    def __init__(self, optimizer: torch.optim.Optimizer):
        self.optimizer = optimizer
        self._can = type(optimizer) in (torch.optim.Adam, torch.optim.AdamW) and bool(optimizer.defaults["fused"])
        self._rows: list[Rows] = []
        self._state: Any = None  # what the lists were made of
        self._groups: Any = None

    def step(self) -> None:
        optimizer = self.optimizer
        if not self._can or _hooked(optimizer):
            return self._own()
        if self._state is not optimizer.state or self._groups is not optimizer.param_groups:
            self._own()  # makes the state of each weight, and lets a schedule know that a step came before its own
            return self._gather()
        gradients = [[weight.grad for weight in rows.weights] for rows in self._rows]
        if any(gradient is None for part in gradients for gradient in part):
            return self._own()
        found_inf = getattr(optimizer, "found_inf", None)
        with torch.no_grad():
            for group, rows, part in zip(optimizer.param_groups, self._rows, gradients, strict=True):
                torch._foreach_add_(rows.steps, 1)
                kernel = torch._fused_adamw_ if group["decoupled_weight_decay"] else torch._fused_adam_
                kernel(
                    rows.weights,
                    part,  # type: ignore[arg-type]
                    rows.averages,
                    rows.squares,
                    rows.largest,
                    rows.steps,
                    amsgrad=group["amsgrad"],
                    lr=group["lr"],
                    beta1=group["betas"][0],
                    beta2=group["betas"][1],
                    weight_decay=group["weight_decay"],
                    eps=group["eps"],
                    maximize=group["maximize"],
                    grad_scale=None,
                    found_inf=found_inf,
                )
                if found_inf is not None:  # a step that was left out does not count
                    torch._foreach_sub_(rows.steps, [found_inf] * len(rows.steps))
        for rows in self._rows:
            for weight in rows.weights:
                weight.grad = None
        return None

    def _own(self) -> None:
        self.optimizer.step()
        self.optimizer.zero_grad()

    def _gather(self) -> None:
        optimizer = self.optimizer
        if any(not optimizer.state.get(weight) for group in optimizer.param_groups for weight in group["params"]):
            return  # a weight had no gradient yet
        self._state, self._groups, self._rows = optimizer.state, optimizer.param_groups, []
        for group in optimizer.param_groups:
            weights = list(group["params"])
            state = [optimizer.state[weight] for weight in weights]
            largest = [each["max_exp_avg_sq"] for each in state] if group["amsgrad"] else []
            averages, squares, steps = ([one[name] for one in state] for name in ("exp_avg", "exp_avg_sq", "step"))
            self._rows.append(Rows(weights, averages, squares, largest, steps))
            alike = len({(weight.device, weight.dtype) for weight in weights}) == 1
            plain = not any(weight.is_complex() for weight in weights) and not isinstance(group["lr"], torch.Tensor)
            self._can &= alike and plain and not group["differentiable"]


def _hooked(optimizer: torch.optim.Optimizer) -> bool:
    """Whether somebody wants to know of the steps. The wrapper of a schedule only counts the first."""
    return bool(
        optimizer._optimizer_step_pre_hooks
        or optimizer._optimizer_step_post_hooks
        or hooks._global_optimizer_pre_hooks
        or hooks._global_optimizer_post_hooks
        or getattr(optimizer, "grad_scale", None) is not None
    )
