"""Cards of curves: what is drawn, what the mouse is told, and what an odd run does to them."""

from __future__ import annotations

import re

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from netbuilder.train.events import EpochDone, Progress, Started
from netbuilder.train.history import RunRecord
from netbuilder.ui.curve import Curve
from netbuilder.ui.plots import CurvePlot, load_plots
from netbuilder.ui.theme import LIGHT
from netbuilder.ui.train.run_curves import RunCurves

EPOCHS = np.arange(1, 11, dtype=float)


@pytest.fixture
def plot(bench, qtbot):
    plot = CurvePlot(bench, "Loss")
    qtbot.addWidget(plot)
    plot.resize(480, 220)
    with qtbot.waitExposed(plot):
        plot.show()
    return plot


def painted(plot, colour) -> int:
    """How many pixels have (about) this colour."""
    image = plot.grab().toImage()
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    count = 0
    for y in range(image.height()):
        for x in range(image.width()):
            pixel = image.pixelColor(x, y)
            count += abs(pixel.red() - red) + abs(pixel.green() - green) + abs(pixel.blue() - blue) < 12
    return count


def test_nothing_of_pyqtgraph_is_made_before_there_is_something_to_draw(bench, qtbot):
    plot = CurvePlot(bench, "Loss")
    qtbot.addWidget(plot)
    plot.show_sentence("Press Train.")
    assert plot._plot is None


def test_curves_are_drawn_in_the_colours_of_the_theme(plot, bench):
    plot.show_curves([Curve("train", "training", EPOCHS, 1 / EPOCHS)])
    assert painted(plot, bench.look.theme.training) > 200
    bench.look.choose("light")
    assert painted(plot, LIGHT.training) > 200


def test_a_run_whose_losses_are_not_numbers_is_drawn_as_far_as_it_can_be(plot, bench):
    y = 1 / EPOCHS
    y[3], y[4] = np.nan, np.inf
    plot.show_curves([Curve("train", "training", EPOCHS, y, raw=(EPOCHS, np.full(10, np.nan)))], best=(3.0, "best"))
    assert painted(plot, bench.look.theme.training) > 100
    plot.show_curves([Curve("train", "training", EPOCHS, np.full(10, np.nan))])
    plot.grab()


def test_one_step_alone_is_seen(plot, bench):
    plot.show_curves([Curve("train", "training", EPOCHS[:1] / 20, np.array([2.3]))])
    legend = painted(plot, bench.look.theme.training)
    plot.show_curves([Curve("train", "training", EPOCHS[:1] / 20, np.array([np.nan]))])
    assert legend > painted(plot, bench.look.theme.training)


def test_the_mouse_is_told_the_values_at_its_epoch(plot, qtbot):
    plot.show_curves(
        [Curve("train", "training", EPOCHS, EPOCHS * 2), Curve("validation", "validation", EPOCHS, EPOCHS)]
    )
    viewport = plot._plot.widget.viewport()
    plot.grab()
    place = plot._plot.widget.mapFromScene(plot._plot._item.vb.mapViewToScene(QPoint(5, 10)))
    qtbot.mouseMove(viewport, place)
    qtbot.waitUntil(plot._plot._tip.isVisible)
    text = plot._plot._tip.text()
    told = re.search(r"epoch ([\d.]+)", text)
    assert float(told.group(1)) == pytest.approx(5, abs=0.05)  # a mouse is aimed at whole pixels
    assert "<b>10</b>" in text
    assert "<b>5</b>" in text


def test_a_logarithmic_axis_leaves_out_what_has_no_logarithm(plot, qtbot):
    y = 10.0**-EPOCHS
    y[2] = 0.0
    plot.show_curves([Curve("train", "training", EPOCHS, y)])
    qtbot.mouseClick(plot._log, Qt.MouseButton.LeftButton)
    low, high = plot._plot._item.vb.viewRange()[1]
    assert low == pytest.approx(-10, abs=1)
    assert high == pytest.approx(-1, abs=1)
    plot.grab()


def test_a_share_is_drawn_between_0_and_1_with_room_for_the_line_at_1(bench, qtbot):
    plot = CurvePlot(bench, "Accuracy", unit=True)
    qtbot.addWidget(plot)
    plot.resize(480, 220)
    plot.show_curves([Curve("train", "training", EPOCHS, np.linspace(0.11, 0.999, 10))])
    low, high = plot._plot._item.vb.viewRange()[1]
    assert low == 0.0
    assert 1.0 < high < 1.1, "a line at 1 is drawn whole, and no tick is above it"
    assert [value for value, _ in plot._plot._ticks[0]][-1] == 1.0


def test_the_curves_of_a_run_follow_what_it_says():
    record = RunRecord("digits-003")
    curves = RunCurves(record)
    assert curves.losses() == []
    record.add(Started(5, 4, 8, 32, 8, 10, "cpu", 0))
    record.add(Progress(3, 1, (3.0, 2.0, 1.0), 100.0, None))
    (train,) = curves.losses()
    assert train.raw is not None
    np.testing.assert_allclose(train.raw[0], [0.25, 0.5, 0.75])
    np.testing.assert_allclose(train.raw[1], [3, 2, 1])
    assert train.y[0] == 3
    record.add(Progress(4, 1, (0.5,), 100.0, None))
    metrics = {"training_loss": 1.6, "validation_loss": 1.0, "training_accuracy": 0.5, "validation_accuracy": 0.4}
    record.add(EpochDone(1, 4, metrics, True, 1.0))
    train, validation = curves.losses()
    assert len(train.y) == 4
    assert (validation.x.tolist(), validation.y.tolist()) == ([1.0], [1.0])
    assert [curve.y.tolist() for curve in curves.metrics()] == [[0.5], [0.4]]
    assert curves.metric == "accuracy"
    assert curves.best == (1.0, "best · epoch 1")


def test_plots_are_fetched_on_a_thread():
    load_plots().join(30)
    import sys

    assert "pyqtgraph" in sys.modules
