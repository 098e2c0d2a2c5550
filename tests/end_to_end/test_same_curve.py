"""The window and the command line train the same network to the same numbers."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from netbuilder import resources
from netbuilder.ui.training import ENDED
from tests.end_to_end.desktop import Hands, wait_until

if TYPE_CHECKING:
    from netbuilder.ui.main_window import MainWindow

pytestmark = pytest.mark.timeout(400, method="thread")


def test_the_digits_sample_reaches_its_score_with_one_curve_in_window_and_command_line(
    window: MainWindow, hands: Hands, tmp_path: Path
) -> None:
    sample = next(sample for sample in resources.samples() if sample.name == "digits-cnn")
    command = [sys.executable, "-m", "netbuilder", "train", str(sample.path), "--json"]
    told = subprocess.run(
        [*command, "--run", str(tmp_path / "run"), "--device", "cpu", "--seed", "0"],
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    events = [json.loads(line) for line in told.stdout.splitlines()]
    by_command = [event["metrics"] for event in events if event["event"] == "epoch_done"]

    window.files.open(sample.path)
    bench = window.bench
    wait_until(lambda: bench.checking.is_current and bench.checking.latest.can_train, 60, "the sample is checked")
    bench.training.choose_device("cpu")
    hands.click(window.top_bar.train)
    wait_until(lambda: bench.training.state == ENDED, 120, "it has finished")
    record = bench.training.record
    in_window = [dict(done.metrics) for done in record.epochs]

    assert in_window == by_command, "the same seed gives the same curve, to the last bit"
    assert record.finished.best["validation_accuracy"] >= 0.97
    assert events[-1]["best"]["validation_accuracy"] >= 0.97
    assert record.finished.seconds <= 60
    assert events[-1]["seconds"] <= 60
