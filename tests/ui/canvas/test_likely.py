"""The search of the canvas opens with what most likely comes next."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF

from netbuilder.layers import standard
from netbuilder.ui.canvas import likely
from netbuilder.ui.canvas.likely import Joint, likely_first
from netbuilder.ui.canvas.wiring import End

FLOAT = "float32"


def first(kind: str, port: str = "y", rank: int = 0, dtype: str = FLOAT, *, output: bool = True) -> list[str]:
    layer = standard().find(kind)
    assert layer is not None
    return [found.kind for found in likely_first(standard(), Joint(layer, port, output, rank, dtype))][:7]


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        (first("input", rank=4), ["conv2d"]),
        (first("input", rank=3), ["lstm", "conv1d", "transformer_encoder_layer", "linear"]),
        (first("input", rank=2), ["linear"]),
        (first("input", rank=2, dtype="int64"), ["embedding", "one_hot"]),
        (first("input", dtype=""), ["conv2d", "linear", "embedding", "lstm"]),
        (first("conv2d", rank=4), ["batch_norm2d", "relu", "max_pool2d", "conv2d"]),
        (first("conv1d", rank=3), ["batch_norm1d", "relu", "max_pool1d", "conv1d"]),
        (first("conv3d", rank=5), ["batch_norm3d", "relu", "max_pool3d"]),
        (first("relu", rank=4), ["conv2d", "max_pool2d"]),
        (first("relu", rank=2), ["linear", "dropout", "output"]),
        (first("max_pool2d", rank=4), ["conv2d", "flatten"]),
        (first("flatten", rank=2), ["linear", "dropout"]),
        (first("lstm", "output", rank=3), ["select", "linear", "dropout", "lstm"]),
        (first("linear", rank=2), ["relu", "dropout", "output"]),
        (first("linear", rank=3), ["relu", "gelu", "dropout", "layer_norm"]),
        (first("multihead_attention", "output", rank=3), ["add", "layer_norm", "dropout", "linear"]),
        (first("transformer_encoder", rank=3), ["mean", "select", "linear"]),
        (first("embedding", rank=3), ["lstm", "add", "transformer_encoder_layer"]),
        (first("layer_norm", rank=3), ["linear", "multihead_attention"]),
        (first("output", "x", output=False), ["linear", "softmax"]),
        (first("multihead_attention", "attn_mask", dtype="bool", output=False), ["causal_mask"]),
        (first("conv2d", "x", rank=4, output=False), ["input", "relu", "max_pool2d"]),
    ],
)
def test_what_people_put_there_is_offered_first(found, wanted):
    assert set(wanted) <= set(found), found


@pytest.mark.parametrize("rank", [0, 1, 2, 3, 4, 5])
def test_every_layer_is_offered_somewhere(rank):
    joint = Joint(standard().find("linear"), "y", True, rank, FLOAT)
    assert sorted(layer.kind for layer in likely_first(standard(), joint)) == sorted(la.kind for la in standard())


def test_what_cant_take_the_tensor_comes_last():
    joint = Joint(standard().find("conv2d"), "y", True, 4, FLOAT)
    ordered = [layer.kind for layer in likely_first(standard(), joint)]
    assert ordered.index("conv1d") > ordered.index("upsampling_nearest2d")
    assert ordered.index("embedding") > ordered.index("upsampling_nearest2d")


def test_all_that_is_proposed_exists():
    families = standard().families()
    for table in (likely.AFTER, likely.BEFORE):
        for name, kinds in table.items():
            assert name in families or standard().find(name), name
            for kind in kinds.split():
                for dimensions in ("1d", "2d", "3d"):
                    assert standard().find(kind.replace("{d}", dimensions)), kind


def test_the_search_beside_the_selected_node_opens_with_what_would_follow_it(bench, canvas):
    bench.selection.set(["n2"])
    canvas.seeking.begin()
    kind = bench.project.main.nodes["n2"].kind
    assert canvas.floating.menu.found()[:7] == first(kind, rank=4)


def test_the_search_from_an_input_port_opens_with_what_would_feed_it(bench, canvas):
    ends = [node.id for node in bench.project.main if node.kind == "output"]
    end = End(ends[0], "x", False) if ends else End("n3", "x", False)
    canvas.seeking.open(QPointF(400, 400), end)
    found = canvas.floating.menu.found()
    layer = bench.catalog.find(bench.project.main.nodes[end.node].kind)
    assert found[0] == likely_first(bench.catalog, Joint(layer, "x", False))[0].kind
