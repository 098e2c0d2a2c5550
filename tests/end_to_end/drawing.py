"""How a person draws by hand: layers added by their names, settings typed into forms, ports found on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, QPointF
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from tests.end_to_end.desktop import Hands, center, settled, wait_until

if TYPE_CHECKING:
    from netbuilder.ui.canvas.wiring import End
    from netbuilder.ui.forms import DeclaredForm
    from netbuilder.ui.main_window import MainWindow


def add(window: MainWindow, hands: Hands, typed: str) -> str:
    """Add a layer by its name behind the selected node; the id of its node."""
    bench, field = window.bench, window.canvas.floating.menu.field
    before = set(bench.graph.nodes)
    hands.key("Tab")
    wait_until(field.hasFocus, 10, "the search is open")
    hands.type(typed)
    hands.key("Return")
    wait_until(lambda: len(bench.graph.nodes) == len(before) + 1 and window.canvas.hasFocus(), 10, f"{typed} is there")
    return next(id for id in bench.graph.nodes if id not in before)


def set_node(window: MainWindow, hands: Hands, id: str, settings: dict[str, str]) -> None:
    """Enter goes to the first setting of the selected node, Tab from one to the next, Esc back to the canvas."""
    hands.key("Return")
    wait_until(lambda: window.settings_panel.isAncestorOf(QApplication.focusWidget()), 10, "the settings have the keys")
    for name, value in settings.items():
        go_to(hands, name)
        retype(hands, value)
    hands.key("Escape")
    wait_until(window.canvas.hasFocus, 10, "the canvas has the keys again")
    node = window.bench.graph.nodes[id]
    kind = window.bench.find_layer(node.kind)
    assert kind is not None
    layer = kind.read(node.settings)[0]
    assert {name: written(layer.settings[name]) for name in settings} == settings


def go_to(hands: Hands, name: str, most: int = 20) -> None:
    """Tab from field to field until the keyboard is in the one called this."""
    for _ in range(most):
        before = QApplication.focusWidget()
        if before is not None and before.accessibleName() == name:
            return
        hands.key("Tab")
        wait_until(lambda before=before: QApplication.focusWidget() is not before, 10, "the next field")
    raise AssertionError(f"no field called {name}")


def retype(hands: Hands, value: str) -> None:
    """Type a value over that of the field that has the keyboard."""
    hands.key("ctrl+a")
    hands.type(value)
    hands.key("Return")


def fill(form: DeclaredForm, hands: Hands, settings: dict[str, str]) -> None:
    """Click into each of these settings of a form, and type."""
    for name, value in settings.items():
        field = form.editor(name)
        bring_into_sight(field, hands)
        hands.click(field)
        wait_until(field.hasFocus, 10, f"the keyboard is in {name}")
        retype(hands, value)
        assert form.declared is not None
        assert written(form.declared.settings[name]) == value


def written(value: Any) -> str:
    """A setting as it is typed: several numbers with commas between."""
    return str(value).strip("()")


def bring_into_sight(widget: QWidget, hands: Hands) -> None:
    """Turn the wheel over whatever scrolls this widget, until its middle is in sight."""
    around = widget.parentWidget()
    while around is not None and not isinstance(around, QScrollArea):
        around = around.parentWidget()
    assert isinstance(around, QScrollArea)
    port = around.viewport()

    def away() -> int:
        at = port.mapFromGlobal(settled(widget)).y()
        return min(at, 0) or max(at - port.height(), 0)

    while (far := away()) != 0:
        hands.click(center(port), button=5 if far > 0 else 4)
        assert abs(away()) < abs(far), "the wheel scrolls it nearer"


def letters(window: MainWindow, id: str, port: str = "") -> str:
    """What stands on a port of a node (its first one), as it is read on the screen."""

    def meant(end: End) -> bool:
        return end.node == id and port in ("", end.port)

    return next(label.letters for label in window.canvas.hinting.labels if meant(label.end))


def body(window: MainWindow, id: str) -> QPoint:
    """The middle of a node's title on the screen."""
    rect = window.canvas.scene().node_item(id).rect()
    return window.canvas.screen_position(QPointF(rect.center().x(), rect.top() + 14))


def port(window: MainWindow, id: str, name: str, *, output: bool | None = None) -> QPoint:
    """A port of a node on the screen."""
    return window.canvas.screen_position(window.canvas.scene().node_item(id).port_position(name, output))
