"""Blocks in files of their own and in the user's collection: what goes in comes out, whatever lies there besides."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netbuilder.graph import edits as e
from netbuilder.graph.block import Exposed
from netbuilder.project import Project
from netbuilder.project.blocks import add_block, expose
from netbuilder.project.errors import NotABlock, WouldRecurse
from netbuilder.project.library import (
    AlreadyKept,
    discard,
    dumps,
    insert,
    keep,
    kept,
    library_folder,
    load_block,
    loads,
    restore,
    save_block,
    saved_block,
)
from netbuilder.project.reading import CannotOpen
from tests.project.test_mangled_files import anything, assert_sentence
from tests.toy import chain, rules_broken, standing
from tests.toy_projects import built_by, project_edits


def project() -> Project:
    """A stage with a unit in it, and a block that neither needs."""
    made = expose(add_block(Project(), "unit", chain("u1", "u2")), "unit", Exposed("size", "ints", [3, 3], "How wide."))
    made = add_block(made, "stage", e.add_node(chain("s1"), standing("s2", "unit", size=5)))
    return add_block(made, "other")


STAGE = saved_block(project(), "stage")


def test_a_block_is_saved_with_the_blocks_in_it_and_no_others(tmp_path):
    assert list(STAGE.definitions) == ["unit", "stage"]
    save_block(STAGE, tmp_path / "stage.netblock")
    assert load_block(tmp_path / "stage.netblock") == STAGE


def test_only_a_block_can_be_saved():
    for name in ("main", "nobody"):
        with pytest.raises(NotABlock):
            saved_block(project(), name)


def test_the_file_reads_line_by_line():
    lines = dumps(STAGE).splitlines()
    assert '          {"name": "size", "type": "ints", "default": [3, 3], "help": "How wide."}' in lines
    assert '  "block": "stage",' in lines
    assert json.loads(dumps(STAGE))["format"] == 3


@settings(max_examples=40)
@given(st.lists(project_edits(), max_size=40))
def test_any_block_survives_its_file_and_can_be_brought_into_an_empty_project(sequence):
    made = built_by(sequence)
    for name in made.blocks:
        block = loads(dumps(saved_block(made, name)))
        assert block == saved_block(made, name)
        brought, new = insert(Project(), block)
        assert new == name
        assert brought.graphs[name] == made.graphs[name]
        assert rules_broken(brought) == []
        assert insert(brought, block) == (brought, name)


def test_a_block_whose_name_is_taken_gets_a_new_one():
    target = add_block(Project(), "stage", chain("q"))
    brought, name = insert(target, STAGE)
    assert name == "stage2"
    assert list(brought.blocks) == ["stage", "unit", "stage2"]


def test_a_block_called_main_is_no_network():
    block = loads(dumps(STAGE).replace('"stage"', '"main"'))
    brought, name = insert(Project(), block)
    assert name == "main2"
    assert not len(brought.main)


def test_a_block_that_the_project_waits_for_may_not_close_a_circle():
    waiting = add_block(Project(), "stage", e.add_node(chain("s1"), standing("s2", "unit")))
    unit = saved_block(add_block(Project(), "unit", e.add_node(chain("u1"), standing("u2", "stage"))), "unit")
    with pytest.raises(WouldRecurse, match="unit"):
        insert(waiting, unit)


def test_the_collection_lies_in_the_users_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("NETBUILDER_HOME", str(tmp_path))
    assert kept() == []
    path = keep(STAGE)
    assert path == library_folder() / "stage.netblock"
    assert path.is_relative_to(tmp_path)
    assert [(one.name, one.block) for one in kept()] == [("stage", STAGE)]


def test_the_same_block_is_kept_once_and_another_of_its_name_only_in_its_place(tmp_path):
    path = keep(STAGE, tmp_path)
    assert keep(STAGE, tmp_path) == path
    other = saved_block(add_block(Project(), "stage"), "stage")
    with pytest.raises(AlreadyKept, match="'stage'") as refused:
        keep(other, tmp_path)
    assert refused.value.path == path
    assert keep(other, tmp_path, replacing=True) == path
    assert load_block(path) == other


@pytest.mark.parametrize("name", ["../../evil", "a/b\\c:d", "CON", "...", "層 1", "x" * 60])
def test_whatever_a_block_is_called_its_file_lies_in_the_collection(name, tmp_path):
    folder = tmp_path / "home" / "blocks"
    path = keep(saved_block(add_block(Project(), name), name), folder)
    assert path.parent == folder
    assert path.stem not in ("CON", "", "...")
    assert load_block(path).name == name
    assert [one.name for one in kept(folder)] == [name]


def test_names_that_make_the_same_file_name_have_a_file_each(tmp_path):
    for name in ("a/b", "a:b", "a?b"):
        keep(saved_block(add_block(Project(), name), name), tmp_path)
    assert sorted(one.name for one in kept(tmp_path)) == ["a/b", "a:b", "a?b"]


def test_a_discarded_block_can_be_brought_back(tmp_path):
    path = keep(STAGE, tmp_path)
    aside = discard(path)
    assert kept(tmp_path) == []
    keep(saved_block(add_block(Project(), "stage"), "stage"), tmp_path)
    back = restore(aside)
    assert load_block(back) == STAGE
    assert len(kept(tmp_path)) == 2


def test_a_file_that_can_not_be_read_is_listed_with_the_reason(tmp_path):
    keep(STAGE, tmp_path)
    (tmp_path / "broken.netblock").write_text("{")
    (tmp_path / "folder.netblock").mkdir()
    broken, folder, stage = kept(tmp_path)
    assert (broken.block, folder.block, stage.block) == (None, None, STAGE)
    assert_sentence(broken.sentence.replace("broken.netblock", "mangled.netb"))


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"block": 5}, "5"),
        ({"block": "nobody"}, "nobody"),
        ({"graphs": []}, "stage"),
        ({"graphs": {"stage": 7}}, "stage"),
    ],
)
def test_a_file_without_its_block_is_refused(entry, said):
    with pytest.raises(CannotOpen, match=said):
        loads(json.dumps(json.loads(dumps(STAGE)) | entry))


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"format": 99}, "newer"),
        ({"format": "x"}, "format number"),
        ({"virus": 1}, "'virus'"),
        ({"graphs": {"stage": {"nodes": [{"id": "n1", "kind": "block:stage", "name": "s"}]}}}, "itself"),
    ],
)
def test_what_can_be_read_is_read_with_a_sentence_about_the_rest(entry, said):
    block = loads(json.dumps(json.loads(dumps(STAGE)) | entry))
    assert any(said in note for note in block.notes)
    assert rules_broken(insert(Project(), block)[0]) == []


@settings(max_examples=150)
@given(st.fixed_dictionaries({"block": anything | st.just("a"), "graphs": st.dictionaries(st.just("a"), anything)}))
def test_any_json_at_all_is_a_block_or_a_sentence(data):
    try:
        block = loads(json.dumps(data))
    except CannotOpen as error:
        assert_sentence(str(error))
    else:
        assert rules_broken(insert(Project(), block)[0]) == []
