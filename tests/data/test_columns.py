"""What a column is taken for."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netbuilder.data.columns import ColumnName, read_columns, understand
from netbuilder.data.encoding import mean_and_scale, standardise
from netbuilder.fields import BadSetting


def test_numbers_are_numbers_and_words_for_nothing_are_missing():
    cells = understand("x", ["1", " 2.5 ", "", "NA", "nan", "?", "None", "-3e2"])
    assert np.array_equal(cells.numbers[~cells.missing], [1.0, 2.5, -300.0])
    assert cells.missing.sum() == 5
    assert cells.notes == ()


def test_a_slip_among_many_numbers_is_missing_and_named():
    cells = understand("age", [str(n) for n in range(40)] + ["12 years"])
    assert cells.numbers is not None
    assert cells.missing.tolist() == [False] * 40 + [True]
    assert cells.notes == ("1 value of age that can't be read as a number ('12 years') counted as missing.",)


def test_a_column_of_words_is_categories_in_which_none_is_a_word():
    cells = understand("plan", ["None", "basic", "", "12"])
    assert cells.numbers is None
    assert cells.missing.tolist() == [False, False, True, False]


def test_numbers_can_be_said_to_be_categories():
    assert understand("zip", ["10115", "20095"], category=True).numbers is None


def test_a_decimal_comma_counts_where_the_file_may_have_one():
    assert understand("x", ["3,14", "2"], comma=True).numbers.tolist() == [3.14, 2.0]
    assert understand("x", ["3,14", "2"], comma=False).numbers is None


@pytest.mark.parametrize("text", ["inf", "-infinity", "1e400", "1_000", "0x10", "1e301"])
def test_what_is_no_finite_number_is_none(text):
    cells = understand("x", ["1"] * 30 + [text])
    assert cells.missing.tolist() == [False] * 30 + [True]


@given(st.lists(st.text()))
def test_any_cells_are_understood(texts):
    cells = understand("x", texts)
    assert len(cells) == len(texts)
    assert cells.describe().missing <= len(texts)


@given(st.lists(st.floats(-1e300, 1e300), min_size=1))
def test_standardised_numbers_are_finite(values):
    values = np.array(values)
    mean, scale = mean_and_scale(values)
    assert math.isfinite(mean)
    assert math.isfinite(scale)
    if scale > 0:
        assert np.isfinite(standardise(np.array([*values, 1e300, -1e300]), mean, scale)).all()


def test_a_form_can_list_the_columns_of_a_file(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text("size,colour\n1,red\n2,\n2,blue\n", encoding="utf-8")
    size, colour = read_columns(file)
    assert (size.name, size.kind, size.missing, size.distinct) == ("size", "number", 0, 2)
    assert (colour.name, colour.kind, colour.missing, colour.distinct) == ("colour", "category", 1, 2)


def test_a_column_name_is_a_line_of_text_or_the_last_column():
    assert ColumnName(None, optional=True).check(None) is None
    with pytest.raises(BadSetting):
        ColumnName(None, optional=True).check("a\nb")
