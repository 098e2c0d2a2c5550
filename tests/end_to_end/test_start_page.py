"""The start page with a real mouse and keyboard: a sample is found and opened, and nothing unsaved is lost by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from netbuilder.project.file import open_file
from netbuilder.resources import samples
from tests.end_to_end.desktop import Hands, wait_until

if TYPE_CHECKING:
    from netbuilder.ui.main_window import MainWindow

pytestmark = pytest.mark.timeout(200, method="thread")


def card_of(window: MainWindow, name: str) -> QWidget:
    found = window.findChild(QWidget, f"sample-{name}")
    assert found is not None
    return found


def has_opened(window: MainWindow, name: str) -> bool:
    document = window.bench.document
    return document.title == name and document.path is None and window.workspaces.current == "design"


def test_samples_are_opened_by_keyboard_alone(window: MainWindow, hands: Hands) -> None:
    first, second, *_ = samples()
    hands.key("alt+Home")
    wait_until(lambda: card_of(window, first.name).hasFocus(), 10, "the first card has the keyboard")
    hands.key("Right")
    wait_until(card_of(window, second.name).hasFocus, 10, "the card beside it")
    hands.key("Return")
    wait_until(lambda: has_opened(window, second.name), 10, "it is open")
    hands.key("ctrl+shift+n")
    hands.type("marked gru")
    hands.key("Return")
    wait_until(card_of(window, "sequences-gru").hasFocus, 10, "what was found has the keyboard")
    hands.key("Return")
    wait_until(lambda: has_opened(window, "sequences-gru"), 10, "the other one is open")


def test_a_click_opens_a_sample_once_unsaved_work_may_go(window: MainWindow, hands: Hands) -> None:
    sample = samples()[0]
    hands.key("Tab")
    hands.type("linear")
    hands.key("Return")
    wait_until(lambda: window.bench.document.edited, 10, "something is drawn")
    drawn = window.bench.project
    hands.key("alt+Home")
    wait_until(lambda: card_of(window, sample.name).isVisible(), 10, "the start page")

    def click() -> QMessageBox:
        hands.click(card_of(window, sample.name))
        wait_until(lambda: isinstance(QApplication.activeModalWidget(), QMessageBox), 10, "it asks")
        assert window.bench.project == drawn
        return QApplication.activeModalWidget()

    click()
    hands.key("Escape")
    wait_until(lambda: QApplication.activeModalWidget() is None, 10, "it is called off")
    assert window.workspaces.current == "start"
    assert window.bench.project == drawn
    hands.click(click().button(QMessageBox.StandardButton.Discard))
    wait_until(lambda: has_opened(window, sample.name), 10, "the sample is open")
    assert window.bench.project == open_file(sample.path).project
