"""A setting that is itself something declared."""

import json

import pytest

from netbuilder.fields import BadSetting, Declared, Float, Int, OneOf, plain


class Round(Declared):
    """A circle."""

    kind = "round"
    radius = Float(1.0, above=0.0)


class Boxy(Declared):
    """A box."""

    kind = "boxy"
    sides = Int(4, min=3)


class Drawn(Declared):
    kind = "drawn"
    shape = OneOf("round", (Round, Boxy))


def test_it_is_picked_by_its_word_by_word_and_settings_or_as_it_is():
    assert Drawn().shape == Round()
    assert Drawn(shape="boxy").shape == Boxy()
    assert Drawn(shape={"kind": "boxy", "settings": {"sides": 5}}).shape == Boxy(sides=5)
    assert Drawn(shape=Boxy(sides=5)).shape == Boxy(sides=5)


def test_it_comes_back_from_a_file():
    for value in (Drawn(), Drawn(shape="boxy"), Drawn(shape=Round(radius=2.5))):
        again, refused = Drawn.read(json.loads(json.dumps(value.changed())))
        assert (again, refused) == (value, [])
        assert hash(again) == hash(value)
    assert plain(Boxy()) == "boxy"
    assert plain(Boxy(sides=6)) == {"kind": "boxy", "settings": {"sides": 6}}


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("star", "must be one of round, boxy"),
        (7, "must be one of round, boxy"),
        ({"kind": ["round"]}, "must be one of round, boxy"),
        ({"kind": "boxy", "settings": {"sides": 1}}, "sides must be 3 or more"),
        ({"kind": "boxy", "settings": {"radius": 1}}, "no setting called 'radius'"),
        ({"kind": "boxy", "settings": [1]}, "can't be read"),
        ({"kind": "boxy", "settings": {1: 2}}, "can't be read"),
        (Drawn(), "must be one of round, boxy"),
    ],
)
def test_what_can_not_be_is_refused_in_a_sentence_and_the_default_stands_in(value, said):
    with pytest.raises(BadSetting, match=said) as caught:
        Drawn(shape=value)
    assert caught.value.field == "shape"
    assert Drawn.read({"shape": value})[0] == Drawn()


def test_it_describes_every_kind_with_its_settings():
    told = json.loads(json.dumps(Drawn.fields()["shape"].describe()))
    assert told["default"] == "round"
    assert told["options"] == ["round", "boxy"]
    assert told["kinds"]["boxy"][0]["name"] == "sides"
