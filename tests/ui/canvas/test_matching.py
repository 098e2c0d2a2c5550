"""What students and researchers type finds the layer they mean among the first three, in palette and canvas alike."""

from __future__ import annotations

import pytest

from netbuilder.layers import standard
from netbuilder.ui.canvas.likely import Joint, likely_first
from netbuilder.ui.canvas.matching import matching

MEANT = {
    "conv": "conv2d", "conv2d": "conv2d", "cnn": "conv2d", "convolutional": "conv2d", "depthwise": "conv2d",
    "dense": "linear", "fully connected": "linear", "fc": "linear", "classifier": "linear", "head": "linear",
    "deconv": "conv_transpose2d", "transposed convolution": "conv_transpose2d", "upconv": "conv_transpose2d",
    "upsample": "upsample", "resize": "interpolate", "downsample": "max_pool2d", "pool": "max_pool2d",
    "pooling": "avg_pool2d", "maxpool": "max_pool2d", "max pool": "max_pool2d", "average": "avg_pool2d",
    "global average pooling": "adaptive_avg_pool2d", "gap": "adaptive_avg_pool2d",
    "batchnorm": "batch_norm2d", "batch norm": "batch_norm2d", "bn": "batch_norm2d", "norm": "batch_norm2d",
    "normalize": "batch_norm2d", "normalization": "layer_norm", "layer norm": "layer_norm", "rms": "rms_norm",
    "activation": "relu", "activation function": "relu", "nonlinearity": "relu", "swish": "silu",
    "probability": "softmax", "overfitting": "dropout", "droput": "dropout",
    "skip": "add", "skip connection": "add", "residual": "add", "shortcut": "add", "plus": "add",
    "concat": "concatenate", "cat": "concatenate", "merge": "concatenate", "stack": "stack",
    "flatten": "flatten", "view": "reshape", "reshape": "reshape", "swap": "permute", "channels last": "permute",
    "word": "embedding", "token": "embedding", "text": "embedding", "lookup": "embedding",
    "position": "positions", "positional encoding": "parameter", "position embedding": "embedding",
    "memory": "lstm", "recurrent": "lstm", "sequence": "lstm", "time": "lstm", "rnn": "rnn", "gru": "gru",
    "attention": "multihead_attention", "self-attention": "multihead_attention", "mha": "multihead_attention",
    "sdpa": "scaled_dot_product_attention", "transformer": "transformer_encoder", "bert": "transformer_encoder",
    "encoder": "transformer_encoder", "decoder": "transformer_decoder_layer", "vit": "transformer_encoder_layer",
    "mask": "causal_mask", "causal": "causal_mask", "cls token": "parameter", "learned": "parameter",
    "gate": "sigmoid", "scale": "scale", "minus": "subtract", "times": "multiply", "mean": "mean", "max": "max",
    "one hot": "one_hot", "onehot": "one_hot", "noise": "noise", "latent": "noise", "vae": "reparametrize",
    "image": "conv2d", "padding": "zero_pad2d", "patch": "unfold", "unet": "interpolate", "clip": "clamp",
    "matmul": "matmul", "dot": "matmul", "bmm": "bmm", "weight tying": "linear_with", "fft": "fft",
    "slice": "index", "last step": "select", "python": "custom", "code": "custom", "dtype": "cast",
    "data": "input", "prediction": "output", "similarity": "cosine_similarity", "distance": "pairwise_distance",
    "drop path": "stochastic_depth", "stop gradient": "detach", "heads": "multihead_attention",
}  # fmt: skip


def kinds(query: str) -> list[str]:
    return [layer.kind for layer in matching(standard(), query)]


def on_the_canvas(query: str, joint: Joint | None = None) -> list[str]:
    return [layer.kind for layer in matching(likely_first(standard(), joint), query, ordered=True)]


@pytest.mark.parametrize(("typed", "meant"), MEANT.items(), ids=list(MEANT))
def test_a_word_finds_the_layer_that_is_meant_among_the_first_three(typed, meant):
    assert meant in kinds(typed)[:3]
    assert meant in on_the_canvas(typed)[:3]


@pytest.mark.parametrize("layer", list(standard()), ids=lambda layer: layer.kind)
def test_a_whole_title_in_any_spelling_finds_its_layer_first(layer):
    for typed in (layer.title, layer.title.upper(), layer.title.replace(" ", "")):
        assert kinds(typed)[0] == layer.kind


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("lienar", "linear"), ("sofmax", "softmax"), ("embeding", "embedding"), ("convlution", "conv2d"),
     ("cv2", "conv2d"), ("atention", "multihead_attention"), ("tranformer", "transformer_encoder_layer"),
     ("bacthnorm", "batch_norm2d")],
)  # fmt: skip
def test_a_slip_of_the_fingers_is_forgiven(typed, meant):
    assert kinds(typed)[0] == meant


def test_letters_with_gaps_count_only_where_nothing_else_fits():
    assert "scatter" not in kinds("cat")[:3]
    assert all("norm" in kind or "norm" in " ".join(standard().find(kind).search) for kind in kinds("bn"))


def test_words_that_fit_nothing_find_nothing_and_no_words_find_all():
    assert kinds("qqq") == []
    assert kinds("conv qqq") == []
    assert kinds("-") == kinds("") == kinds("  ") == [layer.kind for layer in standard()]


def test_a_usual_layer_comes_before_a_rare_one_that_fits_as_well():
    assert kinds("conv1")[0] == "conv1d"
    assert kinds("global")[0] == "adaptive_avg_pool2d"
    assert kinds("sum")[0] == "sum"
    assert kinds("log")[0] == "log"


def test_on_the_canvas_the_form_that_fits_comes_first():
    after = Joint(standard().find("conv1d"), "y", True, 3, "float32")
    assert on_the_canvas("conv", after)[0] == "conv1d"
    assert on_the_canvas("pool", after)[0] == "max_pool1d"
    assert on_the_canvas("conv2d", after)[0] == "conv2d"
