"""What a running model does is written down whole: control flow, changes in place, constants, sizes of the batch."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from netbuilder.compile.trace.record import Example, record
from netbuilder.compile.trace.recording import Call, Recording, Scope, Size
from netbuilder.layers import standard
from tests.compile.trace.replaying import replayed

BATCH = Size(1)


class Doing(nn.Module):
    """Does what a function says, with a few things at hand."""

    def __init__(self, do: Callable[..., Any], *parts: nn.Module):
        super().__init__()
        self.do = do
        self.lin = nn.Linear(8, 8)
        self.parts = nn.ModuleList(parts)
        self.scale = nn.Parameter(torch.randn(8))
        self.register_buffer("places", torch.arange(32)[None])
        self.plain = torch.randn(8)

    def forward(self, x, *more):
        return self.do(self, x, *more)


def doing(do: Callable[..., Any], *parts: nn.Module) -> nn.Module:
    torch.manual_seed(0)
    return Doing(do, *parts)


def rows() -> torch.Tensor:
    return torch.randn(2, 5, 8, generator=torch.Generator().manual_seed(1))


def targets(recording: Recording) -> list[str]:
    return [call.target.removeprefix("torch.") for call in recording.root.calls()]


# Changes in place


def through_a_slice(m, x):
    y = m.lin(x)
    y[:, 1:3].mul_(2)
    return y + 1


def a_view_made_before(m, x):
    y = m.lin(x)
    z = y.view(-1, 8)
    y.add_(1)
    return z.sum(-1), z


def a_view_of_a_view(m, x):
    y = m.lin(x).clone()
    y.transpose(1, 2)[:, 0] = 0
    return y


def one_chunk_from_the_other(m, x):
    y = m.lin(x)
    a, b = y.chunk(2, -1)
    a += b
    return y


def parts_of_unequal_size(m, x):
    y = m.lin(x)
    first, second = y.split([3, 5], -1)
    second.mul_(first.sum(-1, keepdim=True))
    return y


def filled_step_by_step(m, x):
    out = torch.zeros(x.shape[0], 5, 8)
    for step in range(5):
        out[:, step] = m.lin(x[:, step]) * step
    return out


def by_a_mask(m, x):
    y = m.lin(x)
    y[y < 0] = 0.5
    y.clamp_(max=1)
    y.masked_fill_(y > 0.9, -1)
    return y


def by_whole_numbers(m, x):
    y = m.lin(x)
    y[:, [0, 2]] = y[:, [2, 0]].clone()
    return y


def with_and_without_steps(m, x):
    y = m.lin(x)
    y[:, ::2, 1:4] *= 3
    y[..., 0] -= 1
    y[:, -1] = x[:, 0]
    return y


def copied_and_clipped(m, x):
    y = torch.empty_like(x)
    y.copy_(x)
    y.relu_()
    F.relu(y, inplace=True)
    z = y
    z *= 2
    return y, z


def through_data(m, x):
    y = m.lin(x)
    y.data.add_(1)
    return y


def through_detach(m, x):
    y = m.lin(x)
    d = y.detach()
    d.zero_()
    return y, d


def through_four_views(m, x):
    y = m.lin(x)
    y.unsqueeze(1).squeeze(1).permute(2, 0, 1)[0].fill_(3)
    return y


def of_a_copy(m, x):
    y = x.clone()
    y[:, 0] = 0
    return x + y


def onto_itself(m, x):
    y = m.lin(x)
    y[:, 1:3] = y[:, 2:4]
    first = y[:, 0]
    y += 1
    return first, y


def by_a_layer(m, x):
    y = m.lin(x)
    z = y[:, 0]
    w = m.parts[0](y)
    return y, z, w


IN_PLACE = (
    *(through_a_slice, a_view_made_before, a_view_of_a_view, one_chunk_from_the_other, parts_of_unequal_size),
    *(filled_step_by_step, by_a_mask, by_whole_numbers, with_and_without_steps, copied_and_clipped, through_data),
    *(through_detach, through_four_views, of_a_copy, onto_itself),
)


@pytest.mark.parametrize("do", IN_PLACE, ids=lambda do: do.__name__)
def test_a_change_in_place_is_seen_wherever_the_memory_is_used(do):
    recording, _ = replayed(doing(do), rows())
    assert not recording.notes


def test_a_layer_that_works_in_place_changes_what_others_see():
    replayed(doing(by_a_layer, nn.ReLU(inplace=True)), rows())


# What is given back as it came in


def test_a_dropout_that_does_nothing_is_told_from_its_input():
    def do(m, x):
        y = m.parts[0](x)
        return x + y

    recording, _ = replayed(doing(do, nn.Dropout(0.1)), rows())
    dropout, add = recording.root.calls()
    assert [ref.value for ref in add.args] == [recording.inputs[0], dropout.results[0]]


def test_casts_and_copies_that_change_nothing_are_left_out():
    recording, _ = replayed(doing(lambda m, x: x.float().contiguous().to(torch.float32).clone() * 2), rows())
    assert targets(recording) == ["mul"]


def test_indices_and_reshapes_that_change_nothing_are_left_out():
    recording, _ = replayed(
        doing(lambda m, x: x[:, 0:, ...].view(x.shape).expand(-1, -1, -1).reshape(x.shape) * 2), rows()
    )
    assert targets(recording) == ["mul"]


def test_a_contiguous_that_only_a_reshape_sees_is_left_out():
    recording, _ = replayed(doing(lambda m, x: x.transpose(1, 2).contiguous().view(x.size(0), -1)), rows())
    assert targets(recording) == ["transpose", "reshape"]


# Constants


def test_what_depends_on_no_input_is_one_constant():
    def do(m, x):
        mask = torch.tril(torch.ones(5, 5)).log()
        return torch.softmax(x @ x.transpose(1, 2) + mask, -1)

    recording, _ = replayed(doing(do), rows())
    assert targets(recording) == ["transpose", "matmul", "add", "softmax"]
    (constant,) = [value for value in recording.values.values() if value.origin == "constant"]
    assert constant.shape == (5, 5)
    assert constant.name == "mask"


def test_a_constant_with_the_same_row_for_each_sample_is_one_row():
    def do(m, x):
        positions = m.places[:, : x.size(1)].expand(x.size(0), -1)
        return x.masked_fill(torch.ones(x.size(0), 5, 1).bool(), 0.0) + m.parts[0](positions)

    recording, _ = replayed(doing(do, nn.Embedding(32, 8)), rows())
    shapes = [value.shape for value in recording.values.values() if value.origin == "constant"]
    assert shapes == [(1, 5), (1, 5, 1)] or shapes == [(1, 5, 1), (1, 5)]
    expand = next(call for call in recording.root.calls() if call.target == "torch.Tensor.expand")
    assert expand.args[1] == (BATCH, 5)
    assert recording.values[expand.like].shape[0] == BATCH


def test_buffers_and_plain_tensors_keep_their_numbers():
    model = doing(lambda m, x: x * m.plain + m.places[0, :8])
    recording, _ = replayed(model, rows())
    assert not recording.notes
    constants = [value.tensor for value in recording.values.values() if value.origin == "constant"]
    assert any(torch.equal(tensor, model.plain) for tensor in constants)


def test_noise_is_no_constant():
    recording, _ = replayed(doing(lambda m, x: x + torch.randn(x.size(0), 1, 8) + torch.randn_like(x)), rows())
    assert targets(recording) == ["randn", "add", "randn_like", "add"]


def test_calls_in_vain_are_left_out():
    recording, _ = replayed(doing(lambda m, x: (m.lin(x).sum(), x * 2)[1]), rows())
    assert targets(recording) == ["mul"]


# The batch


def test_sizes_that_follow_the_batch_are_told_from_those_that_do_not():
    def do(m, x):
        b, t, c = x.shape
        windows = x.view(b * t, c)
        return windows.reshape(b, t, 2, c // 2), torch.cat([x, x])

    recording, _ = replayed(doing(do), rows())
    flat, parts, _ = recording.root.calls()
    assert flat.args[1] == (Size(5), 8)
    assert parts.args[1] == (BATCH, 5, 2, 4)
    assert [recording.values[number].shape for number in recording.outputs] == [(BATCH, 5, 2, 4), (Size(2), 5, 8)]


def test_a_model_that_takes_one_batch_only_is_recorded_with_it_and_said_to():
    def do(m, x):
        if x.size(0) != 3:
            raise ValueError("three, please")
        return x.view(3, -1)

    recording, _ = replayed(doing(do), torch.randn(3, 5, 8), batches=1)
    assert recording.values[recording.inputs[0]].shape == (3, 5, 8)
    assert recording.notes == [
        "The model runs with a batch of 3 only: with another one it fails (ValueError). Sizes are those of this batch."
    ]


def test_a_model_that_does_something_else_with_another_batch_is_said_to():
    recording, _ = replayed(doing(lambda m, x: [row * 2 for row in x]), rows(), batches=1)
    assert "it does not do the same" in recording.notes[0]


def test_a_number_that_the_input_decides_is_settled_and_said_to():
    recording, _ = replayed(doing(lambda m, x: x * 2 if x.sum() > -1e9 else x), rows())
    assert targets(recording) == ["mul"]
    assert "settled by the example" in recording.notes[0]


def test_inputs_come_in_tuples_lists_dicts_and_by_name():
    class Many(nn.Module):
        def forward(self, pair, extra, *, flag, scale=2.0):
            return {"sum": pair[0] + pair[1], "more": [extra["a"] * scale, None], "flag": 3 if flag else 4}

    given = {"extra": {"a": rows()}, "flag": True}
    recording, _ = replayed(Many(), (rows(), rows() + 1), **given)
    assert [recording.values[number].name for number in recording.inputs] == ["pair_0", "pair_1", "extra_a"]
    assert list(recording.outputs.values()) == ["sum", "more_0"]


def test_what_is_given_out_twice_is_one_output_under_its_first_name():
    recording, _ = replayed(doing(lambda m, x: {"last": x * 2, "again": (y := x * 3), "all": (y, x)}), rows())
    assert list(recording.outputs.values()) == ["last", "again", "all_1"]


# Modules


class Inner(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(8, 8), nn.ReLU())

    def forward(self, hidden, scale):
        return self.layers(hidden) * scale


def scopes(scope: Scope) -> list[Scope]:
    return [scope, *(inner for item in scope.items if isinstance(item, Scope) for inner in scopes(item))]


def test_modules_that_are_no_layers_are_scopes_with_arguments_and_results():
    recording, _ = replayed(doing(lambda m, x: m.parts[0](x, scale=m.scale), Inner()), rows())
    _, inner, chain = scopes(recording.root)
    assert (inner.type, inner.path, inner.container) == ("Inner", "parts.0", False)
    assert list(inner.arguments.values()) == ["hidden", "scale"]
    assert (chain.type, chain.path, chain.container) == ("Sequential", "parts.0.layers", True)
    linear, _ = chain.calls()
    assert (linear.target, linear.path) == ("torch.nn.Linear", "parts.0.layers.0")
    assert {recording.values[number].name for number in linear.weights.values()} == {
        "parts.0.layers.0.weight",
        "parts.0.layers.0.bias",
    }


class Shifted(nn.Linear):
    def forward(self, x):
        return super().forward(x) + 1


def test_a_layer_whose_forward_is_another_is_no_layer():
    recording, _ = replayed(doing(lambda m, x: m.parts[0](x), Shifted(8, 4)), rows())
    assert targets(recording) == ["nn.functional.linear", "add"]
    hooked = nn.Linear(8, 4)
    hooked.register_forward_hook(lambda module, args, out: out * 2)
    recording, _ = replayed(doing(lambda m, x: m.parts[0](x), hooked), rows())
    assert targets(recording) == ["nn.functional.linear", "mul"]


def test_tied_parameters_are_one_value():
    def do(m, x):
        return m.parts[1](m.parts[0](x))

    model = doing(do, nn.Linear(8, 8), nn.Linear(8, 8))
    model.parts[1].weight = model.parts[0].weight
    recording, _ = replayed(model, rows())
    first, second = recording.root.calls()
    assert first.weights["weight"] == second.weights["weight"]


def test_a_call_is_hinted_at_by_the_variable_it_is_assigned_to():
    def do(m, x):
        query = m.lin(x)
        scores, _ = (query @ x.transpose(1, 2)).max(-1)
        m.kept = scores * 2
        return m.kept

    recording, _ = replayed(doing(do), rows())
    assert [call.hint for call in recording.root.calls()] == ["query", "", "", "scores, _", "kept"]


# It leaves no trace


def test_the_model_is_left_as_it_was():
    class Counting(nn.Module):
        def __init__(self):
            super().__init__()
            self.lin = nn.Linear(8, 8)
            self.register_buffer("seen", torch.zeros(()))

        def forward(self, x):
            self.seen += 1
            return self.lin(x)

    model = Counting().train()
    model.lin.eval()
    before = copy.deepcopy(model.state_dict())
    torch.manual_seed(3)
    dice = torch.get_rng_state()
    called = nn.Module.__call__
    record(model, Example((rows()[:, 0],)), standard())
    assert (model.training, model.lin.training) == (True, False)
    assert all(torch.equal(before[name], tensor) for name, tensor in model.state_dict().items())
    assert torch.equal(torch.get_rng_state(), dice)
    assert nn.Module.__call__ is called
    assert not model.lin._forward_hooks


def test_what_the_model_raises_comes_through_and_leaves_nothing_behind():
    called = nn.Module.__call__

    def do(m, x):
        raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        record(doing(do).train(), Example((rows(),)), standard())
    assert nn.Module.__call__ is called
    assert not torch._C._is_torch_function_mode_enabled()


def test_other_threads_are_not_recorded():
    other = nn.Linear(8, 8)
    done: list[torch.Tensor] = []

    def do(m, x):
        thread = threading.Thread(target=lambda: done.append(other(torch.ones(1, 8))))
        thread.start()
        thread.join()
        return x * 2

    recording, _ = replayed(doing(do), rows())
    assert targets(recording) == ["mul"]
    assert done


def test_a_layer_alone_is_recorded_too():
    recording, _ = replayed(nn.Linear(8, 3), rows())
    (call,) = recording.root.items
    assert isinstance(call, Call)
    assert call.target == "torch.nn.Linear"
