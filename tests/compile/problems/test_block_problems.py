"""What is wrong in blocks, in rows of them and where layers are shared: said once, where it is, and mended there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from netbuilder.compile.check import Checked, check
from netbuilder.compile.inference.infer import Inferences
from netbuilder.graph import Graph
from netbuilder.graph.block import Block, Exposed
from netbuilder.layers import standard
from netbuilder.project import Project
from tests.compile.drawing import DIGITS
from tests.compile.wiring import RESIDUAL, RESNET, by, changed, wired
from tests.compile.writing.test_block_source import GATE, drawn


def looked(project: Project, memory: Inferences | None = None) -> Checked:
    return check(project, standard(), DIGITS, memory)


def test_every_standing_has_its_own_shapes_and_costs() -> None:
    checked = looked(RESNET)
    assert str(checked.views["main", "stage1"].types["conv1", "y"]) == "N×8×8×8"
    assert str(checked.views["main", "stage2"].types["conv1", "y"]) == "N×16×4×4"
    assert checked.views["main", "stage2"].inferred["conv1"] == {"in_channels": 8}
    assert checked.views["residual",] == checked.views["main", "stage1"], "by itself it is seen as it first stands"
    assert checked.view(("main", "stem")) is None
    assert checked.view(("nowhere",)) is None
    one, two = (checked.views["main", stage].cost for stage in ("stage1", "stage2"))
    assert one is not None
    assert two is not None
    assert checked.cost is not None
    assert checked.cost.per_node["stage1"].parameters == 2 * one.parameters
    assert checked.cost.per_node["stage2"].parameters == two.parameters
    assert checked.cost.per_node["stage1"].macs == 2 * (one.macs or 0)
    assert list(checked.views) == [("main",), *(("main", f"stage{n}") for n in (1, 2, 3)), ("residual",)]


def test_a_problem_in_a_block_is_said_once_and_mended_in_the_block() -> None:
    project = changed(RESNET, "residual", "conv1", groups=3)
    checked = looked(project)
    problem = checked.problems[0]
    assert [p.node for p in checked.problems] == ["conv1"]
    assert problem.graph == "residual"
    assert "groups must divide both" in problem.sentence
    assert "only in" not in problem.sentence
    assert not checked.can_train
    assert checked.problems_of("conv1", "residual") == (problem,)
    assert checked.problems_of("conv1") == ()
    assert checked.views["main",].inside["stage1"].short == "problem inside"
    assert checked.view(("main", "stage2")) is None, "nothing is known of what flows into it"
    assert problem.fix is not None
    mended = problem.fix.edit(project)
    assert mended.main is project.main
    assert looked(mended).can_train


def test_a_problem_that_only_some_standings_have_says_which() -> None:
    project = changed(changed(RESNET, "residual", "shortcut", groups=8), "main", "stage2", channels=12)
    (problem,) = looked(project).problems
    assert problem.graph == "residual"
    assert problem.sentence.endswith("This is so only in stage2.")
    inside = looked(project).views["main",].inside
    assert list(inside) == ["stage2"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("width * 2", "width is no setting of this block; it has channels, stride"),
        ("channels / 0", "channels / 0 divides by 0"),
        ("channels - 100", "must be 1 or more. channels - 100 is -92."),
        ("channels / 3", "must be a whole number"),
        ("((", "no arithmetic"),
        ("__import__('os')", "out_channels can't be worked out"),
        ("channels ** 99", "too large a power"),
    ],
)
def test_an_expression_without_a_value_is_a_problem_of_the_setting(text: str, said: str) -> None:
    project = changed(RESNET, "residual", "conv2", out_channels=by(text))
    problem = next(p for p in looked(project).problems if p.node == "conv2")
    assert said in problem.sentence
    assert problem.sentence[-1] == "."
    assert problem.setting == "out_channels"
    assert problem.fix is not None


def test_code_does_not_come_from_a_setting_of_the_block() -> None:
    seen: list[str] = []

    def trusts(text: str) -> bool:
        seen.append(text)
        return not text

    block = wired({"x": "input", "own": ("custom", {"code": by("evil")}), "y": "output"}, "x > own", "own > y")
    code = "__import__('os').system('touch canary') or x"
    project = drawn({"hidden": (block, (Exposed("evil", "text", code),))}, "image > a", "a > flatten", a="block:hidden")
    checked = check(project, standard(), DIGITS, trusted=trusts)
    assert any("can't be an expression" in problem.sentence for problem in checked.errors)
    assert code not in seen
    assert not checked.can_train


@pytest.mark.parametrize(("count", "said"), [(0, "from 1 to 1000"), (1001, "from 1 to 1000"), (1.5, "whole")])
def test_a_block_repeats_a_whole_number_of_times(count: float, said: str) -> None:
    problem = next(p for p in looked(changed(RESNET, "main", "stage1", repeat=count)).problems if p.node == "stage1")
    assert said in problem.sentence
    assert (problem.graph, problem.setting) == ("main", "repeat")


def test_a_block_that_does_not_fit_its_next_copy_is_told() -> None:
    project = changed(RESNET, "main", "stage2", repeat=3)
    (problem,) = looked(project).problems
    assert problem.sentence == (
        "stage2 can't stand 3 times in a row: residual takes N×8×8×8 as x but gives N×16×4×4 as y. Let it give what it "
        "takes, or stand once."
    )
    assert (problem.graph, problem.node, problem.setting) == ("main", "stage2", "repeat")
    assert problem.fix is not None
    assert looked(problem.fix.edit(project)).can_train


def test_a_block_inside_itself_is_told_and_not_followed() -> None:
    inside = replace(RESIDUAL.nodes["relu2"], kind="block:residual", settings={})
    project = RESNET.with_graph(Graph({**RESIDUAL.nodes, "relu2": inside}, RESIDUAL.edges), "residual")
    problem = next(p for p in looked(project).problems if p.node == "relu2")
    assert "would never end" in problem.sentence


def test_a_block_that_is_not_there_is_told() -> None:
    project = replace(RESNET, graphs={"main": RESNET.main}, blocks={})
    problems = looked(project).problems
    assert "The project has no block called 'residual'" in problems[0].sentence


def test_an_empty_block_and_one_without_an_output_are_told_and_mended() -> None:
    empty = looked(RESNET.with_graph(Graph(), "residual"))
    assert any("The block residual is empty" in p.sentence for p in empty.problems)
    without = Graph(
        {id: node for id, node in RESIDUAL.nodes.items() if id != "y"},
        {at: edge for at, edge in RESIDUAL.edges.items() if at[0] != "y"},
    )
    project = RESNET.with_graph(without, "residual")
    problem = next(p for p in looked(project).problems if p.graph == "residual")
    assert "The block residual has no Output" in problem.sentence
    assert problem.fix is not None
    mended = problem.fix.edit(project)
    assert "output" in [node.kind for node in mended.graphs["residual"]]


def test_what_is_wrong_in_a_block_that_stands_nowhere_is_a_warning() -> None:
    lonely = wired({"x": ("input", {"shape": [3, 8, 8]}), "conv": "conv1d", "y": "output"}, "x > conv", "conv > y")
    project = Project({**RESNET.graphs, "lonely": lonely}, blocks={**RESNET.blocks, "lonely": Block()})
    checked = looked(project)
    assert [(p.graph, p.severity) for p in checked.problems] == [("lonely", "warning")]
    assert checked.can_train
    assert str(checked.views["lonely",].types["x", "y"]) == "N×3×8×8"


def test_what_is_wrong_in_another_network_does_not_keep_main_from_training() -> None:
    other = wired({"z": "input", "fc": "linear", "y": "output"}, "z > fc", "fc > y")
    checked = looked(Project({**RESNET.graphs, "generator": other}, blocks=RESNET.blocks))
    (problem,) = checked.problems
    assert problem.sentence == "z has no shape, and no data enters generator. Say how large one sample is: 3, 32, 32."
    assert (problem.graph, problem.setting, problem.severity) == ("generator", "shape", "error")
    assert checked.errors == ()
    assert checked.can_train


CONV = ("conv2d", {"out_channels": 6, "padding": 1})


def test_a_shared_layer_that_gets_something_else_is_told_and_mended() -> None:
    project = drawn({}, "image > a", "a > b", "b > flatten", a=CONV, b=("conv2d", {}, "a"))
    (problem,) = looked(project).problems
    assert problem.sentence == (
        "b shares its weights with a, which expects 1 channel, but gets 6. Bring them to the same size, or give it its "
        "own weights."
    )
    assert problem.short == "6 ≠ 1 channel"
    assert problem.fix is not None
    assert looked(problem.fix.edit(project)).can_train


def test_a_shared_block_that_gets_something_else_says_which_layer_inside() -> None:
    project = drawn(
        {"residual": (RESIDUAL, RESNET.blocks["residual"].settings)},
        "image > a",
        "a > b",
        "b > flatten",
        a=("block:residual", {"channels": 4}),
        b=("block:residual", {}, "a"),
    )
    (problem,) = looked(project).problems
    assert "whose conv1 expects 1 channel, but gets 4" in problem.sentence


def test_a_shared_block_counts_its_parameters_once() -> None:
    blocks = {"residual": (RESIDUAL, RESNET.blocks["residual"].settings)}
    block = ("block:residual", {"channels": 4})
    edges = ("image > stem", "stem > a", "a > b", "b > flatten")
    stem = ("conv2d", {"out_channels": 4, "padding": 1})
    shared = looked(drawn(blocks, *edges, stem=stem, a=block, b=("block:residual", {}, "a"))).cost
    own = looked(drawn(blocks, *edges, stem=stem, a=block, b=block)).cost
    assert shared is not None
    assert own is not None
    assert own.parameters - shared.parameters == own.per_node["b"].parameters > 0
    assert shared.per_node["b"].parameters == 0
    assert shared.macs == own.macs


@pytest.mark.parametrize("owner", ["nobody", "flatten", "b"])
def test_a_node_that_can_share_nothing_gets_its_own_weights(owner: str) -> None:
    project = drawn({}, "image > b", "b > flatten", b=("conv2d", {}, owner))
    problem = looked(project).problems[0]
    assert problem.fix is not None
    assert problem.fix.label == "Give it its own weights"
    assert looked(problem.fix.edit(project)).can_train


def test_blocks_in_blocks_are_looked_at_once_however_often_they_stand() -> None:
    nodes = {"x": "input", "y": "output"}
    graphs = {}
    for number in range(30):
        kind = f"block:b{number + 1}" if number < 29 else "relu"
        graphs[f"b{number}"] = (wired({**nodes, "r": kind, "s": kind}, "x > r", "r > s", "s > y"), ())
    project = drawn(graphs, "image > deep", "deep > flatten", deep="block:b0")
    (problem,) = looked(project).problems
    assert "1,073,741,826 layers" in problem.sentence


def test_blocks_that_stand_in_too_many_ways_are_told() -> None:
    graphs = {}
    for number in range(20):
        kind = f"block:b{number + 1}" if number < 19 else "conv2d"
        setting = "c" if number < 19 else "out_channels"
        graphs[f"b{number}"] = (
            wired(
                {
                    "x": "input",
                    "r": (kind, {setting: by("c * 2")}),
                    "s": (kind, {setting: by("c * 2 + 1")}),
                    "y": "output",
                },
                "x > r",
                "x > s",
                "s > y",
            ),
            (Exposed("c"),),
        )
    project = drawn(graphs, "image > deep", "deep > flatten", deep="block:b0")
    sentences = [problem.sentence for problem in looked(project).problems]
    assert any(
        "different ways" in sentence or "larger" in sentence or "more than" in sentence for sentence in sentences
    )


def test_only_standings_of_an_edited_block_are_asked_again() -> None:
    memory = Inferences()
    looked(RESNET, memory)
    asked = memory.asked
    assert looked(RESNET, memory).can_train
    assert memory.asked == asked
    edited = changed(RESNET, "residual", "conv2", bias=True)
    assert looked(edited, memory).can_train
    assert memory.asked == asked + 3, "conv2 in each standing"
    asked = memory.asked
    looked(changed(edited, "main", "fc", out_features=11), memory)
    assert memory.asked == asked + 1


def test_an_edit_is_seen_in_the_answer_that_remembers() -> None:
    memory = Inferences()
    project = RESNET
    for id, settings in (("conv1", {"kernel_size": 5}), ("conv2", {"groups": 3}), ("conv2", {"groups": 1})):
        project = changed(project, "residual", id, **settings)
        fresh, remembered = looked(project), looked(project, memory)
        assert [p.sentence for p in remembered.problems] == [p.sentence for p in fresh.problems]
        assert remembered.source == fresh.source
        assert remembered.views["main", "stage1"].types == fresh.views["main", "stage1"].types


def test_gates_of_other_sizes_are_told_inside() -> None:
    project = drawn(
        {"gate": (GATE, (Exposed("size"),))},
        "image > flat",
        "flat > gates.state",
        "flat > gates.mask",
        "gates > flatten",
        flat="flatten",
        gates=("block:gate", {"size": 12}),
    )
    (problem,) = looked(project).problems
    assert (problem.graph, problem.node) == ("gate", "times")
