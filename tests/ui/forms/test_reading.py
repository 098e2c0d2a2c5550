"""Between values and text: what is written can be read again."""

import pytest

from netbuilder.fields import BadSetting, Float, Int, Ints, Text
from netbuilder.layers import standard
from netbuilder.ui.forms.reading import read, write

PAIR = Ints(3, length=2, scalar=True, min=1)
SHAPE = Ints(None, min=1, optional=True)
PADDING = Ints(0, length=2, scalar=True, min=0, words=("same", "valid"))


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        (PAIR, "3", 3),
        (PAIR, "3, 5", (3, 5)),
        (PAIR, "3×5", (3, 5)),
        (PAIR, "3x5", (3, 5)),
        (PAIR, "(3, 5)", (3, 5)),
        (PAIR, "[3,5]", (3, 5)),
        (PAIR, "3 5", (3, 5)),
        (PAIR, "2*2", 4),
        (PAIR, "2 * 2", 4),
        (PAIR, "2*2, 1+2", (4, 3)),
        (SHAPE, "1, 28, 28", (1, 28, 28)),
        (SHAPE, "7", (7,)),
        (SHAPE, "", None),
        (PADDING, "same", "same"),
        (Int(1), "256/2", 128),
        (Float(0.1), "1e-3", 0.001),
        (Float(0.1, optional=True), " ", None),
        (Text(""), " a ", " a "),
    ],
)
def test_what_people_type_is_understood(field: object, text: str, value: object) -> None:
    assert read(field, text) == value  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("field", "text"),
    [(PAIR, "3, 5, 7"), (PAIR, "a"), (PAIR, "0"), (PAIR, ""), (Int(1), "1.5"), (Int(1), "x"), (Float(1.0), "")],
)
def test_what_does_not_fit_is_refused_in_a_sentence(field: object, text: str) -> None:
    with pytest.raises(BadSetting) as refused:
        read(field, text)  # type: ignore[arg-type]
    assert refused.value.sentence.endswith(".")


def test_every_default_of_every_layer_can_be_written_and_read_again() -> None:
    for layer in standard():
        for field in layer.fields().values():
            if isinstance(field, (Int, Float, Ints, Text)):
                assert read(field, write(field, field.default)) == field.default, (layer.kind, field.name)


def test_an_empty_shape_is_written_with_brackets_where_nothing_typed_means_something_else():
    sample = Ints(None, min=1, optional=True, empty=True)
    assert read(sample, "") is None
    assert read(sample, "()") == ()
    assert write(sample, ()) == "()"
