"""What a recording is drawn as: blocks, their settings, repeats and shared layers. The recordings are told by hand."""

from __future__ import annotations

from netbuilder.compile.trace.draw import draw
from netbuilder.graph.block import Exposed
from netbuilder.layers import standard
from tests.compile.trace.parts import Told


def mlp(told: Told, x: int, path: str, hidden: int, width: int, module=None, **more) -> int:
    with told.part("Mlp", path, x, module=module) as part:
        y = told.layer("linear", x, path="fc1", out_features=hidden, **more)
        y = told.layer("relu", y, path="act")
        y = told.layer("linear", y, path="fc2", out_features=width, **more)
        part.results = {y: ""}
    return y


def kinds(graph) -> list[str]:
    return [node.kind for node in graph]


def test_layers_in_a_row_become_nodes_in_a_row():
    told = Told(8)
    y = told.layer("linear", told.given, path="first", out_features=4)
    y = told.layer("relu", y)
    project = draw(told.sketch(y), standard()).project
    assert kinds(project.main) == ["input", "linear", "relu", "output"]
    assert [node.name for node in project.main] == ["x", "first", "relu", "output"]
    assert project.main.nodes["n1"].settings == {"shape": [8]}
    assert project.main.nodes["n2"].settings == {"out_features": 4}
    assert not project.blocks


def test_a_module_becomes_a_block_named_after_its_class():
    told = Told(8)
    y = told.layer("linear", told.given, path="first", out_features=4)
    y = mlp(told, y, "mlp", 16, 4)
    drawing = draw(told.sketch(y), standard())
    assert list(drawing.project.graphs) == ["main", "Mlp"]
    assert kinds(drawing.project.main) == ["input", "linear", "block:Mlp", "output"]
    assert [node.name for node in drawing.project.main] == ["x", "first", "mlp", "output"]
    assert [node.name for node in drawing.project.graphs["Mlp"]] == ["x", "fc1", "act", "fc2", "y"]
    assert set(drawing.weights) == {
        *("n2.weight", "n2.bias", "n3/n2.weight", "n3/n2.bias", "n3/n4.weight", "n3/n4.bias"),
    }


def test_equal_modules_are_one_block_and_what_differs_is_a_setting():
    told = Told(8)
    y = mlp(told, told.given, "a", 16, 8)
    y = told.layer("linear", y, path="between", out_features=4)
    y = mlp(told, y, "b", 8, 4)
    project = draw(told.sketch(y), standard()).project
    assert list(project.blocks) == ["Mlp"]
    assert project.blocks["Mlp"].settings == (Exposed("out_features", "int", 16),)
    inside = project.graphs["Mlp"]
    assert inside.named("fc1").settings == {"out_features": {"=": "out_features"}}
    assert inside.named("fc2").settings == {"out_features": {"=": "out_features // 2"}}
    assert project.main.named("a").settings == {}
    assert project.main.named("b").settings == {"out_features": 8}


def test_modules_that_do_something_else_are_blocks_of_their_own():
    told = Told(8)
    y = mlp(told, told.given, "a", 16, 8)
    with told.part("Mlp", "b", y):
        z = told.layer("linear", y, path="fc1", out_features=16)
        y = told.layer("linear", z, path="fc2", out_features=8)
    project = draw(told.sketch(y), standard()).project
    assert list(project.blocks) == ["Mlp", "Mlp2"]


def test_equal_blocks_in_a_row_are_one_that_is_repeated():
    told = Told(8)
    y = told.given
    for number in range(12):
        y = mlp(told, y, f"h.{number}", 16, 8)
    y = told.layer("linear", y, path="head", out_features=2)
    drawing = draw(told.sketch(y), standard())
    assert kinds(drawing.project.main) == ["input", "block:Mlp", "linear", "output"]
    node = drawing.project.main.named("h")
    assert node.settings == {"repeat": 12}
    assert {"n2[0]/n2.weight", "n2[11]/n4.bias", "n3.weight"} <= set(drawing.weights)


def test_a_row_whose_steps_are_used_elsewhere_is_not_folded():
    told = Told(8)
    first = mlp(told, told.given, "a", 16, 8)
    second = mlp(told, first, "b", 16, 8)
    y = told.layer("add", first, second)
    project = draw(told.sketch(y), standard()).project
    assert kinds(project.main) == ["input", "block:Mlp", "block:Mlp", "add", "output"]


def test_a_row_that_is_given_something_else_as_well_is_folded_if_it_is_always_the_same():
    told = Told(8)
    mask = told.layer("sigmoid", told.given)
    y = told.layer("relu", told.given)
    for number in range(3):
        with told.part("Step", f"steps.{number}", mask, y) as part:
            part.arguments = {mask: "mask", y: "x"}
            z = told.layer("multiply", mask, y)
            y = told.layer("linear", z, path="fc", out_features=8)
    project = draw(told.sketch(y), standard()).project
    assert kinds(project.main) == ["input", "sigmoid", "relu", "block:Step", "output"]
    inside = [node.name for node in project.graphs["Step"] if node.kind == "input"]
    assert inside == ["x", "mask"], "what is handed on comes first"


def test_a_module_called_twice_is_shared():
    told = Told(8)
    fc, block = object(), object()
    y = told.layer("linear", told.given, path="fc", module=fc, out_features=8)
    y = told.layer("relu", y)
    y = told.layer("linear", y, path="fc", module=fc, out_features=8)
    inner = object()
    for _ in range(2):
        with told.part("Mlp", "mlp", y, module=block):
            z = told.layer("linear", y, path="fc1", module=inner, out_features=8)
            y = told.layer("relu", z, path="act")
    drawing = draw(told.sketch(y), standard())
    graph = drawing.project.main
    assert [node.shares for node in graph] == ["", "", "", "n2", "", "n5", ""]
    assert graph.nodes["n4"].settings == {}
    assert set(drawing.weights) == {"n2.weight", "n2.bias", "n5/n2.weight", "n5/n2.bias"}


def test_a_module_that_two_modules_share_is_brought_to_where_both_can_see_it():
    told = Told(8)
    common = object()
    y = told.given
    for path in ("a", "b"):
        with told.part("Holder", path, y):
            z = told.layer("relu", y)
            y = told.layer("linear", z, path="fc", module=common, out_features=8)
    graph = draw(told.sketch(y), standard()).project.main
    assert kinds(graph) == ["input", "relu", "linear", "relu", "linear", "output"]
    assert [node.shares for node in graph] == ["", "", "", "", "n3", ""]


def test_what_holds_one_thing_only_is_no_block():
    told = Told(8)
    with told.part("Wrapper", "wrapper", told.given), told.part("Activation", "wrapper.act", told.given):
        y = told.layer("relu", told.given, path="inside")
    project = draw(told.sketch(told.layer("tanh", y)), standard()).project
    assert kinds(project.main) == ["input", "relu", "tanh", "output"]
    assert not project.blocks


def test_a_plain_container_of_layers_is_not_seen_and_one_of_blocks_is_named_after_its_attribute():
    told = Told(8)
    with told.part("Sequential", "stem", told.given, container=True):
        y = told.layer("linear", told.given, path="0", out_features=8)
        y = told.layer("relu", y, path="1")
    with told.part("Sequential", "stage", y, container=True):
        y = mlp(told, y, "0", 16, 8)
        y = told.layer("linear", y, path="1", out_features=4)
        y = mlp(told, y, "2", 8, 4)
    project = draw(told.sketch(y), standard()).project
    assert kinds(project.main) == ["input", "linear", "relu", "block:stage", "output"]
    assert [node.name for node in project.main] == ["x", "stem_linear", "stem_relu", "stage", "output"]
    assert kinds(project.graphs["stage"]) == ["input", "block:Mlp", "linear", "block:Mlp", "output"]


def test_a_value_that_crosses_several_borders_is_handed_through_all_of_them():
    told = Told(8)
    outside = told.layer("sigmoid", told.given)
    y = told.layer("relu", told.given)
    with told.part("Outer", "outer", y):
        z = told.layer("tanh", y)
        with told.part("Inner", "outer.inner", z):
            w = told.layer("gelu", z)
            w = told.layer("add", w, outside)
        z = told.layer("tanh", w)
    y = told.layer("add", z, w)
    project = draw(told.sketch(y), standard()).project
    ports = {
        name: [sum(node.kind == kind for node in project.graphs[name]) for kind in ("input", "output")]
        for name in ("Outer", "Inner")
    }
    assert ports == {"Outer": [2, 2], "Inner": [2, 1]}


def test_a_network_that_is_one_block_is_what_is_in_it():
    told = Told(8)
    y = mlp(told, told.given, "net", 16, 8)
    project = draw(told.sketch(y), standard()).project
    assert list(project.graphs) == ["main"]
    assert [node.name for node in project.main] == ["x", "fc1", "act", "fc2", "output"]


def test_no_two_nodes_of_a_drawing_overlap():
    told = Told(8)
    y = told.given
    for number in range(5):
        y = told.layer("add", told.layer("linear", y, path=f"fc{number}", out_features=8), y)
    graph = draw(told.sketch(y), standard()).project.main
    places = [node.position for node in graph]
    assert len(set(places)) == len(places)
