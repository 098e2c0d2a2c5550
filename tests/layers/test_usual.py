"""What a palette shows first is a choice from the catalogue, and no layer is lost by it."""

from __future__ import annotations

import re

from netbuilder.layers import purpose, standard
from netbuilder.layers.usual import USUAL, families_in_order, is_usual, usual_first


def test_every_usual_layer_is_in_the_catalogue_and_in_the_family_it_is_listed_under():
    for family, kinds in USUAL.items():
        for kind in kinds:
            layer = standard().find(kind)
            assert layer is not None, kind
            assert layer.family == family, kind


def test_the_usual_layers_are_a_list_that_can_be_looked_through():
    assert 55 <= sum(is_usual(layer) for layer in standard()) <= 80
    assert max(map(len, USUAL.values())) <= 8


def test_ordering_loses_nothing_and_puts_the_usual_ones_first():
    ordered = usual_first(standard())
    assert set(ordered) == set(standard())
    flags = [is_usual(layer) for layer in ordered]
    assert flags == sorted(flags, reverse=True)
    families = standard().families()
    assert sorted(families_in_order(families)) == sorted(families)
    assert families_in_order(families)[:4] == ["input", "output", "linear", "convolution"]


def test_no_two_layers_have_the_same_title_or_say_the_same_of_themselves():
    titles = [re.sub(r"\W", "", layer.title).lower() for layer in standard()]
    assert sorted(set(titles)) == sorted(titles)
    told = [purpose(layer) for layer in standard()]
    assert sorted(set(told)) == sorted(told)


def test_every_layer_says_what_it_is_for_in_a_sentence_or_two():
    for layer in standard():
        told = purpose(layer)
        assert told.endswith((".", "]", "2", "...")) or told[-1].isalnum(), f"{layer.kind}: {told}"
        assert told[0].isupper() or told[0].isdigit() or told[0] in "-e", f"{layer.kind}: {told}"
        assert len(told) <= 125, f"{layer.kind}: {len(told)}"
