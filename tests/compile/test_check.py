"""Checking: shapes on the edges, problems in sentences, and fixes that mend them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from netbuilder.compile.check import Inferences, check
from netbuilder.graph import Edge, Graph, Node
from netbuilder.graph import edits as e
from netbuilder.layers import Catalog, standard
from netbuilder.project import MAIN, Part, Project
from netbuilder.spec import DataSpec, TargetSpec, TensorSpec
from tests.compile.drawing import DIGITS, IRIS, PHOTOS, PRICES, TEXTS, Item, add, draw, join, look, mend

CNN: tuple[Item, ...] = (
    ("conv2d", {"padding": "same"}),
    "relu",
    "max_pool2d",
    "flatten",
    ("linear", {"out_features": 10}),
)


def test_a_whole_network_has_shapes_a_source_and_no_problem() -> None:
    checked = look(draw(*CNN))
    assert checked.problems == ()
    assert checked.can_train
    assert str(checked.types["n2", "y"]) == "N×32×8×8"
    assert str(checked.types["n5", "y"]) == "N×512"
    assert checked.inferred["n2"] == {"in_channels": 1}
    assert checked.inferred["n6"] == {"in_features": 512}
    assert checked.cost is not None
    assert checked.cost.parameters == 320 + 5130
    assert checked.cost.macs == 32 * 64 * 9 + 5120
    assert checked.identifiers[MAIN]["n2"] == "conv2d"


def test_before_the_data_is_known_nothing_is_wrong_and_nothing_can_be_trained() -> None:
    checked = look(draw(*CNN), None)
    assert checked.problems == ()
    assert checked.source is None
    assert not checked.types
    assert not checked.can_train


def test_an_input_with_a_shape_of_its_own_needs_no_data_for_a_source() -> None:
    project = draw(*CNN)
    project = project.with_graph(e.set_settings(project.main, "n1", {"shape": [1, 8, 8]}))
    checked = look(project, None)
    assert checked.source is not None
    assert not checked.can_train


def test_a_linear_over_pixels_is_told_of_the_flatten_it_lacks() -> None:
    project = draw(("conv2d", {"out_channels": 64}), "max_pool2d", ("linear", {"out_features": 10}))
    (problem,) = look(project).problems
    assert problem.sentence == (
        "linear needs a 2-D input but gets N×64×3×3 from max_pool2d, so the result is N×64×3×10. "
        "Put a Flatten between them."
    )
    assert problem.node == "n4"
    assert problem.fix is not None
    assert problem.fix.label == "Put a Flatten before linear"
    assert look(problem.fix.edit(project)).can_train


BROKEN: dict[str, tuple[Project, DataSpec, str]] = {
    "too few classes": (draw("flatten", ("linear", {"out_features": 7})), DIGITS, "digits has 10 classes"),
    "no linear at the end": (draw("flatten"), DIGITS, "Put a Linear before output"),
    "a picture at the end": (draw("conv2d"), DIGITS, "Put a Flatten and a Linear before output"),
    "as many channels as classes": (draw(("conv2d", {"out_channels": 10})), DIGITS, "AdaptiveAvgPool2d"),
    "one number": (draw(("linear", {"out_features": 2})), PRICES, "1 number to predict"),
    "no number": (draw(("linear", {"out_features": 1}), "select"), PRICES, "Put a Reshape"),
    "groups": (draw(("conv2d", {"groups": 4}), *CNN[1:]), PHOTOS, "groups must divide both"),
    "norm groups": (draw(("conv2d", {"out_channels": 30}), "group_norm", *CNN[2:]), DIGITS, "num_groups must divide"),
    "heads": (draw("multihead_attention", ("mean", {}), *CNN[4:]), DIGITS, "Reshape"),
    "kernel": (draw(("conv2d", {"kernel_size": 9}), *CNN[3:]), DIGITS, "only 8×8"),
    "kernel with stride": (
        draw(("conv2d", {"kernel_size": 9, "stride": 2}), *CNN[3:]),
        DIGITS,
        "Set kernel_size to 8×8",
    ),
    "same with stride": (draw(("conv2d", {"padding": "same", "stride": 2}), *CNN[3:]), DIGITS, "needs a stride of 1"),
    "reflected padding": (
        draw(("conv2d", {"padding": 9, "padding_mode": "reflect"}), *CNN[3:]),
        DIGITS,
        "more padding than picture",
    ),
    "pool on one pixel": (draw(("adaptive_avg_pool2d", {}), "max_pool2d", *CNN[3:]), DIGITS, "Take it out"),
    "pool padding": (draw(("max_pool2d", {"padding": 2}), *CNN[3:]), DIGITS, "more padding than half"),
    "output padding": (
        draw(("conv_transpose2d", {"output_padding": 2}), *CNN[3:]),
        DIGITS,
        "output_padding smaller than",
    ),
    "embedding of pictures": (draw("embedding", ("mean", {}), ("linear", {"out_features": 2})), TEXTS, "whole numbers"),
    "whole numbers into a linear": (draw(("linear", {"out_features": 2})), TEXTS, ""),
    "padding_idx": (
        draw(("embedding", {"padding_idx": 5000}), ("mean", {}), ("linear", {"out_features": 2})),
        TEXTS,
        "whole numbers",
    ),
    "conv on numbers": (draw("conv2d", *CNN[3:]), IRIS, "needs a 4-D input"),
    "conv1d on pictures": (draw("conv1d", *CNN[3:]), DIGITS, "Make it a Conv2d"),
    "lstm on pictures": (draw("lstm", "select", *CNN[4:]), DIGITS, "Reshape"),
    "lstm on colour": (draw("lstm", "select", *CNN[4:]), PHOTOS, "Put a Flatten and a Permute"),
    "lstm to the end": (draw(("reshape", {"shape": [8, 8]}), "lstm", *CNN[4:]), DIGITS, "Put a Select between"),
    "lstm alone": (draw(("reshape", {"shape": [8, 8]}), "lstm"), DIGITS, "Put a Select and a Linear"),
    "batch norm of rows": (draw("flatten", "batch_norm2d", *CNN[4:]), DIGITS, "Make it a BatchNorm1d"),
    "batch norm of pictures": (draw("conv2d", "batch_norm1d", *CNN[3:]), DIGITS, "Make it a BatchNorm2d"),
    "reshape": (draw(("reshape", {"shape": [5, 5]}), *CNN[3:]), DIGITS, "can't put the 64 numbers"),
    "reshape with rest": (draw(("reshape", {"shape": [5, -1]}), *CNN[3:]), DIGITS, "can't put the 64 numbers"),
    "unflatten": (draw(("unflatten", {"dim": 1, "unflattened_size": [3, 3]}), *CNN[3:]), DIGITS, "can't put"),
    "permute": (draw("permute", *CNN[3:]), DIGITS, "each of the 4 dimensions"),
    "permute twice": (draw(("permute", {"dims": [0, 1, 1, 2]}), *CNN[3:]), DIGITS, "each of the 4 dimensions"),
    "select": (
        draw("flatten", ("linear", {}), ("unflatten", {}), ("select", {"index": 3}), *CNN[4:]),
        DIGITS,
        "only 1",
    ),
    "softmax dim": (draw("flatten", ("softmax", {"dim": 4}), *CNN[4:]), DIGITS, "only the dimensions 0 to 1"),
    "flatten dim": (draw(("flatten", {"start_dim": 7}), *CNN[4:]), DIGITS, "only the dimensions"),
    "flatten order": (draw(("flatten", {"start_dim": 3, "end_dim": 2}), "flatten", *CNN[4:]), DIGITS, "behind it"),
    "layer norm": (draw("flatten", ("layer_norm", {"dims": 4}), *CNN[4:]), DIGITS, "Set dims to 1"),
    "upsample": (draw(("upsample", {"scale_factor": 0.01}), *CNN[3:]), DIGITS, "leaves nothing"),
    "out of range": (draw(("conv2d", {"out_channels": -3}), *CNN[3:]), DIGITS, "out_channels must be 1 or more"),
    "unknown setting": (draw(("conv2d", {"colour": "red"}), *CNN[3:]), DIGITS, "no setting called 'colour'"),
    "wrong type": (draw(("conv2d", {"kernel_size": {"a": [1]}}), *CNN[3:]), DIGITS, "kernel_size must be"),
    "softmax": (draw(*CNN, "softmax"), DIGITS, "does a softmax itself"),
    "too large": (draw(("conv2d", {"padding": 2**50}), *CNN[3:]), DIGITS, "larger for N×1×8×8"),
    "an unknown layer": (draw("conv2d", "foo", *CNN[3:]), DIGITS, "no layer of the kind 'foo'"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_every_problem_can_be_mended_by_its_fixes(case: str) -> None:
    project, data, said = BROKEN[case]
    before = look(project, data)
    if case == "whole numbers into a linear":
        project = project.with_graph(e.set_settings(project.main, "n1", {"dtype": "int64"}))
        before = look(project, data)
    assert before.problems
    assert any(said in problem.sentence for problem in before.problems)
    after, mended = mend(project, data)
    assert [problem.sentence for problem in after.problems] == []
    assert after.can_train
    assert len(mended) <= 4


@pytest.mark.parametrize("case", BROKEN)
def test_every_problem_is_a_sentence_at_a_node(case: str) -> None:
    project, data, _ = BROKEN[case]
    for problem in mend(project, data)[1]:
        assert problem.sentence[-1] == "."
        assert len(problem.sentence) < 260
        assert 0 < len(problem.short) <= 24
        assert problem.node is not None
        assert problem.fix is not None
        assert problem.fix.label[0].isupper()
        assert "PyTorch says" not in problem.sentence


def test_a_fix_of_a_node_that_is_gone_does_nothing() -> None:
    project = draw("flatten", ("linear", {"out_features": 7}))
    (problem,) = look(project).problems
    assert problem.fix is not None
    gone = project.with_graph(e.remove_nodes(project.main, ["n3"]))
    assert problem.fix.edit(gone) == gone
    assert problem.fix.edit(Project()) == Project()


def two_branches(merge: str, left: dict[str, Any], right: dict[str, Any]) -> Project:
    project = draw(("conv2d", left), merge, *CNN[3:])
    project = project.with_graph(e.disconnect(project.main, "n3", "x1"))
    project, other = add(project, "conv2d", **right)
    project = join(join(project, "n1", other), "n2", "n3", "x1")
    return join(project, other, "n3", "x2")


@pytest.mark.parametrize(
    ("merge", "left", "right", "advice"),
    [
        ("add", {"out_channels": 16}, {"out_channels": 64}, "Put a 1×1 Conv2d with 64 filters after conv2d"),
        ("add", {"kernel_size": 1}, {"out_channels": 64, "stride": 2, "padding": 1}, "a 1×1 Conv2d with 64 filters"),
        ("add", {}, {"kernel_size": 1}, "AdaptiveAvgPool2d to 6×6"),
        ("multiply", {}, {"out_channels": 5}, "a 1×1 Conv2d with 5 filters"),
        ("concatenate", {"kernel_size": 5}, {}, "AdaptiveAvgPool2d to 4×4"),
    ],
)
def test_branches_that_do_not_fit_are_brought_together(merge: str, left: dict, right: dict, advice: str) -> None:
    project = two_branches(merge, left, right)
    problem = look(project).problems[0]
    assert "from conv2d" in problem.sentence
    assert advice in problem.sentence
    assert mend(project)[0].can_train


def test_a_merge_that_sets_every_sample_against_every_other_is_told_and_refused_at_the_output() -> None:
    project = draw("flatten", ("linear", {"out_features": 8}), "add", ("linear", {"out_features": 10}))
    project, row = add(project, "select", dim=2)
    project = join(project, "n1", row)
    project = join(project, row, "n4", "x2")
    refused, warned = look(project).problems
    assert refused.sentence.startswith("output gets N×N×10, which is not one row for each sample.")
    said = warned.sentence
    assert said.startswith("add mixes up the samples of a batch: N×8 from linear and N×1×8 from select give N×N×8.")
    assert warned.severity == "warning"


def test_joining_along_the_batch_is_told() -> None:
    project = two_branches("concatenate", {}, {})
    project = project.with_graph(e.set_settings(project.main, "n3", {"dim": 0}))
    refused, warned = look(project).problems
    assert "not one row for each sample" in refused.sentence
    assert "mixes up the samples" in warned.sentence


def test_an_empty_canvas_offers_a_start_and_the_start_leads_on() -> None:
    (problem,) = look(Project()).problems
    assert "canvas is empty" in problem.sentence
    assert mend(Project())[0].can_train


def test_an_empty_network_beside_the_main_one_is_called_by_its_name() -> None:
    project = draw("flatten", ("linear", {"out_features": 10}))
    project = replace(project, graphs={**project.graphs, "critic": Graph()})
    checked = look(project)
    (problem,) = checked.problems
    assert problem.sentence == "The network critic is empty: drag an Input onto it to begin."
    assert problem.graph == "critic"
    assert checked.can_train


def test_a_network_without_ends_gets_them() -> None:
    project = draw("flatten", ("linear", {"out_features": 10}))
    project = project.with_graph(e.remove_nodes(project.main, ["n1", "n4"]))
    said = [problem.sentence for problem in look(project).problems]
    assert any("no Input" in sentence for sentence in said)
    assert any("no Output" in sentence for sentence in said)
    assert mend(project)[0].can_train


def test_a_lone_open_input_is_joined_to_the_lone_open_output() -> None:
    project = draw(*CNN)
    project = project.with_graph(e.disconnect(project.main, "n4", "x"))
    problem = next(p for p in look(project).problems if p.fix is not None and p.severity == "error")
    assert problem.fix is not None
    assert problem.fix.label == "Connect relu to max_pool2d"
    assert problem.port == "x"
    assert look(problem.fix.edit(project)).can_train


def test_what_leads_nowhere_is_left_out_and_does_not_hinder() -> None:
    project, id = add(draw(*CNN), "conv2d", out_channels=5)
    checked = look(join(project, "n2", id))
    assert [p.severity for p in checked.problems] == ["warning"]
    assert "does not lead to an Output" in checked.problems[0].sentence
    assert checked.can_train
    assert checked.source is not None
    assert "conv2d2" not in checked.source.text
    assert str(checked.types[id, "y"]) == "N×5×6×6"
    unconnected = look(project)
    assert unconnected.can_train
    assert [p.severity for p in unconnected.problems] == ["warning"]
    broken, _ = add(project, "foo")
    assert look(broken).can_train


def test_a_branch_that_leads_nowhere_is_told_once_and_removed_whole() -> None:
    project, first = add(draw(*CNN), "conv2d", out_channels=5)
    project, second = add(join(project, "n2", first), "relu")
    project = join(project, first, second)
    (problem,) = look(project).problems
    assert problem.node == second
    assert "so is the node before it" in problem.sentence
    assert problem.fix is not None
    mended = problem.fix.edit(project)
    assert mended.main == draw(*CNN).main
    assert look(mended).problems == ()


def test_while_the_rest_has_an_error_nothing_is_said_of_what_leads_nowhere_yet() -> None:
    project = draw(*CNN)
    cut = project.with_graph(e.disconnect(project.main, "n4", "x"))
    checked = look(cut)
    assert [p.node for p in checked.problems] == ["n4"]
    assert str(checked.types["n2", "y"]).startswith("N×"), "shapes are known as one draws"


def test_edges_to_ports_that_are_not_there_are_told_and_removed() -> None:
    graph = draw(*CNN).main
    wrong = Edge("n2", "y", "n3", "spare")
    late = Edge("n2", "other", "n3", "x")
    broken = Graph(graph.nodes, {**graph.edges, ("n3", "spare"): wrong, ("n3", "x"): late})
    said = [problem.sentence for problem in look(Project().with_graph(broken)).problems]
    assert any("no input called 'spare'" in sentence for sentence in said)
    assert any("no output called 'other'" in sentence for sentence in said)
    assert mend(Project().with_graph(broken))[0].can_train


def test_an_input_of_another_shape_than_the_data_is_told() -> None:
    project = draw(*CNN)
    project = project.with_graph(e.set_settings(project.main, "n1", {"shape": [3, 9, 9]}))
    problem = look(project).problems[0]
    assert problem.sentence == ("input says one sample is 3×9×9, but in digits it is 1×8×8. Leave its shape empty.")
    assert mend(project)[0].can_train


def test_inputs_are_paired_with_the_data_by_name_and_ordered_as_the_data() -> None:
    data = DataSpec("pairs", {"left": TensorSpec((4,)), "right": TensorSpec((6,))}, TargetSpec("class", ("no", "yes")))
    project = draw("concatenate", ("linear", {"out_features": 2}), names=("right",))
    project, other = add(project, "input")
    project = project.with_graph(e.rename_node(project.main, other, "left"))
    project = join(project, other, "n2", "x2")
    checked = look(project, data)
    assert checked.problems == ()
    assert str(checked.types["n1", "y"]) == "N×6"
    assert checked.source is not None
    assert checked.source.text.index("left: torch.Tensor") < checked.source.text.index("right: torch.Tensor")
    renamed = project.with_graph(e.rename_node(project.main, other, "middle"))
    assert "no input called middle" in look(renamed, data).problems[0].sentence


def test_a_second_output_is_returned_but_not_learned_from() -> None:
    project, id = add(draw(*CNN), "output")
    checked = look(join(project, "n2", id))
    assert [p.severity for p in checked.problems] == ["warning"]
    assert checked.can_train
    assert checked.source is not None
    assert "tuple[torch.Tensor, torch.Tensor]" in checked.source.text


def test_cross_entropy_for_numbers_is_told_and_mended() -> None:
    project = draw(("linear", {"out_features": 1})).with_recipe(
        Part("supervised", {"loss": "cross_entropy", "epochs": 3})
    )
    (problem,) = look(project, PRICES).problems
    assert problem.fix is not None
    mended = problem.fix.edit(project)
    assert mended.recipe == Part("supervised", {"epochs": 3})
    assert look(mended, PRICES).can_train


def test_a_softmax_before_another_loss_is_no_problem() -> None:
    project = draw(*CNN, "softmax").with_recipe(Part("supervised", {"loss": "mse"}))
    assert look(project).problems == ()


HUGE = (2**20, 2**31, 2**40, 2**53)


@pytest.mark.parametrize("number", HUGE)
@pytest.mark.parametrize(
    ("kind", "setting"),
    [
        ("conv2d", "out_channels"),
        ("conv2d", "kernel_size"),
        ("conv2d", "padding"),
        ("conv2d", "stride"),
        ("conv2d", "dilation"),
        ("conv2d", "groups"),
        ("conv_transpose2d", "stride"),
        ("max_pool2d", "kernel_size"),
        ("adaptive_avg_pool2d", "output_size"),
        ("adaptive_max_pool2d", "output_size"),
        ("upsample", "size"),
        ("group_norm", "num_groups"),
        ("linear", "out_features"),
        ("reshape", "shape"),
        ("unflatten", "unflattened_size"),
        ("lstm", "hidden_size"),
        ("multihead_attention", "num_heads"),
        ("embedding", "num_embeddings"),
        ("embedding", "padding_idx"),
    ],
)
def test_huge_numbers_are_told_in_a_sentence(kind: str, setting: str, number: int) -> None:
    shape = {"lstm": [8, 8], "multihead_attention": [8, 8], "embedding": [8]}.get(kind, [4, 8, 8])
    project = draw((kind, {setting: number}), *CNN[3:])
    given = {"shape": shape, "dtype": "int64" if kind == "embedding" else "float32"}
    project = project.with_graph(e.set_settings(project.main, "n1", given))
    checked = look(project, None)
    for problem in checked.problems:
        assert problem.sentence.endswith(".")
        assert len(problem.sentence) < 330
    if number == 2**53:
        assert checked.errors or kind in ("conv2d", "reshape", "max_pool2d")


def test_a_long_sequence_is_no_longer_to_check_than_a_short_one() -> None:
    project = draw("lstm", "select", ("linear", {"out_features": 2}))
    data = DataSpec("waves", {"wave": TensorSpec((1_000_000, 3))}, TargetSpec("class", ("no", "yes")))
    checked = look(project, data)
    assert checked.can_train
    assert str(checked.types["n2", "output"]) == "N×1000000×64"
    assert checked.cost is not None
    assert checked.cost.per_node["n2"].macs == 1_000_000 * 4 * 64 * (3 + 64)


def test_only_what_lies_behind_an_edit_is_asked_again() -> None:
    project, memory = draw(*CNN), Inferences()
    check(project, standard(), DIGITS, memory)
    asked = memory.asked
    changed = project.with_graph(e.set_settings(project.main, "n6", {"out_features": 11}))
    check(changed, standard(), DIGITS, memory)
    assert memory.asked == asked + 1
    check(changed.with_graph(e.move_nodes(changed.main, {"n3": (1.0, 2.0)})), standard(), DIGITS, memory)
    assert memory.asked == asked + 1


def test_a_catalogue_without_the_layer_for_a_fix_still_says_what_is_wrong() -> None:
    few = Catalog(layer for layer in standard() if layer.kind in ("input", "output", "linear"))
    project = draw(("linear", {"out_features": 10}))
    (problem,) = check(project, few, DIGITS).problems
    assert problem.fix is None
    assert "needs a 2-D input" in problem.sentence


def test_a_node_with_a_setting_that_is_no_setting_does_not_crash() -> None:
    node = Node("n1", "conv2d", "conv", {"out_channels": [[[1]]], "": None, "bias": {"a": 1}})
    checked = look(Project().with_graph(Graph({"n1": node})))
    assert len(checked.problems) >= 3
