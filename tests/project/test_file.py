"""The project file: what it looks like, and that it is written wholly or not at all."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netbuilder.graph import Node
from netbuilder.graph import edits as e
from netbuilder.graph.annotations import bend, bookmark, direct, put_frame, put_note
from netbuilder.graph.block import Block, Exposed
from netbuilder.graph.graph import Frame, Note
from netbuilder.project import MAIN, Part, Project
from netbuilder.project.blocks import add_block
from netbuilder.project.file import CannotOpen, Opened, dumps, loads, open_file, save
from tests.toy import chain, edge, edited_by, edits


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


TWO = Project().with_graph(chain("a", "b"))


def test_a_node_and_an_edge_is_a_line_each():
    text = dumps(TWO)
    assert text.splitlines()[6:] == [
        '    "main": {',
        '      "nodes": [',
        '        {"id": "a", "kind": "relu", "name": "a", "position": [0, 0], "settings": {}},',
        '        {"id": "b", "kind": "relu", "name": "b", "position": [0, 0], "settings": {}}',
        "      ],",
        '      "edges": [',
        '        {"from": ["a", "y"], "to": ["b", "x"]}',
        "      ]",
        "    }",
        "  }",
        "}",
    ]
    assert text.endswith("\n")
    assert json.loads(text)["format"] == 3


def test_one_edit_changes_one_line():
    before = dumps(TWO).splitlines()
    after = dumps(TWO.with_graph(e.set_settings(TWO.main, "b", {"inplace": True}))).splitlines()
    assert len(before) == len(after)
    assert sum(a != b for a, b in zip(before, after, strict=True)) == 1


def test_the_order_in_which_settings_were_chosen_does_not_show():
    first, second = (Project(data=Part("csv", dict(items))) for items in ([("a", 1), ("b", 2)], [("b", 2), ("a", 1)]))
    assert dumps(first) == dumps(second)


@settings(max_examples=200)
@given(st.lists(edits(), max_size=30))
def test_whatever_was_drawn_is_the_same_after_save_and_load(sequence):
    project = edited_by(sequence)
    opened = loads(dumps(project))
    assert opened.notes == ()
    assert opened.project == project
    assert list(opened.project.main.nodes) == list(project.main.nodes)
    assert list(opened.project.main.edges) == list(project.main.edges)
    assert dumps(opened.project) == dumps(project)


def test_every_graph_of_a_project_is_kept_in_order():
    project = Project({"main": chain("a"), "généraliste": chain("b", "c"), "block": chain()})
    assert list(loads(dumps(project)).project.graphs.items()) == list(project.graphs.items())


def test_a_block_says_what_it_exposes_one_line_each():
    project = add_block(Project(weights="start.safetensors"), "unit", chain("a"), Block((Exposed("size", "int", 8),)))
    project = project.with_graph(e.add_node(chain("a"), Node("b", "relu", "b", shares="a")))
    lines = dumps(project).splitlines()
    assert '  "weights": "start.safetensors",' in lines
    assert '          {"name": "size", "type": "int", "default": 8, "help": ""}' in lines
    assert any(line.endswith('"settings": {}, "shares": "a"}') for line in lines)
    assert loads(dumps(project)) == Opened(project)


@pytest.mark.parametrize("format", [1, 2])
def test_a_file_of_an_earlier_format_is_read_as_it_was(format):
    old = dumps(TWO).replace('"format": 3', f'"format": {format}')
    assert loads(old) == Opened(TWO)


def test_what_is_drawn_beside_a_network_is_a_line_each():
    graph = e.collapse(e.bypass(chain("a", "b"), ["b"]), ["a"])
    graph = put_note(put_frame(graph, Frame("m1", "Stem", "green")), Note("m2", "# Why"))
    graph = direct(bookmark(bend(graph, edge("a", "b"), [(5, 7.5)]), "3", (1.0, 2.0, 0.5)), "down")
    lines = dumps(Project().with_graph(graph)).splitlines()
    for line in (
        '        {"id": "m1", "title": "Stem", "color": "green", "position": [0, 0], "size": [320, 200]}',
        '        {"id": "m2", "text": "# Why", "position": [0, 0], "size": [240, 120]}',
        '        {"to": ["b", "x"], "through": [[5, 7.5]]}',
        '      "bookmarks": {"3": [1, 2, 0.5]},',
        '      "direction": "down"',
    ):
        assert line in lines
    assert any(line.endswith('"settings": {}, "bypassed": true}') for line in lines)
    assert any(line.endswith('"settings": {}, "collapsed": true},') for line in lines)
    assert loads(dumps(Project().with_graph(graph))) == Opened(Project().with_graph(graph))


def test_weights_beside_the_file_move_with_it(tmp_path):
    (tmp_path / "a" / "sub").mkdir(parents=True)
    project = Project(weights=str(tmp_path / "a" / "sub" / "w.safetensors"))
    save(project, tmp_path / "a" / "p.netb")
    assert '"weights": "sub/w.safetensors"' in (tmp_path / "a" / "p.netb").read_text()
    assert open_file(tmp_path / "a" / "p.netb").project == project
    (tmp_path / "a").rename(tmp_path / "b")
    assert open_file(tmp_path / "b" / "p.netb").project.weights == str(tmp_path / "b" / "sub" / "w.safetensors")


def test_weights_elsewhere_are_found_from_wherever_the_project_is_saved(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    save(Project(weights="w.safetensors"), tmp_path / "a" / "p.netb")
    opened = open_file(tmp_path / "a" / "p.netb").project
    save(opened, tmp_path / "b" / "p.netb")
    assert open_file(tmp_path / "b" / "p.netb").project == opened
    assert opened.weights == str(tmp_path / "a" / "w.safetensors")


def test_half_a_surrogate_pair_survives_the_file(tmp_path):
    project = Project(data=Part("csv", {"path": "odd\udc80name.csv"}))
    save(project, tmp_path / "p.netb")
    assert open_file(tmp_path / "p.netb").project == project


def test_a_kind_this_version_has_never_heard_of_is_kept():
    strange = Node("n1", "quantum_layer_9", "q", {"qubits": [1, {"deep": None}]}, (8.0, 16.0))
    project = Project(data=Part("telepathy", {"range": 3})).with_graph(e.add_node(chain(), strange))
    assert loads(dumps(project)) == loads(dumps(project))
    assert loads(dumps(project)).project == project
    assert loads(dumps(project)).faithful


def test_what_can_not_be_written_as_json_is_not_written(tmp_path):
    path = tmp_path / "p.netb"
    save(TWO, path)
    before = path.read_bytes()
    with pytest.raises(ValueError, match=r"."):
        save(Project(data=Part("csv", {"x": float("nan")})), path)
    assert path.read_bytes() == before
    assert names_in(tmp_path) == ["p.netb"]


def test_saving_leaves_nothing_else_behind(tmp_path):
    save(TWO, tmp_path / "p.netb")
    save(Project(), tmp_path / "p.netb")
    assert names_in(tmp_path) == ["p.netb"]
    assert open_file(tmp_path / "p.netb").project == Project()


def test_a_save_that_fails_leaves_the_old_file_and_nothing_else(tmp_path):
    (tmp_path / "p.netb").mkdir()
    with pytest.raises(OSError, match=r"."):
        save(TWO, tmp_path / "p.netb")
    assert names_in(tmp_path) == ["p.netb"]


@pytest.mark.skipif(os.name != "posix", reason="modes and links are those of POSIX")
class TestOnPosix:
    def test_a_new_file_has_the_usual_mode(self, tmp_path):
        usual = tmp_path / "usual"
        usual.write_text("")
        save(TWO, tmp_path / "p.netb")
        assert (tmp_path / "p.netb").stat().st_mode == usual.stat().st_mode

    @pytest.mark.parametrize("mode", [0o600, 0o664, 0o640])
    def test_a_file_keeps_its_mode(self, tmp_path, mode):
        path = tmp_path / "p.netb"
        save(TWO, path)
        path.chmod(mode)
        save(Project(), path)
        assert stat.S_IMODE(path.stat().st_mode) == mode

    def test_a_link_stays_a_link_to_the_file_that_is_written(self, tmp_path):
        (tmp_path / "real").mkdir()
        real, link = tmp_path / "real" / "p.netb", tmp_path / "link.netb"
        save(TWO, real)
        link.symlink_to(real)
        save(Project(), link)
        assert link.is_symlink()
        assert open_file(real).project == Project()
        assert names_in(tmp_path / "real") == ["p.netb"]

    @pytest.mark.skipif(os.name == "posix" and os.geteuid() == 0, reason="nothing is read-only for root")
    def test_a_read_only_file_is_not_replaced(self, tmp_path):
        path = tmp_path / "p.netb"
        save(TWO, path)
        path.chmod(0o444)
        with pytest.raises(PermissionError, match="read-only"):
            save(Project(), path)
        assert open_file(path).project == TWO

    def test_a_pipe_is_refused_without_waiting(self, tmp_path):
        os.mkfifo(tmp_path / "p.netb")
        with pytest.raises(CannotOpen, match="not a file"):
            open_file(tmp_path / "p.netb")


def test_an_older_format_is_brought_up_step_by_step():
    def name_the_nodes(data):
        nodes = [{"id": n["id"], "kind": n["kind"], "name": n["label"]} for n in data["nodes"]]
        return {**{k: v for k, v in data.items() if k != "nodes"}, "graphs": {MAIN: {"nodes": nodes}}}

    def name_the_parts(data):
        return {**data, "data": {"kind": data["data"]}, "recipe": {"kind": "supervised"}}

    old = '{"format": -1, "data": "wine", "nodes": [{"id": "n1", "kind": "relu", "label": "r"}]}'
    opened = loads(old, format=1, migrations={-1: name_the_nodes, 0: name_the_parts})
    assert opened.faithful
    assert opened.project == Project(data=Part("wine")).with_graph(e.add_node(chain(), Node("n1", "relu", "r")))


def test_a_migration_that_fails_is_said_in_a_sentence():
    with pytest.raises(CannotOpen, match="format 0 can't be brought up to format 1"):
        loads('{"format": 0}', format=1, migrations={0: lambda data: data["missing"]})


def test_a_newer_format_is_shown_as_far_as_it_can_be_but_never_as_the_file_itself():
    text = dumps(TWO).replace('"format": 3', '"format": 4').replace('"graphs"', '"comments": [], "graphs"')
    opened = loads(text)
    assert opened.project == TWO
    assert not opened.faithful
    assert "newer NetBuilder (format 4" in opened.notes[0]


def test_a_newer_format_with_nothing_to_show_is_refused_for_that_reason():
    with pytest.raises(CannotOpen, match="written by a newer NetBuilder"):
        loads('{"format": 4, "networks": []}')


def test_a_byte_order_mark_and_windows_line_ends_do_not_matter(tmp_path):
    path = tmp_path / "p.netb"
    path.write_bytes(b"\xef\xbb\xbf" + dumps(TWO).replace("\n", "\r\n").encode())
    assert open_file(path).project == TWO


def test_what_a_node_says_of_its_training_is_kept_and_what_can_not_be_meant_is_told():
    graph = e.set_rate(e.freeze(chain("a", "b"), ["a"]), ["b"], 0.1)
    text = dumps(Project().with_graph(graph))
    assert loads(text) == Opened(Project().with_graph(graph))
    for word, mangled in (
        ('"frozen": true', '"frozen": 1'),
        ('"rate": 0.1', '"rate": -1'),
        ('"rate": 0.1', '"rate": "x"'),
    ):
        assert word in text
        opened = loads(text.replace(word, mangled))
        assert len(opened.notes) == 1
        kept = {node.id: (node.frozen, node.rate) for node in opened.project.main}
        assert kept == {"a": ("frozen" not in word, 1.0), "b": (False, 1.0 if "rate" in word else 0.1)}
