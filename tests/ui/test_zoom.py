"""Which stretch of an axis is seen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netbuilder.ui import zoom

share = st.floats(0, 1)


@given(share, share, st.floats(1, 1e5), st.floats(1e-4, 1))
def test_a_stretch_stays_on_the_axis_and_is_wide_enough(one, other, end, narrowest):
    found = zoom.within((one * end, other * end), end, narrowest)
    if found is not None:
        low, high = found
        assert 0 <= low < high <= end * (1 + 1e-9)
        assert high - low >= narrowest * (1 - 1e-6)


def test_nearly_all_is_all():
    assert zoom.within((0.01, 99.99), 100, 1) is None
    assert zoom.within((2, 3), 1, 5) is None


def test_what_is_below_the_mouse_stays_there():
    low, high = zoom.closer((0, 100), 25, 0.8, 100, 0.1)
    assert (high - low, (25 - low) / (high - low)) == pytest.approx((80, 0.25))
    assert zoom.closer((low, high), 25, 1 / 0.8, 100, 0.1) is None


def test_moving_along_ends_where_there_is_no_more():
    assert zoom.moved((10, 30), 15, 100) == (25, 45)
    assert zoom.moved((10, 30), -15, 100) == (0, 20)
    assert zoom.moved((10, 30), 500, 100) == (80, 100)
