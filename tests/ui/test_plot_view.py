"""A plot among what is shown after each epoch: drawn when it is seen, in the colours of the theme."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QColor

from netbuilder.plot import Panel, Plot, Series, line
from netbuilder.train.events import Shown
from netbuilder.train.exhibits import Drawn
from netbuilder.train.history import RunRecord
from netbuilder.ui.plot_view import PlotView
from netbuilder.ui.train.exhibits import MOST_PLOTS, Exhibits

LINES = Plot(
    (
        Panel(
            "<b>wind</b>",
            (
                Series("history", *line([1.0, 2.0, 1.5], -2), role="given"),
                Series("truth", *line([1.5, 3.0]), role="true"),
                Series("forecast", *line([2.5], 1), role="said"),
                Series("<last value>", *line([1.5], 1), role="beside"),
            ),
        ),
    ),
    x="steps from now",
)
DOTS = Plot((Panel("", tuple(Series(name, (at, at + 1.0), (0.0, 1.0), dots=True) for at, name in enumerate("ab"))),))


def shown(folder: Path, plot: Plot, epoch: int = 1) -> Shown:
    file = f"shown/plot-{epoch:03d}.json"
    (folder / "shown").mkdir(exist_ok=True)
    Drawn("Forecast", plot=plot).save(folder / file)
    return Shown(epoch, "Forecast", "off by 0.5", file)


def exhibits(bench, qtbot, folder: Path, *events: Shown) -> Exhibits:
    card = Exhibits(bench)
    qtbot.addWidget(card)
    card.resize(460, 420)
    record = RunRecord("run", folder)
    for event in events:
        record.add(event)
    with qtbot.waitExposed(card):
        card.show_record(record)
        card.show()
    return card


def colours(view: PlotView) -> set[str]:
    image = view.grab().toImage()
    return {QColor(image.pixel(x, y)).name() for x in range(0, image.width()) for y in range(0, image.height())}


def test_a_plot_is_drawn_when_it_is_seen_with_its_words_and_its_legend(bench, qtbot, tmp_path):
    card = exhibits(bench, qtbot, tmp_path, *(shown(tmp_path, LINES, epoch) for epoch in (1, 2, 3, 4)))
    view = card.items[0].view
    assert isinstance(view, PlotView)
    qtbot.waitUntil(lambda: view.drawn)
    assert not card.items[-1].view.drawn, "it is out of sight"
    assert "off by 0.5" in card.items[0].caption.text()
    assert view.accessibleName() == "Forecast after epoch 4"
    assert view.accessibleDescription() == "off by 0.5: history, truth, forecast, <last value>"
    legend = view.legend.text()
    assert all(name in legend for name in ("history", "truth", "forecast", "&lt;last&nbsp;value&gt;"))


def test_lines_have_the_colours_of_the_theme_and_follow_it(bench, qtbot, tmp_path):
    card = exhibits(bench, qtbot, tmp_path, shown(tmp_path, LINES))
    view = card.items[0].view
    qtbot.waitUntil(lambda: view.drawn)
    dark = bench.look.theme
    assert {dark.panel, dark.border} <= colours(view)
    assert dark.training in view.legend.text()
    bench.look.choose("light")
    light = bench.look.theme
    assert light.panel != dark.panel
    assert light.panel in colours(view)
    assert dark.panel not in colours(view)
    assert light.training in view.legend.text()


def test_points_are_named_where_they_lie(bench, qtbot, tmp_path):
    card = exhibits(bench, qtbot, tmp_path, shown(tmp_path, DOTS))
    view = card.items[0].view
    qtbot.waitUntil(lambda: view.drawn)
    assert view.names == ("a", "b")


def test_a_plot_whose_file_is_gone_is_said_and_few_are_kept_on_screen(bench, qtbot, tmp_path):
    events = [shown(tmp_path, LINES, epoch) for epoch in range(1, MOST_PLOTS + 4)]
    (tmp_path / events[-1].file).write_text("{")
    card = exhibits(bench, qtbot, tmp_path, *events)
    assert "no longer" in card.items[0].view.text()
    assert sum(item.is_plot for item in card.items) == MOST_PLOTS


def test_panels_side_by_side_fit_into_little_room_whatever_their_titles(bench, qtbot, tmp_path):
    series = LINES.panels[0].series
    plot = Plot(tuple(Panel("a column of a long name · sample 1,234", series) for _ in range(2)), columns=2)
    view = PlotView(bench, plot)
    qtbot.addWidget(view)
    view.resize(240, 200)
    with qtbot.waitExposed(view):
        view.show()
    view.draw()
    qtbot.waitUntil(lambda: view.panels().width() == 240)
