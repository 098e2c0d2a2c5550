"""Smoothing that invents nothing, thinning that hides nothing, ticks that read well."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netbuilder.ui.series import Smoothed, epoch_ticks, nice_range, power_ticks, precise, thin, ticks

numbers = st.lists(st.floats(-1e6, 1e6) | st.just(math.nan), min_size=1, max_size=60)


@given(numbers, st.floats(0.0, 0.99))
def test_a_smoothed_curve_stays_within_what_it_has_seen(values, weight):
    smoothed = Smoothed(weight)
    smoothed.extend(np.array(values))
    for at, value in enumerate(smoothed.values):
        seen = [v for v in values[: at + 1] if math.isfinite(v)]
        if not seen:
            assert math.isnan(value)
        else:
            room = 1e-6 * max(1.0, *map(abs, seen))  # single precision
            assert min(seen) - room <= value <= max(seen) + room


@given(numbers, st.integers(0, 60))
def test_smoothing_in_two_goes_is_smoothing_in_one(values, cut):
    whole, parts = Smoothed(0.8), Smoothed(0.8)
    whole.extend(np.array(values))
    parts.extend(np.array(values[:cut]))
    parts.extend(np.array(values[cut:]))
    np.testing.assert_allclose(whole.values, parts.values, rtol=1e-6, atol=1e-6 * np.nanmax(np.abs([0.0, *values])))


def test_ticks_of_large_numbers_stay_short():
    assert [said for _, said in ticks(0, 750_000, 250_000)] == ["0", "250k", "500k", "750k"]
    assert [said for _, said in ticks(0, 5e6, 2.5e6)] == ["0", "2.5M", "5M"]
    assert [said for _, said in ticks(0, 4e11, 2e11)] == ["0", "2e11", "4e11"]


def test_smoothing_starts_at_the_first_value_not_at_zero():
    smoothed = Smoothed.over(50)
    smoothed.extend(np.full(5, 2.3))
    np.testing.assert_allclose(smoothed.values, 2.3)


def test_smoothing_keeps_up_with_more_numbers_than_it_made_room_for():
    smoothed = Smoothed(0.5)
    smoothed.extend(np.ones(1000))
    smoothed.extend(np.ones(5000))
    assert len(smoothed.values) == 6000


def test_thinning_keeps_the_highest_and_the_lowest_point():
    y = np.zeros(100_000)
    y[12_345], y[67_890] = 9.0, -9.0
    x, thinned = thin(np.arange(len(y)), y, 900)
    assert len(thinned) <= 2000
    assert (thinned.max(), thinned.min()) == (9.0, -9.0)
    assert (x[0], x[-1]) == (0, len(y) - 1)
    assert (np.diff(x) > 0).all()


def test_a_short_curve_is_not_thinned():
    x, y = np.arange(5), np.arange(5.0)
    assert thin(x, y, 900)[1] is y


@given(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9))
def test_the_range_of_an_axis_holds_its_values_between_round_ends(one, other):
    low, high, step = nice_range(min(one, other), max(one, other))
    room = 1e-5 * step + 1e-9 * max(abs(low), abs(high))
    assert low <= min(one, other) + room
    assert high >= max(one, other) - room
    assert high > low


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        ((0.0, 2.4, 0.6), ["0", "0.6", "1.2", "1.8", "2.4"]),
        ((0.0, 1.0, 0.25), ["0", "0.25", "0.50", "0.75", "1.00"]),
        ((0.0, 300.0, 100.0), ["0", "100", "200", "300"]),
        ((-0.5, 0.5, 0.5), ["-0.5", "0", "0.5"]),
    ],
)
def test_ticks_say_no_more_digits_than_they_need(ends, said):
    assert [text for _, text in ticks(*ends)] == said


def test_a_logarithmic_axis_has_powers_of_ten_or_steps_between_them():
    assert [text for _, text in power_ticks(-3, 1)] == ["0.001", "0.01", "0.1", "1", "10"]
    assert [text for _, text in power_ticks(-0.1, 0.4)] == ["1", "2"]


@given(numbers, st.floats(0.0, 0.9999))
def test_smoothing_many_at_once_is_smoothing_one_after_the_other(values, weight):
    smoothed = Smoothed(weight)
    smoothed.extend(np.array(values))
    total = mass = 0.0
    for value, found in zip(values, smoothed.values, strict=True):
        if math.isfinite(value):
            total, mass = weight * total + (1 - weight) * value, weight * mass + (1 - weight)
        wanted = total / mass if mass else math.nan
        assert found == pytest.approx(wanted, rel=1e-5, abs=1e-5 * np.nanmax(np.abs([1.0, *values])), nan_ok=True)


def test_smoothing_over_many_blocks_forgets_as_it_does_within_one():
    values = np.random.default_rng(0).random(20_000)
    smoothed = Smoothed(0.5)  # blocks of a few hundred
    smoothed.extend(values)
    tail = sum(0.5 ** (n + 1) * value for n, value in enumerate(values[::-1][:60]))
    assert smoothed.values[-1] == pytest.approx(tail, rel=1e-6)


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        ((0, 1), ["0", "0.25", "0.5", "0.75", "1"]),
        ((0, 12), ["0", "2", "4", "6", "8", "10", "12"]),
        ((0, 100), ["0", "20", "40", "60", "80", "100"]),
        ((12.31, 12.47), ["12.35", "12.4", "12.45"]),
        ((40_001.2, 40_004.8), ["40002", "40003", "40004"]),
        ((19.9, 60.2), ["20", "30", "40", "50", "60"]),
    ],
)
def test_ticks_of_epochs_are_whole_where_all_is_seen_and_as_fine_as_the_zoom(ends, said):
    assert [text for _, text in epoch_ticks(*ends)] == said


def test_a_place_is_said_with_the_digits_that_tell_it_from_the_next():
    assert [precise(1234.5678, unit) for unit in (10, 0.5, 0.01, 0)] == ["1235", "1234.6", "1234.57", "1234.568"]
