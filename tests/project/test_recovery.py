"""Unsaved work outlives the program, apart from the user's files."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from netbuilder.graph import Node
from netbuilder.graph.edits import add_node
from netbuilder.project import Project, file
from netbuilder.project.blocks import make_block
from netbuilder.project.history import History
from netbuilder.project.recovery import Recovery, find_lost, forget

EDITOR = """
import os, signal, sys
from pathlib import Path
from netbuilder.graph import Node
from netbuilder.graph.edits import add_node
from netbuilder.project import Project, file
from netbuilder.project.history import History
from netbuilder.project.recovery import Recovery

project = Project()
project = project.with_graph(add_node(project.main, Node("n1", "linear", "digit")))
recovery = Recovery(Path(sys.argv[1]))
recovery.keep(History(project), "mine", Path("/somewhere/mine.netb"))
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
    recovery.keep(History(project), "mine", None)
    assert recovery.wait(10)
    recovery._release()  # as the system does when the program is killed
    (lost,) = find_lost(tmp_path)
    assert lost.project == project
    recovery.close()


def test_what_another_program_is_still_editing_is_not_offered(tmp_path: Path) -> None:
    recovery = Recovery(tmp_path)
    recovery.keep(History(edited()), "mine", None)
    assert recovery.wait(10)
    assert list(tmp_path.glob("*.recovery"))
    assert find_lost(tmp_path) == []
    recovery.close()


def test_a_document_closed_in_good_order_leaves_nothing_behind(tmp_path: Path) -> None:
    recovery = Recovery(tmp_path)
    recovery.keep(History(edited()), "mine", None)
    assert recovery.wait(10)
    recovery.close()
    assert list(tmp_path.iterdir()) == []


def test_a_saved_document_has_nothing_to_recover(tmp_path: Path) -> None:
    recovery = Recovery(tmp_path)
    recovery.keep(History(edited()), "mine", None)
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


def drawn(*names: str) -> History:
    history = History(Project())
    for name in names:
        history.add(f"Add {name}", history.project.with_graph(add_node(history.project.main, Node(name, "relu", name))))
    return history


def kill(recovery: Recovery) -> None:
    """As the system does when the program is killed: its files stay, its lock is let go."""
    assert recovery.wait(10)
    recovery._release()


def test_the_steps_that_led_to_what_was_lost_are_recovered(tmp_path: Path) -> None:
    recovery = Recovery(tmp_path)
    history = drawn("a", "b", "c")
    history.go(2)
    recovery.keep(history, "mine", None)
    kill(recovery)
    (lost,) = find_lost(tmp_path)
    assert [step.label for step in lost.history.steps] == ["Open", "Add a", "Add b", "Add c"]
    assert (lost.history.at, lost.project) == (2, history.project)
    lost.history.go(0)
    assert lost.project == Project()
    recovery.close()


def test_what_the_users_file_holds_already_is_not_offered(tmp_path: Path) -> None:
    path, folder = tmp_path / "mine.netb", tmp_path / "recovery"
    history = drawn("a")
    recovery = Recovery(folder)
    recovery.keep(history, "mine", path)
    file.save(history.project, path)  # and killed before the recovery file was cleared
    kill(recovery)
    assert find_lost(folder) == []
    assert not list(folder.glob("*.recovery"))
    recovery.close()


def test_what_is_older_than_the_users_file_is_not_offered(tmp_path: Path) -> None:
    path, folder = tmp_path / "mine.netb", tmp_path / "recovery"
    recovery = Recovery(folder)
    recovery.keep(drawn("a"), "mine", path)
    assert recovery.wait(10)
    text = file.dumps(drawn("a", "b").project)
    recovery.about_to_save(text)
    path.write_text(text)
    kill(recovery)
    assert find_lost(folder) == []
    recovery.close()


def test_what_was_edited_after_a_save_or_beside_somebody_elses_is_offered(tmp_path: Path) -> None:
    path, folder = tmp_path / "mine.netb", tmp_path / "recovery"
    recovery = Recovery(folder)
    text = file.dumps(drawn("a", "b").project)
    recovery.about_to_save(text)
    path.write_text(text)
    recovery.keep(drawn("a", "b", "c"), "mine", path)
    kill(recovery)
    assert [lost.project for lost in find_lost(folder)] == [drawn("a", "b", "c").project]
    path.write_text(file.dumps(drawn("z").project))
    assert len(find_lost(folder)) == 1
    recovery.close()


def test_a_save_that_did_not_come_about_leaves_the_work_recoverable(tmp_path: Path) -> None:
    path, folder = tmp_path / "mine.netb", tmp_path / "recovery"
    recovery = Recovery(folder)
    recovery.keep(drawn("a"), "mine", path)
    assert recovery.wait(10)
    recovery.about_to_save(file.dumps(drawn("a", "b").project))
    kill(recovery)
    assert len(find_lost(folder)) == 1
    recovery.close()


def test_where_nothing_can_be_written_it_is_told_once(tmp_path: Path) -> None:
    told: list[BaseException] = []
    (tmp_path / "recovery").write_text("a file where the folder should be")
    recovery = Recovery(tmp_path / "recovery", failed=told.append)
    for names in ("a", "ab"):
        recovery.keep(drawn(*names), "mine", None)
        assert recovery.wait(10)
    recovery.about_to_save("")
    assert [type(fault) for fault in told] == [FileExistsError]
    (tmp_path / "recovery").unlink()
    recovery.keep(drawn("a", "b"), "mine", None)
    kill(recovery)
    assert len(find_lost(tmp_path / "recovery")) == 1
    recovery.close()


def test_what_killed_programs_left_half_written_is_cleared_away_after_a_while(tmp_path: Path) -> None:
    name = "0123456789abcdef0123456789abcdef"
    strays = [tmp_path / f"{name}.lock", tmp_path / f"{name}.saving", tmp_path / f".{name}-12345678.tmp"]
    for stray in strays:
        stray.write_text("")
    find_lost(tmp_path)
    assert all(stray.exists() for stray in strays)
    for stray in strays:
        os.utime(stray, (1000, 1000))
    find_lost(tmp_path)
    assert list(tmp_path.iterdir()) == []
