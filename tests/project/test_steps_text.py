"""A history comes back from its text as it was, and text that is anything else is no history."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netbuilder.graph import Graph, Node
from netbuilder.graph import edits as e
from netbuilder.project import Project, file
from netbuilder.project.document import Document
from netbuilder.project.history import History
from netbuilder.project.reading import CannotOpen
from netbuilder.project.steps_text import MOST_STEPS, MOST_TEXT, CannotRead, StepTexts, read
from tests.toy import chain, edits


def written(history: History) -> str:
    return StepTexts().write(history.steps, history.at)


def moved(steps: int, nodes: int = 3) -> History:
    """A history in which one node goes to and fro."""
    graph = Graph({f"n{number}": Node(f"n{number}", "relu", f"relu{number}") for number in range(nodes)})
    history = History(Project().with_graph(graph))
    for number in range(1, steps):
        graph = e.move_nodes(graph, {"n1": (16.0 * number, 0.0)})
        history.add(f"Move {number}", Project().with_graph(graph))
    return history


@settings(max_examples=40)
@given(st.lists(edits(), max_size=12), st.integers(0, 12))
def test_every_step_comes_back_with_its_label_its_time_and_its_project(sequence, undone):
    document = Document()
    for label, edit in sequence:
        document.apply(label, edit(document.project))
    for _ in range(undone):
        document.undo()
    history = document.history
    again = read(written(history))
    assert again.at == history.at
    assert [(step.label, step.when) for step in again.steps] == [(step.label, step.when) for step in history.steps]
    assert [file.dumps(step.project) for step in again.steps] == [file.dumps(step.project) for step in history.steps]


def test_a_history_that_was_read_is_written_again_without_reading_its_projects():
    history = moved(30)
    again = read(written(history))
    assert written(again) == written(history)
    assert not any(step.is_read for step in again.steps)


def test_what_steps_have_in_common_is_written_once():
    one, many = len(written(moved(1, nodes=400))), len(written(moved(200, nodes=400)))
    assert many - one < 200 * 250  # a step that moves a node costs about its line


def test_of_a_long_history_the_steps_around_the_present_one_are_kept():
    history = moved(MOST_STEPS * 2)
    history.go(MOST_STEPS)
    again = read(written(history))
    assert len(again.steps) == MOST_STEPS
    assert again.steps[again.at].label == f"Move {MOST_STEPS}"
    assert 0 < again.at < MOST_STEPS - 1


def test_of_a_large_history_as_much_is_kept_as_there_is_room_for():
    graph = Graph({f"n{number}": Node(f"n{number}", "relu", f"r{number}") for number in range(4000)})
    history = History(Project().with_graph(graph))
    for number in range(1, 20):
        graph = e.move_nodes(graph, dict.fromkeys(graph.nodes, (16.0 * number, 0.0)))
        history.add("Tidy", Project().with_graph(graph))
    text = written(history)
    again = read(text)
    assert MOST_TEXT / 2 < len(text) < MOST_TEXT * 1.2
    assert 1 < len(again.steps) < 20
    assert again.project == history.project


TEXT = written(moved(4))


@settings(max_examples=60)
@given(st.data())
def test_a_text_that_was_changed_anywhere_is_refused(data):
    text = TEXT
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from([text[:at], text[:at] + "7" + text[at + 1 :], text[:at] + text[at + 1 :]]))
    if other != text:
        with pytest.raises(CannotRead):
            read(other)


def forged(*rows: str) -> str:
    from netbuilder.project.steps_text import _digest

    body = "\n".join(rows)
    return f"{_digest(body)}\n{body}"


HEAD = f'{{"format": [1, {file.FORMAT}], "steps": 1, "at": 0, "lines": [0, 1]}}'


@pytest.mark.parametrize(
    "rows",
    [
        ("",),
        ("[]",),
        (HEAD.replace('"at": 0', '"at": 1'),),
        (HEAD.replace("[1,", "[999,"), '["Open", 0, []]'),
        (HEAD, '["Open", 0, [0, 1000000000]]', "{}"),
        (HEAD, '["Open", 0, [-1, 1]]', "{}"),
        (HEAD, '["Open", 0, [0]]', "{}"),
        (HEAD, '["Open", 1e999, [0, 1]]', "{}"),
        (HEAD, '[7, 0, [0, 1]]', "{}"),
        (HEAD, "[" * 100_000),
    ],
)  # fmt: skip
def test_a_forged_text_is_refused(rows):
    with pytest.raises(CannotRead):
        read(forged(*rows))


def test_a_step_whose_project_cannot_be_read_is_dropped_when_one_goes_there():
    good = moved(2)
    broken = read(forged(HEAD, '["Open", 0, [0, 1]]', "__import__('os').abort()")).steps[0]
    with pytest.raises(CannotOpen):
        _ = broken.project
    document = Document()
    document.open(good.project, None, history=History.of([good.steps[0], broken, good.steps[1]], 2))
    document.undo()
    assert (document.history.at, len(document.history.steps)) == (0, 1)
    assert document.project == good.project


def test_undo_into_an_earlier_day_uses_the_nodes_that_are_on_show():
    again = read(written(moved(3)))
    now = again.project
    before = again.go(1)
    assert before.main.nodes["n0"] is now.main.nodes["n0"]


def test_an_earlier_history_goes_before_what_was_done_since_it_was_opened():
    past = moved(4)
    past.go(2)
    project = past.steps[2].project
    document = Document(project)
    document.apply("Rename", project.with_graph(e.rename_node(project.main, "n1", "b")))
    document.continue_from(read(written(past)))
    assert [step.label for step in document.history.steps] == ["Open", "Move 1", "Move 2", "Rename"]
    assert (document.history.at, document.history.undo_label) == (3, "Rename")
    document.go(0)
    assert document.project == past.steps[0].project


def test_an_earlier_history_can_be_redone_as_long_as_nothing_else_was_done():
    past = moved(4)
    past.go(2)
    document = Document(past.project)
    document.continue_from(past)
    assert document.history.redo_label == "Move 3"
    assert not document.edited


def test_the_history_of_another_project_is_not_taken():
    document = Document(Project().with_graph(chain("a1")))
    document.continue_from(moved(4))
    assert [step.label for step in document.history.steps] == ["Open"]


def test_a_step_is_turned_into_text_once(monkeypatch):
    texts, history = StepTexts(), moved(3)
    first = texts.write(history.steps, history.at)
    monkeypatch.setattr(file, "dumps", lambda project: pytest.fail("it was turned into text before"))
    assert texts.write(history.steps, history.at) == first
