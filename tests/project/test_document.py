"""The open project: who is told of what, and when there is something to save."""

from __future__ import annotations

import pytest

from netbuilder.graph import edits as e
from netbuilder.project import Part, Project
from netbuilder.project.blocks import add_network, make_block, move_tab
from netbuilder.project.document import Document
from netbuilder.project.errors import WouldRecurse
from netbuilder.project.file import open_file
from tests.toy import chain, rules_broken, standing


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


def staged() -> Document:
    """b and c of a chain as a block."""
    made, _ = make_block(project("a", "b", "c", "d"), "main", ["b", "c"], "stage")
    return Document(made)


def test_a_port_renamed_inside_keeps_its_edges_outside_in_the_same_step():
    document = staged()
    before = document.project
    inner = before.graphs["stage"]
    document.apply("Rename x", before.with_graph(e.rename_node(inner, inner.named("x").id, "image"), "stage"))
    assert [edge.input for edge in document.project.main.edges_into(document.project.main.named("stage").id)] == [
        "image"
    ]
    assert rules_broken(document.project) == []
    document.undo()
    assert document.project is before


def test_a_port_removed_inside_takes_its_edges_along_and_undo_brings_them_back():
    document = staged()
    inner = document.project.graphs["stage"]
    document.apply("Delete y", document.project.with_graph(e.remove_nodes(inner, [inner.named("y").id]), "stage"))
    assert len(document.project.main.edges) == 1
    document.undo()
    assert len(document.project.main.edges) == 2


def test_a_block_put_into_itself_is_refused_and_changes_nothing(told):
    document, labels = staged(), []
    document.changed.connect(lambda old, new, label: labels.append(label))
    closing = e.add_node(document.project.graphs["stage"], standing("n9", "stage"))
    with pytest.raises(WouldRecurse):
        document.apply("Add stage", document.project.with_graph(closing, "stage"))
    assert labels == []
    assert not document.edited


def test_another_order_of_tabs_is_something_to_save():
    document = Document(add_network(Project(), "critic"))
    document.apply("Move critic", move_tab(document.project, "critic", 0))
    assert document.edited


def test_what_was_worked_out_about_a_graph_is_let_go_with_it():
    document = Document(add_network(project("a", "b"), "critic"))
    first = document.project
    first.main.edges_into("b"), first.graphs["critic"].edges_into("b")
    document.apply("Add c", first.with_graph(chain("a", "b", "c")))
    assert "wiring" not in vars(first.main)
    assert "wiring" in vars(first.graphs["critic"])
    document.project.main.edges_into("b")
    left = document.project.main
    document.undo()
    assert "wiring" not in vars(left)


def test_saving_elsewhere_keeps_sight_of_the_weights(tmp_path):
    (tmp_path / "sub").mkdir()
    document = Document(Project(weights=str(tmp_path / "sub" / "w.safetensors")))
    document.save(tmp_path / "sub" / "p.netb")
    document.save(tmp_path / "p.netb")
    document.undo()
    assert not document.edited
    for path in (tmp_path / "sub" / "p.netb", tmp_path / "p.netb"):
        assert open_file(path).project == document.project
