"""Blocks: made of a selection, dissolved, told what they expose, given ports, repeated, renamed and removed."""

from __future__ import annotations

import pytest

from netbuilder.graph import Edge, Graph, Node
from netbuilder.graph import edits as e
from netbuilder.graph.block import Block, Exposed
from netbuilder.graph.errors import BadName, GraphError, NameTaken, NoSuchNode
from netbuilder.project import Project, errors
from netbuilder.project import blocks as b
from netbuilder.project.dissolving import MOST
from netbuilder.project.graphs import graph_of
from tests.toy import chain, edge, node, rules_broken, standing


def drawn(*edges: tuple[str, str, str], kinds: dict[str, str] | None = None) -> Project:
    """A network of these edges, each from a node to a node's input; ids are names."""
    graph = Graph()
    ids = dict.fromkeys(id for source, target, _ in edges for id in (source, target))
    for number, id in enumerate(ids):
        graph = e.add_node(graph, node(id, (kinds or {}).get(id, "relu"), x=100.0 * number))
    for source, target, input in edges:
        graph = e.connect(graph, edge(source, target, input=input))
    return Project().with_graph(graph)


SKIP = drawn(("a", "b", "x"), ("b", "c", "x"), ("a", "c", "x2"), ("c", "d", "x"), ("b", "e", "x"))


def ports(project: Project, block: str) -> tuple[list[str], list[str]]:
    graph = project.graphs[block]
    return [n.name for n in b.inputs_of(graph)], [n.name for n in b.outputs_of(graph)]


def wires(graph: Graph) -> set[str]:
    name = {node.id: node.name for node in graph}
    return {f"{name[w.source]}.{w.output}-{name[w.target]}.{w.input}" for w in graph.edges.values()}


class TestMaking:
    def test_one_value_in_and_one_out_are_called_x_and_y(self):
        made, id = b.make_block(Project().with_graph(chain("a", "b", "c", "d")), "main", ["b", "c"], "stage")
        assert ports(made, "stage") == (["x"], ["y"])
        assert wires(made.main) == {"a.y-stage.x", "stage.y-d.x"}
        assert wires(made.graphs["stage"]) == {"x.y-b.x", "b.y-c.x", "c.y-y.x"}
        assert made.main.nodes[id].kind == "block:stage"

    def test_a_value_that_goes_to_several_places_is_one_port(self):
        made, _ = b.make_block(SKIP, "main", ["b", "c"], "stage")
        assert ports(made, "stage") == (["x"], ["b_out", "c_out"])
        assert wires(made.main) == {"a.y-stage.x", "stage.c_out-d.x", "stage.b_out-e.x"}

    def test_several_values_are_called_after_the_nodes_they_come_from(self):
        made, _ = b.make_block(SKIP, "main", ["c"], "stage")
        assert ports(made, "stage") == (["b", "a"], ["y"])
        two = drawn(("lstm", "b", "x"))
        two = two.with_graph(e.connect(two.main, Edge("lstm", "h_n", "b", "x2")))
        made, _ = b.make_block(two, "main", ["b"], "stage")
        assert ports(made, "stage")[0] == ["lstm_y", "lstm_h_n"]
        made, _ = b.make_block(two, "main", ["lstm"], "stage")
        assert ports(made, "stage")[1] == ["lstm_out", "lstm_h_n"]

    def test_where_nothing_goes_out_the_last_nodes_do(self):
        made, _ = b.make_block(SKIP, "main", ["c", "d", "e"], "stage")
        assert ports(made, "stage") == (["b", "a"], ["d_out", "e_out"])

    def test_ports_get_names_that_no_node_inside_has(self):
        made, _ = b.make_block(drawn(("a", "x", "x"), ("x", "y", "x"), ("y", "z", "x")), "main", ["x", "y"], "stage")
        assert ports(made, "stage") == (["x2"], ["y2"])

    def test_an_input_that_needs_an_edge_becomes_a_port_where_ports_are_known(self):
        project = Project().with_graph(chain("a", "b"))
        made, id = b.make_block(project, "main", ["a", "b"], "stage", ports=lambda node: (("x",), ("y",)))
        assert ports(made, "stage") == (["x"], ["y"])
        assert made.main.edges == {}
        assert b.dissolve(made, "main", id, drop_unused=True)[0] == project

    def test_a_block_in_a_selection_has_its_own_outputs(self):
        inner, id = b.make_block(SKIP, "main", ["b", "c"], "inner")
        cut = inner.with_graph(e.remove_nodes(inner.main, ["d", "e"]))
        made, _ = b.make_block(cut, "main", [id], "outer")
        assert ports(made, "outer") == (["x"], ["y"])
        assert wires(made.graphs["outer"]) == {"x.y-inner.x", "inner.b_out-y.x"}

    def test_the_nodes_keep_their_places_and_the_ports_stand_beside_them(self):
        made, id = b.make_block(SKIP, "main", ["b", "c"], "stage", sizes={"b": (100.0, 60.0), "c": (300.0, 100.0)})
        inside = made.graphs["stage"]
        assert [inside.nodes[one].position for one in "bc"] == [SKIP.main.nodes[one].position for one in "bc"]
        assert all(n.position[0] < 100.0 for n in b.inputs_of(inside))
        assert all(n.position[0] > 200.0 for n in b.outputs_of(inside))
        assert made.main.nodes[id].position == ((100 + 500 - 176) / 2, (0 + 100 - 80) / 2)

    def test_what_a_path_leaves_and_comes_back_to_is_no_block(self):
        with pytest.raises(errors.LeavesAndReturns, match="through b"):
            b.make_block(SKIP, "main", ["a", "c"], "stage")

    def test_inputs_and_outputs_stay_outside(self):
        project = drawn(("in", "a", "x"), ("a", "out", "x"), kinds={"in": "input", "out": "output"})
        with pytest.raises(errors.EndsSelected, match="in can't go into a block"):
            b.make_block(project, "main", ["in", "a"], "stage")

    def test_nodes_that_share_a_layer_go_together(self):
        project = SKIP.with_graph(e.share(SKIP.main, "d", "b"))
        for chosen in (["b"], ["d"], ["c", "d"]):
            with pytest.raises(errors.SharedAcross, match="shares its weights"):
                b.make_block(project, "main", chosen, "stage")
        made, _ = b.make_block(project, "main", ["b", "c", "d", "e"], "stage")
        assert made.graphs["stage"].nodes["d"].shares == "b"

    @pytest.mark.parametrize(
        ("ids", "name", "broken"),
        [
            ([], "stage", errors.NothingSelected),
            (["z"], "stage", NoSuchNode),
            (["b"], "main", errors.GraphNameTaken),
            (["b"], "", errors.BadGraphName),
            (["b"], "x" * 61, errors.BadGraphName),
            (["b"], "a\nb", errors.BadGraphName),
        ],
    )
    def test_what_can_not_be_a_block_is_refused(self, ids, name, broken):
        with pytest.raises(broken):
            b.make_block(SKIP, "main", ids, name)

    def test_a_selection_that_waits_for_the_new_block_can_not_be_it(self):
        project = SKIP.with_graph(e.add_node(SKIP.main, standing("w", "stage")))
        with pytest.raises(errors.WouldRecurse, match="stage"):
            b.make_block(project, "main", ["w"], "stage")

    def test_what_the_expressions_name_is_exposed_again(self):
        project = b.expose(
            b.add_block(Project(), "outer", chain("a", "b")), "outer", Exposed("size", "int", 8, "Wide.")
        )
        project = b.expose(project, "outer", Exposed("unused"))
        project = project.with_graph(e.set_settings(project.graphs["outer"], "b", {"p": {"=": "size * 2"}}), "outer")
        made, id = b.make_block(project, "outer", ["b"], "inner")
        assert made.blocks["inner"] == Block((Exposed("size", "int", 8, "Wide."),))
        assert made.graphs["outer"].nodes[id].settings == {"size": {"=": "size"}}
        back, _ = b.dissolve(made, "outer", id, drop_unused=True)
        assert back.graphs["outer"].nodes["b"].settings == {"p": {"=": "size * 2"}}


def repeated(count: object, *, shared: bool = False) -> Project:
    made, id = b.make_block(Project().with_graph(chain("a", "b", "c", "d")), "main", ["b", "c"], "stage")
    made = made.with_graph(e.rename_node(made.main, id, "s"))
    made = made.with_graph(e.set_settings(made.main, id, {"repeat": count}))
    if shared:
        graph = e.add_node(made.main, standing("again", "stage"))
        graph = e.connect(e.share(graph, "again", id), edge("d", "again"))
        made = made.with_graph(graph)
    return made


class TestDissolving:
    def test_a_repeated_block_becomes_copies_in_a_row(self):
        project = repeated(3)
        back, ids = b.dissolve(project, "main", project.main.named("s").id)
        assert len(ids) == 6
        assert wires(back.main) == {
            "a.y-b.x", "b.y-c.x", "c.y-b2.x", "b2.y-c2.x", "c2.y-b3.x", "b3.y-c3.x", "c3.y-d.x"
        }  # fmt: skip
        assert rules_broken(back) == []
        assert "stage" in back.blocks

    @pytest.mark.parametrize("which", ["s", "again"])
    def test_standings_that_share_are_taken_apart_together_and_share_node_by_node(self, which):
        project = repeated(2, shared=True)
        back, ids = b.dissolve(project, "main", project.main.named(which).id)
        assert len(ids) == 8
        owners = {n.name: back.main.nodes[n.shares].name for n in back.main if n.shares}
        assert owners == {"b3": "b", "c3": "c", "b4": "b2", "c4": "c2"}
        assert {"d.y-b3.x", "c3.y-b4.x"} <= wires(back.main)
        assert not list(b.standings(back, "stage"))

    def test_what_was_said_of_the_training_of_a_block_is_said_of_its_nodes(self):
        project = repeated(2)
        inner = project.graphs["stage"]
        project = project.with_graph(e.set_rate(inner, [inner.named("b").id], 0.5), "stage")
        id = project.main.named("s").id
        slow, _ = b.dissolve(project.with_graph(e.set_rate(project.main, [id], 0.1)), "main", id)
        rates = {node.name: node.rate for node in slow.main}
        assert rates == {"a": 1.0, "b": 0.05, "c": 0.1, "b2": 0.05, "c2": 0.1, "d": 1.0}
        frozen, _ = b.dissolve(project.with_graph(e.freeze(project.main, [id])), "main", id)
        assert {node.name for node in frozen.main if node.frozen} == {"b", "c", "b2", "c2"}

    def test_what_has_no_weights_is_not_shared(self):
        project = repeated(1, shared=True)
        back, _ = b.dissolve(project, "main", "again", has_weights=lambda kind: kind != "relu")
        assert not any(n.shares for n in back.main)

    def test_the_second_input_goes_to_every_copy(self):
        project = drawn(("a", "b", "x"), ("k", "b", "x2"), ("b", "d", "x"))
        made, id = b.make_block(project, "main", ["b"], "stage")
        made = made.with_graph(e.set_settings(made.main, id, {"repeat": 3}))
        back, _ = b.dissolve(made, "main", id)
        assert {"k.y-b.x2", "k.y-b2.x2", "k.y-b3.x2"} <= wires(back.main)

    def test_values_are_put_in_for_the_exposed_settings(self):
        inner = e.set_settings(chain("a"), "a", {"p": {"=": "size * 4"}, "k": [{"=": "k"}, 3], "n": {"=": "kind"}})
        shown = Block((Exposed("size"), Exposed("k", "ints", [2, 2]), Exposed("kind", "text", "gelu")))
        project = b.add_block(Project(), "unit", inner, shown)
        project = project.with_graph(e.add_node(Graph(), standing("n1", "unit", size=16, k=5)))
        back, (id,) = b.dissolve(project, "main", "n1")
        assert back.main.nodes[id].settings == {"p": 64, "k": [5, 3], "n": "gelu"}

    def test_expressions_are_put_into_expressions(self):
        inner = e.set_settings(chain("a"), "a", {"p": {"=": "size * 4 + size"}})
        project = b.add_block(Project(), "unit", inner, Block((Exposed("size"),)))
        outer = e.add_node(Graph(), standing("n1", "unit", size={"=": "w + 1"}))
        project = b.add_block(project, "outer", outer, Block((Exposed("w"),)))
        back, (id,) = b.dissolve(project, "outer", "n1")
        assert back.graphs["outer"].nodes[id].settings == {"p": {"=": "(w + 1) * 4 + (w + 1)"}}
        long = project.with_graph(e.set_settings(outer, "n1", {"size": {"=": "+".join(["w"] * 90)}}), "outer")
        with pytest.raises(errors.TooLong, match="too long"):
            b.dissolve(long, "outer", "n1")

    def test_how_often_it_repeats_has_to_be_a_number(self):
        project = repeated({"=": "1 + 1"})
        assert len(b.dissolve(project, "main", project.main.named("s").id)[1]) == 4
        for bad in ({"=": "depth"}, {"=": "1 / 2"}):
            project = repeated(bad)
            with pytest.raises(errors.RepeatUnknown, match="s repeats"):
                b.dissolve(project, "main", project.main.named("s").id)

    def test_more_nodes_than_a_canvas_shows_are_refused(self):
        project = b.add_block(Project(), "stage", chain(*map(str, range(30))))
        project = project.with_graph(e.add_node(Graph(), standing("n1", "stage", repeat=1000)))
        with pytest.raises(errors.TooManyNodes, match=f"{MOST:,}"):
            b.dissolve(project, "main", "n1")

    def test_only_a_known_block_can_be_dissolved(self):
        project = SKIP.with_graph(e.add_node(SKIP.main, standing("w", "nobody")))
        for id in ("a", "w"):
            with pytest.raises(errors.NotABlock):
                b.dissolve(project, "main", id)
        with pytest.raises(NoSuchNode):
            b.dissolve(project, "main", "z")

    def test_a_value_that_is_only_handed_through_stays_joined(self):
        project = b.add_block(Project(), "through")
        graph = chain("a", "b")
        graph = e.insert_on_edge(graph, edge("a", "b"), standing("t", "through"), "x", "y")
        back, ids = b.dissolve(project.with_graph(graph), "main", "t")
        assert (wires(back.main), ids) == ({"a.y-b.x"}, [])


def block_with_size() -> Project:
    """A block of one node that uses its exposed size, standing on the main graph with a size of its own."""
    inner = e.set_settings(chain("a"), "a", {"p": {"=": "size*4"}})
    project = b.add_block(Project(), "unit", inner, Block((Exposed("size", "int", 8),)))
    return project.with_graph(e.add_node(Graph(), standing("n1", "unit", size=16)))


class TestExposing:
    def test_a_setting_becomes_an_exposed_one_with_its_value_as_default(self):
        project = b.add_block(Project(), "unit", e.set_settings(chain("a", "c"), "a", {"p": 3}))
        project = b.expose_setting(project, "unit", "a", "p", "size", 3, help="Wide.")
        assert project.blocks["unit"].settings == (Exposed("size", "int", 3, "Wide."),)
        assert project.graphs["unit"].nodes["a"].settings == {"p": {"=": "size"}}
        project = b.expose_setting(project, "unit", "c", "p", "size", 5)
        assert len(project.blocks["unit"].settings) == 1
        with pytest.raises(errors.AlreadyExpression, match="'size'"):
            b.expose_setting(project, "unit", "a", "p", "other", {"=": "size"})

    def test_a_new_name_is_new_in_expressions_and_where_the_block_stands(self):
        project = b.change_exposed(block_with_size(), "unit", "size", Exposed("width", "int", 8))
        assert project.graphs["unit"].nodes["a"].settings == {"p": {"=": "width*4"}}
        assert project.main.nodes["n1"].settings == {"width": 16}
        assert project.blocks["unit"].settings[0].name == "width"

    def test_a_hidden_setting_leaves_its_default(self):
        project = b.hide(block_with_size(), "unit", "size")
        assert project.graphs["unit"].nodes["a"].settings == {"p": 32}
        assert project.main.nodes["n1"].settings == {}
        assert project.blocks["unit"] == Block()

    def test_default_and_help_can_be_changed(self):
        project = b.change_exposed(block_with_size(), "unit", "size", Exposed("size", "float", 0.5, "Half."))
        assert project.blocks["unit"].settings == (Exposed("size", "float", 0.5, "Half."),)
        assert project.main.nodes["n1"].settings == {"size": 16}

    def test_a_changed_setting_keeps_its_place_among_the_others(self):
        project = b.expose(block_with_size(), "unit", Exposed("rate", "float", 0.0))
        changed = b.change_exposed(project, "unit", "size", Exposed("width", "int", 8))
        assert [s.name for s in changed.blocks["unit"].settings] == ["width", "rate"]

    @pytest.mark.parametrize(
        "name", ["", "two words", "1st", "lambda", "repeat", "self", "torch", "größe", "__x", "a" * 61]
    )
    def test_a_name_that_is_no_argument_is_refused(self, name):
        with pytest.raises(errors.BadExposedName):
            b.expose(block_with_size(), "unit", Exposed(name))
        with pytest.raises(errors.BadExposedName):
            b.change_exposed(block_with_size(), "unit", "size", Exposed(name))

    @pytest.mark.parametrize(
        ("type", "default"),
        [
            ("int", 1.5),
            ("int", True),
            ("int", None),
            ("int", {"=": "a"}),
            ("float", "1"),
            ("float", float("inf")),
            ("bool", 1),
            ("text", 3),
            ("text", "x" * 2000),
            ("ints", []),
            ("ints", [1, "a"]),
            ("set", 1),
        ],
    )
    def test_a_default_fits_its_type(self, type, default):
        with pytest.raises(errors.BadDefault):
            b.expose(block_with_size(), "unit", Exposed("new", type, default))

    def test_names_are_taken_once_and_have_to_be_there(self):
        with pytest.raises(errors.ExposedTaken):
            b.expose(block_with_size(), "unit", Exposed("size"))
        two = b.expose(block_with_size(), "unit", Exposed("rate"))
        with pytest.raises(errors.ExposedTaken):
            b.change_exposed(two, "unit", "rate", Exposed("size"))
        with pytest.raises(errors.NoSuchExposed):
            b.hide(two, "unit", "nobody")
        with pytest.raises(errors.NotABlock):
            b.expose(two, "main", Exposed("a"))
        with pytest.raises(errors.BadHelp):
            b.expose(two, "unit", Exposed("a", help="\x1b[31m"))


class TestPorts:
    def test_a_renamed_port_keeps_its_edges_everywhere(self):
        made, id = b.make_block(SKIP, "main", ["b", "c"], "stage")
        outer, _ = b.make_block(made, "main", [id], "outer")
        for before, after in (("x", "image"), ("b_out", "skip")):
            outer = b.rename_port(outer, "stage", before, after)
        assert {"x.y-stage.image", "stage.skip-stage_b_out.x"} <= wires(outer.graphs["outer"])
        assert rules_broken(outer) == []

    def test_a_port_is_called_like_no_other_node_inside(self):
        made, _ = b.make_block(SKIP, "main", ["b", "c"], "stage")
        with pytest.raises(NameTaken):
            b.rename_port(made, "stage", "x", "b")
        with pytest.raises(BadName):
            b.rename_port(made, "stage", "x", "")
        for name in ("b", "nobody"):
            with pytest.raises(errors.NoSuchPort):
                b.rename_port(made, "stage", name, "new")

    def test_ports_that_swap_their_names_swap_their_edges(self):
        made, _ = b.make_block(SKIP, "main", ["c"], "stage")
        inner = made.graphs["stage"]
        first, second = (port.id for port in b.inputs_of(inner))
        swapped = e.rename_node(e.rename_node(e.rename_node(inner, first, "tmp"), second, "b"), first, "a")
        new = b.settled(made, made.with_graph(swapped, "stage"))
        assert {"b.y-stage.a", "a.y-stage.b"} <= wires(new.main)

    def test_a_port_that_is_removed_takes_its_edges_along(self):
        made, _ = b.make_block(SKIP, "main", ["b", "c"], "stage")
        inner = made.graphs["stage"]
        new = b.settled(made, made.with_graph(e.remove_nodes(inner, [inner.named("b_out").id]), "stage"))
        assert wires(new.main) == {"a.y-stage.x", "stage.c_out-d.x"}

    def test_settling_what_is_settled_changes_nothing(self):
        made, _ = b.make_block(SKIP, "main", ["c"], "stage")
        new = b.rename_port(made, "stage", "a", "skip")
        new = b.rename_port(new, "stage", "b", "a")
        assert b.settled(made, new) == new
        assert {"a.y-stage.skip", "b.y-stage.a"} <= wires(new.main)

    def test_ports_have_an_order(self):
        made, _ = b.make_block(SKIP, "main", ["c"], "stage")
        turned = b.order_ports(made, "stage", ["a", "b"])
        assert ports(turned, "stage")[0] == ["a", "b"]
        assert turned != made
        assert b.order_ports(turned, "stage", ["b", "a"]) == made
        with pytest.raises(errors.NoSuchPort):
            b.order_ports(made, "stage", ["a", "c"])


class TestTabs:
    def test_a_renamed_block_is_renamed_wherever_it_stands(self):
        project = b.rename_graph(repeated(1), "stage", "Stufe 1")
        assert [n.kind for n in project.main if n.name == "s"] == ["block:Stufe 1"]
        assert list(project.graphs) == ["main", "Stufe 1"]
        assert list(project.blocks) == ["Stufe 1"]

    def test_main_stays(self):
        for edit in (lambda: b.rename_graph(SKIP, "main", "a"), lambda: b.remove_graph(SKIP, "main")):
            with pytest.raises(errors.MainStays):
                edit()

    def test_a_block_that_stands_somewhere_is_not_removed(self):
        with pytest.raises(errors.BlockInUse, match="stands in the main network"):
            b.remove_graph(repeated(1), "stage")
        free, _ = b.dissolve(repeated(2, shared=True), "main", "again")
        assert list(b.remove_graph(free, "stage").graphs) == ["main"]

    def test_networks_come_go_and_move(self):
        project = b.add_network(b.add_network(Project(), "critic"), "teacher")
        assert project.networks == ("main", "critic", "teacher")
        moved = b.move_tab(project, "teacher", 0)
        assert moved.networks == ("teacher", "main", "critic")
        assert moved != project
        assert b.remove_graph(moved, "critic").networks == ("teacher", "main")
        assert b.move_tab(project, "critic", 1) is project

    def test_a_copy_stands_beside_its_original(self):
        project, copy = b.duplicate_graph(b.add_network(repeated(1), "last"), "stage")
        assert (copy, list(project.graphs)) == ("stage2", ["main", "stage", "stage2", "last"])
        assert project.graphs["stage2"] == project.graphs["stage"]
        project, copy = b.duplicate_graph(project, "main")
        assert project.networks == ("main", "main2", "last")

    def test_a_new_block_hands_its_input_on(self):
        project = b.add_block(Project(), "new")
        assert ports(project, "new") == (["x"], ["y"])
        assert rules_broken(project) == []

    def test_names_are_taken_once(self):
        project = repeated(1)
        for edit in (
            lambda: b.add_network(project, "stage"),
            lambda: b.add_block(project, "main"),
            lambda: b.rename_graph(b.add_network(project, "a"), "a", "stage"),
        ):
            with pytest.raises(errors.GraphNameTaken):
                edit()
        with pytest.raises(errors.NoSuchGraph):
            graph_of(project, "nobody")

    def test_a_block_does_not_stand_inside_itself_at_any_depth(self):
        project = b.add_block(b.add_block(Project(), "inner"), "outer", e.add_node(Graph(), standing("n1", "inner")))
        closing = e.add_node(project.graphs["inner"], standing("n9", "outer"))
        with pytest.raises(errors.WouldRecurse, match="through"):
            b.settled(project, project.with_graph(closing, "inner"))
        waiting = b.add_block(Project(), "a", e.add_node(Graph(), standing("n1", "b")))
        with pytest.raises(errors.WouldRecurse):
            b.rename_graph(waiting, "a", "b")


class TestStandings:
    def test_a_detached_standing_has_a_block_and_weights_of_its_own(self):
        for which, other in (("s", "again"), ("again", "s")):
            project = repeated(2, shared=True)
            made, name = b.detach(project, "main", project.main.named(which).id)
            one, two = made.main.named(which), made.main.named(other)
            assert (name, one.kind, two.kind) == ("stage2", "block:stage2", "block:stage")
            assert (one.shares, two.shares) == ("", "")
            assert one.settings == two.settings == {"repeat": 2}
            assert made.graphs["stage2"] == made.graphs["stage"]


def test_every_error_is_a_sentence():
    for error in (
        errors.NoSuchGraph("a"),
        errors.NotABlock("a"),
        errors.GraphNameTaken("a"),
        errors.BadGraphName("x" * 500),
        errors.MainStays("removed"),
        errors.BlockInUse("Stage", ["a", "b", "c", "d"]),
        errors.WouldRecurse(["a", "b"]),
        errors.NothingSelected(),
        errors.EndsSelected("In"),
        errors.LeavesAndReturns("a"),
        errors.SharedAcross("A", "b"),
        errors.RepeatUnknown("a"),
        errors.TooManyNodes("A", 30_000, 20_000),
        errors.TooLong("a", "x" * 500),
        errors.BadExposedName("x" * 500),
        errors.ExposedTaken("a"),
        errors.NoSuchExposed("a", "x" * 500),
        errors.BadDefault("a", "a number"),
        errors.BadHelp("a", 1000),
        errors.AlreadyExpression("A", "x" * 500),
        errors.NoSuchPort("a", "x" * 500),
    ):
        assert isinstance(error, GraphError)
        assert str(error)[0].isupper() or str(error)[0] == "'"
        assert str(error).endswith((".", "..."))
        assert len(str(error)) < 260


def test_names_near_the_longest_are_cut():
    project = Project().with_graph(Graph({"a": Node("a", "relu", "a" * 60), "b": Node("b", "relu", "b" * 60)}))
    project = project.with_graph(e.connect(e.connect(project.main, edge("a", "b")), Edge("a", "h_n", "b", "x2")))
    made, _ = b.make_block(project, "main", ["b"], "s" * 60)
    assert [len(name) for name in ports(made, "s" * 60)[0]] == [60, 60]
    assert rules_broken(made) == []
