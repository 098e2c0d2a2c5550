"""How the layers that are modules of torch are written, where that takes more than their settings one by one."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from netbuilder.fields import BadSetting
from netbuilder.layers import Layer, standard
from tests.layers.running import LAYERS, asked, example, needed, run


def layer(kind: str, **settings: Any) -> Layer:
    found = standard().find(kind)
    assert found is not None
    return found(**settings)


def line(made: Layer, *ports: str, used: tuple[str, ...] = ("y",)) -> str:
    outputs = {port.name: port.name if port.name in used else None for port in made.outputs()}
    return made.call("self.m", {port: port for port in ports or ["x"]}, outputs)


def test_an_argument_at_torchs_default_is_left_out() -> None:
    assert layer("conv2d").construct({"in_channels": 3}) == "nn.Conv2d(3, 32, 3)"
    assert layer("conv2d", padding="same").construct({"in_channels": 3}) == 'nn.Conv2d(3, 32, 3, padding="same")'
    assert layer("max_pool2d").construct({}) == "nn.MaxPool2d(2)"
    assert layer("max_pool2d", stride=1).construct({}) == "nn.MaxPool2d(2, stride=1)"
    assert layer("reflection_pad2d", padding=(1, 2, 3, 4)).construct({}) == "nn.ReflectionPad2d((1, 2, 3, 4))"
    assert layer("constant_pad1d").construct({}) == "nn.ConstantPad1d(1, 0.0)"
    assert layer("lp_pool2d", kernel_size=3).construct({}) == "nn.LPPool2d(2, 3)"
    assert layer("bilinear").construct({"in1_features": 3, "in2_features": 5}) == "nn.Bilinear(3, 5, 64)"


def test_attention_names_other_sizes_only_where_they_differ() -> None:
    attention = layer("multihead_attention")
    assert attention.construct({"embed_dim": 8}) == "nn.MultiheadAttention(8, 4, batch_first=True)"
    known = {"embed_dim": 8, "kdim": 6, "vdim": 8}
    assert attention.construct(known) == "nn.MultiheadAttention(8, 4, kdim=6, batch_first=True)"
    steps_first = layer("multihead_attention", batch_first=False)
    assert steps_first.construct(known) == "nn.MultiheadAttention(8, 4, kdim=6)"


def test_attention_over_another_sequence_runs() -> None:
    tensors = {"query": torch.randn(2, 3, 8), "key": torch.randn(2, 5, 6)}
    results = run(layer("multihead_attention"), tensors)
    assert results["output"].shape == (2, 3, 8)
    assert results["weights"].shape == (2, 3, 5)


def test_weights_of_attention_that_nobody_uses_are_not_asked_for() -> None:
    attention = layer("multihead_attention")
    assert line(attention, "query", used=("output",)) == "output, _ = self.m(query, query, query, need_weights=False)"
    assert line(attention, "query", used=("weights",)) == "_, weights = self.m(query, query, query)"
    each = layer("multihead_attention", average_attn_weights=False)
    assert line(each, "query", used=("output",)) == line(attention, "query", used=("output",))
    assert run(each, {"query": torch.randn(2, 3, 8)})["weights"].shape == (2, 4, 3, 3)


@pytest.mark.parametrize("kind", ["multihead_attention", "transformer_encoder_layer", "transformer_encoder"])
@pytest.mark.parametrize("batch_first", [True, False])
def test_causal_means_that_no_step_sees_a_later_one(kind: str, batch_first: bool) -> None:
    made = layer(kind, is_causal=True, batch_first=batch_first, dropout=0.0)
    port = made.inputs()[0].name
    x = torch.randn(2, 5, 8) if batch_first else torch.randn(5, 2, 8)
    steps = 1 if batch_first else 0
    changed = x.clone()
    changed.select(steps, 4).add_(1.0)
    results = []
    for value in (x, changed):
        torch.manual_seed(0)
        results.append(run(made, {port: value})[made.outputs()[0].name])
    first, second = (result.narrow(steps, 0, 4) for result in results)
    assert torch.equal(first, second)
    assert not torch.equal(*results)


@pytest.mark.parametrize("kind", ["transformer_encoder_layer", "transformer_encoder"])
def test_a_causal_layer_takes_a_padding_mask_too(kind: str) -> None:
    made = layer(kind, is_causal=True)
    tensors = example(made, ["src", "src_key_padding_mask"])
    assert torch.isfinite(run(made, tensors)["y"]).all()
    assert not asked(made, tensors).fault


def test_a_stack_is_made_of_one_layer_and_its_number() -> None:
    stack = layer("transformer_encoder", norm_first=True, norm=True, layer_norm_eps=1e-6, num_layers=3)
    made = (
        "nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 4, dim_feedforward=256, layer_norm_eps=1e-06, "
        "batch_first=True, norm_first=True), 3, norm=nn.LayerNorm(8, eps=1e-06), enable_nested_tensor=False)"
    )
    assert stack.construct({"d_model": 8}) == made
    assert layer("transformer").construct({"d_model": 8}) == (
        "nn.Transformer(8, nhead=4, num_encoder_layers=2, num_decoder_layers=2, dim_feedforward=256, batch_first=True)"
    )


def test_a_dropout_between_layers_is_written_only_where_there_are_several() -> None:
    assert "dropout" not in layer("lstm", dropout=0.5).construct({"input_size": 3})
    assert "dropout=0.5" in layer("lstm", dropout=0.5, num_layers=2).construct({"input_size": 3})


def test_a_recurrent_layer_starts_from_what_flows_in() -> None:
    assert line(layer("gru"), used=("output",)) == "output, _ = self.m(x)"
    assert line(layer("gru"), "x", "h_0", used=("h_n",)) == "_, h_n = self.m(x, h_0)"
    assert line(layer("lstm"), used=("output",)) == "output, _ = self.m(x)"
    assert line(layer("lstm"), "x", "h_0", "c_0", used=("c_n",)) == "_, (_, c_n) = self.m(x, (h_0, c_0))"
    assert line(layer("lstm_cell"), "x", "h") == "y, _ = self.m(x, (h, torch.zeros_like(h)))"
    assert line(layer("gru_cell"), "x", "h") == "y = self.m(x, h)"


@pytest.mark.parametrize("kind", ["rnn", "gru", "lstm"])
def test_a_recurrent_layer_may_take_the_steps_first(kind: str) -> None:
    made = layer(kind, batch_first=False)
    assert "batch_first" not in made.construct({"input_size": 3})
    assert made.inputs()[0].axes == ("L", "N", "F")
    assert made.passes == ("x", 0)
    assert run(made, {"x": torch.randn(6, 2, 3)})["output"].shape == (6, 2, 64)


@pytest.mark.filterwarnings("ignore:LSTM with projections")
def test_an_lstm_that_projects_gives_fewer_numbers_out() -> None:
    made = layer("lstm", proj_size=16, bidirectional=True, num_layers=2)
    results = run(made, example(made))
    assert results["output"].shape == (4, 6, 32)
    assert results["h_n"].shape == (4, 4, 16)
    assert results["c_n"].shape == (4, 4, 64)


def test_a_pooling_tells_where_it_found_its_values_only_where_it_is_asked_to() -> None:
    assert [port.name for port in layer("max_pool2d").outputs()] == ["y"]
    telling = layer("max_pool2d", return_indices=True)
    assert [port.name for port in telling.outputs()] == ["y", "indices"]
    assert telling.construct({}) == "nn.MaxPool2d(2, return_indices=True)"
    assert line(telling) == "y, _ = self.m(x)"
    assert line(telling, used=("y", "indices")) == "y, indices = self.m(x)"


def test_unpooling_puts_values_back_where_they_were() -> None:
    x = torch.arange(16.0).reshape(1, 1, 4, 4)
    found = run(layer("max_pool2d", return_indices=True), {"x": x})
    back = run(layer("max_unpool2d"), {"x": found["y"], "indices": found["indices"]})["y"]
    assert torch.equal(back[back > 0], found["y"].flatten())
    assert torch.equal(back[back > 0], x[back > 0])


@pytest.mark.parametrize("kind", ["max_unpool1d", "max_unpool2d", "max_unpool3d", "conv_transpose1d"])
def test_what_enlarges_can_be_told_how_large(kind: str) -> None:
    like = run(layer(kind), example(layer(kind)))["y"]
    size = tuple(like.shape[2:])
    made = layer(kind, output_size=size if len(size) > 1 else size[0])
    assert torch.equal(torch.tensor(run(made, example(made, needed(made)))["y"].shape[2:]), torch.tensor(size))


def test_an_adaptive_pooling_may_keep_one_side() -> None:
    made = layer("adaptive_avg_pool2d", output_size=(None, 1))
    assert made == layer("adaptive_avg_pool2d", output_size=["None", 1])
    assert made.construct({}) == "nn.AdaptiveAvgPool2d((None, 1))"
    assert run(made, {"x": torch.randn(2, 3, 5, 7)})["y"].shape == (2, 3, 5, 1)


def test_a_size_takes_the_place_of_a_factor() -> None:
    assert layer("upsample", size=8).construct({}) == "nn.Upsample(size=8)"
    assert layer("upsample", scale_factor=(1.0, 2.0)).construct({}) == "nn.Upsample(scale_factor=(1.0, 2.0))"
    assert layer("upsampling_nearest2d").construct({}) == "nn.UpsamplingNearest2d(scale_factor=2.0)"
    assert layer("fractional_max_pool2d", output_size=3).construct({}) == "nn.FractionalMaxPool2d(2, output_size=3)"


def test_an_embedding_bag_takes_one_row_with_offsets() -> None:
    flat = layer("embedding_bag", flat=True, mode="sum")
    assert [port.name for port in flat.inputs()] == ["x", "offsets", "per_sample_weights"]
    ports = ("x", "offsets", "per_sample_weights")
    assert line(flat, *ports) == "y = self.m(x, offsets, per_sample_weights=per_sample_weights)"
    tensors = {"x": torch.tensor([1, 2, 3]), "offsets": torch.tensor([0, 2])}
    assert run(flat, tensors)["y"].shape == (2, 64)


# Weights that are given out, and those that are learned in another form


@pytest.mark.parametrize("kind", ["linear", "embedding", "embedding_bag", "conv1d", "conv2d", "conv3d"])
def test_a_weight_can_be_given_out(kind: str) -> None:
    assert [port.name for port in layer(kind).outputs()] == ["y"]
    made = layer(kind, expose_weight=True)
    assert [port.name for port in made.outputs()] == ["y", "weight"]
    assert line(made) == line(layer(kind)) == "y = self.m(x)"
    assert line(made, used=("weight",)) == "weight = self.m.weight"
    assert line(made, used=("y", "weight")) == "y, weight = self.m(x), self.m.weight"
    assert made.construct({"in_features": 8, "in_channels": 8}) == layer(kind).construct(
        {"in_features": 8, "in_channels": 8}
    )


def test_a_weight_can_be_learned_in_another_form() -> None:
    normed = layer("conv1d", reparametrization="weight norm", weight_norm_dim=2)
    assert normed.construct({"in_channels": 8}) == ("nn.utils.parametrizations.weight_norm(nn.Conv1d(8, 32, 3), dim=2)")
    whole = layer("linear", reparametrization="weight norm", weight_norm_dim=None)
    assert whole.construct({"in_features": 8}) == "nn.utils.parametrizations.weight_norm(nn.Linear(8, 64), dim=None)"
    spectral = layer("conv_transpose2d", reparametrization="spectral norm")
    made = "nn.utils.parametrizations.spectral_norm(nn.ConvTranspose2d(8, 32, 2, stride=2))"
    assert spectral.construct({"in_channels": 8}) == made


@pytest.mark.parametrize("kind", ["linear", "conv1d", "conv_transpose3d"])
@pytest.mark.parametrize("dim", [0, 1, -1, None])
def test_every_dimension_can_have_lengths_of_its_own(kind: str, dim: int | None) -> None:
    made = layer(kind, reparametrization="weight norm", weight_norm_dim=dim)
    tensors = example(made, needed(made))
    assert run(made, tensors)["y"].shape == run(layer(kind), tensors)["y"].shape
    assert not asked(made, tensors).fault


def test_what_is_ours_comes_last_in_a_form() -> None:
    assert list(layer("conv2d").fields())[-3:] == ["expose_weight", "reparametrization", "weight_norm_dim"]
    assert list(layer("conv2d").fields())[:2] == ["out_channels", "kernel_size"]


# Finding them


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("downsample", "max_pool2d"),
        ("downsample", "fractional_max_pool3d"),
        ("dense", "linear"),
        ("skip", "add"),
        ("overfitting", "dropout"),
        ("word", "embedding"),
        ("video", "conv3d"),
        ("mirror", "reflection_pad2d"),
        ("super-resolution", "pixel_shuffle"),
        ("siamese", "cosine_similarity"),
        ("translation", "transformer_decoder"),
        ("patch", "unfold"),
        ("gate", "glu"),
        ("segmentation", "max_unpool2d"),
    ],
)
def test_layers_are_found_by_what_they_are_for(word: str, kind: str) -> None:
    assert kind in {layer.kind for layer in LAYERS if word in layer.search}


def test_every_pooling_is_found_by_what_poolings_are_for() -> None:
    makes_smaller = [made for made in LAYERS if made.family == "pooling" and "unpool" not in made.kind]
    assert len(makes_smaller) >= 17
    assert all("downsample" in made.search for made in makes_smaller)


def test_a_setting_out_of_range_is_refused_in_a_sentence() -> None:
    with pytest.raises(BadSetting, match="out_channels must be 1 or more"):
        layer("conv2d", out_channels=0)
    with pytest.raises(BadSetting, match="scale_factor must be more than 0"):
        layer("upsample", scale_factor=[1.0, 0.0])
    with pytest.raises(BadSetting, match="scale_factor must be a number or 2 numbers"):
        layer("upsampling_nearest2d", scale_factor=["a", 2])
