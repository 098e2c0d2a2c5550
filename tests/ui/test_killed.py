"""A program that is killed while it is edited loses two seconds at most. The bench bench_recovery kills it 50 times."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ui.killed import Victim

KILLS = 5


@pytest.mark.slow
def test_what_a_killed_program_was_editing_is_offered_once_and_lacks_two_seconds_at_most(tmp_path: Path) -> None:
    victim = Victim(tmp_path, seed=7)
    for _ in range(KILLS):
        assert victim.kill_once().wrong == ""
    due = victim.to_offer
    assert victim.end_well() == (due, 0)
