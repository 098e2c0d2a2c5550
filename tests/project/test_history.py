"""Undo and redo: a line of frozen projects."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netbuilder.project import Project
from netbuilder.project.document import Document
from netbuilder.project.file import dumps
from netbuilder.project.history import LONGEST, History
from tests.toy import chain, edits


def project(*ids: str) -> Project:
    return Project().with_graph(chain(*ids))


def test_the_label_says_what_undo_takes_back_and_redo_brings_again():
    history = History(Project())
    assert (history.undo_label, history.redo_label) == (None, None)
    history.add("Add a", project("a"))
    history.add("Add b", project("a", "b"))
    history.go(1)
    assert (history.undo_label, history.redo_label) == ("Add a", "Add b")


def test_a_new_step_takes_the_place_of_what_could_be_redone():
    history = History(Project())
    history.add("Add a", project("a"))
    history.go(0)
    history.add("Add b", project("b"))
    assert [step.label for step in history.steps] == ["Open", "Add b"]
    assert history.redo_label is None


def test_a_step_that_is_not_there_can_not_be_gone_to():
    history = History(Project())
    for at in (-1, 1):
        with pytest.raises(IndexError):
            history.go(at)


def test_the_oldest_steps_go_first():
    history = History(Project())
    for number in range(LONGEST + 10):
        history.add(f"Step {number}", project(f"n{number}"))
    assert len(history.steps) == LONGEST
    assert history.at == LONGEST - 1
    assert history.steps[0].label == "Step 10"


@settings(max_examples=200)
@given(st.lists(edits(), max_size=30))
def test_undo_all_and_redo_all_gives_the_same_project(sequence):
    document = Document()
    texts = [dumps(document.project)]
    for label, edit in sequence:
        document.apply(label, edit(document.project))
        if document.history.at == len(texts):
            texts.append(dumps(document.project))
    last = document.project
    for text in reversed(texts):
        assert dumps(document.project) == text
        document.undo()
    assert document.project == Project()
    for text in texts:
        assert dumps(document.project) == text
        document.redo()
    assert document.project is last
