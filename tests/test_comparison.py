"""Two runs compared, without a window: what differs is told in words, and what is the better is known."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest

from netbuilder import cli
from netbuilder.comparison.drawings import compare_drawings
from netbuilder.comparison.figures import Figure, reached
from netbuilder.comparison.lines import differing, lines_of, told
from netbuilder.comparison.runs import SAME, Comparison, compare
from netbuilder.graph import edits
from netbuilder.graph.block import Block, Exposed
from netbuilder.layers import standard
from netbuilder.layers.custom import Custom
from netbuilder.project import Part
from netbuilder.train.about import About, write_about
from netbuilder.train.event_log import EventLog
from netbuilder.train.events import Adjusted, Finished
from netbuilder.train.history import RunRecord, read_record
from netbuilder.train.recipes import Supervised
from netbuilder.train.run import Run
from tests.compared import after, before, renamed, two_runs, write_run


def in_words(one: dict, other: dict) -> list[str]:
    return [str(line) for line in differing(lines_of(told(Supervised.read, one), told(Supervised.read, other)))]


def compared(*folders) -> Comparison:
    runs = Run.open(folders[0]), Run.open(folders[1])
    return compare(runs, (read_record(runs[0]), read_record(runs[1])))


# Settings


def test_a_setting_that_differs_is_told_with_both_values():
    assert in_words({}, {"learning_rate": 0.01}) == ["learning rate 0.001 → 0.01"]


def test_a_setting_that_is_written_out_as_it_is_by_default_is_no_difference():
    assert in_words({}, {"learning_rate": 0.001}) == []


def test_settings_of_an_optimizer_are_told_below_it():
    sgd = {"optimizer": {"kind": "sgd", "settings": {"momentum": 0.9}}}
    assert in_words({"optimizer": "sgd"}, sgd) == ["optimizer: momentum 0 → 0.9"]
    assert in_words({}, sgd) == ["optimizer Adam → SGD", "optimizer: momentum – → 0.9"]


def test_what_is_usual_for_one_of_two_optimizers_is_no_difference_of_its_own():
    assert in_words({}, {"optimizer": "sgd"}) == ["optimizer Adam → SGD"]


def test_several_metrics_are_one_line_with_their_own_settings():
    given = {"metrics": [{"kind": "f1", "settings": {"average": "micro"}}]}
    (line,) = differing(lines_of(told(Supervised.read, {}), told(Supervised.read, given)))
    assert (line.name, line.one) == ("more metrics", "none")
    assert "average" in line.other


def test_a_setting_that_this_version_can_not_read_is_told_as_it_is_written():
    assert in_words({}, {"learning_rate": "fast"}) == ["learning rate 0.001 → fast"]
    assert [str(line) for line in lines_of(told(None, {"a": 1}), told(None, {"a": [2, 3]}))] == ["a 1 → 2, 3"]


def test_programs_that_differ_below_their_first_line_are_not_taken_for_the_same():
    name = next(iter(Custom.fields()))
    texts = [{name: f"class A(nn.Module):\n    x = {number}"} for number in (1, 2)]
    (line,) = differing(lines_of(*(told(Custom.read, text) for text in texts)))
    assert line.other.endswith("(changed)")


# Drawings


def test_nodes_are_added_removed_and_changed_by_their_ids():
    main, cell = compare_drawings(before(), after(before()), standard())
    assert main.states() == {"n2": "changed", "n6": "added", "n3": "removed"}
    assert [str(node) for node in main.nodes] == [
        "node2: out_features 32 → 64",
        "drop (Dropout) added",
        "node3 (ReLU) removed",
    ]
    assert ("added", "node2 → drop") in main.edges
    assert ("removed", "node2 → node3") in main.edges
    assert cell.state == ""


def test_where_a_node_stands_is_no_difference():
    moved = before().with_graph(edits.move_nodes(before().main, {"n2": (5.0, 500.0)}))
    assert [graph.state for graph in compare_drawings(before(), moved, standard())] == ["", ""]


def test_another_layer_under_the_same_id_is_a_change_that_names_both():
    (node,) = compare_drawings(before(), renamed(before(), "n3", "gelu"), standard())[0].nodes
    assert str(node) == "node3: layer ReLU → GELU"


def test_what_is_bypassed_frozen_or_learns_at_another_rate_has_changed():
    main = before().main
    for changed, words in (
        (edits.bypass(main, ["n3"]), "node3: bypassed off → on"),
        (edits.freeze(main, ["n2"]), "node2: frozen off → on"),
        (edits.set_rate(main, ["n2"], 0.1), "node2: learning rate times 1 → 0.1"),
    ):
        (node,) = compare_drawings(before(), before().with_graph(changed), standard())[0].nodes
        assert str(node) == words


def test_a_graph_that_only_one_project_has_is_added_or_removed_as_a_whole():
    less = replace(before(), graphs={"main": before().main}, blocks={})
    states = {graph.name: graph.state for graph in compare_drawings(less, before(), standard())}
    assert states["Cell"] == "added"
    assert {graph.name: graph.state for graph in compare_drawings(before(), less, standard())}["Cell"] == "removed"


def test_what_a_block_shows_is_compared_too():
    wide = replace(before(), blocks={"Cell": Block((Exposed("width", default=4),))})
    cell = compare_drawings(before(), wide, standard())[1]
    assert [str(line) for line in cell.lines] == ["width 1 → 4"]
    assert cell.state == "changed"


# What was reached


@pytest.mark.parametrize(
    ("name", "one", "other", "better"),
    [
        ("validation_loss", 0.5, 0.4, 1),
        ("validation_accuracy", 0.5, 0.4, -1),
        ("validation_mean_absolute_error", 2.0, 3.0, -1),
        ("validation_skill", 0.1, 0.2, 1),
        ("validation_r2", 0.9, 0.8, -1),
        ("validation_calibration_error", 0.1, 0.2, -1),
        ("training_told_apart", 0.5, 0.9, 0),
        ("validation_kl", 1.0, 2.0, 0),
        ("validation_loss", 0.5, 0.5, 0),
        ("validation_loss", 0.5, math.nan, 0),
    ],
)
def test_less_of_a_loss_and_more_of_an_accuracy_is_better(name, one, other, better):
    courses = [RunRecord(), RunRecord()]
    for course, value in zip(courses, (one, other), strict=True):
        course.add(Finished("done", 1, 1, final={name: value}))
    (figure,) = reached(*courses, judged_by=["skill"]).final
    assert figure.better == better


def test_a_figure_that_one_run_has_not_has_no_difference():
    assert Figure("epochs", 3, None).difference is None


# Whole runs


def test_two_runs_are_compared_from_their_folders(tmp_path):
    found = compared(*two_runs(tmp_path))
    assert found.names == ("flowers-001", "flowers-002")
    assert [str(line) for group in found.groups for line in differing(group.lines)] == [
        "optimizer Adam → SGD",
        "optimizer: momentum – → 0.9",
        "learning rate 0.001 → 0.01",
    ]
    whole = {figure.name: (figure.one, figure.other) for figure in found.reached.whole}
    assert whole == {"parameters": (483, 483), "epochs": (3, 2), "best epoch": (2, 2), "seconds": (4.5, 3.0)}
    best = {figure.name: figure for figure in found.reached.best}["validation_accuracy"]
    assert (best.one, best.other, best.better) == (0.75, 0.9, 1)
    assert not found.about_drawings


def test_the_same_drawing_is_said_to_be_the_same(tmp_path):
    one = write_run(tmp_path / "a-001", before(), {}, (0.5,))
    other = write_run(tmp_path / "a-002", before(), {"seed": 3}, (0.5,))
    assert compared(one, other).about_drawings == SAME


def test_a_drawing_that_can_not_be_opened_gets_a_sentence_and_the_rest_is_compared(tmp_path):
    one = write_run(tmp_path / "a-001", before(), {}, (0.5,))
    other = write_run(tmp_path / "a-002", before(), {"seed": 3}, (0.6,), text="no project")
    found = compared(one, other)
    assert "The drawing of a-002 can't be shown" in found.about_drawings
    assert found.reached.final


def test_losses_of_another_kind_and_other_data_are_not_taken_for_better_or_worse(tmp_path):
    one = write_run(tmp_path / "a-001", before(), {}, (0.5,))
    other = write_run(tmp_path / "a-002", before().with_data(Part("wine")), {"loss": "multi_margin"}, (0.6,))
    found = compared(one, other)
    by_name = {figure.name: figure.better for figure in found.reached.final}
    assert (by_name["validation_loss"], by_name["validation_accuracy"]) == (0, 1)
    assert len(found.notes) == 2


def test_versions_that_differ_are_told_piece_by_piece(tmp_path):
    one, other = two_runs(tmp_path)
    record = json.loads((other / "run.json").read_text())
    record["made_with"] = record["made_with"].replace("2.13.0", "2.12.1")
    (other / "run.json").write_text(json.dumps(record))
    where = compared(one, other).groups[-1]
    assert [str(line) for line in differing(where.lines)] == ["torch 2.13.0+cpu → 2.12.1+cpu"]


def test_runs_have_the_names_that_the_user_gave_them_unless_these_are_the_same(tmp_path):
    one, other = two_runs(tmp_path)
    write_about(one, About("slow"))
    assert compared(one, other).names == ("slow", "flowers-002")
    write_about(other, About("slow"))
    assert compared(one, other).names == ("flowers-001", "flowers-002")


def test_what_was_changed_on_the_way_stands_behind_what_a_run_began_with(tmp_path):
    one, other = two_runs(tmp_path)
    log = EventLog(one / "events.jsonl")
    for event in (Adjusted(3, 1.5, 0.0003, 64, 2), Adjusted(4, 2.0, 0.0003, 32, 4), Adjusted(5, 2.25, 0.01, 32, 4)):
        log.write(event)
    log.close()
    found = compared(one, other)
    lines = {line.name: (line.one, line.other, line.differs) for line in found.groups[0].lines}
    assert lines["learning rate"] == ("0.001 → 0.0003 → 0.01", "0.01", True)
    assert lines["batch size"] == ("64 → 32", "64", True)
    assert [(change.learning_rate, change.batch_size) for change in found.changes[0]] == [
        (0.0003, None), (None, 32), (0.01, None),
    ]  # fmt: skip
    assert found.changes[1] == ()


# The verb


def test_the_verb_prints_what_differs(tmp_path, capsys):
    one, other = two_runs(tmp_path)
    assert cli.main(["compare", str(one), str(other)]) == 0
    said = capsys.readouterr().out
    for words in (
        "learning rate",
        "~ node2: out_features 32 → 64",
        "+ drop (Dropout)",
        "- node3 (ReLU)",
        "+15.0 points",
    ):
        assert words in said
    assert "batch size" not in said


def test_with_all_the_verb_lists_what_is_the_same_too(tmp_path, capsys):
    one, other = two_runs(tmp_path)
    assert cli.main(["compare", str(one), str(other), "--all"]) == 0
    assert "batch size" in capsys.readouterr().out


def test_the_verb_prints_json(tmp_path, capsys):
    one, other = two_runs(tmp_path)
    assert cli.main(["compare", str(one), str(other), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["runs"] == [str(one), str(other)]
    assert {"name": "learning rate", "values": ["0.001", "0.01"]} in told["settings"]["How it learns"]
    states = {node["id"]: node["state"] for node in told["drawings"]["main"]["nodes"]}
    assert states == {"n2": "changed", "n6": "added", "n3": "removed"}
    accuracy = next(figure for figure in told["final"] if figure["name"] == "validation_accuracy")
    assert accuracy["better"] == 1
    assert math.isclose(accuracy["difference"], 0.2)


def test_the_verb_prints_names_and_changes(tmp_path, capsys):
    one, other = two_runs(tmp_path)
    write_about(one, About("slow and steady"))
    log = EventLog(one / "events.jsonl")
    log.write(Adjusted(3, 1.5, 0.0003, 64, 2))
    log.close()
    assert cli.main(["compare", str(one), str(other)]) == 0
    said = capsys.readouterr().out
    assert "slow and steady" in said
    assert "0.001 → 0.0003" in said
    assert cli.main(["compare", str(one), str(other), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["names"] == ["slow and steady", "flowers-002"]
    assert told["changes"] == [[{"step": 3, "epochs": 1.5, "learning_rate": 0.0003, "batch_size": None}], []]


def test_a_folder_that_is_no_run_is_one_sentence(tmp_path, capsys):
    one, _ = two_runs(tmp_path)
    assert cli.main(["compare", str(one), str(tmp_path)]) == 1
    said = capsys.readouterr().err.strip()
    assert said.count("\n") == 0
    assert "is not the folder of a run" in said
