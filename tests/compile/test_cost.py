"""What a network costs, said without running it, is what it costs when it runs."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn
from torch.autograd.graph import saved_tensors_hooks

from netbuilder.compile.check import Checked, check
from netbuilder.compile.cost import Memory, as_one, in_a_row
from netbuilder.compile.inference.infer import Answer, Kept, Question, infer
from netbuilder.compile.inference.types import Dim, TensorType
from netbuilder.graph import edits as e
from netbuilder.layers import standard
from netbuilder.project import Project
from netbuilder.spec import DataSpec, TargetSpec, TensorSpec
from tests.compile.drawing import add, draw, join

CLASSES = TargetSpec("class", tuple("0123456789"))
PICTURES = DataSpec("pictures", {"image": TensorSpec((3, 64, 64))}, CLASSES)
WORDS = DataSpec("words", {"tokens": TensorSpec((48,), "int64")}, CLASSES)
WAVES = DataSpec("waves", {"wave": TensorSpec((40, 6))}, CLASSES)


def conv(filters: int, stride: int = 1) -> tuple[str, dict[str, Any]]:
    return "conv2d", {"out_channels": filters, "stride": stride, "padding": 1, "bias": False}


def residual() -> Project:
    """A stem and three residual blocks, the second of which halves the picture."""
    project = draw(conv(16), "batch_norm2d", "relu", ("linear", {"out_features": 10}))
    project = project.with_graph(e.remove_nodes(project.main, ["n5"]))
    last = "n4"
    for number in range(3):
        stride = 2 if number == 1 else 1
        start = last
        for kind, settings in (conv(32 if number else 16, stride), ("batch_norm2d", {}), ("relu", {}),
                               conv(32 if number else 16), ("batch_norm2d", {})):  # fmt: skip
            project, id = add(project, kind, **settings)
            project, last = join(project, last, id), id
        if number == 1:
            project, start_ = add(project, "conv2d", out_channels=32, kernel_size=1, stride=2)
            project, start = join(project, start, start_), start_
        project, sum = add(project, "add")
        project = join(join(project, last, sum, "x1"), start, sum, "x2")
        project, last = add(project, "relu")
        project = join(project, sum, last)
    for kind, settings in (("adaptive_avg_pool2d", {}), ("flatten", {}), ("linear", {"out_features": 10})):
        project, id = add(project, kind, **settings)
        project, last = join(project, last, id), id
    return join(project, last, "n6")


def transformer() -> Project:
    """Two encoder layers over words."""
    project = draw(("embedding", {"num_embeddings": 500, "embedding_dim": 64}), ("linear", {"out_features": 10}))
    end = "n4"
    last = "n2"
    for _ in range(2):
        for inner in (("multihead_attention",), (("linear", 256), "gelu", ("linear", 64))):
            project, norm = add(project, "layer_norm")
            project, within = join(project, last, norm), norm
            for step in inner:
                kind, settings = (step[0], {"out_features": step[1]}) if isinstance(step, tuple) else (step, {})
                project, id = add(project, kind, **settings)
                attends = kind == "multihead_attention"
                project = join(project, within, id, "query" if attends else "x",
                               "output" if within != norm and attends else "y")  # fmt: skip
                within = id
            project, sum = add(project, "add")
            out = "output" if inner[0] == "multihead_attention" else "y"
            project = join(join(project, last, sum, "x1"), within, sum, "x2", out)
            last = sum
    project, mean = add(project, "mean")
    project = join(project, last, mean)
    project = join(project, mean, "n3")
    return join(project, "n3", end)


def recurrent() -> Project:
    return draw(
        ("lstm", {"hidden_size": 32, "num_layers": 2}), ("flatten", {}), "dropout", ("linear", {"out_features": 10})
    )


NETWORKS = {"residual": (residual, PICTURES), "transformer": (transformer, WORDS), "recurrent": (recurrent, WAVES)}


def look(name: str) -> Checked:
    build, data = NETWORKS[name]
    checked = check(build(), standard(), data)
    assert checked.errors == ()
    assert checked.source is not None
    return checked


def made(checked: Checked) -> nn.Module:
    assert checked.source is not None
    scope: dict[str, Any] = {"__name__": "drawn"}
    exec(compile(checked.source.text, "drawn.py", "exec"), scope)
    model = scope["Network"]()
    assert isinstance(model, nn.Module)
    return model


def really_kept(name: str, batch: int) -> int:
    """Bytes that autograd keeps for one step on the CPU, but for weights."""
    checked = look(name)
    model = made(checked)
    weights = {tensor.untyped_storage()._cdata for tensor in (*model.parameters(), *model.buffers())}
    kept: dict[int, tuple[Any, int]] = {}

    def pack(tensor: torch.Tensor) -> torch.Tensor:
        storage = tensor.untyped_storage()
        if storage._cdata not in weights:
            kept[storage._cdata] = (storage, storage.nbytes())
        return tensor

    spec = next(iter(NETWORKS[name][1].inputs.values()))
    whole = spec.dtype == "int64"
    x = torch.randint(500, (batch, *spec.shape)) if whole else torch.rand(batch, *spec.shape)
    target = torch.randint(10, (batch,))
    with saved_tensors_hooks(pack, lambda tensor: tensor):
        loss = nn.functional.cross_entropy(model(x), target)
    assert loss.requires_grad
    return sum(size for _, size in kept.values())


@pytest.mark.parametrize("name", NETWORKS)
def test_the_memory_that_is_said_is_what_autograd_keeps(name: str) -> None:
    checked = look(name)
    assert checked.cost is not None
    for batch in (4, 32):
        memory = checked.cost.memory(batch)
        assert memory is not None
        ratio = memory.activations / really_kept(name, batch)
        print(f"{name}, batch {batch}: {memory.activations:,} bytes said, {ratio:.3f} of what is kept")
        assert 0.9 < ratio < 1.1


@pytest.mark.parametrize("name", NETWORKS)
def test_weights_gradients_and_the_optimizer_take_what_is_said(name: str) -> None:
    checked = look(name)
    model = made(checked)
    assert checked.cost is not None
    memory = checked.cost.memory(1, 2)
    assert memory is not None
    learned = sum(p.numel() * p.element_size() for p in model.parameters())
    assert memory.weights == learned + sum(b.numel() * b.element_size() for b in model.buffers())
    assert memory.gradients == learned
    assert memory.optimizer == 2 * learned
    plain = checked.cost.memory(1, 0)
    assert plain is not None
    assert plain.optimizer == 0


def test_the_largest_batch_fits_and_one_more_does_not() -> None:
    cost = look("residual").cost
    assert cost is not None
    for room in (10**7, 10**8, 3 * 10**9):
        batch = cost.largest_batch(room)
        assert batch is not None
        fits, more = cost.memory(batch), cost.memory(batch + 1)
        assert fits is not None
        assert more is not None
        assert fits.total <= room < more.total
    assert cost.largest_batch(1000) == 0


def test_a_network_that_is_not_known_whole_has_no_memory_yet() -> None:
    cost = check(draw(("conv2d", {"kernel_size": 99}), "flatten"), standard(), PICTURES).cost
    assert cost is not None
    assert cost.memory(1) is None
    assert cost.largest_batch(10**9) is None


def test_shapes_seen_anew_and_what_nothing_learns_from_take_no_memory() -> None:
    project = draw(
        "flatten", ("reshape", {"shape": [3, 64, 64]}), "relu", conv(8), "flatten", ("linear", {"out_features": 10})
    )
    cost = check(project, standard(), PICTURES).cost
    assert cost is not None
    picture, filtered = 3 * 64 * 64 * 4, 8 * 64 * 64 * 4
    kept = {id: node.kept for id, node in cost.per_node.items()}
    assert kept == {"n1": 0, "n2": 0, "n3": 0, "n4": picture, "n5": filtered, "n6": 0, "n7": 40, "n8": 0}
    assert cost.kept == picture + filtered + 40


def test_recurrent_layers_are_counted_for_all_their_steps() -> None:
    def macs(construct: str, steps: int) -> int:
        given = TensorType((Dim(1), Dim(0, steps), Dim(0, 8)))
        found = infer(
            Question(f"self.layer = {construct}", "out_y, _ = self.layer(in_x)", (("x", given),), ("y",), ("x", 1))
        )
        assert found.fault == ""
        return found.macs

    assert macs("nn.LSTM(8, 16, batch_first=True)", 100) == 100 * 4 * 16 * (8 + 16)
    assert macs("nn.GRU(8, 16, batch_first=True)", 7) == 7 * 3 * 16 * (8 + 16)
    assert macs("nn.RNN(8, 16, batch_first=True, bidirectional=True)", 7) == 2 * 7 * 16 * (8 + 16)


@pytest.mark.parametrize(
    ("call", "macs"),
    [
        ("out_y = in_x @ in_x.transpose(1, 2)", 5 * 5 * 8),
        ("out_y = torch.einsum('btf,bsf->bts', in_x, in_x)", 5 * 5 * 8),
        ("out_y = F.scaled_dot_product_attention(*[in_x.reshape(-1, 5, 2, 4).transpose(1, 2)] * 3)", 2 * 5 * 5 * 8),
        ("out_y = F.relu(in_x) + 1", 0),
    ],
)
def test_products_of_values_are_counted(call: str, macs: int) -> None:
    given = TensorType((Dim(1), Dim(0, 5), Dim(0, 8)))
    found = infer(Question(None, call, (("x", given),), ("y",)))
    assert found.fault == ""
    assert found.macs == macs


def test_a_block_costs_what_is_inside_and_a_row_of_them_what_lies_between_too() -> None:
    project = draw(conv(3), "batch_norm2d", "relu")
    checked = check(project, standard(), DataSpec("pictures", PICTURES.inputs))
    graph = project.main
    answers = {}
    for id in ("n1", "n2", "n3", "n4", "n5"):
        types = {port: type for (node, port), type in checked.types.items() if node == id}
        answers[id] = Answer(types)
    size = 3 * 64 * 64 * 4
    answers["n2"] = Answer(
        answers["n2"].types, 81, 1000, kept=Kept(0, 0, frozenset("x"), frozenset()), learns=True, trained=324, held=324
    )
    answers["n3"] = Answer(
        answers["n3"].types, 6, 0, kept=Kept(0, 24, frozenset("x"), frozenset()), learns=True, trained=24, held=60
    )
    answers["n4"] = Answer(answers["n4"].types, kept=Kept(0, 0, frozenset(), frozenset("y")))
    block = as_one(graph, answers, checked.types)
    assert (block.parameters, block.macs, block.trained, block.held) == (87, 1000, 348, 384)
    assert block.kept == Kept(size, 24, frozenset({"input"}), frozenset({"output"}), {})
    row = in_a_row(block, 3, [("output", "input")])
    assert (row.parameters, row.macs) == (261, 3000)
    assert row.kept == Kept(3 * size + 2 * size, 72, frozenset({"input"}), frozenset({"output"}), {})


def test_memory_is_the_sum_of_its_parts() -> None:
    assert Memory(1, 2, 3, 4).total == 10


def test_two_uses_of_one_layer_keep_what_both_need_and_have_its_weights_once() -> None:
    project = draw(("linear", {"out_features": 8}), "relu", "add", ("linear", {"out_features": 10}))
    data = DataSpec("rows", {"row": TensorSpec((8,))}, CLASSES)
    project, again = add(project, "linear")
    project = join(join(project, "n3", again), again, "n4", "x2")
    shared = project.with_graph(e.share(project.main, again, "n2"))
    one, two = (check(p, standard(), data) for p in (join(project, "n3", "n4", "x2"), shared))
    assert one.cost is not None
    assert two.cost is not None
    assert two.errors == ()
    assert two.cost.trained == one.cost.trained
    assert two.cost.parameters == 8 * 8 + 8 + 80 + 10
    kept = {id: node.kept for id, node in two.cost.per_node.items()}
    assert kept["n1"] == 32, "the first use needs its input"
    assert kept["n3"] == 32, "the second use needs its input, which is what the relu gives"
