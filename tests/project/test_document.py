"""The open project: who is told of what, and when there is something to save."""

from __future__ import annotations

import pytest

from netbuilder.project import Part, Project
from netbuilder.project.document import Document
from netbuilder.project.file import open_file
from tests.toy import chain


def project(*ids: str) -> Project:
    return Project().with_graph(chain(*ids))


@pytest.fixture
def told():
    """A document, and the labels of the changes it tells of."""
    document = Document(project("a"))
    labels: list[str] = []
    document.changed.connect(lambda old, new, label: labels.append(label))
    return document, labels


def test_each_gesture_is_one_step_told_once(told):
    document, labels = told
    document.apply("Add b", project("a", "b"))
    document.undo()
    document.redo()
    assert labels == ["Add b", "Undo Add b", "Redo Add b"]


def test_a_change_carries_the_project_before_and_after():
    document = Document(project("a"))
    seen = []
    document.changed.connect(lambda *values: seen.append(values))
    document.apply("Add b", project("a", "b"))
    assert seen == [(project("a"), project("a", "b"), "Add b")]


def test_an_edit_that_changes_nothing_is_no_step(told):
    document, labels = told
    document.apply("Nothing", project("a"))
    assert labels == []
    assert document.history.undo_label is None


def test_there_is_nothing_to_undo_or_redo_beyond_the_ends(told):
    document, labels = told
    document.undo()
    document.redo()
    document.go(7)
    assert labels == []


def test_a_document_is_edited_until_it_is_saved_or_undone(tmp_path):
    document = Document(project("a"))
    assert not document.edited
    document.apply("Add b", project("a", "b"))
    assert document.edited
    document.undo()
    assert not document.edited
    document.redo()
    document.save(tmp_path / "p.netb")
    assert not document.edited
    document.undo()
    assert document.edited


def test_saving_writes_what_is_shown(tmp_path):
    document = Document(project("a"))
    document.save(tmp_path / "p.netb")
    document.apply("Choose wine", document.project.with_data(Part("wine")))
    assert document.save() == tmp_path / "p.netb"
    assert open_file(tmp_path / "p.netb").project == document.project


def test_without_a_path_there_is_nowhere_to_save():
    with pytest.raises(ValueError, match="path"):
        Document().save()


def test_a_save_that_fails_leaves_the_document_edited(tmp_path):
    document = Document()
    document.apply("Add a", project("a"))
    with pytest.raises(OSError, match=r"."):
        document.save(tmp_path / "no such folder" / "p.netb")
    assert document.edited
    assert document.path is None


def test_another_project_comes_with_a_history_of_its_own(tmp_path):
    document = Document()
    document.apply("Add a", project("a"))
    document.open(project("b"), tmp_path / "p.netb")
    assert (document.project, document.path, document.edited) == (project("b"), tmp_path / "p.netb", False)
    assert document.history.undo_label is None


def test_what_no_file_holds_is_edited_from_the_start():
    document = Document()
    document.open(Project(), None, edited=True)
    assert document.edited


def test_whoever_listens_hears_of_names_and_savedness(tmp_path):
    document = Document(project("a"))
    heard = []
    document.saved_changed.connect(lambda: heard.append((document.path, document.edited)))
    document.apply("Add b", project("a", "b"))
    document.save(tmp_path / "p.netb")
    assert heard == [(None, True), (tmp_path / "p.netb", False)]
