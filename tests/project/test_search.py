"""What can be typed to find nodes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netbuilder.project.search import Found, Unclear, parse, search

NODES = [
    Found("main", "n1", "image", "input", "Input", "input"),
    Found(
        "main", "n2", "stem", "conv2d", "Conv2d", "convolution",
        {"out_channels": 64, "kernel_size": (3, 5), "bias": False, "padding_mode": "zeros"}, frozenset({"shared"}),
    ),
    Found(
        "Block", "n2", "conv_out", "conv1d", "Conv1d", "convolution",
        {"out_channels": {"=": "width * 4"}, "kernel_size": 3, "bias": True}, frozenset({"problem", "error"}),
    ),
    Found("Block", "n3", "drop", "dropout", "Dropout", "regularization", {"p": 0.5, "inplace": None}),
]  # fmt: skip


def names(text: str) -> list[str]:
    return [node.name for node in search(NODES, text)]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("conv", ["stem", "conv_out"]),
        ("CONV2d", ["stem"]),
        ("convolution", ["stem", "conv_out"]),
        ("name:conv", ["conv_out"]),
        ("kind:dropout", ["drop"]),
        ("out_channels>=64", ["stem"]),
        ("out_channels > 64", []),
        ("bias=off", ["stem"]),
        ("bias=on", ["conv_out"]),
        ("bias!=off", ["conv_out"]),
        ("kernel_size=3", ["conv_out"]),
        ("kernel_size>3", ["stem"]),
        ("kernel_size == 3", ["conv_out"]),
        ("p<0.6", ["drop"]),
        ("padding_mode=zeros", ["stem"]),
        ("out_channels:width", ["conv_out"]),
        ('out_channels="width * 4"', ["conv_out"]),
        ("is:error", ["conv_out"]),
        ("problem", ["conv_out"]),
        ("is:shared", ["stem"]),
        ("conv -is:error", ["stem"]),
        ("conv bias=off", ["stem"]),
        ("inplace=none", ["drop"]),
        ("   ", []),
        ("nothing_like_this", []),
    ],
)
def test_what_is_typed_finds_what_fits(typed: str, found: list[str]):
    assert names(typed) == found


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("kernel_size>", "kernel_size> needs a value after it, as in kernel_size>3."),
        ("kernel_size>wide", "kernel_size> compares numbers, and “wide” is none."),
        ("is:lonely", "is:lonely is unknown."),
        ('name:"conv', 'A " has no second one'),
    ],
)
def test_what_can_not_be_understood_is_said_in_a_sentence(typed: str, sentence: str):
    with pytest.raises(Unclear) as unclear:
        search(NODES, typed)
    assert sentence in str(unclear.value)


@given(st.text(max_size=40))
def test_whatever_is_typed_is_understood_or_refused_in_a_sentence(text: str):
    try:
        test = parse(text)
    except Unclear as unclear:
        sentence = str(unclear)
    else:
        sentence = "."
        assert all(test(node) in (True, False) for node in NODES)
    assert sentence.endswith(".")


@given(st.sampled_from(["conv", "bias=off", "p<0.6", "is:error", "kernel_size>3"]))
def test_not_that_finds_exactly_the_others(term: str):
    assert sorted(names(term) + names(f"-{term}")) == sorted(node.name for node in NODES)
