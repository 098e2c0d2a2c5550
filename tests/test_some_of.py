"""A setting that holds several declared things."""

import json

import pytest

from netbuilder.fields import BadSetting, Declared, SomeOf, plain
from tests.test_one_of import Boxy, Round


class Scene(Declared):
    kind = "scene"
    shapes = SomeOf((Round, Boxy), most=3)


def test_each_is_picked_as_one_of_several_kinds_is():
    assert Scene().shapes == ()
    assert Scene(shapes=["boxy", {"kind": "boxy", "settings": {"sides": 5}}, Round()]).shapes == (
        Boxy(),
        Boxy(sides=5),
        Round(),
    )


def test_they_come_back_from_a_file_in_their_order():
    for value in (Scene(), Scene(shapes=("boxy",)), Scene(shapes=(Round(radius=2.5), Boxy(), Boxy()))):
        again, refused = Scene.read(json.loads(json.dumps(value.changed())))
        assert (again, refused) == (value, [])
        assert hash(again) == hash(value)
    assert Scene(shapes=(Round(), Boxy(sides=6))).changed() == {
        "shapes": ["round", {"kind": "boxy", "settings": {"sides": 6}}]
    }
    assert plain(()) == []


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("boxy", "must be a list of any of round, boxy"),
        (None, "needs a value"),
        ({"kind": "boxy"}, "must be a list of any of round, boxy"),
        (["star"], "can hold any of round, boxy, and nothing else"),
        ([["boxy"]], "can hold any of round, boxy, and nothing else"),
        ([Scene()], "can hold any of round, boxy, and nothing else"),
        (["boxy"] * 4, "can hold 3 at most"),
        ([{"kind": "boxy", "settings": {"sides": 1}}], "sides must be 3 or more"),
        ([{"kind": "boxy", "settings": [1]}], "can't be read"),
    ],
)
def test_what_can_not_be_is_refused_in_a_sentence_and_the_default_stands_in(value, said):
    with pytest.raises(BadSetting, match=said) as caught:
        Scene(shapes=value)
    assert caught.value.field == "shapes"
    assert Scene.read({"shapes": value})[0] == Scene()


def test_it_describes_every_kind_with_its_settings():
    told = json.loads(json.dumps(Scene.fields()["shapes"].describe()))
    assert told["default"] == []
    assert told["options"] == ["round", "boxy"]
    assert told["most"] == 3
    assert told["kinds"]["boxy"][0]["name"] == "sides"
