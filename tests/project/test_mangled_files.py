"""Files that no NetBuilder wrote: shown as far as they can be, the rest said in sentences; nothing runs or is lost."""

from __future__ import annotations

import json
import sys
from copy import deepcopy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netbuilder.compile.blocks import catalog_of
from netbuilder.graph.order import topological
from netbuilder.layers import standard
from netbuilder.project.blocks import check_recursion
from netbuilder.project.document import Document
from netbuilder.project.file import LARGEST, CannotOpen, Opened, dumps, loads, open_file
from netbuilder.project.reading import MOST_NOTES
from netbuilder.resources import samples
from tests.toy_projects import built_by, project_edits

SOUND = {
    "netbuilder": "0.1.0",
    "format": 3,
    "data": {"kind": "digits", "settings": {}},
    "recipe": {"kind": "supervised", "settings": {"epochs": 3}},
    "graphs": {
        "main": {
            "nodes": [
                {"id": "n1", "kind": "input", "name": "picture", "position": [0, 0], "settings": {}},
                {"id": "n2", "kind": "linear", "name": "digit", "position": [8, 8], "settings": {"out_features": 10}},
                {"id": "n3", "kind": "output", "name": "scores", "position": [16, 16], "settings": {}},
            ],
            "edges": [{"from": ["n1", "y"], "to": ["n2", "x"]}, {"from": ["n2", "y"], "to": ["n3", "x"]}],
        },
        "stage": {
            "block": {"settings": [{"name": "size", "type": "int", "default": 8, "help": "How wide."}]},
            "nodes": [
                {"id": "n1", "kind": "linear", "name": "a", "settings": {"out_features": {"=": "size * 2"}}},
                {"id": "n2", "kind": "linear", "name": "b", "shares": "n1"},
                {"id": "n3", "kind": "block:unit", "name": "c"},
            ],
        },
        "unit": {"block": {"settings": []}},
    },
    "weights": "start.safetensors",
}
TEXT = json.dumps(SOUND)
CODE = "open('canary', 'w')"


def changed(*path, to):
    """The sound file with one thing in it replaced (or, for the end of a list, added)."""
    data = deepcopy(SOUND)
    place = data
    for step in path[:-1]:
        place = place[step]
    if path[-1] == "+":
        place.append(to)
    else:
        place[path[-1]] = to
    return json.dumps(data)


def without(*path):
    data = deepcopy(SOUND)
    place = data
    for step in path[:-1]:
        place = place[step]
    del place[path[-1]]
    return json.dumps(data)


MAIN_NODES, MAIN_EDGES = ("graphs", "main", "nodes"), ("graphs", "main", "edges")
FIRST, SECOND = (*MAIN_NODES, 0), (*MAIN_NODES, 1)
STAGE, STAGE_NODES = ("graphs", "stage"), ("graphs", "stage", "nodes")
EXPOSED = (*STAGE, "block", "settings")
SIZE = {"name": "size", "type": "int", "default": 8, "help": ""}

# What is wrong: (the file, how many of its three nodes are shown, a word of the sentence).
SHOWN = {
    "no format": (without("format"), 3, "format number"),
    "a format in words": (changed("format", to="one"), 3, "'one'"),
    "a format that is true": (changed("format", to=True), 3, "True"),
    "a newer format": (changed("format", to=999), 3, "newer"),
    "a format with 10,000 digits": (TEXT.replace('"format": 3', '"format": ' + "9" * 10_000), 3, "format number"),
    "no data": (without("data"), 3, '"data"'),
    "data that is a list": (changed("data", to=[]), 3, '"data"'),
    "a recipe without a kind": (changed("recipe", to={"settings": {}}), 3, '"recipe"'),
    "recipe settings that are a number": (changed("recipe", "settings", to=7), 3, "settings"),
    "an entry nobody knows": (changed("virus", to="x"), 3, "'virus'"),
    "an entry that stands twice": (TEXT.replace('"format": 3', '"format": 3, "format": 3'), 3, "twice"),
    "frames that are a number": (changed("graphs", "main", "frames", to=3), 3, "not a list"),
    "a frame without a size": (
        changed("graphs", "main", "frames", to=[{"id": "m1", "position": [0, 0]}]),
        3,
        "frame",
    ),
    "a frame as large as the world": (
        changed("graphs", "main", "frames", to=[{"id": "m1", "position": [0, 0], "size": [1e300, 1]}]),
        3,
        "frame",
    ),
    "a note that is a list": (changed("graphs", "main", "notes", to=[[1]]), 3, "notes"),
    "a note of a million letters": (
        changed("graphs", "main", "notes", to=[{"id": "m", "text": "a" * 10**6, "position": [0, 0], "size": [99, 99]}]),
        3,
        "at most",
    ),
    "a bend of no edge": (changed("graphs", "main", "bends", to=[{"to": ["n9", "x"], "through": []}]), 3, "straight"),
    "a bend through nowhere": (
        changed("graphs", "main", "bends", to=[{"to": ["n2", "x"], "through": [[None, 1]]}]),
        3,
        "straight",
    ),
    "a bookmark of the letter a": (changed("graphs", "main", "bookmarks", to={"a": [0, 0, 1]}), 3, "bookmark"),
    "a direction that is up": (changed("graphs", "main", "direction", to="up"), 3, "left to right"),
    "a node that is perhaps bypassed": (changed(*FIRST, "bypassed", to="perhaps"), 3, "bypassed"),
    "a graph that is text": (changed("graphs", "second", to="graph"), 3, "'second'"),
    "a graph with a name of two lines": (changed("graphs", "a\nb", to={}), 3, "graph"),
    "nodes that are an object": (changed(*MAIN_NODES, to={"n1": {}}), 0, "not a list"),
    "edges that are none": (changed(*MAIN_EDGES, to=None), 3, "not a list"),
    "a node that is a number": (changed(*MAIN_NODES, "+", to=5), 3, "kind"),
    "a node without a kind": (without(*FIRST, "kind"), 2, "kind"),
    "a kind that is a list": (changed(*FIRST, "kind", to=["input"]), 2, "kind"),
    "an id twice": (changed(*SECOND, "id", to="n1"), 3, "another node"),
    "an id that is a number": (changed(*FIRST, "id", to=1), 3, "id"),
    "a name twice": (changed(*SECOND, "name", to="picture"), 3, "picture"),
    "no name": (without(*FIRST, "name"), 3, "name"),
    "a name of 100,000 characters": (changed(*FIRST, "name", to="x" * 100_000), 3, "name"),
    "a name with a control character": (changed(*FIRST, "name", to="a\x00b"), 3, "name"),
    "a name that is half a surrogate pair": (changed(*FIRST, "name", to="\ud800"), 3, "name"),
    "an edge from nobody": (changed(*MAIN_EDGES, "+", to={"from": ["n9", "y"], "to": ["n2", "x2"]}), 3, "'n9'"),
    "a second edge into a port": (changed(*MAIN_EDGES, "+", to={"from": ["n1", "y"], "to": ["n3", "x"]}), 3, "already"),
    "a circle": (changed(*MAIN_EDGES, "+", to={"from": ["n3", "y"], "to": ["n1", "x"]}), 3, "circle"),
    "a node that feeds itself": (changed(*MAIN_EDGES, "+", to={"from": ["n2", "y"], "to": ["n2", "z"]}), 3, "circle"),
    "an edge that is text": (changed(*MAIN_EDGES, "+", to="n1 -> n2"), 3, "edge"),
    "an edge with half an end": (changed(*MAIN_EDGES, "+", to={"from": ["n1"], "to": ["n2", "x"]}), 3, "edge"),
    "an edge between numbers": (changed(*MAIN_EDGES, "+", to={"from": [1, 2], "to": [3, 4]}), 3, "edge"),
    "a position that is text": (changed(*FIRST, "position", to="left"), 3, "position"),
    "a position of three": (changed(*FIRST, "position", to=[1, 2, 3]), 3, "position"),
    "a position of 1e999": (changed(*FIRST, "position", to=[0, 0]).replace("[0, 0]", "[1e999, 0]", 1), 3, "position"),
    "a position that is no number": (changed(*FIRST, "position", to=[float("nan"), 0]), 3, "position"),
    "a position out of sight": (changed(*FIRST, "position", to=[1e300, 0]), 3, "position"),
    "settings that are a list": (changed(*SECOND, "settings", to=[1]), 3, "settings"),
    "a setting of 1e999": (TEXT.replace('"out_features": 10', '"out_features": 1e999'), 3, "out_features"),
    "a setting that is NaN": (changed(*SECOND, "settings", to={"out_features": float("nan")}), 3, "out_features"),
    "a setting with 10,000 digits": (TEXT.replace('features": 10', 'features": ' + "7" * 10_000), 3, "out_features"),
    "a setting nested 50 deep": (TEXT.replace('features": 10', 'features": ' + "[" * 50 + "]" * 50), 3, "out_features"),
    "weights that are a list": (changed("weights", to=["a"]), 3, "weights"),
    "weights with a null character": (changed("weights", to="a\0b"), 3, "weights"),
    "a path of weights of 100,000 characters": (changed("weights", to="x" * 100_000), 3, "weights"),
    "a block that is a list": (changed(*STAGE, "block", to=[]), 3, "exposes"),
    "settings of a block that are an object": (changed(*EXPOSED, to={"size": 8}), 3, "exposes"),
    "an entry of a block that nobody knows": (changed(*STAGE, "block", "on_load", to=CODE), 3, "'on_load'"),
    "an exposed setting that is a number": (changed(*EXPOSED, "+", to=5), 3, "setting 5"),
    "an exposed setting without a name": (changed(*EXPOSED, "+", to={"type": "int"}), 3, "setting None"),
    "an exposed setting called by a keyword": (changed(*EXPOSED, "+", to={"name": "lambda"}), 3, "'lambda'"),
    "an exposed setting called repeat": (changed(*EXPOSED, "+", to={"name": "repeat"}), 3, "'repeat'"),
    "an exposed setting that is Python code": (changed(*EXPOSED, "+", to={"name": CODE}), 3, 'setting "open'),
    "an exposed setting twice": (changed(*EXPOSED, "+", to=SIZE), 3, "'size'"),
    "an exposed setting of a type nobody knows": (changed(*EXPOSED, 0, to={**SIZE, "type": "set"}), 3, "'size'"),
    "an exposed setting whose type is a list": (changed(*EXPOSED, 0, to={**SIZE, "type": ["int"]}), 3, "'size'"),
    "a default of another type": (changed(*EXPOSED, 0, to={**SIZE, "default": "wide"}), 3, "whole number"),
    "a default that is an expression": (changed(*EXPOSED, 0, to={**SIZE, "default": {"=": "size"}}), 3, "whole number"),
    "a default of 1e999": (TEXT.replace('"default": 8', '"default": 1e999'), 3, "whole number"),
    "a help with control characters": (changed(*EXPOSED, 0, to={**SIZE, "help": "a\x1bb"}), 3, "help"),
    "a help that is a list": (changed(*EXPOSED, 0, to={**SIZE, "help": ["a"]}), 3, "help"),
    "a main graph that is a block": (changed("graphs", "main", "block", to={}), 3, "can't be a block"),
    "a block in itself": (changed(*STAGE_NODES, 2, "kind", to="block:stage"), 3, "itself"),
    "a block in a block in itself": (
        changed("graphs", "unit", "nodes", to=[{"id": "n1", "kind": "block:stage", "name": "s"}]),
        3,
        "stood inside itself, in unit",
    ),
    "a kind of a block without a name": (changed(*STAGE_NODES, 2, "kind", to="block:" + "x" * 61), 3, "kind"),
    "a node that shares nobody": (changed(*STAGE_NODES, 1, "shares", to="n9"), 3, "no such node"),
    "a node that shares itself": (changed(*STAGE_NODES, 1, "shares", to="n2"), 3, "its own"),
    "a node that shares another kind": (changed(*STAGE_NODES, 1, "shares", to="n3"), 3, "one kind"),
    "two that share each other": (changed(*STAGE_NODES, 0, "shares", to="n2"), 3, "itself"),
    "an Input that is shared": (
        changed(*MAIN_NODES, "+", to={"id": "n4", "kind": "input", "name": "i", "shares": "n1"}),
        4,
        "no weights",
    ),
    "what is shared as a list": (changed(*STAGE_NODES, 1, "shares", to=["n1"]), 3, "shares"),
    "settings beside shared ones": (changed(*STAGE_NODES, 1, "settings", to={"bias": False}), 3, "left out"),
    "an expression of 100,000 characters": (changed(*SECOND, "settings", to={"a": {"=": "1+" * 50_000}}), 3, "'a'"),
    "a long expression in a list": (changed(*SECOND, "settings", to={"a": [1, {"=": "(" * 300}]}), 3, "'a'"),
    "an entry of a node that nobody knows": (changed(*FIRST, "on_load", to=CODE), 3, "'on_load'"),
}

# Wrong for the check and for the user's eyes, but nothing that the file would lose.
KEPT = {
    "a kind nobody knows": (changed(*FIRST, "kind", to="hologram"), 3),
    "a kind that is Python code": (changed(*FIRST, "kind", to=CODE), 3),
    "a name that is Python code": (changed(*FIRST, "name", to=CODE), 3),
    "a name that ends a string and a line": (changed(*FIRST, "name", to='"""; import os #'), 3),
    "a setting that is Python code": (changed(*SECOND, "settings", to={"out_features": CODE}), 3),
    "a setting of the wrong type": (changed(*SECOND, "settings", to={"out_features": {"a": []}}), 3),
    "a setting nobody knows": (changed(*SECOND, "settings", to={"__class__": "x", "out_features": -1}), 3),
    "a port nobody knows": (changed(*MAIN_EDGES, 0, to={"from": ["n1", "__init__"], "to": ["n2", "x"]}), 3),
    "a data source nobody knows": (changed("data", "kind", to=CODE), 3),
    "an expression that is Python code": (changed(*SECOND, "settings", to={"out_features": {"=": CODE}}), 3),
    "an expression of names that nobody has": (changed(*SECOND, "settings", to={"out_features": {"=": "a * b"}}), 3),
    "a block that nobody knows": (changed(*FIRST, "kind", to="block:" + "x" * 60), 3),
    "a block's kind that is the main network": (changed(*FIRST, "kind", to="block:main"), 3),
    "an edge from a port that a block doesn't have": (
        changed(*STAGE, "edges", to=[{"from": ["n3", "nope"], "to": ["n1", "x"]}]),
        3,
    ),
    "weights somewhere else": (changed("weights", to="../../../../etc/shadow"), 3),
    "no block at all": (without("graphs", "unit"), 3),
    "nothing in it": (changed("graphs", "main", to={}), 0),
}


# What can't be shown at all: (the file's bytes, a word of the sentence).
REFUSED = {
    "nothing": (b"", "empty"),
    "blanks": (b" \n\n ", "empty"),
    "half a file": (TEXT[: len(TEXT) // 2].encode(), "damaged|breaks off"),
    "all but the last brace": (TEXT[:-1].encode(), "breaks off"),
    "a comma too many": (TEXT.replace("]}", ",]}").encode(), "damaged"),
    "Python, not JSON": (CODE.encode(), "damaged"),
    "a pickle": (b"\x80\x04\x95\x1a\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix\x94", "not text"),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "not text"),
    "UTF-16": (TEXT.encode("utf-16"), "not text"),
    "zeros": (b"\x00" * 1000, "damaged"),
    "a merge conflict": (b"{\n<<<<<<< HEAD\n=======\n>>>>>>> theirs\n}\n", "merge conflict"),
    "a number": (b"42", "no NetBuilder project"),
    "none": (b"null", "no NetBuilder project"),
    "a list": (b"[]", "no NetBuilder project"),
    "other JSON": (b'{"name": "package", "version": "1"}', "no NetBuilder project"),
    "no graphs": (without("graphs").encode(), "no graphs"),
    "graphs that are a list": (changed("graphs", to=[]).encode(), "no graphs"),
    "only graphs that can't be read": (changed("graphs", to={"main": 3}).encode(), "none of its graphs"),
    "an older format that never was": (changed("format", to=-5).encode(), "format -5"),
    "a newer format with other contents": (b'{"format": 12, "graphs": "elsewhere"}', "newer"),
    "lists 100,000 deep": (b"[" * 100_000, "deep|damaged|breaks off"),
    "objects 100,000 deep": (b'{"a":' * 100_000, "deep|damaged|breaks off"),
    "settings 5,000 deep": (TEXT.replace('features": 10', 'features": ' + "[" * 5000 + "]" * 5000).encode(), "deep"),
}


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Writes a file, and after the test makes sure that it is as it was and that none of its code ran."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "mangled.netb"
    written = []

    def put(content: bytes):
        path.write_bytes(content)
        written.append((content, path.stat().st_mtime_ns))
        return path

    yield put
    assert (path.read_bytes(), path.stat().st_mtime_ns) == written[-1]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["mangled.netb"]


def assert_usable(opened: Opened) -> None:
    """Everything that the window does with a project at once works."""
    catalog = catalog_of(opened.project, standard())
    check_recursion(opened.project)
    for graph in opened.project.graphs.values():
        assert len(topological(graph)) == len(graph)
        assert len({node.name for node in graph}) == len(graph)
        for node in graph:
            assert not graph.owner(node.id).shares
            layer = catalog.find(node.kind)
            if layer is not None:
                layer.read(graph.settings_of(node.id))
    again = loads(dumps(opened.project))
    assert (again.project, again.notes) == (opened.project, ())
    document = Document(opened.project)
    document.apply("Empty it", opened.project.with_graph(type(graph)()))
    document.undo()
    assert document.project is opened.project


def assert_sentence(text: str) -> None:
    assert text[0].isupper() or text.startswith(("'", '"', "mangled.netb"))
    assert text.endswith(".")
    assert "\n" not in text
    assert len(text) < 500
    assert text.isprintable()


@pytest.mark.parametrize("what", SHOWN)
def test_what_can_be_shown_is_shown_with_a_sentence_about_the_rest(what, write):
    text, count, said = SHOWN[what]
    opened = open_file(write(text.encode("utf-8", "surrogatepass")))
    assert len(opened.project.main) == count
    assert not opened.faithful
    assert any(said in note for note in opened.notes), opened.notes
    for note in opened.notes:
        assert_sentence(note)
    assert_usable(opened)


@pytest.mark.parametrize("what", KEPT)
def test_what_only_the_check_minds_is_kept_as_it_is(what, write):
    text, count = KEPT[what]
    opened = open_file(write(text.encode()))
    assert len(opened.project.main) == count
    assert opened.faithful
    assert_usable(opened)


@pytest.mark.parametrize("what", REFUSED)
def test_what_can_not_be_shown_is_refused_in_a_sentence(what, write):
    content, said = REFUSED[what]
    with pytest.raises(CannotOpen, match=said) as refused:
        open_file(write(content))
    assert str(refused.value).startswith("mangled.netb can't be opened: ")
    assert_sentence(str(refused.value))


def test_a_file_larger_than_any_project_is_refused_unread(tmp_path):
    path = tmp_path / "huge.netb"
    with path.open("wb") as stream:
        stream.truncate(LARGEST * 50)
    with pytest.raises(CannotOpen, match="MB"):
        open_file(path)


def test_a_file_that_is_not_there_and_a_folder_are_refused(tmp_path):
    with pytest.raises(CannotOpen, match="no such file"):
        open_file(tmp_path / "missing.netb")
    with pytest.raises(CannotOpen, match="not a file"):
        open_file(tmp_path)


def test_thousands_of_faults_are_told_in_a_few_sentences():
    data = deepcopy(SOUND)
    data["graphs"]["main"]["edges"] = [{"from": ["n1", "y"], "to": ["n2", "x"]}] * 5000
    notes = loads(json.dumps(data)).notes
    assert len(notes) == MOST_NOTES + 1
    assert notes[-1].startswith("4,979 more")


def test_duplicated_names_are_told_apart_and_nobody_loses_the_name_he_has():
    data = deepcopy(SOUND)
    names = ["relu", "relu", "relu2", "relu"]
    data["graphs"]["main"] = {"nodes": [{"id": f"n{i}", "kind": "relu", "name": n} for i, n in enumerate(names)]}
    opened = loads(json.dumps(data))
    assert [node.name for node in opened.project.main] == ["relu", "relu3", "relu2", "relu4"]


def test_opening_imports_nothing():
    before = set(sys.modules)
    loads(changed(*FIRST, "kind", to="antigravity"))
    loads(changed("data", "kind", to="this"))
    assert set(sys.modules) == before


WORDS = ["id", "kind", "name", "position", "settings", "from", "to", "shares", "block", "default", "type", "="]
VALUES = ["n1", "main", "x", "relu", "block:a"]
anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["n1", "main", "x", "relu", "block:a"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(max_size=5) | st.sampled_from(WORDS),
            inner,
            max_size=4,
        )
    ),
    max_leaves=25,
)


@settings(max_examples=200)
@given(
    st.fixed_dictionaries(
        {
            "format": st.just(2) | anything,
            "graphs": anything | st.dictionaries(st.sampled_from(["main", "a"]), anything),
        }
    )
)
def test_any_json_at_all_is_a_project_or_a_sentence(data):
    try:
        opened = loads(json.dumps(data))
    except CannotOpen as error:
        assert_sentence(str(error))
    else:
        assert_usable(opened)


@settings(max_examples=200)
@given(
    nodes=st.lists(
        st.fixed_dictionaries(
            {}, optional=dict.fromkeys(("id", "kind", "name", "position", "settings", "shares"), anything)
        )
    ),
    edges=st.lists(st.fixed_dictionaries({"from": anything, "to": anything})),
    exposed=st.lists(st.fixed_dictionaries({}, optional=dict.fromkeys(("name", "type", "default", "help"), anything))),
)
def test_any_nodes_edges_and_exposed_settings_at_all_are_a_project(nodes, edges, exposed):
    graph = {"block": {"settings": exposed}, "nodes": nodes, "edges": edges}
    assert_usable(loads(json.dumps({"format": 3, "graphs": {"main": {"nodes": nodes, "edges": edges}, "a": graph}})))


@settings(max_examples=100)
@given(st.lists(project_edits(), min_size=1, max_size=15), st.data())
def test_a_file_cut_off_anywhere_or_with_a_byte_gone_wrong_is_answered(sequence, data):
    text = dumps(built_by(sequence))
    cut = data.draw(st.integers(0, len(text)))
    hurt = data.draw(st.sampled_from((text[:cut], text[:cut] + text[cut + 1 :], text[:cut] + "9" + text[cut:])))
    try:
        opened = loads(hurt)
    except CannotOpen as error:
        assert_sentence(str(error))
    else:
        assert_usable(opened)


def test_every_sample_is_read_without_a_note():
    for sample in samples():
        opened = open_file(sample.path)
        assert opened.faithful
        assert dumps(opened.project) == sample.path.read_text("utf-8")
