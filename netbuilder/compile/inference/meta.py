"""The meta device, watched: what is run on it without numbers, what that would cost, and what backward would keep.

Some of torch's own shape rules for this device are long Python; for those that a network is full of there are short
ones here, which step back whenever an input is not the usual one. A test holds them against torch's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import prod
from types import FunctionType
from typing import Any

import torch
from torch import nn
from torch.autograd.graph import saved_tensors_hooks
from torch.nn import functional
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry

aten = torch.ops.aten


class OnMeta(TorchFunctionMode):
    """Tensors are made on the meta device, and nothing is initialized: there is nothing to fill."""

    _makers = frozenset(
        (
            *(torch.empty, torch.zeros, torch.ones, torch.full, torch.tensor, torch.rand, torch.randn),
            *(torch.arange, torch.linspace, torch.eye, torch.randint, torch.tril_indices, torch.triu_indices),
            *(torch.logspace, torch.randperm, torch.as_tensor, torch.hann_window, torch.hamming_window),
        )
    )
    _fillers = frozenset(
        (
            *("uniform_", "normal_", "fill_", "zero_", "constant_", "ones_", "zeros_", "trunc_normal_", "orthogonal_"),
            *("kaiming_uniform_", "kaiming_normal_", "xavier_uniform_", "xavier_normal_"),
        )
    )

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        if func in self._makers:
            if kwargs.get("device") is None:
                kwargs = {**kwargs, "device": "meta"}
        elif getattr(func, "__name__", "") in self._fillers:
            return args[0] if args else kwargs["tensor"]
        elif func is functional.scaled_dot_product_attention:
            return _attention(*args, **kwargs)
        elif func is functional.multi_head_attention_forward:
            return _many_heads(*args, **kwargs)
        elif getattr(func, "__name__", "") in ("grouped_mm", "_grouped_mm"):
            return _by_groups(func, args, kwargs)
        return func(*args, **kwargs)


def _by_groups(func: Any, args: Any, kwargs: Any) -> Any:
    """Rows times the matrix of the group each is in; on this device torch has it for bfloat16 alone."""
    if len(args) == 2 and all(isinstance(arg, torch.Tensor) for arg in args):
        rows, matrices = args
        if rows.dtype == matrices.dtype != torch.bfloat16 and (rows.dim(), matrices.dim()) == (2, 3):
            return func(rows.bfloat16(), matrices.bfloat16(), **kwargs).to(rows.dtype)
    return func(*args, **kwargs)


def _attention(query: Any, key: Any, value: Any, *more: Any, **named: Any) -> Any:
    """As the CPU does it: in one operation that keeps no weights, where it has one."""
    given = {**dict(zip(("attn_mask", "dropout_p", "is_causal"), more, strict=False)), **named}
    mask = given.get("attn_mask")
    plain = len(more) <= 3 and given.keys() <= {"attn_mask", "dropout_p", "is_causal", "scale"}
    usual = plain and not given.get("dropout_p") and query.dim() == key.dim() == value.dim() == 4
    if usual and query.is_floating_point() and query.dtype == key.dtype == value.dtype:
        fits = query.shape[:2] == key.shape[:2] == value.shape[:2] and key.shape[2] == value.shape[2]
        alike = query.shape[3] == key.shape[3] == value.shape[3]
        if fits and alike and (mask is None or (not mask.requires_grad and 2 <= mask.dim() <= 4)):
            if mask is not None:
                mask.expand(*query.shape[:3], key.shape[2])  # or say that it does not fit: the rule below does not look
            causal = bool(given.get("is_causal"))
            return aten._scaled_dot_product_flash_attention_for_cpu(query, key, value, 0.0, causal)[0]
    return functional.scaled_dot_product_attention(query, key, value, *more, **named)


def _not_again(*tensors: Any) -> bool:
    return False


# torch's own function for nn.MultiheadAttention, with the attention above in place of the one it would call.
_many_heads = FunctionType(
    functional.multi_head_attention_forward.__code__,
    {**vars(functional), "scaled_dot_product_attention": _attention, "has_torch_function": _not_again},
    "multi_head_attention_forward",
    functional.multi_head_attention_forward.__defaults__,
)


class Watching(TorchDispatchMode):
    """Adds up floating point operations by torch's own formulas. (Its FlopCounterMode hooks every module there is.)

    Counted are the products of matrices and the convolutions, attention among them, at two operations for each
    multiply-add; sums, activations, norms and poolings are not, as is the custom.
    """

    def __init__(self) -> None:
        super().__init__()
        self.flops = 0

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """Whether torch hides this from its compiler, by a wrapper that costs more than what it wraps."""
        return False

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        with torch._C.DisableTorchFunction():  # what a rule makes by itself is on this device anyway
            return self._seen(func, args, kwargs)

    def _seen(self, func: Any, args: Any, kwargs: Any) -> Any:
        quick = QUICK.get(func)
        result = quick(*args) if quick is not None and not kwargs else None
        if result is None:
            result = func(*args, **(kwargs or {}))
        packet = func._overloadpacket
        formula = flop_registry.get(packet)
        if formula is not None or packet in PRODUCTS:
            _same_types(args)
        if formula is not None:
            self.flops += int(formula(*args, **(kwargs or {}), out_val=result))
        elif packet in PRODUCTS:
            self.flops += 2 * PRODUCTS[packet](*args)
        return result


def _same_types(args: Any) -> None:
    """On this device torch does not look whether the numbers that are multiplied are of one type."""
    types = {arg.dtype for arg in args if isinstance(arg, torch.Tensor)}
    if len(types) > 1:
        raise TypeError(f"expected the values to have the same dtype, but got {' and '.join(sorted(map(str, types)))}")


class Keeping:
    """What backward would need: the memory of all tensors that autograd keeps while it is on.

    `inside` leaves out what flows in and out and what the layer holds (`known`).
    """

    def __init__(self) -> None:
        self._kept: dict[int, tuple[Any, int]] = {}
        self.hooks = saved_tensors_hooks(self._pack, lambda kept: kept)

    def _pack(self, tensor: torch.Tensor) -> torch.Tensor:
        with torch._C.DisableTorchFunction():
            storage = tensor.untyped_storage()
            self._kept[storage._cdata] = (storage, storage.nbytes())
        return tensor

    def keeps(self, tensor: torch.Tensor) -> bool:
        return place(tensor) in self._kept

    def inside(self, known: Iterable[torch.Tensor]) -> int:
        """Bytes that are kept besides `known`."""
        outside = {place(tensor) for tensor in known}
        return sum(size for where, (_, size) in self._kept.items() if where not in outside)


def workspace(module: nn.Module) -> int:
    """Bytes a step of one sample that an LSTM keeps on the CPU, where one operation does all steps of a layer.

    On this device it falls apart into small ones that keep less. The 16 is what was measured.
    """
    if not isinstance(module, nn.LSTM):
        return 0
    ways = 2 if module.bidirectional else 1
    width = next(module.parameters()).element_size()
    return width * (module.input_size + ways * (16 * module.num_layers + module.num_layers - 1) * module.hidden_size)


def place(tensor: torch.Tensor) -> int:
    """What tells one tensor's memory from another's; views of each other have the same."""
    return int(tensor.untyped_storage()._cdata)


def weights(module: nn.Module) -> list[torch.Tensor]:
    """All that a module holds."""
    return [*module.parameters(), *module.buffers()]


# What torch's formulas leave out: multiply-adds by operation.
PRODUCTS: dict[Any, Callable[..., int]] = {
    aten.mv: lambda a, b: a.numel(),
    aten.addmv: lambda c, a, b, *more: a.numel(),
    aten.dot: lambda a, b: a.numel(),
    aten.vdot: lambda a, b: a.numel(),
    aten._trilinear: lambda a, b, c, *more: 2 * _spread(a, b, c),
    aten._cdist_forward: lambda a, b, *more: prod(a.shape) * b.shape[-2],
    aten._scaled_dot_product_flash_attention_for_cpu: lambda q, k, v, *more: (
        prod(q.shape[:3]) * k.shape[2] * (q.shape[3] + v.shape[3])
    ),
}


def _spread(*tensors: torch.Tensor) -> int:
    return prod(max(sizes) for sizes in zip(*(tensor.shape for tensor in tensors), strict=False))


# Short shape rules. Each gives None where torch is to be asked after all.


def _like(x: Any) -> Any:
    """What `torch.empty_like` makes, which is long Python too."""
    return torch.empty(x.shape, dtype=x.dtype, device="meta") if x.is_contiguous() else torch.empty_like(x)


def _new(x: Any, *sizes: int) -> Any:
    return torch.empty(sizes, dtype=x.dtype, device="meta")


def _alike(x: Any, *more: Any) -> Any:
    return _like(x) if x.is_floating_point() else None


def _itself(x: Any, *more: Any) -> Any:
    return x if x.is_floating_point() else None


def _pairwise(a: Any, b: Any, *more: Any) -> Any:
    if not isinstance(a, torch.Tensor) or not a.is_floating_point() or more:
        return None
    if isinstance(b, torch.Tensor):
        if b.shape != a.shape or b.dtype != a.dtype or b.stride() != a.stride():
            return None
    elif not isinstance(b, (int, float)):
        return None
    return _like(a)


def _pairwise_itself(a: Any, b: Any, *more: Any) -> Any:
    if more or isinstance(b, (bool, float)):
        return None
    if isinstance(b, int):
        return a if a.dtype != torch.bool else None
    return a if a.is_floating_point() and b.shape == a.shape and b.dtype == a.dtype else None


def _addmm(bias: Any, a: Any, b: Any) -> Any:
    usual = bias.dim() == 1 and a.dim() == b.dim() == 2 and bias.shape[0] == b.shape[1]
    return torch.mm(a, b) if usual and bias.dtype == a.dtype else None


def _batch_norm(x: Any, weight: Any, bias: Any, mean: Any, variance: Any, training: bool, *more: Any) -> Any:
    held = [tensor for tensor in (weight, bias, mean, variance) if tensor is not None]
    if x.dim() < 2 or any(h.shape != x.shape[1:2] or h.dtype != x.dtype for h in held) or not x.is_floating_point():
        return None
    channels = x.shape[1] if training else 0
    return _like(x), _new(x, channels), _new(x, channels)


def _batch_norm_legit(x: Any, weight: Any, bias: Any, mean: Any, variance: Any, training: bool, *more: Any) -> Any:
    return _batch_norm(x, weight, bias, mean, variance, training)


def _layer_norm(x: Any, shape: Any, weight: Any, bias: Any, eps: float) -> Any:
    shape, rank = tuple(shape), len(shape)
    held = [tensor for tensor in (weight, bias) if tensor is not None]
    if not rank or tuple(x.shape[-rank:]) != shape or not x.is_floating_point() or not x.is_contiguous():
        return None
    if any(tuple(h.shape) != shape or h.dtype != x.dtype for h in held):
        return None
    rows = (*x.shape[:-rank], *([1] * rank))
    return _like(x), _new(x, *rows), _new(x, *rows)


def _group_norm(x: Any, weight: Any, bias: Any, batch: int, channels: int, area: int, groups: int, eps: float) -> Any:
    held = [tensor for tensor in (weight, bias) if tensor is not None]
    if x.numel() != batch * channels * area or channels % groups or not x.is_floating_point() or not x.is_contiguous():
        return None
    if any(tuple(h.shape) != (channels,) or h.dtype != x.dtype for h in held):
        return None
    return _like(x), _new(x, batch, groups), _new(x, batch, groups)


QUICK: dict[Any, Callable[..., Any]] = {
    **dict.fromkeys((aten.relu.default, aten.gelu.default, aten.tanh.default, aten._safe_softmax.default), _alike),
    **dict.fromkeys((aten.leaky_relu.default, aten.hardtanh.default, aten.elu.default), _alike),
    **dict.fromkeys((aten.sigmoid_.default, aten.tanh_.default, aten.relu_.default), _itself),
    **dict.fromkeys((aten.add.Tensor, aten.mul.Tensor, aten.sub.Tensor, aten.div.Tensor, aten.mul.Scalar), _pairwise),
    **dict.fromkeys((aten.add_.Tensor, aten.mul_.Tensor), _pairwise_itself),
    aten.addmm.default: _addmm,
    aten.native_batch_norm.default: _batch_norm,
    aten._native_batch_norm_legit.default: _batch_norm_legit,
    aten.native_layer_norm.default: _layer_norm,
    aten.native_group_norm.default: _group_norm,
}
