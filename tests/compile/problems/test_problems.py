"""Every kind of problem: one clear sentence, one edit that mends it, and fewer problems after that edit."""

from __future__ import annotations

from typing import Any

import pytest

from netbuilder.compile.problems.problem import Problem
from netbuilder.graph import edits as e
from netbuilder.graph.assembly import assemble
from netbuilder.layers import standard
from netbuilder.project import Part, Project
from netbuilder.spec import DataSpec, TargetSpec, TensorSpec
from tests.compile.drawing import DIGITS, PHOTOS, PRICES, Item, add, draw, join, look

TEN = TargetSpec("class", tuple("0123456789"))
LINEAR: Item = ("linear", {"out_features": 10})
ROWS = DataSpec("rows", {"row": TensorSpec((20,))}, TEN)
MANY = DataSpec("many", {"row": TensorSpec((64,))}, TEN)
TOKENS = DataSpec("tokens", {"tokens": TensorSpec((12,), "int64")}, TEN)
WAVES = DataSpec("waves", {"wave": TensorSpec((40, 6))}, TEN)
SIGNALS = DataSpec("signals", {"signal": TensorSpec((6, 40))}, TEN)
COLOUR_LAST = DataSpec("snaps", {"image": TensorSpec((32, 32, 3))}, TEN)
CUBES = DataSpec("cubes", {"cube": TensorSpec((1, 8, 8, 8))}, TEN)
PAIRS = DataSpec("pairs", {"left": TensorSpec((4,)), "right": TensorSpec((6,))}, TEN)


def conv(filters: int = 8, kernel: int = 3, **more: Any) -> Item:
    return "conv2d", {"out_channels": filters, "kernel_size": kernel, **more}


def settings(project: Project, id: str, **changed: Any) -> Project:
    return project.with_graph(e.set_settings(project.main, id, changed))


def cut(project: Project, id: str, input: str = "x") -> Project:
    return project.with_graph(e.disconnect(project.main, id, input))


def meeting(kind: str, left: tuple[Item, ...], right: tuple[Item, ...], *behind: Item, **given: Any) -> Project:
    """Two branches of the input that meet in a layer of this kind, and what lies behind it."""
    project = draw(*left, (kind, given), *behind)
    meets = f"n{len(left) + 2}"
    last, port = "n1", "y"
    for item in right:
        name, chosen = item if isinstance(item, tuple) else (item, {})
        project, id = add(project, name, **chosen)
        layer = standard().find(name)
        assert layer is not None
        project, last, port = join(project, last, id, "x", port), id, layer().outputs()[0].name
    return join(project, last, meets, "x2", port)


def feeding(project: Project, target: str, kind: str, **given: Any) -> Project:
    """A node of this kind feeds the second input of a merge."""
    project, id = add(project, kind, **given)
    return join(project, id, target, "x2")


def unet() -> Project:
    project = draw(conv(8, padding=1), "max_pool2d", "upsample", "concatenate", conv(4), "flatten", LINEAR)
    return join(project, "n2", "n5", "x2")


CASES: dict[str, tuple[Project, DataSpec | None, str, str]] = {
    # What enters and what leaves
    "nothing is drawn": (Project(), DIGITS, "The canvas is empty", "Start with an Input and an Output"),
    "no Input": (
        draw("flatten", LINEAR).with_graph(e.remove_nodes(draw("flatten", LINEAR).main, ["n1"])),
        DIGITS,
        "has no Input",
        "Add an Input before flatten",
    ),
    "no Output": (
        draw("flatten", LINEAR).with_graph(e.remove_nodes(draw("flatten", LINEAR).main, ["n4"])),
        DIGITS,
        "has no Output",
        "Add an Output after linear",
    ),
    "an open input": (cut(draw("flatten", "relu", LINEAR), "n3"), DIGITS, "is not connected",
                      "Connect flatten to relu"),
    "an unused node": (
        join(add(draw("flatten", LINEAR), "relu")[0], "n2", "n5"), DIGITS, "does not lead to an Output", "Remove relu",
    ),
    "an input of another name": (
        settings(join(add(draw("concatenate", LINEAR), "input")[0], "n5", "n2", "x2"), "n1"),
        PAIRS,
        "has no input called input",
        "Rename input to left",
    ),
    "an input of another shape": (settings(draw("flatten", LINEAR), "n1", shape=[3, 5]), DIGITS, "one sample is 3×5",
                                  "Let input be as the data"),
    "too few classes": (draw("flatten", ("linear", {"out_features": 7})), DIGITS, "has 10 classes",
                        "Set out_features of linear to 10"),
    "no last Linear": (draw("flatten"), DIGITS, "but flatten gives 64", "Put a Linear before output"),
    "a picture at the end": (draw(conv()), DIGITS, "gives N×8×6×6", "Put a Flatten and a Linear before output"),
    "the batch is averaged away": (draw("flatten", LINEAR, ("mean", {"dim": 0})), DIGITS, "not one row for each sample",
                                   "Remove mean"),
    "the batch is averaged with the pixels": (draw(conv(10), ("mean", {"dim": [0, 2, 3]})), DIGITS,
                                              "not one row for each sample", "Let mean keep the batch"),
    "the batch ends up last": (draw("flatten", LINEAR, ("permute", {"dims": [1, 0]})), DIGITS, "gets 10×N",
                               "Put a Permute before output"),
    "the memory of an LSTM": (
        join(draw(("lstm", {"hidden_size": 10})), "n2", "n3", "x", "h_n"), WAVES, "gets 1×N×10",
        "Put a Select before output",
    ),
    "an argmax at the end": (draw("flatten", LINEAR, "argmax"), DIGITS, "only picks the largest", "Remove argmax"),
    "a comparison at the end": (draw("flatten", LINEAR, ("cast", {"dtype": "bool"})), DIGITS, "gets bool",
                                "Put a Cast and a Linear before output"),
    "nothing to learn": (draw("mean", ("reshape", {"shape": [1]})), PRICES, "no layer on the way to output has weights",
                         "Put a Linear before output"),
    "a detached result": (draw("flatten", LINEAR, "detach"), DIGITS, "no gradient comes back through detach",
                          "Remove detach"),
    # What the loss expects
    "a softmax before cross entropy": (draw("flatten", LINEAR, "softmax"), DIGITS, "does a softmax itself",
                                       "Remove it"),
    "a sigmoid before cross entropy": (draw("flatten", LINEAR, "sigmoid"), DIGITS, "between 0 and 1", "Remove it"),
    "a relu before cross entropy": (draw("flatten", LINEAR, "relu"), DIGITS, "all below 0 the same", "Remove it"),
    "a dropout at the end": (draw(("linear", {"out_features": 1}), "dropout"), PRICES, "at random", "Remove it"),
    "classes' loss for numbers": (
        draw(("linear", {"out_features": 1})).with_recipe(Part("supervised", {"loss": "cross_entropy"})),
        PRICES,
        "Cross entropy needs classes",
        "Choose the loss by the data",
    ),
    "a softmax of one number": (draw(("linear", {"out_features": 1}), "softmax"), PRICES, "there is only one",
                                "Make it a Sigmoid"),
    # The number of dimensions
    "a Linear over pixels": (draw(conv(), LINEAR), DIGITS, "needs a 2-D input", "Put a Flatten before linear"),
    "a Linear over steps": (draw("gru", LINEAR), WAVES, "needs a 2-D input", "Put a Select before linear"),
    "a Conv1d on pictures": (draw("conv1d", "flatten", LINEAR), DIGITS, "needs a 3-D input", "Make it a Conv2d"),
    "a Conv2d on a signal": (draw("conv1d", "conv2d", "flatten", LINEAR), SIGNALS, "needs a 4-D input",
                             "Make it a Conv1d"),
    "a Conv2d on cubes": (draw("relu", "conv2d", "flatten", LINEAR), CUBES, "needs a 4-D input", "Make it a Conv3d"),
    "a Conv2d on numbers": (draw("conv2d", "flatten", LINEAR), MANY, "needs a 4-D input", "Put a Reshape"),
    "a MaxPool1d on pictures": (draw("max_pool1d", "flatten", LINEAR), DIGITS, "needs a 3-D input",
                                "Make it a MaxPool2d"),
    "a BatchNorm2d on rows": (draw("flatten", "batch_norm2d", LINEAR), DIGITS, "needs a 4-D input",
                              "Make it a BatchNorm1d"),
    "a BatchNorm1d on pictures": (draw(conv(), "batch_norm1d", "flatten", LINEAR), DIGITS, "2-D or 3-D input",
                                  "Make it a BatchNorm2d"),
    "an LSTM on pictures": (draw("lstm", "select", LINEAR), DIGITS, "needs a 3-D input", "Put a Reshape before lstm"),
    "an LSTM on colours": (draw("lstm", "select", LINEAR), PHOTOS, "needs a 3-D input",
                           "Put a Flatten and a Permute before lstm"),
    "a permute of another rank": (draw(("permute", {"dims": [0, 2, 1]}), "flatten", LINEAR), DIGITS,
                                  "each of the 4 dimensions", "Set dims to 0, 2, 3, 1"),
    "colours that come last": (draw(conv(), "flatten", LINEAR), COLOUR_LAST, "look like them",
                               "Put a Permute before conv2d"),
    "the batch second": (draw(("permute", {"dims": [1, 0, 2]}), "gru", "flatten", LINEAR), WAVES,
                         "for the batch, but the batch N is dimension 1", "Put a Permute before gru"),
    # Values that meet
    "channels that differ": (
        meeting("add", (conv(16),), (conv(64),), "flatten", LINEAR), DIGITS, "their channels differ",
        "Put a 1×1 Conv2d with 64 filters after conv2d",
    ),
    "channels of three branches": (
        join(add(meeting("add", (conv(4),), (conv(8),), "flatten", LINEAR, ports=3), "conv2d", out_channels=16)[0],
             "n7", "n3", "x3"),
        DIGITS, "is not connected", "Connect",
    ),
    "sizes that differ": (
        meeting("concatenate", (conv(8, 5),), (conv(8),), "flatten", LINEAR), DIGITS, "their height and width differ",
        "Put an AdaptiveAvgPool2d to 4×4 after conv2d2",
    ),
    "a skip of an odd picture": (
        settings(unet(), "n1", shape=[1, 9, 9]), None, "their height and width differ",
        "Put an Interpolate to the size of conv2d after upsample",
    ),
    "a skip that fits some pictures": (
        settings(draw(conv(8, padding=1), "max_pool2d", "upsample", "add"), "n1", shape=[1, 8, 8], varies="image size"),
        None, "is not connected", "",
    ),
    "features that differ": (
        meeting("add", (("linear", {"out_features": 6}),), (("linear", {"out_features": 9}),), LINEAR), ROWS,
        "their features differ", "Put a Linear with 9 features after linear",
    ),
    "features of sequences that differ": (
        meeting("add", (("gru", {"hidden_size": 6}),), (("gru", {"hidden_size": 9}),), "flatten", LINEAR), WAVES,
        "their features differ", "Put a Linear with 9 features after gru",
    ),
    "a row and a picture": (
        meeting("concatenate", ("flatten",), (conv(),), LINEAR), DIGITS, "different numbers of dimensions",
        "Put an AdaptiveAvgPool2d and a Flatten after conv2d",
    ),
    "a row and a sequence": (
        meeting("concatenate", ("flatten",), ("gru",), LINEAR), WAVES, "different numbers of dimensions",
        "Put a Mean after gru",
    ),
    "a gate of channels": (
        meeting("multiply", ("adaptive_avg_pool2d", "flatten"), ("relu",), "flatten", LINEAR), PHOTOS,
        "different numbers of dimensions", "Put a Reshape to 3×1×1 after flatten",
    ),
    "a parameter of another size": (
        feeding(draw("add", "flatten", LINEAR), "n2", "parameter", shape=[1, 24, 6]), WAVES, "their channels differ",
        "Set shape of parameter to 1×40×6",
    ),
    "joined along no dimension": (
        meeting("concatenate", ("relu",), ("tanh",), LINEAR, dim=4), ROWS,
        "only the dimensions 0 to 1", "Set dim to 1",
    ),
    "a product that does not meet": (
        meeting("matmul", ("relu",), ("tanh",), "flatten", LINEAR), WAVES, "differ: the last size",
        "Put a Transpose after tanh",
    ),
    "a subtraction that does not fit": (
        meeting("subtract", (("linear", {"out_features": 6}),), (("linear", {"out_features": 9}),), LINEAR), ROWS,
        "can't subtract", "Put a Linear with 9 features after linear",
    ),
    # Types of numbers
    "an Embedding of real numbers": (
        draw("relu", "embedding", "mean", LINEAR), ROWS, "needs whole numbers", "Put a Cast to int64 before embedding",
    ),
    "an Embedding of real data": (
        draw("embedding", "mean", LINEAR), ROWS, "needs whole numbers", "Let input give int64",
    ),
    "a Linear of whole numbers": (
        draw(("reshape", {"shape": [12]}), LINEAR), TOKENS, "needs real numbers", "Put a Cast to float32 before linear",
    ),
    "a Linear of whole data": (draw(LINEAR), TOKENS, "needs real numbers", "Let input give float32"),
    "half precision": (
        draw(("cast", {"dtype": "float16"}), LINEAR), ROWS, "works with float32", "Put a Cast to float32 before linear",
    ),
    # Settings that do not go with what flows in
    "groups": (draw(conv(8, groups=2), "flatten", LINEAR), PHOTOS, "groups must divide both", "Set groups to 1"),
    "groups of a norm": (draw(conv(30), "group_norm", "flatten", LINEAR), DIGITS, "num_groups must divide",
                         "Set num_groups to"),
    "heads": (draw(("multihead_attention", {"num_heads": 4}), "flatten", LINEAR), WAVES, "num_heads must divide",
              "Set num_heads to 3"),
    "heads of a Transformer": (draw(("transformer_encoder_layer", {"nhead": 4}), "flatten", LINEAR), WAVES,
                               "nhead must divide", "Set nhead to 3"),
    "a kernel larger than the picture": (draw(conv(8, 9), "flatten", LINEAR), DIGITS, "is only 8×8",
                                         'Set padding to "same"'),
    "a pool of one pixel": (draw("adaptive_avg_pool2d", "max_pool2d", "flatten", LINEAR), DIGITS, "is only 1×1",
                            "Remove max_pool2d"),
    "same with a stride": (draw(conv(8, padding="same", stride=2), "flatten", LINEAR), DIGITS, "needs a stride of 1",
                           "Set padding to 1"),
    "a shape of other numbers": (draw(("reshape", {"shape": [5, 5]}), "flatten", LINEAR), DIGITS, "the 64 numbers",
                                 "Set shape to"),
    "an entry that is not there": (draw(("select", {"dim": 1, "index": 50}), LINEAR), WAVES, "only 40",
                                   "Set index to -1"),
    "a dimension that is not there": (draw("flatten", ("softmax", {"dim": 3}), LINEAR), DIGITS,
                                      "only the dimensions 0 to 1", "Set dim to"),
    "a dimension twice": (draw(("mean", {"dim": [1, -1], "keepdim": True}), LINEAR), ROWS, "names a dimension",
                          "Set dim to 1"),
    "pixels from channels": (draw(conv(6), "pixel_shuffle", "flatten", LINEAR), DIGITS, "4 does not divide",
                             "Set out_channels of conv2d to 8"),
    "pixels from colours": (draw("pixel_shuffle", "flatten", LINEAR), PHOTOS, "4 does not divide",
                            "Put a Conv2d with 4 channels before pixel_shuffle"),
    "pixels into channels": (draw(("pixel_unshuffle", {"downscale_factor": 3}), "flatten", LINEAR), DIGITS,
                             "downscale_factor must divide", "Set downscale_factor to 2"),
    "shuffled channels": (draw(conv(9), "channel_shuffle", "flatten", LINEAR), DIGITS, "groups must divide them",
                          "Set groups to 1"),
    "halves of an odd number": (draw(("linear", {"out_features": 7}), "glu", LINEAR), ROWS, "can't be halved",
                                "Set out_features of linear to 8"),
    "an unknown setting": (draw("flatten", ("linear", {"out_features": 10, "colour": "red"})), DIGITS,
                           "no setting called", "Forget colour"),
    "a setting out of range": (draw("flatten", ("dropout", {"p": 7}), LINEAR), DIGITS, "p must be", "Set p to 0.5"),
    "an unknown layer": (draw("flatten", "foo", LINEAR), DIGITS, "no layer of the kind", "Remove foo"),
    # Sizes that vary
    "a Linear over pictures of any size": (
        settings(draw(conv(), "flatten", LINEAR), "n1", shape=[3, 32, 32], varies="image size"), PHOTOS,
        "where H and W vary", "Put an AdaptiveAvgPool2d before flatten",
    ),
    "a Linear over any number of steps": (
        settings(draw("gru", "flatten", LINEAR), "n1", shape=[40, 6], varies="sequence length"), WAVES,
        "where T varies", "Take the mean over the steps before flatten",
    ),
    "a shape for one size": (
        settings(draw(("reshape", {"shape": [240]}), LINEAR), "n1", shape=[40, 6], varies="sequence length"), WAVES,
        "works only for T = 40", "Let input always have one size",
    ),
    "no size that could vary": (settings(draw(LINEAR), "n1", shape=[20], varies="image size"), ROWS,
                                "no image size that could vary", "Let nothing of input vary"),
}  # fmt: skip

CASES["a skip that fits some pictures"] = (
    join(CASES["a skip that fits some pictures"][0], "n2", "n5", "x2"),
    None,
    "works only for some sizes",
    "Put an Interpolate to the size of conv2d after upsample",
)
del CASES["channels of three branches"]


def found(project: Project, data: DataSpec | None, said: str) -> Problem:
    problems = look(project, data).problems
    matching = [problem for problem in problems if said in problem.sentence]
    assert matching, [problem.sentence for problem in problems]
    return matching[0]


@pytest.mark.parametrize("case", CASES)
def test_a_problem_is_one_clear_sentence_with_a_fix(case: str) -> None:
    project, data, said, label = CASES[case]
    problem = found(project, data, said)
    assert problem.sentence.endswith(".")
    assert len(problem.sentence) <= 330
    assert "PyTorch says" not in problem.sentence
    assert len(problem.short) <= 24
    assert problem.short or problem.node is None
    assert problem.fix is not None, problem.sentence
    assert label in problem.fix.label
    assert problem.fix.label[0].isupper()
    assert not problem.fix.label.endswith(".")


@pytest.mark.parametrize("case", CASES)
def test_a_fix_leaves_fewer_problems(case: str) -> None:
    project, data, said, _ = CASES[case]
    before = look(project, data).problems
    problem = found(project, data, said)
    assert problem.fix is not None
    mended = problem.fix.edit(project)
    after = look(mended, data).problems
    assert problem.sentence not in [p.sentence for p in after]
    if case not in LEADS_ON:
        assert len(after) < len(before), [p.sentence for p in after]
    else:
        assert LEADS_ON[case] in after[0].sentence
        assert len(after) <= len(before)
        assert after[0].fix is not None


LEADS_ON = {
    "nothing is drawn": "its input is not connected",  # now there is something to connect
    "the batch is averaged with the pixels": "",
}


@pytest.mark.parametrize("case", CASES)
def test_a_fix_is_one_edit_that_is_always_the_same_and_keeps_the_rules(case: str) -> None:
    project, data, said, _ = CASES[case]
    one, other = (found(project, data, said).fix for _ in range(2))
    assert one is not None
    assert other is not None
    mended = one.edit(project)
    assert mended == other.edit(project)
    assert mended != project
    graph, broken = assemble(mended.main.nodes.values(), mended.main.edges.values())
    assert broken == []
    assert graph == mended.main


@pytest.mark.parametrize("case", CASES)
def test_a_fix_that_comes_too_late_does_no_harm(case: str) -> None:
    project, data, said, _ = CASES[case]
    fix = found(project, data, said).fix
    assert fix is not None
    for gone in project.main.nodes:
        late = project.with_graph(e.remove_nodes(project.main, [gone]))
        result = fix.edit(late)
        assert assemble(result.main.nodes.values(), result.main.edges.values())[1] == []


def test_there_are_many_kinds_of_problem() -> None:
    assert len(CASES) >= 50


@pytest.mark.parametrize("case", CASES)
def test_fixes_lead_to_a_network_that_can_be_trained(case: str) -> None:
    project, data, _, _ = CASES[case]
    for _ in range(12):
        problem = next((p for p in look(project, data).problems if p.fix is not None), None)
        if problem is None or problem.fix is None:
            break
        project = problem.fix.edit(project)
    assert look(project, data).errors == ()
    if data is not None:
        assert look(project, data).can_train


def test_a_result_whose_size_depends_on_the_numbers_is_told() -> None:
    from netbuilder.compile.inference.infer import Question, infer
    from netbuilder.compile.problems.explain import explain
    from netbuilder.compile.problems.trouble import Flow, Trouble

    project = draw("relu", LINEAR)
    checked = look(project, ROWS)
    given = checked.types["n1", "y"]
    for call in ("out_y = torch.nonzero(in_x)", "out_y = in_x[in_x > 0]", "out_y = in_x * in_x.sum().item()",
                 "out_y = torch.unique(in_x)", "out_y = torch.masked_select(in_x, in_x > 0)"):  # fmt: skip
        fault = infer(Question(None, call, (("x", given),), ("y",))).fault
        assert fault
        layer = standard().find("relu")
        assert layer is not None
        flow = Flow(layer().inputs()[0], given, project.main.nodes["n1"], "y")
        problem = explain(Trouble(project.main, standard(), project.main.nodes["n2"], layer(), (flow,)), fault)
        assert "depends on the numbers" in problem.sentence, fault
        assert len(problem.sentence) < 330
