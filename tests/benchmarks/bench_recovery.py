"""Kills the program 50 times while it is edited. Run: python -m tests.benchmarks.bench_recovery [KILLS [SEED]]

The real window, in a process of its own, is edited by a script and killed with SIGKILL at a random moment. Each next
start must offer what the one before has lost, once, and no more than two seconds of editing may be missing from it.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.ui.killed import MOST_LOST, Victim

KILLS = 50


def main(kills: int, seed: int) -> int:
    print(f"{kills} kills, seed {seed}, at most {MOST_LOST:g} s may be lost", flush=True)
    print("kill  states  offered  lost (s)", flush=True)
    missed, worst = 0, 0.0
    with tempfile.TemporaryDirectory() as folder:
        victim = Victim(Path(folder), seed)
        for number in range(1, kills + 1):
            loss = victim.kill_once()
            missed += bool(loss.wrong)
            worst = max(worst, loss.seconds)
            told = "yes" if loss.offered else "no"
            print(f"{number:4d}  {loss.states:6d}  {told:7s}  {loss.seconds:8.2f}  {loss.wrong}", flush=True)
        due = victim.to_offer, 0
        offered = victim.end_well()
    print(f"in good order: {offered[0]} offered, then saved and closed, then {offered[1]} offered")
    print(f"{kills - missed} of {kills} as promised, the most that was lost is {worst:.2f} s")
    return int(missed > 0 or offered != due)


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:]]
    sys.exit(main(*[*numbers, *(KILLS, 1)[len(numbers) :]]))
