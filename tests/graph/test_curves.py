"""The curves of edges that are led: straight along level and upright ways, round where these meet."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from netbuilder.graph.curves import sampled, through

far = st.integers(20, 900).map(float)


@given(far, far, far)
def test_a_way_back_is_level_and_upright_and_turns_within_its_corners(wide: float, high: float, back: float) -> None:
    right, left = wide, -back - 40.0
    places = [(0.0, 0.0), (right, 20.0), (right, 20.0 + high), (0.0, 40.0 + high), (left, 40.0 + high)]
    first, down, turn, level = through([*places, (left - 40.0, 60.0 + high), (left, 900.0 + high)])[:4]
    assert all(abs(x - right) < 0.01 for x, _ in sampled(down, 9))
    assert all(abs(y - 40.0 - high) < 0.01 for _, y in sampled(level, 9))
    for piece in (first, turn):
        assert all(-0.01 <= x <= right + 0.01 for x, _ in sampled(piece, 20))
        assert all(min(piece[0][1], piece[3][1]) - 0.01 <= y <= piece[3][1] + 0.01 for _, y in sampled(piece, 20))


def test_between_places_that_lead_to_the_right_a_curve_stays_between_their_levels() -> None:
    for piece in through([(0.0, 0.0), (100.0, 50.0), (200.0, 90.0), (300.0, 40.0)]):
        low, high = sorted((piece[0][1], piece[3][1]))
        assert all(low - 0.01 <= y <= high + 0.01 for _, y in sampled(piece, 20))
