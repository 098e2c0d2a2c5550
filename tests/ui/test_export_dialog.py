"""The export dialog, with real exports of a real run."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from netbuilder.export.catalog import EXPORTERS
from netbuilder.ui.export_dialog import ExportDialog
from tests.ui.runs import open_sample, train


@pytest.fixture
def dialog(bench, qtbot):
    """Makes the dialog and waits until it knows the runs."""
    made = []

    def make():
        dialog = ExportDialog(bench)
        qtbot.addWidget(dialog)
        dialog.show()
        qtbot.waitUntil(lambda: dialog.run.count() != 1 or dialog.run.currentData() is not None, timeout=20_000)
        made.append(dialog)
        return dialog

    yield make
    for one in made:
        one.close()


def result(dialog):
    return dialog.outcome.text()


def finished(dialog):
    return dialog._job is None and dialog.outcome.isVisible()


def test_an_untrained_project_offers_its_source_and_training(bench, qtbot, dialog):
    open_sample(bench, "iris-mlp")
    shown = dialog()
    assert not shown._choices.isVisible()
    assert not shown.start.isVisible()
    assert shown.save_source.isVisible()
    assert shown.train.isVisible()


def test_there_is_a_card_for_every_format(bench, dialog):
    shown = dialog()
    assert list(shown.formats) == [exporter.kind for exporter in EXPORTERS]
    for kind, card in shown.formats.items():
        assert card.objectName() == f"exportFormat-{kind}"
        assert card.accessibleDescription()


def test_a_run_is_exported_and_the_proof_is_said(bench, qtbot, dialog, tmp_path):
    train(bench, qtbot, epochs=2)
    shown = dialog()
    qtbot.mouseClick(shown.formats["safetensors"], Qt.MouseButton.LeftButton)
    shown.path.setText(str(tmp_path / "flowers.safetensors"))
    qtbot.mouseClick(shown.start, Qt.MouseButton.LeftButton)
    assert not shown.start.isEnabled()
    qtbot.waitUntil(lambda: finished(shown), timeout=90_000)
    count = len(bench.training.dataset.validation)
    assert result(shown).startswith(f"Verified: {count} validation predictions reproduced in a fresh process")
    assert (tmp_path / "flowers.safetensors").is_file()
    assert shown.show_folder.isVisible()


def test_what_goes_wrong_is_said_and_the_dialog_can_be_used_again(bench, qtbot, dialog, tmp_path):
    train(bench, qtbot, epochs=1)
    shown = dialog()
    shown.path.setText(str(tmp_path / "no such folder" / "x"))
    shown.start.click()
    qtbot.waitUntil(lambda: finished(shown), timeout=60_000)
    assert "There is no folder" in result(shown)
    assert shown.start.isEnabled()
    assert not shown.show_folder.isVisible()


def test_cancelling_leaves_nothing_behind(bench, qtbot, dialog, tmp_path):
    train(bench, qtbot, epochs=1)
    shown = dialog()
    shown.path.setText(str(tmp_path / "out"))
    shown.start.click()
    assert shown.leave.text() == "Cancel"
    shown.leave.click()
    qtbot.waitUntil(lambda: finished(shown), timeout=60_000)
    assert "Nothing was written" in result(shown)
    assert not any(path for path in tmp_path.iterdir() if "out" in path.name)
    assert shown.isVisible()


def test_closing_while_it_works_calls_it_off(bench, qtbot, dialog, tmp_path):
    train(bench, qtbot, epochs=1)
    shown = dialog()
    shown.path.setText(str(tmp_path / "out"))
    shown.start.click()
    shown.close()
    qtbot.waitUntil(lambda: not any(t.name == "export" for t in threading.enumerate()), timeout=60_000)
    assert not any(path for path in tmp_path.iterdir() if "out" in path.name)


def test_the_name_follows_the_format_until_it_is_typed_and_then_only_its_ending_does(bench, qtbot, dialog, tmp_path):
    train(bench, qtbot, epochs=1)
    shown = dialog()
    shown.formats["onnx"].click()
    assert shown.path.text().endswith(".onnx")
    shown.path.selectAll()
    qtbot.keyClicks(shown.path, str(tmp_path / "mine.onnx"))
    shown.formats["pt2"].click()
    assert shown.path.text() == str(tmp_path / "mine.pt2")


def test_the_folder_that_is_suggested_exists_even_where_there_are_no_documents(bench, dialog, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    suggested = Path(dialog().path.text())
    assert suggested.parent == tmp_path
    (tmp_path / "Documents").mkdir()
    suggested = Path(dialog().path.text())
    assert suggested.parent == tmp_path / "Documents"
