"""A long row drawn at any zoom: nothing that stands out is hidden, and few numbers are looked at."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netbuilder.ui.pyramid import Pyramid


def of(values, *cuts: int) -> Pyramid:
    """Grown in these pieces."""
    row, pyramid = np.asarray(values, np.float32), Pyramid()
    for cut in sorted((*cuts, len(row))):
        pyramid.follow(row[:cut])
    return pyramid


@given(st.data())
def test_the_lowest_and_the_highest_of_what_is_seen_are_drawn_in_order(data):
    count = data.draw(st.integers(1, 5000))
    values = np.random.default_rng(count).normal(size=count).astype(np.float32)
    values[data.draw(st.integers(0, count - 1))] = np.nan
    cuts = data.draw(st.lists(st.integers(0, count), max_size=3))
    first = data.draw(st.integers(0, count - 1))
    last = data.draw(st.integers(first + 1, count))
    most = data.draw(st.sampled_from([20, 100, 900]))
    places, drawn = of(values, *cuts).drawn(first, last, most)
    seen = values[first:last]
    if np.isfinite(seen).any():
        assert (np.nanmin(drawn), np.nanmax(drawn)) == (np.nanmin(seen), np.nanmax(seen))
    assert (places[0], places[-1]) == (first, last - 1)
    assert (np.diff(places) >= 0).all()
    assert len(places) <= most + 64
    np.testing.assert_array_equal(drawn[[0, -1]], seen[[0, -1]])


def test_zoomed_in_every_number_is_drawn():
    values = np.random.default_rng(1).random(1_000_000)
    places, drawn = of(values).drawn(500_000, 500_600, 900)
    np.testing.assert_array_equal(places, np.arange(500_000, 500_600))
    np.testing.assert_array_equal(drawn, values[500_000:500_600].astype(np.float32))


@pytest.mark.parametrize("slope", [1.0, -1.0])
def test_a_line_that_only_rises_or_falls_has_no_teeth(slope):
    _, drawn = of(slope * np.arange(100_000)).drawn(0, 100_000, 900)
    assert (slope * np.diff(drawn) >= 0).all()


def test_growing_in_many_pieces_is_growing_at_once():
    values = np.random.default_rng(2).random(30_000)
    for whole, parts in zip(
        of(values).drawn(3, 29_990, 400), of(values, *range(0, 30_000, 777)).drawn(3, 29_990, 400), strict=True
    ):
        np.testing.assert_array_equal(whole, parts)


def test_it_takes_about_a_byte_for_each_number():
    pyramid = of(np.zeros(1 << 20))
    assert sum(len(level) * 8 for level in pyramid._levels) <= 1.01 * (1 << 20)


def test_a_stretch_without_any_number_is_a_gap():
    values = np.ones(10_000)
    values[2_000:8_000] = np.nan
    places, drawn = of(values).drawn(0, 10_000, 100)
    assert np.isnan(drawn[(places > 2_300) & (places < 7_700)]).all()
    assert (drawn[places < 1_700] == 1).all()
