"""The dialog that brings a model in: nothing of the file is run before it is shown and trusted."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QComboBox, QLineEdit, QMessageBox, QPushButton

from netbuilder.ui.import_dialog import ImportDialog, in_words, models_in
from netbuilder.ui.import_job import Wanted

MODEL = """from torch import nn

raise SystemExit("this must not run while the dialog only shows it")


class Helper:
    pass


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 2)

    def forward(self, x):
        return self.fc(x)


def make_net():
    return Net()
"""


@pytest.fixture
def dialog(bench, qtbot, tmp_path):
    made = ImportDialog(bench)
    qtbot.addWidget(made)
    made.show()
    yield made
    made.close()


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "net.py"
    path.write_text(MODEL)
    return path


def test_a_file_is_shown_and_its_models_are_offered_without_running_it(dialog, file):
    dialog.file.setText(str(file))
    assert dialog.code.toPlainText() == MODEL
    assert [dialog.model.itemText(at) for at in range(dialog.model.count())] == ["Net", "make_net"]
    assert dialog.out.text() == str(file.with_suffix(".netb"))


def test_it_waits_for_an_example_and_for_trust(dialog, file):
    dialog.file.setText(str(file))
    assert not dialog.start.isEnabled()
    dialog.example.setText("1x4")
    assert not dialog.start.isEnabled()
    dialog.trust.setChecked(True)
    assert dialog.start.isEnabled()


def test_trust_is_for_one_file(dialog, file, tmp_path):
    dialog.file.setText(str(file))
    dialog.trust.setChecked(True)
    other = tmp_path / "other.py"
    other.write_text("x = 1")
    dialog.file.setText(str(other))
    assert not dialog.trust.isChecked()


def test_a_program_is_not_said_to_have_been_read(dialog, file, tmp_path):
    other = tmp_path / "program.pt2"
    other.write_bytes(b"PK")
    dialog.file.setText(str(other))
    assert "read this file" not in dialog.trust.text()
    assert "no Python text" in dialog.code.placeholderText()
    dialog.file.setText(str(file))
    assert "read this file" in dialog.trust.text()


def test_what_goes_wrong_is_said_in_the_dialog_which_stays(dialog, file, qtbot):
    dialog.file.setText(str(file))
    dialog.example.setText("1x4")
    dialog.trust.setChecked(True)
    dialog.start.click()
    qtbot.waitUntil(lambda: dialog._job is None, timeout=60_000)
    assert dialog.isVisible()
    assert dialog.outcome.text().strip()
    assert dialog.start.isEnabled()


def test_calling_it_off_ends_the_process(dialog, file, qtbot):
    file.write_text("import time\ntime.sleep(100)\nNet = 1\n")
    dialog.file.setText(str(file))
    dialog.model.setEditText("Net")
    dialog.example.setText("1x4")
    dialog.trust.setChecked(True)
    dialog.start.click()
    process = dialog._job._process
    dialog.leave.click()
    qtbot.waitUntil(lambda: process.state() == process.ProcessState.NotRunning, timeout=10_000)
    assert "Cancelled" in dialog.outcome.text()


def test_nothing_can_be_chosen_anew_while_it_reads(dialog, file, qtbot):
    file.write_text("import time\ntime.sleep(100)\nNet = 1\n")
    dialog.file.setText(str(file))
    dialog.model.setEditText("Net")
    dialog.example.setText("1x4")
    dialog.trust.setChecked(True)
    dialog.start.click()
    able = [one for kind in (QLineEdit, QComboBox, QPushButton) for one in dialog.findChildren(kind) if one.isEnabled()]
    assert able == [dialog.leave]
    dialog.leave.click()
    assert dialog.example.isEnabled()
    assert dialog.model.isEnabled()


def test_code_that_ends_python_is_told(dialog, file, qtbot):
    file.write_text("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\nNet = 1\n")
    dialog.file.setText(str(file))
    dialog.model.setEditText("Net")
    dialog.example.setText("1x4")
    dialog.trust.setChecked(True)
    dialog.start.click()
    qtbot.waitUntil(lambda: dialog._job is None, timeout=60_000)
    assert "ended Python itself" in dialog.outcome.text()


def test_the_command_is_the_one_that_a_user_would_type(tmp_path):
    wanted = Wanted(tmp_path / "net.py", "Net", "1x3x8x8, 1x4", tmp_path / "net.netb", tmp_path / "w.safetensors")
    arguments = wanted.arguments()
    assert arguments[:4] == ["import", f"{tmp_path / 'net.py'}:Net", "--trust", "--json"]
    assert arguments[arguments.index("--example") + 1] == "1x3x8x8"
    assert arguments.count("--example") == 2
    assert arguments[-2:] == ["--weights", str(tmp_path / "w.safetensors")]


@pytest.mark.parametrize("text", ["", "def (", "\x00", "(" * 10_000])
def test_a_file_that_is_no_python_offers_nothing(text):
    assert models_in(text) == []


def test_the_result_is_told_in_a_sentence():
    told = in_words({"nodes": 34, "custom_nodes": 1, "parameters": 1200, "max_difference": 0.0})
    assert told == "Imported 34 nodes, 1 of them custom, 1,200 parameters; its outputs are the same, bit for bit."
    assert "differ by at most 1.0e-06" in in_words({"nodes": 1, "parameters": 2, "max_difference": 1e-6})


GOOD = MODEL.replace('raise SystemExit("this must not run while the dialog only shows it")\n', "")


def test_a_model_comes_in_and_its_project_is_told_of(dialog, file, qtbot):
    file.write_text(GOOD)
    dialog.file.setText(str(file))
    dialog.example.setText("1x4")
    dialog.trust.setChecked(True)
    told = []
    dialog.imported.connect(lambda *what: told.append(what))
    dialog.start.click()
    qtbot.waitUntil(lambda: bool(told), timeout=100_000)
    ((path, sentence, _),) = told
    assert path == file.with_suffix(".netb")
    assert "the same, bit for bit" in sentence
    assert path.exists()
    assert not dialog.isVisible()


def test_a_file_that_is_there_is_replaced_only_once_that_is_said(dialog, file, qtbot):
    file.write_text(GOOD)
    there = file.with_name("mine.netb")
    there.write_text("mine")
    dialog.file.setText(str(file))
    dialog.example.setText("1x4")
    dialog.out.setText(str(there))
    dialog.trust.setChecked(True)
    dialog.start.click()
    box = dialog.findChild(QMessageBox, "overwriteFile")
    assert box is not None
    box.reject()
    assert dialog._job is None
    assert there.read_text() == "mine"
