"""The short shape rules say what torch's long ones say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional as F

from netbuilder.compile.inference.meta import QUICK, Keeping, OnMeta, Watching

CALLS: dict[str, Callable[..., Any]] = {
    "relu": torch.relu,
    "gelu": F.gelu,
    "tanh": torch.tanh,
    "leaky_relu": F.leaky_relu,
    "elu": F.elu,
    "hardtanh": F.hardtanh,
    "sigmoid_": lambda x: x.clone().sigmoid_(),
    "relu_": lambda x: F.relu(x.clone(), inplace=True),
    "add": lambda x: x + x,
    "add a number": lambda x: x + 2,
    "subtract": lambda x: x - x.flip(0),
    "multiply": lambda x: x * x,
    "divide": lambda x: x / 3.5,
    "add another rank": lambda x: x + x[0],
    "add ones": lambda x: x + torch.ones(x.shape[-1], dtype=torch.float64, device=x.device),
    "add_": lambda x: x.clone().add_(x),
    "add_ a number": lambda x: x.clone().add_(1),
    "multiply_ by a real number": lambda x: x.clone().mul_(1.5),
    "batch_norm": lambda x: F.batch_norm(x, x.new_zeros(x.shape[1]), x.new_ones(x.shape[1]), training=True),
    "batch_norm of a wrong width": lambda x: F.batch_norm(x, x.new_zeros(7), x.new_ones(7), training=False),
    "layer_norm": lambda x: F.layer_norm(x, x.shape[-1:], x.new_ones(x.shape[-1:])),
    "layer_norm over two": lambda x: F.layer_norm(x, x.shape[-2:]),
    "layer_norm turned": lambda x: F.layer_norm(x.transpose(0, 1), x.shape[-1:]),
    "group_norm": lambda x: F.group_norm(x, 1, x.new_ones(x.shape[1])),
    "group_norm in two": lambda x: F.group_norm(x, 2),
    "linear": lambda x: F.linear(x, x.new_ones(5, x.shape[-1]), x.new_ones(5)),
    "linear of a wrong width": lambda x: F.linear(x, x.new_ones(5, 99), x.new_ones(5)),
    "linear of another type": lambda x: F.linear(x, torch.ones(5, x.shape[-1], dtype=torch.float64, device=x.device)),
    "multiply by the other": lambda x: x * x.transpose(0, 1),
}


def outcome(call: Callable[..., Any], shape: list[int], dtype: torch.dtype, watched: bool, device: str) -> Any:
    x = torch.ones(shape, dtype=dtype, device=device)
    try:
        if watched:
            with torch.no_grad(), OnMeta(), Watching():
                result = call(x)
        else:
            result = call(x)
    except Exception:
        return "refused"
    strides = [stride for stride, size in zip(result.stride(), result.shape, strict=True) if size > 1]
    return tuple(result.shape), result.dtype, strides


@pytest.mark.parametrize("name", CALLS)
@given(
    st.lists(st.integers(1, 4), min_size=2, max_size=4), st.sampled_from(("float32", "float64", "bfloat16", "int64"))
)
def test_a_short_rule_gives_what_torch_gives(name: str, shape: list[int], dtype: str) -> None:
    kind = getattr(torch, dtype)
    said = outcome(CALLS[name], shape, kind, True, "meta")
    really = outcome(CALLS[name], shape, kind, False, "cpu")
    if said == "refused":
        assert really == "refused"
        return
    assert said == outcome(CALLS[name], shape, kind, False, "meta")
    if really != "refused":
        assert said[:2] == really[:2]


def test_all_short_rules_are_tried_above() -> None:
    reached = set()

    class Reaching(Watching):
        def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            reached.add(func)
            return super().__torch_dispatch__(func, types, args, kwargs)

    for call in CALLS.values():
        try:
            with OnMeta(), Reaching():
                call(torch.ones(2, 4, 3, device="meta"))
        except Exception:
            continue
    with OnMeta(), Reaching():
        x = torch.ones(2, 3, 4, device="meta")
        module = torch.nn.MultiheadAttention(4, 2, batch_first=True)
        module(x, x, x)
        F.scaled_dot_product_attention(x, x, x)
        torch.nn.LSTM(4, 4)(x)
        x.clone().mul_(x)
    missing = {str(rule) for rule in QUICK if rule not in reached}
    assert missing <= {"aten._native_batch_norm_legit.default"}


def test_attention_that_does_not_fit_is_refused_as_torch_does() -> None:
    q = torch.empty(2, 4, 5, 8, device="meta")
    with OnMeta(), pytest.raises(RuntimeError):
        F.scaled_dot_product_attention(q, q, q, attn_mask=torch.empty(7, 7))
    with OnMeta():
        assert F.scaled_dot_product_attention(q, q, q, attn_mask=torch.empty(5, 5)).shape == q.shape
        assert F.scaled_dot_product_attention(q, q, q, dropout_p=0.5).shape == q.shape
        assert F.scaled_dot_product_attention(q[:, :, :3], q, q).shape == (2, 4, 3, 8)


def test_what_is_kept_is_known_while_it_is_on_and_no_hook_stays() -> None:
    keeping = Keeping()
    x = torch.empty(3, 4, device="meta").requires_grad_().clone()
    with keeping.hooks:
        y = torch.exp(x)
    assert keeping.keeps(y)
    assert not keeping.keeps(x)
    assert keeping.inside([]) == 48
    assert keeping.inside([y]) == 0
    z = torch.exp(x)
    assert not keeping.keeps(z)
