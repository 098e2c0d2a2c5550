"""Trainings killed at random moments and resumed: is the end to the last bit that of a run that nobody disturbed?

Each is a real process, `netbuilder train`, ended by SIGKILL after a random time; `netbuilder resume` goes on, and may
be killed too. Compared are all weights, optimizers and averages at the end, and the metrics of every epoch.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from netbuilder import resources
from netbuilder.train.checkpoint import checkpoints_in, newest_whole
from netbuilder.train.events import CheckpointSaved, Continued, EpochDone
from netbuilder.train.history import read_record
from netbuilder.train.run import Run
from netbuilder.train.runs import summary_of

ROUNDS, SEED, AT_ONCE = 10, 7, 2
SAMPLES = {  # how many epochs, and what its recipe has beside its own settings
    "digits-cnn": (12, {}),
    "digits-gan": (8, {}),
    "sequences-lstm": (8, {"checkpoint_every": 0.3}),
    "digits-few": (60, {}),
}


@dataclass
class Outcome:
    """What became of one: how often it was killed, whether its end is the same, and what is amiss."""

    kills: int
    same: bool
    lost: int  # the most steps that a resume did again
    amiss: str = ""


def project(name: str, folder: Path) -> Path:
    """A copy of the sample with the settings of above."""
    told = json.loads(next(one.path for one in resources.samples() if one.name == name).read_text("utf-8"))
    told["recipe"]["settings"] |= SAMPLES[name][1]
    file = folder / f"{name}.netb"
    file.write_text(json.dumps(told), encoding="utf-8")
    return file


def command(*words: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "netbuilder", *map(str, words), "--json"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )


def begun(process: subprocess.Popen[bytes], events: Path, size: int) -> None:
    """Wait until a training has said something more than `size` bytes, or has ended."""
    while process.poll() is None and (not events.exists() or events.stat().st_size <= size):
        time.sleep(0.01)


def states(folder: Path) -> Iterator[tuple[str, Any]]:
    """Everything of the newest checkpoint that has to be the same."""
    found = newest_whole(folder)
    assert found is not None, "no checkpoint"
    snapshot = found[1]
    for role, weights in snapshot.weights.items():
        yield from ((f"{role}/{name}", weight) for name, weight in weights.items())
    for role, state in snapshot.optimizers.items():
        for at, values in state["state"].items():
            yield from ((f"{role}/{at}/{name}", value) for name, value in values.items())
    yield from snapshot.tensors.items()
    yield "best", snapshot.numbers["best"]


def differs(one: Path, other: Path) -> str:
    """What is not the same to the last bit, or ""."""
    import torch

    first, second = dict(states(one)), dict(states(other))
    if first.keys() != second.keys():
        return "other tensors"
    for name, value in first.items():
        same = torch.equal(value, second[name]) if isinstance(value, torch.Tensor) else value == second[name]
        if not same:
            return name
    metrics = [
        {event.epoch: event.metrics for event in read_record(Run.open(folder)).epochs} for folder in (one, other)
    ]
    return "" if metrics[0] == metrics[1] else "metrics"


def interrupted(file: Path, epochs: int, folder: Path, usual: float, chance: random.Random) -> tuple[int, int]:
    """Train to the end, killed once or twice. Returns how often, and how many steps had to be done again at most."""
    kills = lost = 0
    wanted = chance.choice((1, 1, 2))
    process = command("train", file, "--run", folder, "--device", "cpu", "--epochs", epochs)
    while True:
        events = folder / "events.jsonl"
        size = events.stat().st_size if events.exists() and kills else 0
        begun(process, events, size)
        if kills == wanted:
            assert process.wait() in (0, 1), f"exit code {process.returncode}"
            return kills, lost
        try:
            process.wait(chance.uniform(0.0, usual))
            return kills, lost  # it was done before it could be killed
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
        kills += 1
        step = readable(folder)
        process = command("resume", folder)
        lost = max(lost, step)


def readable(folder: Path) -> int:
    """See that a run that was just killed can be read. Returns by how many steps its newest checkpoint is behind."""
    run = Run.open(folder)
    record = read_record(run)
    summary_of(folder)
    there = checkpoints_in(folder)
    told = [event for event in run.events() if isinstance(event, CheckpointSaved)]
    assert not told or there[-1].step >= told[-1].step, "a checkpoint that was told is gone"
    return len(record.step_losses) - (there[-1].step if there else 0)


def one(name: str, file: Path, whole: Path, usual: float, number: int) -> Outcome:
    chance = random.Random(f"{SEED} {name} {number}")
    epochs = SAMPLES[name][0]
    folder = whole.parent / f"{name}-{number}"
    try:
        kills, lost = interrupted(file, epochs, folder, usual, chance)
        found = differs(folder, whole)
        left = [path.name for path in folder.rglob("*.part")]
        per_epoch = read_record(Run.open(folder)).started.steps_per_epoch
        again = [event for event in Run.open(folder).events() if isinstance(event, Continued)]
        done = [event for event in Run.open(folder).events() if isinstance(event, EpochDone)]
        assert len(done) >= epochs
        assert len(again) <= kills
        amiss = found or (f"left behind: {left[0]}" if left else "")
        amiss = amiss or (f"{lost} steps lost" if lost > 2 * per_epoch else "")
        shutil.rmtree(folder)
        return Outcome(kills, not found, lost, amiss)
    except Exception as error:
        return Outcome(0, False, 0, f"{type(error).__name__}: {error}")


def main() -> int:
    failed = 0
    print(f"{ROUNDS} trainings of each sample, killed at random (seed {SEED}), {AT_ONCE} at once")
    with tempfile.TemporaryDirectory() as place:
        os.environ["NETBUILDER_HOME"] = place
        for name, (epochs, _) in SAMPLES.items():
            file, whole = project(name, Path(place)), Path(place) / f"{name}-whole"
            process = command("train", file, "--run", whole, "--device", "cpu", "--epochs", epochs)
            begun(process, whole / "events.jsonl", 0)
            began = time.monotonic()
            process.wait()
            usual = time.monotonic() - began
            with ThreadPoolExecutor(AT_ONCE) as pool:
                found = list(pool.map(lambda number: one(name, file, whole, usual, number), range(ROUNDS)))  # noqa: B023
            same = sum(outcome.same for outcome in found)
            amiss = [outcome.amiss for outcome in found if outcome.amiss]
            failed += len(amiss)
            kills, lost = sum(outcome.kills for outcome in found), max(outcome.lost for outcome in found)
            print(
                f"{name:<16} {kills:>3} kills in {usual:.1f} s of training: {same} of {ROUNDS} the same to the last "
                f"bit, at most {lost} steps done again{'; ' + '; '.join(amiss) if amiss else ''}",
                flush=True,
            )
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
