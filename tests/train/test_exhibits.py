"""What is kept after an epoch comes back as it was, whatever its kind."""

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from PIL import Image

from netbuilder.plot import Panel, Plot, PlotError, Series, line, read_plot
from netbuilder.terminal import TrainingLines
from netbuilder.train.events import EpochDone, Finished, Shown, Started
from netbuilder.train.exhibits import Drawn, Pictures, Writing
from netbuilder.train.keeping import Keep

PLOT = Plot(
    (
        Panel("wind · sample 3", (Series("truth", *line([1.0, math.nan, 1 / 3]), role="true"),)),
        Panel("", (Series("§ 1", (0.5,), (-2e-9,), dots=True),)),
    ),
    x="steps from now",
    columns=1,
)


def test_a_plot_comes_back_from_its_file_in_six_digits(tmp_path: Path) -> None:
    file = Keep(tmp_path).show(Drawn("Forecast", "off by 1", plot=PLOT), 7)
    assert file == "shown/forecast-007.json"
    back = read_plot(tmp_path / file)
    (truth,), (dots,) = (panel.series for panel in back.panels)
    assert truth.x == (0.0, 1.0, 2.0)
    assert truth.y[0] == 1.0
    assert math.isnan(truth.y[1])
    assert truth.y[2] == 0.333333
    assert (back.x, back.columns, back.panels[0].title) == ("steps from now", 1, "wind · sample 3")
    assert (dots.dots, dots.y, truth.role) == (True, (-2e-9,), "true")


@pytest.mark.parametrize(
    "text", ["", "[]", '{"panels": 3}', '{"panels": [], "x": "", "y": "", "columns": "many"}', "[" * 100_000]
)
def test_a_file_that_is_no_plot_is_said_in_a_sentence(text: str, tmp_path: Path) -> None:
    path = tmp_path / "shown.json"
    path.write_text(text)
    with pytest.raises(PlotError, match=r"can't be read\.$"):
        read_plot(path)
    with pytest.raises(PlotError, match="no longer"):
        read_plot(tmp_path / "gone.json")


def test_pictures_are_kept_side_by_side_and_a_text_needs_no_file(tmp_path: Path) -> None:
    file = Keep(tmp_path).show(Pictures("Rebuilt", pictures=torch.rand(6, 1, 64, 64), columns=3), 1)
    with Image.open(tmp_path / file) as picture:
        assert picture.size == (3 * 64 + 2 * 2, 2 * 64 + 2)
    assert Writing("Text", "abc").suffix == ""


def test_plots_are_read_without_torch() -> None:
    told = subprocess.run(
        [sys.executable, "-c", "import sys, netbuilder.train.exhibits; print('torch' in sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == "False"


def test_a_terminal_tells_the_newest_of_each_title_below_the_table(capsys) -> None:
    lines = TrainingLines((), lambda what, done, total: None)
    lines.show(Started(2, 1, 1, 1, 1, 1, "cpu", 0, folder="runs/x"))
    for epoch in (1, 2):
        lines.show(EpochDone(epoch, epoch, {}, True, 0.1))
        lines.show(Shown(epoch, "Text", "abc" * epoch))
        lines.show(Shown(epoch, "Forecast", "off by 1", f"shown/forecast-00{epoch}.json"))
    lines.show(Finished("done", 2, 2))
    told = capsys.readouterr().out
    table, _, below = told.partition("Done: 2 epochs")
    assert "Forecast" not in table
    assert "Text after epoch 2: abcabc\n" in below
    assert "Forecast after epoch 2: off by 1, in shown/forecast-002.json of the run's folder\n" in below
    assert "epoch 1:" not in below
