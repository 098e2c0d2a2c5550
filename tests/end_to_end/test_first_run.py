"""From an empty canvas to a trained, inspected and exported network, with a real mouse and keyboard alone."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pytest
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit, QPushButton, QWidget

from netbuilder.project import file
from netbuilder.ui.training import ENDED, PAUSED, RUNNING
from tests.end_to_end.desktop import Hands, center, shoot, wait_until

if TYPE_CHECKING:
    from netbuilder.ui.main_window import MainWindow

# A small CNN: what to drag, and where on the canvas to (in pixels of the view).
DRAWN = (
    ("input", QPoint(130, 70)),
    ("conv2d", QPoint(370, 70)),
    ("relu", QPoint(610, 70)),
    ("max_pool2d", QPoint(130, 210)),
    ("flatten", QPoint(370, 210)),
    ("linear", QPoint(610, 210)),
    ("output", QPoint(370, 350)),
)


# A nested event loop would keep a signal from being seen: a hang is ended by a thread.
pytestmark = pytest.mark.timeout(400, method="thread")

W = TypeVar("W", bound=QWidget)


def node_of(window: MainWindow, kind: str) -> str:
    return next(node.id for node in window.bench.project.main if node.kind == kind)


def port_on_screen(window: MainWindow, kind: str, *, output: bool) -> QPoint:
    item = window.canvas.scene().node_item(node_of(window, kind))
    layer = window.bench.catalog.find(kind)
    assert layer is not None
    port = (layer().outputs() if output else layer().inputs())[0].name
    return window.canvas.screen_position(item.port_position(port, output))


def editor(window: MainWindow, setting: str) -> QLineEdit:
    """The field of one setting of the selected node, as a screen reader finds it."""
    return next(
        field
        for field in window.settings_panel.findChildren(QLineEdit)
        if field.accessibleName() == setting and field.isVisible()
    )


def dialog_of(kind: str = "") -> QDialog:
    wait_until(lambda: isinstance(QApplication.activeModalWidget(), QDialog), 10, f"a dialog {kind}")
    shown = QApplication.activeModalWidget()
    assert isinstance(shown, QDialog)
    wait_until(shown.isActiveWindow, 10, "the dialog is active")
    return shown


def find(parent: QWidget, kind: type[W], name: str) -> W:
    child = parent.findChild(kind, name)
    assert child is not None, f"no {kind.__name__} called {name}"
    return child


def draw_network(window: MainWindow, hands: Hands) -> None:
    """Drag the layers out of the palette, wire them port to port."""
    for count, (kind, place) in enumerate(DRAWN, start=1):
        start = window.palette_panel.row_center(kind)
        hands.drag(start, window.canvas.viewport().mapToGlobal(place))
        wait_until(lambda count=count: len(window.bench.project.main) == count, 10, f"{kind} is on the canvas")
    kinds = [kind for kind, _ in DRAWN]
    for count, (source, target) in enumerate(itertools.pairwise(kinds), start=1):
        hands.drag(port_on_screen(window, source, output=True), port_on_screen(window, target, output=False), steps=8)
        wait_until(
            lambda count=count: len(window.bench.project.main.edges) == count, 10, f"{source} is wired to {target}"
        )


def set_by_keyboard(window: MainWindow, hands: Hands, kind: str, setting: str, value: str) -> None:
    item = window.canvas.scene().node_item(node_of(window, kind))
    hands.click(window.canvas.screen_position(item.rect().center() + QPointF(0, -30)))
    wait_until(lambda: window.bench.selection.only == node_of(window, kind), 10, f"{kind} is selected")
    wait_until(
        lambda: any(
            f.accessibleName() == setting and f.isVisible() for f in window.settings_panel.findChildren(QLineEdit)
        ),
        10,
        f"the form of {kind}",
    )
    hands.click(editor(window, setting))
    hands.key("ctrl+a")
    hands.type(value)
    hands.key("Return")
    wait_until(
        lambda: str(window.bench.project.main.nodes[node_of(window, kind)].settings.get(setting)) == value,
        10,
        f"{setting} is {value}",
    )


def export(window: MainWindow, hands: Hands, kind: str, out: Path) -> str:
    """Press Export, choose a format, type where to; the sentence that says it was verified."""
    hands.click(find(window, QPushButton, "exportButton"))
    dialog = dialog_of("for the export")
    hands.click(find(dialog, QPushButton, f"exportFormat-{kind}"))
    hands.click(find(dialog, QLineEdit, "exportPath"))
    hands.key("ctrl+a")
    hands.type(str(out))
    start = find(dialog, QPushButton, "exportStart")
    wait_until(start.isEnabled, 20, "the export can start")
    hands.click(start)
    outcome = find(dialog, QLabel, "exportResult")
    wait_until(lambda: outcome.isVisible() and "difference" in outcome.text(), 120, f"the {kind} export is verified")
    sentence = outcome.text()
    hands.click(find(dialog, QPushButton, "exportClose"))
    wait_until(lambda: QApplication.activeModalWidget() is None, 10, "the dialog is closed")
    return sentence


def test_a_network_is_drawn_trained_inspected_exported_undone_and_saved(
    window: MainWindow, hands: Hands, tmp_path: Path
) -> None:
    bench = window.bench
    empty = bench.project
    draw_network(window, hands)
    set_by_keyboard(window, hands, "conv2d", "out_channels", "16")
    set_by_keyboard(window, hands, "linear", "out_features", "10")
    wait_until(lambda: bench.checking.is_current and bench.checking.latest.can_train, 20, "the drawing is sound")
    drawn = bench.project
    assert "nn.Conv2d(1, 16, 3" in bench.checking.latest.source.text

    # Train, and watch the curve grow.
    hands.click(find(window, QPushButton, "trainButton"))
    wait_until(lambda: bench.training.state == RUNNING, 30, "it trains")
    record = bench.training.record
    wait_until(lambda: len(record.step_losses) > 5, 30, "the first losses")
    early, plot = len(record.step_losses), window.training_panel.loss
    before = plot.grab().toImage()
    wait_until(lambda: len(record.epochs) >= 2 and len(record.step_losses) > early, 60, "the losses come in")
    wait_until(lambda: plot.grab().toImage() != before, 10, "the curve grows on screen")
    hands.click(find(window, QPushButton, "pauseButton"))
    wait_until(lambda: bench.training.state == PAUSED, 20, "it pauses")
    steps = len(record.step_losses)

    # Look inside: filters and a saliency map, of the network as it is now.
    hands.click(find(window, QWidget, "inspectWorkspace"))
    inspector = find(window, QWidget, "inspector")
    wait_until(
        lambda: inspector.weights.view is not None and inspector.gradient.view is not None, 60, "filters and saliency"
    )
    wait_until(lambda: inspector.integrated.caption, 30, "the caption of the saliency map")
    assert type(inspector.weights.view).__name__ == "ImageGridView"
    assert type(inspector.gradient.view).__name__ == "SaliencyView"
    shoot(window, tmp_path / "inspect.png")
    assert len(record.step_losses) == steps, "nothing is trained while it is paused"

    # Go on, and let it finish.
    hands.click(find(window, QPushButton, "pauseButton"))
    wait_until(lambda: bench.training.state == RUNNING, 20, "it goes on")
    wait_until(lambda: bench.training.state == ENDED, 100, "it finishes")
    assert record.failed is None
    assert record.finished is not None
    assert record.finished.best["validation_accuracy"] > 0.9

    # Take it away.
    hands.click(find(window, QWidget, "designWorkspace"))
    assert "largest difference" in export(window, hands, "onnx", tmp_path / "digits.onnx")
    assert (tmp_path / "digits.onnx").is_file()
    assert "largest difference" in export(window, hands, "bundle", tmp_path / "bundle")
    assert {"model.py", "predict.py", "weights.safetensors"} <= {p.name for p in (tmp_path / "bundle").iterdir()}

    # Undo everything, and redo it.
    hands.click(window.canvas.viewport().mapToGlobal(QPoint(20, 20)))
    presses = len(bench.document.history.steps) - 1
    hands.key(*["ctrl+z"] * presses)
    wait_until(lambda: bench.document.history.at == 0, 20, "everything is undone")
    assert bench.project == empty
    assert not window.canvas.scene().bounds().isValid() or len(bench.project.main) == 0
    hands.key(*["ctrl+shift+z"] * presses)
    wait_until(lambda: bench.document.history.at == presses, 20, "everything is redone")
    assert bench.project == drawn

    # Save, and open it again.
    saved = tmp_path / "mine.netb"
    hands.key("ctrl+s")
    dialog_of("for the name")
    hands.key("ctrl+a")
    hands.type(str(saved))
    hands.key("Return")
    wait_until(lambda: bench.document.path == saved, 10, "it is saved")
    assert file.open_file(saved).project == drawn
    hands.key("ctrl+n")
    wait_until(lambda: bench.project == empty, 10, "a new project")
    hands.key("ctrl+o")
    dialog_of("for the file")
    hands.type(str(saved))
    hands.key("Return")
    wait_until(lambda: bench.document.path == saved and bench.project == drawn, 10, "the same graph is back")


def test_center_is_on_the_widget(window: MainWindow) -> None:
    """The aim of every click above."""
    button = find(window, QPushButton, "trainButton")
    assert button.rect().contains(button.mapFromGlobal(center(button)))
