"""Unsaved work outlives the program, apart from the user's files."""

import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from netbuilder.graph import Node
from netbuilder.graph.edits import add_node
from netbuilder.project import Project
from netbuilder.project.blocks import make_block
from netbuilder.project.recovery import Recovery, find_lost, forget

EDITOR = """
import os, signal, sys
from pathlib import Path
from netbuilder.graph import Node
from netbuilder.graph.edits import add_node
from netbuilder.project import Project
from netbuilder.project.recovery import Recovery

project = Project()
project = project.with_graph(add_node(project.main, Node("n1", "linear", "digit")))
recovery = Recovery(Path(sys.argv[1]))
recovery.keep(project, "mine", Path("/somewhere/mine.netb"))
assert recovery.wait(10)
os.kill(os.getpid(), signal.SIGKILL)
"""


def edited() -> Project:
    project = Project()
    return project.with_graph(add_node(project.main, Node("n1", "linear", "digit")))


def test_work_of_a_killed_program_is_found_once_and_forgotten(tmp_path: Path) -> None:
    ended = subprocess.run([sys.executable, "-c", EDITOR, str(tmp_path)], check=False, timeout=60)
    assert ended.returncode == -signal.SIGKILL
    (lost,) = find_lost(tmp_path)
    assert lost.project == edited()
    assert (lost.title, lost.path) == ("mine", Path("/somewhere/mine.netb"))
    forget(lost)
    assert find_lost(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_blocks_shared_layers_and_weights_are_recovered(tmp_path: Path) -> None:
    project, id = make_block(edited(), "main", ["n1"], "stage")
    graph = add_node(project.main, Node("again", "block:stage", "again", shares=id))
    project = replace(project.with_graph(graph), weights="/somewhere/start.safetensors")
    recovery = Recovery(tmp_path)
    recovery.keep(project, "mine", None)
    assert recovery.wait(10)
    recovery._release()  # as the system does when the program is killed
    (lost,) = find_lost(tmp_path)
    assert lost.project == project
    recovery.close()


def test_what_another_program_is_still_editing_is_not_offered(tmp_path: Path) -> None:
    recovery = Recovery(tmp_path)
    recovery.keep(edited(), "mine", None)
    assert recovery.wait(10)
    assert list(tmp_path.glob("*.recovery"))
    assert find_lost(tmp_path) == []
    recovery.close()


def test_a_document_closed_in_good_order_leaves_nothing_behind(tmp_path: Path) -> None:
    recovery = Recovery(tmp_path)
    recovery.keep(edited(), "mine", None)
    assert recovery.wait(10)
    recovery.close()
    assert list(tmp_path.iterdir()) == []


def test_a_saved_document_has_nothing_to_recover(tmp_path: Path) -> None:
    recovery = Recovery(tmp_path)
    recovery.keep(edited(), "mine", None)
    assert recovery.wait(10)
    recovery.clear()
    assert recovery.wait(10)
    assert not list(tmp_path.glob("*.recovery"))
    recovery.close()


def test_a_mangled_recovery_file_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "a.recovery").write_text('{"title": "x", "path"')
    (tmp_path / "b.recovery").write_text('{"title": "x", "path": null, "project": "[]"}')
    (tmp_path / "c.recovery").write_bytes(b"\xff\xfe\x00")
    assert find_lost(tmp_path) == []


def test_a_file_that_another_window_takes_away_meanwhile_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "gone.recovery").symlink_to(tmp_path / "what is not there any more")
    assert find_lost(tmp_path) == []
