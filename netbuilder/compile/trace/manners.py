"""What is known of torch's functions and modules beforehand: which are random, which copy nothing, which are opened."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

RANDOM = frozenset(
    {"rand", "randn", "randint", "randperm", "rand_like", "randn_like", "randint_like", "normal", "bernoulli"}
    | {"multinomial", "poisson", "binomial", "normal_", "uniform_", "bernoulli_", "exponential_", "random_"}
    | {"gumbel_softmax", "alpha_dropout", "feature_dropout", "rrelu", "geometric_", "cauchy_", "log_normal_"}
)
ONLY_SHAPE = frozenset(
    {"torch.zeros_like", "torch.ones_like", "torch.full_like", "torch.empty_like", "torch.Tensor.new_zeros"}
    | {"torch.Tensor.new_ones", "torch.Tensor.new_full", "torch.Tensor.new_empty", "torch.Tensor.new_tensor"}
)
CONTENT = frozenset(
    {"torch.Tensor.item", "torch.Tensor.__bool__", "torch.Tensor.__int__", "torch.Tensor.__float__"}
    | {"torch.Tensor.__index__", "torch.Tensor.tolist", "torch.equal", "torch.allclose", "torch.is_nonzero"}
    | {"torch.Tensor.numpy", "torch.Tensor.__array__", "torch.Tensor.__contains__"}
)
SILENT = frozenset(
    {"torch.Tensor.contiguous", "torch.Tensor.requires_grad_", "torch.resolve_conj", "torch.resolve_neg"}
)
OPENED = frozenset({"torch.nn.functional.multi_head_attention_forward"})  # what no layer does as a whole
SIZED = frozenset(
    {"pad", "view", "reshape", "expand", "repeat", "as_strided", "roll", "narrow", "zeros", "ones", "full", "empty"}
    | {"split", "new_zeros", "new_ones", "new_full", "new_empty", "interpolate", "unflatten", "tile", "randn", "rand"}
    | {"repeat_interleave", "chunk", "select", "broadcast_to", "unsqueeze", "flatten", "unfold", "arange", "topk"}
)  # functions whose arguments, but for the first, are numbers
CASTING = frozenset(
    f"torch.{name}" for name in ("sum", "mean", "prod", "cumsum", "cumprod", "softmax", "log_softmax")
) | {
    "torch.nn.functional.softmax",
    "torch.nn.functional.log_softmax",
}
CONTAINERS = (nn.Sequential, nn.ModuleList, nn.ModuleDict)


def is_view_index(index: Any) -> bool:
    """Whether x[index] is a view of x."""
    pieces = index if isinstance(index, tuple) else (index,)
    return all(piece is None or piece is ... or isinstance(piece, (int, slice)) for piece in pieces)


def type_name(module: nn.Module) -> str:
    """The name of a module's class; in an exported program, of what it once was."""
    told = getattr(module, "type_name", None)
    name = told() if callable(told) else None
    return name.rpartition(".")[2] if isinstance(name, str) else type(module).__name__


def is_watching() -> bool:
    return bool(torch._C._is_torch_function_mode_enabled())


def is_touched(module: nn.Module) -> bool:
    """Whether someone hooked into a module, or gave this one a forward of its own."""
    hooks = [*module._forward_hooks.values(), *module._forward_pre_hooks.values()]
    return any(type(hook).__name__ != "WeightNorm" for hook in hooks) or "forward" in vars(module)


@contextmanager
def opened_once() -> Iterator[None]:
    """Let the next function that asks whether it is watched be told that it isn't: what it does inside is then seen."""
    functional: Any = F
    asked = functional.has_torch_function

    def not_now(tensors: Any) -> bool:
        functional.has_torch_function = asked
        return False

    functional.has_torch_function = not_now
    try:
        yield
    finally:
        functional.has_torch_function = asked


@contextmanager
def calls_seen_by(seen: Callable[..., Any]) -> Iterator[None]:
    """Let every call of a module pass through `seen`."""
    original = nn.Module.__call__

    def call(module: nn.Module, *args: Any, **kwargs: Any) -> Any:
        return seen(original, module, args, kwargs)

    nn.Module.__call__ = call  # type: ignore[method-assign]
    try:
        yield
    finally:
        nn.Module.__call__ = original  # type: ignore[method-assign]
