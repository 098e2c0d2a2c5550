"""The history of a file is there when the file is opened again, and belongs to that file as it was saved alone."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from netbuilder.graph import edits as e
from netbuilder.project import Project, file
from netbuilder.project import remembered as module
from netbuilder.project.document import Document
from netbuilder.project.remembered import recall, remember
from netbuilder.project.steps_text import StepTexts
from tests.toy import node


def document() -> Document:
    made = Document()
    for name in ("a", "b", "c"):
        made.apply(f"Add {name}", made.project.with_graph(e.add_node(made.project.main, node(name))))
    return made


def save(made: Document, path: Path, folder: Path) -> None:
    texts = StepTexts()
    leave = made.saved.connect(
        lambda path, text: remember(path, text, made.history.steps, made.history.at, texts, folder)
    )
    made.save(path)
    leave()


def test_undo_and_redo_go_on_after_the_file_was_closed_and_opened(tmp_path: Path) -> None:
    first, path = document(), tmp_path / "mine.netb"
    first.undo()
    save(first, path, tmp_path / "history")
    again = Document(file.open_file(path).project, path)
    past = recall(path, tmp_path / "history")
    assert past is not None
    again.continue_from(past)
    assert (again.history.undo_label, again.history.redo_label) == ("Add b", "Add c")
    again.go(0)
    assert again.project == Project()
    again.go(3)
    assert again.project == first.history.steps[3].project


def test_a_file_that_was_changed_or_moved_has_no_history(tmp_path: Path) -> None:
    path = tmp_path / "mine.netb"
    save(document(), path, tmp_path / "history")
    other = tmp_path / "other.netb"
    other.write_bytes(path.read_bytes())
    assert recall(other, tmp_path / "history") is None
    path.write_text(path.read_text() + "\n")
    assert recall(path, tmp_path / "history") is None
    assert recall(tmp_path / "nothing.netb", tmp_path / "history") is None


@pytest.mark.parametrize("damage", [b"", b"{}", b"\xff\xfe", b'{"path": 7}\n', None])
def test_a_damaged_history_is_none(tmp_path: Path, damage: bytes | None) -> None:
    path = tmp_path / "mine.netb"
    save(document(), path, tmp_path / "history")
    (kept,) = (tmp_path / "history").iterdir()
    kept.write_bytes(kept.read_bytes()[:-9] if damage is None else damage)
    assert recall(path, tmp_path / "history") is None


def test_weights_beside_the_file_are_no_other_project(tmp_path: Path) -> None:
    from dataclasses import replace

    path, made = tmp_path / "mine.netb", document()
    made.apply("Choose weights", replace(made.project, weights=str(tmp_path / "start.safetensors")))
    save(made, path, tmp_path / "history")
    again = Document(file.open_file(path).project, path)
    again.continue_from(recall(path, tmp_path / "history"))
    assert again.history.undo_label == "Choose weights"


def test_the_histories_that_were_not_written_for_longest_go_first(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(module, "MOST_FILES", 3)
    folder = tmp_path / "history"
    for number in range(5):
        path = tmp_path / f"{number}.netb"
        save(document(), path, folder)
        for kept in folder.iterdir():
            if (kept.stat().st_mtime) > time.time() - 100:
                os.utime(kept, (number, number))
    assert len(list(folder.iterdir())) == 3
    assert recall(tmp_path / "4.netb", folder) is not None
    assert recall(tmp_path / "0.netb", folder) is None
