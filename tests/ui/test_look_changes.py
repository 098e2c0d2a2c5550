"""The theme can be changed while everything is on screen."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from netbuilder.graph import Node
from netbuilder.graph.edits import add_node
from netbuilder.ui.data.data_page import DataPage
from netbuilder.ui.panels.problems import ProblemsPanel
from netbuilder.ui.panels.settings import SettingsPanel
from netbuilder.ui.panels.source import SourcePanel
from netbuilder.ui.stylesheet import dress
from netbuilder.ui.theme import THEMES
from netbuilder.ui.workbench import Workbench


def test_every_panel_follows_the_theme(bench: Workbench, qtbot: QtBot) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    bench.apply_main("Add conv", add_node(bench.project.main, Node("n1", "conv2d", "conv")))
    bench.selection.set(["n1"])
    widgets = [made(bench) for made in (SettingsPanel, ProblemsPanel, SourcePanel, DataPage)]
    for widget in widgets:
        qtbot.addWidget(widget)
        widget.resize(360, 400)
        widget.show()
    seen = []
    try:
        for name, theme in THEMES.items():
            bench.look.choose(name)
            dress(app, theme)
            picture = widgets[0].grab().toImage()
            seen.append(picture.pixelColor(2, 2).name())
        assert seen == [theme.panel for theme in THEMES.values()]
    finally:
        app.setStyleSheet("")
        app.setPalette(app.style().standardPalette())
