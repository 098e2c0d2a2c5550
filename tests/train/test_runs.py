"""Runs in a table: what their folders tell, what the user says of them, and deleting them so that it can be undone."""

from __future__ import annotations

import json
from pathlib import Path

import filelock
import pytest

from netbuilder import cli
from netbuilder.train import adjustments, log_ends, trash
from netbuilder.train.about import About, NotWritten, read_about, write_about
from netbuilder.train.adjustments import Change, changes, read_adjusted
from netbuilder.train.event_log import EventLog
from netbuilder.train.events import Adjusted, Continued, EpochDone, Event, Failed, Finished, Progress, Started
from netbuilder.train.history import read_record
from netbuilder.train.launch import launch
from netbuilder.train.recipes import Supervised
from netbuilder.train.run import Run
from netbuilder.train.runs import RunsReader, all_runs_folder
from tests.train import toy

STARTED = Started(
    epochs=9,
    steps_per_epoch=10,
    batch_size=64,
    training_samples=640,
    validation_samples=64,
    parameters=1234,
    device="cuda:0",
    seed=7,
)


def epoch(number: int, accuracy: float, *, best: bool = False) -> EpochDone:
    metrics = {"training_loss": 1 / number, "validation_loss": 2 / number, "validation_accuracy": accuracy}
    return EpochDone(number, 10 * number, metrics, best, seconds=2.0 * number, score="validation_accuracy")


def make_run(folder: Path, *events: Event, created: str = "2026-03-01T10:00:00.000+00:00", **record: object) -> Path:
    folder.mkdir(parents=True)
    (folder / "model.py").write_text("")
    told = {
        "title": "toy",
        "created": created,
        "seed": 7,
        "recipe": {"kind": "supervised", "settings": {"epochs": 9}},
        "data": {"kind": "digits", "settings": {}},
    }
    (folder / "run.json").write_text(json.dumps(told | record))
    log = EventLog(folder / "events.jsonl")
    for event in events:
        log.write(event)
    log.close()
    return folder


def only(under: Path):
    (found,) = RunsReader().read(under)
    return found


def test_a_real_run_is_told_whole(tmp_path):
    *_, last = launch(toy.job(tmp_path / "run", Supervised(epochs=3, learning_rate=0.01)))
    run = only(tmp_path)
    assert (run.state, run.project, run.epochs, run.planned, run.steps) == ("done", "toy", 3, 3, 15)
    assert (run.best_epoch, run.score) == (last.best_epoch, "validation_accuracy")
    assert run.value == last.best["validation_accuracy"]
    assert run.final == last.final
    assert run.seconds == last.seconds
    assert (run.recipe, run.settings, run.data) == ("supervised", {"epochs": 3, "learning_rate": 0.01}, "toy")
    assert (run.learning_rate, run.batch_size, run.device, run.seed) == (0.01, 64, "cpu", 0)
    assert run.parameters == 64 * 32 + 32 + 32 * 10 + 10


@pytest.mark.parametrize("reason", ["done", "stopped", "early stop"])
def test_a_run_that_ended_says_how(tmp_path, reason):
    make_run(tmp_path / "run", STARTED, epoch(1, 0.5, best=True), Finished(reason, 1, 1, {"a": 1.0}, {}, 2.0))
    assert only(tmp_path).state == reason


def test_a_failed_run_says_why_and_what_it_had_reached(tmp_path):
    make_run(tmp_path / "run", STARTED, epoch(1, 0.5, best=True), epoch(2, 0.4), Failed("The loss became NaN."))
    run = only(tmp_path)
    assert (run.state, run.sentence) == ("failed", "The loss became NaN.")
    assert (run.epochs, run.best_epoch, run.value) == (2, 1, 0.5)


def test_a_run_without_an_end_is_interrupted_unless_a_process_holds_it(tmp_path):
    folder = make_run(tmp_path / "run", STARTED, epoch(1, 0.5, best=True), Progress(13, 2, (0.1,) * 3, 1.0, None))
    reader = RunsReader()
    assert reader.read(tmp_path)[0].state == "interrupted"
    assert reader.read(tmp_path)[0].steps == 13
    with filelock.FileLock(folder / "alive"):
        assert reader.read(tmp_path)[0].state == "running"
    assert reader.read(tmp_path)[0].state == "interrupted"


def test_a_line_that_was_cut_off_after_the_end_is_a_run_that_went_on(tmp_path):
    folder = make_run(tmp_path / "run", STARTED, epoch(1, 0.5, best=True), Finished("stopped", 1, 1, {}, {}, 2.0))
    with (folder / "events.jsonl").open("a") as log:
        log.write('{"event": "progress", "st')
    assert only(tmp_path).state == "interrupted"
    assert only(tmp_path).epochs == 1


def test_what_a_continued_run_does_again_does_not_count_twice(tmp_path):
    make_run(
        tmp_path / "run",
        *(STARTED, epoch(1, 0.5, best=True), epoch(2, 0.9, best=True), epoch(3, 0.95, best=True)),
        *(Continued(1, 10), epoch(2, 0.6, best=True)),
    )
    run = only(tmp_path)
    assert (run.epochs, run.best_epoch, run.value, run.steps) == (2, 2, 0.6, 20)


def test_the_best_epoch_of_a_long_log_is_found_however_far_back(tmp_path):
    later = [event for n in range(2, 400) for event in (Progress(10 * n, n, (0.1,) * 90, 1.0, None), epoch(n, 0.1))]
    make_run(tmp_path / "run", STARTED, epoch(1, 0.75, best=True), *later)
    assert (tmp_path / "run" / "events.jsonl").stat().st_size > 10 * log_ends.BLOCK
    run = only(tmp_path)
    assert (run.best_epoch, run.value, run.epochs, run.planned) == (1, 0.75, 399, 9)


def test_a_long_log_with_an_end_is_not_read_whole(tmp_path, monkeypatch):
    later = [event for n in range(1, 400) for event in (Progress(10 * n, n, (0.1,) * 90, 1.0, None), epoch(n, 0.1))]
    make_run(tmp_path / "run", STARTED, *later, Finished("done", 399, 2, {}, {"validation_accuracy": 0.5}, 9.0))
    parsed = []
    monkeypatch.setattr(log_ends, "_event", lambda line, real=log_ends._event: parsed.append(line) or real(line))
    assert only(tmp_path).value == 0.5
    assert len(parsed) < 5


def test_runs_are_found_at_any_depth_and_the_newest_comes_first(tmp_path):
    make_run(tmp_path / "old", created="2026-03-01T10:00:00+00:00")
    make_run(tmp_path / "deep" / "er" / "new", created="2026-03-02T10:00:00+01:00")
    make_run(tmp_path / ".hidden" / "run")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "run.json").write_text("{")
    assert [run.folder.name for run in RunsReader().read(tmp_path)] == ["new", "old"]


def test_without_a_folder_the_runs_of_all_projects_are_read():
    make_run(all_runs_folder() / "a" / "a-001")
    make_run(all_runs_folder() / "b" / "b-001")
    assert {run.folder.parent.name for run in RunsReader().read()} == {"a", "b"}


def test_what_has_not_changed_is_not_read_again(tmp_path, monkeypatch):
    folder = make_run(tmp_path / "run", STARTED)
    make_run(tmp_path / "other", STARTED)
    reader = RunsReader()
    reader.read(tmp_path)
    read = []
    real = log_ends.read_ends
    monkeypatch.setattr("netbuilder.train.runs.read_ends", lambda path: read.append(path.parent) or real(path))
    reader.read(tmp_path)
    assert read == []
    write_about(folder, About(note="good"))
    assert {run.about.note for run in reader.read(tmp_path)} == {"good", ""}
    assert read == [folder]


def test_what_a_stranger_wrote_into_a_run_is_left_out(tmp_path):
    folder = make_run(tmp_path / "run", created="yesterday", seed="x", recipe=3, data=[])
    (folder / "about.json").write_text('{"name": 3, "note": ["a"], "star": 1}')
    run = only(tmp_path)
    assert (run.created, run.seed, run.recipe, run.settings, run.learning_rate) == (None, None, "", {}, None)
    assert run.about == About()


# What the user says of it


def test_a_name_a_note_and_a_star_are_kept_and_the_folder_keeps_its_name(tmp_path):
    folder = make_run(tmp_path / "run")
    assert write_about(folder, About(" the\n good  one ", " a note ", True)) == About("the good one", "a note", True)
    assert read_about(folder) == About("the good one", "a note", True)
    assert only(tmp_path).title == "the good one"
    assert sorted(path.name for path in folder.iterdir()) == ["about.json", "events.jsonl", "model.py", "run.json"]


def test_what_can_not_be_kept_is_a_sentence_and_changes_nothing(tmp_path):
    folder = make_run(tmp_path / "run")
    (folder / "about.json").mkdir()  # nothing can take its place
    (folder / "about.json" / "x").touch()
    with pytest.raises(NotWritten, match="can't be kept in its folder"):
        write_about(folder, About("x"))
    assert not list(folder.glob("*.part"))


# Deleting


def test_a_deleted_run_can_be_put_back(tmp_path):
    folder = make_run(tmp_path / "run", STARTED)
    gone = trash.set_aside(folder)
    assert not folder.exists()
    assert gone.folder.is_relative_to(trash.trash_folder())
    trash.put_back(gone)
    assert only(tmp_path).parameters == 1234
    assert not list(trash.trash_folder().iterdir())


def test_a_run_that_is_trained_is_not_deleted(tmp_path):
    folder = make_run(tmp_path / "run", STARTED)
    with filelock.FileLock(folder / "alive"), pytest.raises(trash.NotDeleted, match="Stop it first"):
        trash.set_aside(folder)
    assert folder.is_dir()


def test_a_run_that_is_no_longer_there_is_a_sentence(tmp_path):
    with pytest.raises(trash.NotDeleted, match="run can't be deleted"):
        trash.set_aside(tmp_path / "run")
    assert not list(trash.trash_folder().iterdir())


def test_a_run_does_not_come_back_in_the_place_of_another(tmp_path):
    folder = make_run(tmp_path / "run", STARTED)
    gone = trash.set_aside(folder)
    make_run(folder)
    with pytest.raises(trash.NotPutBack, match="taken by another run"):
        trash.put_back(gone)
    assert (gone.folder / "model.py").is_file()


def test_the_trash_of_the_system_is_given_the_folder_as_it_was(tmp_path):
    gone = trash.set_aside(make_run(tmp_path / "run", STARTED))
    sent = []

    def send(path: str) -> None:
        sent.append(path)
        Path(path).rename(tmp_path / "bin")

    assert trash.throw_away(gone, send)
    assert sent == [str(tmp_path / "run")]
    assert not list(trash.trash_folder().iterdir())


def test_without_a_trash_of_the_system_it_stays_set_aside(tmp_path):
    gone = trash.set_aside(make_run(tmp_path / "run", STARTED))

    def send(path: str) -> None:
        raise OSError("no trash here")

    assert not trash.throw_away(gone, send)
    assert not (tmp_path / "run").exists()
    assert list(trash.left_over(0)) == [gone]
    assert not list(trash.left_over())  # a minute has not gone by


# The command line


def test_the_verb_lists_the_runs_with_all_there_is_of_them(tmp_path, capsys):
    folder = make_run(tmp_path / "run", STARTED, epoch(1, 0.5, best=True), Failed("The loss became NaN."))
    write_about(folder, About("mine", "a note", True))
    assert cli.main(["runs", str(tmp_path), "--json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)
    assert told["folder"] == str(folder)
    assert (told["title"], told["note"], told["star"]) == ("mine", "a note", True)
    assert (told["state"], told["score"], told["value"]) == ("failed", "validation_accuracy", 0.5)
    assert cli.main(["runs", str(tmp_path)]) == 0
    shown = capsys.readouterr().out
    assert "★ mine" in shown
    assert "accuracy 50.0 %" in shown
    assert "1/9" in shown


def test_without_runs_the_verb_says_how_to_make_one(capsys):
    assert cli.main(["runs"]) == 0
    assert "There are no runs" in capsys.readouterr().out


def test_a_folder_that_is_not_there_is_refused(tmp_path, capsys):
    assert cli.main(["runs", str(tmp_path / "nowhere")]) == 1
    assert "There is no folder" in capsys.readouterr().err


def test_a_log_that_is_a_folder_or_may_not_be_read_says_what_would_help(tmp_path, monkeypatch):
    folder = make_run(tmp_path / "run", STARTED, epoch(1, 0.5))
    log = folder / "events.jsonl"
    said = log.read_bytes()
    log.unlink()
    log.mkdir()
    reader = RunsReader()
    (run,) = reader.read(tmp_path)
    assert run.state == "unreadable"
    assert run.sentence == (
        "Its events.jsonl is a folder and not a file. Move that folder away, or put the file back in its place."
    )
    log.rmdir()
    log.write_bytes(said)
    plain = Path.open

    def refusing(path: Path, *how: object, **more: object) -> object:
        if path == log:
            raise PermissionError(13, "Permission denied")
        return plain(path, *how, **more)

    with monkeypatch.context() as locked:
        locked.setattr(Path, "open", refusing)
        (run,) = reader.read(tmp_path)
        assert run.sentence.startswith("Its events.jsonl may not be read. Allow you to read and write that file")
    (run,) = reader.read(tmp_path)
    assert (run.state, run.epochs) == ("interrupted", 1), "as soon as it can be read, though it has not changed"


def test_the_verb_that_lists_runs_says_which_can_not_be_read(tmp_path, capsys):
    make_run(tmp_path / "toy-001", STARTED, epoch(1, 0.5))
    broken = make_run(tmp_path / "toy-002") / "events.jsonl"
    broken.unlink()
    broken.mkdir()
    assert cli.main(["runs", str(tmp_path)]) == 0
    printed = capsys.readouterr().out
    assert "note: toy-002 can't be read: its events.jsonl is a folder and not a file. Move" in printed
    assert printed.count("note: ") == 1


RATE, SIZE = Adjusted(20, 2.0, 0.0003, 64, 10), Adjusted(30, 3.0, 0.0003, 32, 20)


def test_a_rate_and_a_batch_size_that_were_changed_on_the_way_are_told_beside_those_it_began_with(tmp_path):
    make_run(tmp_path / "run", STARTED, epoch(1, 0.5), RATE, epoch(2, 0.6), SIZE, epoch(3, 0.7))
    run = only(tmp_path)
    assert run.changes == (Change(20, 2.0, 0.0003, None), Change(30, 3.0, None, 32))
    assert (run.learning_rate, run.rate_now, run.batch_size, run.batch_now) == (0.001, 0.0003, 64, 32)
    told = run.describe()
    assert (told["learning_rate"], told["learning_rate_now"]) == (0.001, 0.0003)
    assert (told["batch_size"], told["batch_size_now"]) == (64, 32)
    assert told["changes"][1] == {"step": 30, "epochs": 3.0, "learning_rate": None, "batch_size": 32}


def test_what_was_taken_back_or_was_of_another_network_is_no_change(tmp_path):
    make_run(tmp_path / "back", STARTED, epoch(1, 0.5), RATE, epoch(2, 0.6), SIZE, Continued(2, 20), epoch(3, 0.7))
    assert [change.step for change in only(tmp_path / "back").changes] == [20]
    make_run(tmp_path / "other", STARTED, RATE, epoch(2, 0.6), Continued(2, 20, changed=True), SIZE, epoch(3, 0.7))
    assert [change.step for change in only(tmp_path / "other").changes] == [30]


def test_a_run_says_the_same_of_its_changes_read_whole_and_at_a_glance(tmp_path):
    folder = make_run(
        tmp_path / "run", STARTED, RATE, epoch(2, 0.6), Continued(2, 20, changed=True), Adjusted(20, 2.0, 0.1, 64, 10),
        SIZE, epoch(3, 0.7), Continued(3, 30),
    )  # fmt: skip
    record = read_record(Run.open(folder))
    assert tuple(record.adjusted_since_seam) == read_adjusted(folder / "events.jsonl")
    assert [one.step for one in record.adjusted_since_seam] == [20, 30]


def test_a_rate_that_a_schedule_moved_is_not_taken_for_one_that_was_set(tmp_path):
    cosine = {"kind": "supervised", "settings": {"epochs": 9, "schedule": "cosine"}}
    make_run(tmp_path / "run", STARTED, epoch(1, 0.5), Adjusted(30, 3.0, 0.00083, 32, 20), recipe=cosine)
    run = only(tmp_path)
    assert run.changes == (Change(30, 3.0, None, 32),)
    assert changes([Adjusted(30, 3.0, 0.00083, 32, 20)], 0.001, 64, steady=True) == (Change(30, 3.0, 0.00083, 32),)


def test_changes_are_found_wherever_a_block_of_the_file_ends(tmp_path, monkeypatch):
    make_run(tmp_path / "run", STARTED, epoch(1, 0.5), RATE, Progress(25, 3, (0.5,) * 40, 1.0, None), SIZE)
    log = tmp_path / "run" / "events.jsonl"
    whole = read_adjusted(log)
    assert whole == (RATE, SIZE)
    for size in (1, 7, 64, 500):
        monkeypatch.setattr(adjustments, "BLOCK", size)
        assert read_adjusted(log) == whole
    with log.open("ab") as file:
        file.write(b'{"event": "adjusted", "step": 40')  # is being written
    assert read_adjusted(log) == whole
