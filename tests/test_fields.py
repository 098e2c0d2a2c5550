"""Fields: what they accept, what they refuse and in which words, and what a declared thing makes of them."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netbuilder.fields import BadSetting, Bool, Choice, Declared, Field, Float, Int, Ints, Path, Text, plain

HUGE = 10**5000


class Dish(Declared):
    """One of each."""

    kind = "dish"
    count = Int(3, min=1, max=10, help="How many.")
    share = Float(0.5, min=0.0, below=1.0, unit="%")
    rate = Float(0.1, above=0.0)
    hot = Bool(False)
    style = Choice("plain", ("plain", "fancy"), titles={"fancy": "Fancy!"})
    note = Text("", max_length=10)
    size = Ints(3, length=2, scalar=True, min=1, words=("same",))
    shape = Ints((1, 28, 28), min=-1, most=4)
    limit = Int(None, optional=True, advanced=True)
    file = Path("", suffixes=(".csv",))


ACCEPTED = [
    ("count", 1, 1),
    ("count", 10, 10),
    ("count", 4.0, 4),
    ("share", 0, 0.0),
    ("share", 0.999, 0.999),
    ("rate", 1, 1.0),
    ("rate", 1e-12, 1e-12),
    ("hot", True, True),
    ("style", "fancy", "fancy"),
    ("note", "größe\t1", "größe\t1"),
    ("size", 5, 5),
    ("size", 5.0, 5),
    ("size", [5], 5),
    ("size", [5, 7], (5, 7)),
    ("size", (5, 7), (5, 7)),
    ("size", "same", "same"),
    ("shape", 7, (7,)),
    ("shape", [1, 2, 3, 4], (1, 2, 3, 4)),
    ("limit", None, None),
    ("limit", -5, -5),
    ("file", "/tmp/ä b.csv", "/tmp/ä b.csv"),
]
REFUSED = [
    ("count", 0, "from 1 to 10"),
    ("count", 11, "from 1 to 10"),
    ("count", 1.5, "whole number"),
    ("count", "3", "whole number"),
    ("count", True, "whole number"),
    ("count", None, "needs a value"),
    ("count", math.nan, "whole number"),
    ("count", math.inf, "whole number"),
    ("count", HUGE, "whole number"),
    ("count", [3], "whole number"),
    ("share", -0.1, "must be 0 or more"),
    ("share", 1, "less than 1"),
    ("share", math.nan, "must be a number"),
    ("share", -math.inf, "must be a number"),
    ("share", HUGE, "must be a number"),
    ("share", "0.5", "must be a number"),
    ("share", False, "must be a number"),
    ("rate", 0, "more than 0"),
    ("hot", 1, "on or off"),
    ("hot", "true", "on or off"),
    ("style", "Fancy!", "one of plain, fancy"),
    ("style", ["plain"], "one of plain, fancy"),
    ("style", {}, "one of plain, fancy"),
    ("note", "x" * 11, "at most 10"),
    ("note", "a\nb", "one line"),
    ("note", "a\x00", "one line"),
    ("note", "a\x9b2J", "one line"),
    ("note", "a\u2028b", "one line"),
    ("note", 5, "must be text"),
    ("size", [1, 2, 3], "2 whole numbers"),
    ("size", [], "2 whole numbers"),
    ("size", [1, "2"], "2 whole numbers"),
    ("size", [1, 0], "1 or more"),
    ("size", 0, "1 or more"),
    ("size", "valid", "'same'"),
    ("size", [[1], [2]], "2 whole numbers"),
    ("size", {"a": 1}, "2 whole numbers"),
    ("shape", [1] * 5, "1 to 4"),
    ("shape", [1] * 100_000, "1 to 4"),
    ("shape", [-2], "-1 or more"),
    ("shape", None, "needs a value"),
    ("limit", "none", "whole number"),
    ("file", None, "needs a value"),
]


def names(cases):
    return [f"{name}-{ascii(value)[:20]}" if value is not HUGE else f"{name}-huge" for name, value, _ in cases]


@pytest.mark.parametrize(("name", "value", "canonical"), ACCEPTED, ids=names(ACCEPTED))
def test_a_value_is_brought_into_its_one_form(name, value, canonical):
    kept = Dish(**{name: value}).settings[name]
    assert kept == canonical
    assert type(kept) is type(canonical)


@pytest.mark.parametrize(("name", "value", "said"), REFUSED, ids=names(REFUSED))
def test_a_refusal_says_what_would_be_accepted(name, value, said):
    with pytest.raises(BadSetting) as refused:
        Dish(**{name: value})
    assert said in str(refused.value)
    assert str(refused.value).startswith(f"{name} ")
    assert str(refused.value).endswith(".")
    assert refused.value.field == name


@pytest.mark.parametrize("field", Dish.fields().values(), ids=lambda field: field.name)
def test_canonical_values_are_hashable_and_survive_json(field: Field):
    for name, value, _ in ACCEPTED:
        if name == field.name:
            canonical = field.check(value)
            hash(canonical)
            assert field.check(json.loads(json.dumps(plain(canonical)))) == canonical
    assert field.check(field.default) == field.default


def test_only_what_differs_from_the_defaults_is_saved():
    assert Dish().changed() == {}
    assert Dish(count=3, size=[5, 7], hot=True).changed() == {"hot": True, "size": [5, 7]}


def test_saved_settings_give_the_same_value_again():
    dish = Dish(size=[5, 7], shape=[1], note="n", limit=2)
    assert Dish(**dish.changed()) == dish


def test_a_declared_value_is_frozen():
    dish = Dish()
    with pytest.raises(AttributeError, match="with_settings"):
        dish.count = 4
    with pytest.raises(AttributeError, match="frozen"):
        dish.anything = 4
    assert dish.with_settings(count=4).count == 4
    assert dish.count == 3


def test_equal_settings_make_equal_values():
    assert Dish(count=4) == Dish(count=4.0)
    assert hash(Dish(count=4)) == hash(Dish(count=4))
    assert Dish() != Dish(hot=True)
    assert Dish() != type("Other", (Dish,), {})()


def test_a_setting_nobody_declared_is_refused_by_name():
    with pytest.raises(BadSetting, match="Dish has no setting called 'colour'"):
        Dish(colour="red")


def test_reading_keeps_what_can_be_used_and_says_what_was_refused():
    dish, refused = Dish.read({"count": 99, "hot": True, "colour": "red", "size": "same"})
    assert dish == Dish(hot=True, size="same")
    assert [error.field for error in refused] == ["count", "colour"]


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just(10**400),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(st.dictionaries(st.sampled_from(tuple(Dish.fields())) | st.text(), values))
def test_nothing_that_a_file_holds_makes_reading_raise(given_settings):
    dish, refused = Dish.read(given_settings)
    assert Dish(**dish.changed()) == dish
    assert {error.field for error in refused} <= {name[:80] for name in given_settings}


def test_a_subclass_adds_replaces_and_drops_fields():
    class Small(Dish):
        count = Int(1)
        hot = None
        spice = Float(0.0)

    assert Small().count == 1
    assert "hot" not in Small.fields()
    assert list(Small.fields())[-1] == "spice"
    assert Dish().count == 3


def test_a_description_is_plain_json():
    told = {name: field.describe() for name, field in Dish.fields().items()}
    assert json.loads(json.dumps(told)) == told
    assert told["count"] == {"name": "count", "type": "int", "default": 3, "help": "How many.", "min": 1, "max": 10}
    assert told["shape"]["default"] == [1, 28, 28]
    assert told["style"]["options"] == ["plain", "fancy"]


def test_a_form_reads_label_unit_and_titles():
    fields = Dish.fields()
    assert fields["count"].label == "count"
    assert fields["share"].unit == "%"
    assert fields["style"].title("fancy") == "Fancy!"
    assert fields["style"].title("plain") == "plain"
    assert Dish.title == "Dish"
