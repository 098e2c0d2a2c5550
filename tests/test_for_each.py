"""A setting that holds something for each of some names."""

import json

import pytest

from netbuilder.fields import BadSetting, Declared, Float, ForEach, Text


class Weighed(Declared):
    kind = "weighed"
    name = Text("")
    weight = Float(1.0, min=0.0)


class Scales(Declared):
    kind = "scales"
    parts = ForEach(Weighed)


def test_a_name_that_nothing_was_said_of_has_the_defaults():
    scales = Scales(parts=[{"kind": "weighed", "settings": {"name": "a", "weight": 2}}])
    assert Scales.parts.of(scales.parts, "a").weight == 2.0
    assert Scales.parts.of(scales.parts, "b") == Weighed(name="b")


def test_it_comes_back_from_a_file():
    scales = Scales(parts=(Weighed(name="a", weight=2.0), Weighed(name="b")))
    assert Scales.read(json.loads(json.dumps(scales.changed()))) == (scales, [])
    assert Scales.parts.without_defaults(scales.parts) == (Weighed(name="a", weight=2.0),)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"a": 1.0}, "must be a list"),
        ([Weighed(name="a"), Weighed(name="a", weight=2.0)], "parts can hold a once only"),
        ([Weighed(), Weighed()], "can hold one without a name once only"),
        (
            [{"kind": "weighed", "settings": {"name": "a", "weight": -1}}],
            "weight must be 0",
        ),
    ],
)
def test_what_can_not_be_is_refused_in_a_sentence(value, said):
    with pytest.raises(BadSetting, match=said):
        Scales(parts=value)
