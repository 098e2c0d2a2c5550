"""What a kill, a hand in the run's folder or a listener that leaves does to a training: it goes on, or says why not."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from netbuilder.data.builtin import Digits
from netbuilder.data.csv_file import CsvFile
from netbuilder.train.checkpoint import checkpoints_in, state_file
from netbuilder.train.controls import Controls
from netbuilder.train.events import Continued, EpochDone, Event, Failed, Finished, Noted, Paused, StepDone
from netbuilder.train.launch import Launch, launch
from netbuilder.train.recipes import Supervised
from netbuilder.train.resuming import job_of
from netbuilder.train.run import Run, RunError
from tests.train.test_resuming import assert_same_end, epochs, recipe, resumed
from tests.train.toy import SOURCE, job


def trained(folder: Path, settings: Supervised | None = None) -> tuple[Launch, list[Event]]:
    """A whole run of data that the program itself knows."""
    start = job(folder, settings or recipe(checkpoint_every=60.0), data=Digits())
    return start, list(launch(start))


def keep_only(folder: Path, epoch: int) -> None:
    """Leave the folder as a kill does after this epoch was told, before its checkpoint was there."""
    log = folder / "events.jsonl"
    lines = log.read_text("utf-8").splitlines(keepends=True)
    told = [json.loads(line) for line in lines]
    last = next(at for at, one in enumerate(told) if one["event"] == "epoch_done" and one["epoch"] == epoch)
    log.write_text("".join(lines[: last + 1]), "utf-8")
    for path in (folder / "checkpoints").iterdir():
        if int(path.name[6:9]) >= epoch:
            path.unlink()


def test_a_run_that_was_killed_before_its_last_epoch_was_kept_can_go_on(tmp_path: Path) -> None:
    _, told = trained(tmp_path / "whole")
    shutil.copytree(tmp_path / "whole", tmp_path / "killed")
    keep_only(tmp_path / "killed", 4)
    again = list(launch(job_of(Run.open(tmp_path / "killed"))))
    assert isinstance(again[-1], Finished)
    assert epochs(Run.open(tmp_path / "killed").events()) == epochs(told)
    assert_same_end(tmp_path / "killed", tmp_path / "whole")


def test_an_early_stop_that_was_gone_on_from_is_no_end_any_more(tmp_path: Path) -> None:
    trained(tmp_path / "run", recipe(epochs=9, patience=1, learning_rate=1e-30, checkpoint_every=60.0))
    run = Run.open(tmp_path / "run")
    with pytest.raises(RunError, match="stopped early"):
        job_of(run)
    with run.events_file.open("a", encoding="utf-8") as log:
        log.write(json.dumps({"event": "continued", "epoch": 1, "step": 10}) + "\n")
    assert job_of(run).resumes is run


def test_what_a_kill_left_half_written_is_gone_after_a_resume(tmp_path: Path) -> None:
    start, told = trained(tmp_path / "whole")
    shutil.copytree(tmp_path / "whole", tmp_path / "killed")
    keep_only(tmp_path / "killed", 3)
    kept = tmp_path / "killed" / "checkpoints"
    state = state_file(checkpoints_in(tmp_path / "killed")[-1].path).read_bytes()
    (kept / ".step-000017.state.safetensors.part").write_bytes(state[:50])
    (kept / "step-000019.state.safetensors").write_bytes(state)
    resumed(tmp_path / "killed", start)
    assert {path.name.split(".")[0] for path in kept.iterdir()} == {f"epoch-00{number}" for number in (1, 2, 3, 4)}
    assert epochs(Run.open(tmp_path / "killed").events()) == epochs(told)
    assert_same_end(tmp_path / "killed", tmp_path / "whole")


@pytest.mark.parametrize("damage", ["missing", "garbled"])
def test_a_run_whose_log_is_lost_goes_on_to_the_same_end_and_says_so(tmp_path: Path, damage: str) -> None:
    start, told = trained(tmp_path / "whole")
    shutil.copytree(tmp_path / "whole", tmp_path / "hurt")
    keep_only(tmp_path / "hurt", 3)
    log = tmp_path / "hurt" / "events.jsonl"
    log.unlink() if damage == "missing" else log.write_bytes(b"\x00\xff{{{" * 100)
    again = resumed(tmp_path / "hurt", start)
    continued = next(event for event in again if isinstance(event, Continued))
    assert (
        "2 epochs were missing from the run's events.jsonl: the checkpoints have told of them again."
        in continued.sentence
    )
    assert isinstance(again[-1], Finished)
    assert again[-1].best == told[-1].best  # type: ignore[attr-defined]
    assert_same_end(tmp_path / "hurt", tmp_path / "whole")


def test_a_checkpoint_folder_that_somebody_deletes_is_made_again(tmp_path: Path) -> None:
    start, _ = trained(tmp_path / "whole")
    seen: list[Event] = []
    for event in launch(replace(start, folder=tmp_path / "run"), patience=0.0):
        seen.append(event)
        if isinstance(event, EpochDone) and event.epoch == 3:  # what is kept of the second is there, or being written
            shutil.rmtree(tmp_path / "run" / "checkpoints", ignore_errors=True)
    assert isinstance(seen[-1], Finished)
    assert checkpoints_in(tmp_path / "run")[-1].epoch == 4
    assert_same_end(tmp_path / "run", tmp_path / "whole")


def test_a_run_whose_folder_is_moved_away_waits_and_goes_on_once_it_is_back(tmp_path: Path) -> None:
    start, _ = trained(tmp_path / "whole")
    seen: list[Event] = []
    for event in launch(replace(start, folder=tmp_path / "run"), patience=0.0):
        seen.append(event)
        if isinstance(event, EpochDone) and event.epoch == 3:
            (tmp_path / "run").rename(tmp_path / "elsewhere")
        if isinstance(event, Paused) and event.sentence and (tmp_path / "elsewhere").exists():
            (tmp_path / "elsewhere").rename(tmp_path / "run")
    assert any(f"the run's folder {tmp_path / 'run'} is gone" in e.sentence for e in seen if isinstance(e, Paused))
    assert isinstance(seen[-1], Finished)
    assert epochs(Run.open(tmp_path / "run").events()) == epochs(seen)
    assert_same_end(tmp_path / "run", tmp_path / "whole")


def test_a_network_too_large_for_the_memory_is_not_blamed_on_the_batch(tmp_path: Path) -> None:
    source = SOURCE.replace("nn.Linear(64, 32)", "nn.Linear(64, 2**50)")
    *_, failed = launch(job(tmp_path / "run", source_text=source))
    assert isinstance(failed, Failed)
    assert failed.sentence.startswith("There is not enough memory for the weights")
    assert failed.sentence.endswith("Make the network smaller.")


def test_whoever_leaves_while_the_disk_is_full_leaves_quietly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from netbuilder.train import keeping

    write = keeping.write

    def refuse(path: Path, *rest: Any) -> None:
        if "epoch-002" in path.name or "step-" in path.name:
            raise OSError(28, "No space left on device")
        write(path, *rest)

    monkeypatch.setattr(keeping, "write", refuse)
    events = launch(job(tmp_path / "run", recipe(checkpoint_every=60.0)))
    assert any(isinstance(event, Paused) for event in iter(lambda: next(events), None))
    events.close()  # type: ignore[attr-defined]
    assert [one.epoch for one in Run.open(tmp_path / "run").checkpoints()] == [1]


def test_whoever_stops_while_the_disk_is_full_is_told_what_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from netbuilder.train import keeping
    from netbuilder.train.event_log import EventLog

    write, full = keeping.write, OSError(28, "No space left on device")

    def refuse(path: Path, *rest: Any) -> None:
        if "epoch-001" not in path.name:
            raise full
        write(path, *rest)

    def refuse_all(log: EventLog, event: Event) -> None:
        raise full

    monkeypatch.setattr(keeping, "write", refuse)
    controls, told = Controls(), []
    for event in launch(job(tmp_path / "run", recipe(checkpoint_every=60.0)), controls=controls):
        told.append(event)
        if isinstance(event, Paused):
            monkeypatch.setattr(EventLog, "write", refuse_all)
            controls.stop()
    lost = "What was trained since the last checkpoint could not be kept: No space left on device."
    assert lost in [event.sentence for event in told if isinstance(event, Noted)]
    assert isinstance(told[-1], Finished)
    assert told[-1].reason == "stopped"
    assert [one.epoch for one in Run.open(tmp_path / "run").checkpoints()] == [1]


@pytest.mark.parametrize("damage", ["networks", "rates", "outputs", "project"])
def test_a_run_whose_record_is_damaged_says_so_in_a_sentence(tmp_path: Path, damage: str) -> None:
    events = launch(job(tmp_path / "run", data=Digits()))
    for event in events:
        if isinstance(event, StepDone):
            break
    events.close()  # type: ignore[attr-defined]
    run = Run.open(tmp_path / "run")
    if damage == "project":
        run.project_file.unlink()
    else:
        run = replace(run, record={**run.record, damage: 7})
    with pytest.raises(RunError, match=r"The run run can't go on: .* missing or damaged. Train the project anew."):
        job_of(run)


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (lambda rows: rows[:80], "120 samples then, 80 now"),
        (lambda rows: [row[2:] for row in rows], "the input features had the shape 120×2 then, 120×1 now"),
        (lambda rows: [row.replace("c", "b") for row in rows], "3 classes then, 2 now"),
        (None, "There is no file"),
    ],
    ids=["fewer rows", "a column less", "a class less", "gone"],
)
def test_a_run_whose_csv_file_is_another_now_says_so_and_goes_on_once_it_is_back(
    tmp_path: Path, other: Any, said: str
) -> None:
    table = tmp_path / "table.csv"
    rows = [f"{at % 7},{at % 5}.5,{'abc'[at % 3]}" for at in range(120)]

    def write(lines: list[str]) -> None:
        heads = "p,q,kind" if lines[0].count(",") == 2 else "q,kind"
        table.write_text("\n".join([heads, *lines]) + "\n", "utf-8")

    write(rows)
    source = SOURCE.replace("64, 32", "2, 8").replace("32, 10", "8, 3").replace("image.flatten(1)", "image")
    settings = Supervised(epochs=4, batch_size=8)
    begin = replace(job(tmp_path / "whole", settings, source_text=source), data=CsvFile(path=str(table)))
    list(launch(begin))
    shutil.copytree(tmp_path / "whole", tmp_path / "killed")
    keep_only(tmp_path / "killed", 3)
    before = {path: path.read_bytes() for path in (tmp_path / "killed").rglob("*") if path.suffix not in ("", ".jsonl")}

    write(other(rows)) if other is not None else table.unlink()
    (failed,) = launch(job_of(Run.open(tmp_path / "killed")))
    assert isinstance(failed, Failed)
    assert said in failed.sentence
    assert {path: path.read_bytes() for path in before} == before

    write(rows)
    assert isinstance(list(launch(job_of(Run.open(tmp_path / "killed"))))[-1], Finished)
    assert_same_end(tmp_path / "killed", tmp_path / "whole")


def test_whoever_leaves_at_the_last_event_does_not_make_a_failure_of_it(tmp_path: Path) -> None:
    events = launch(job(tmp_path / "run"))
    assert any(isinstance(event, Finished) for event in iter(lambda: next(events), None))
    events.close()  # type: ignore[attr-defined]
    assert isinstance(Run.open(tmp_path / "run").events()[-1], Finished)


def test_code_of_the_users_own_that_breaks_in_some_step_is_named_and_the_run_goes_on(tmp_path: Path) -> None:
    shaky = """

class Shaky(nn.Module):
    calls = 0

    def forward(self, x):
        self.calls += 1
        if self.training and self.calls == 25:
            raise ValueError("this batch is odd")
        return x
"""
    source = SOURCE.replace("nn.Dropout(0.3)", "Shaky()") + shaky
    *_, failed = launch(job(tmp_path / "run", recipe(checkpoint_every=60.0), source_text=source))
    assert isinstance(failed, Failed)
    assert (failed.node, failed.sentence) == ("drop", "The node drop stopped the training: this batch is odd.")
    mended = job(tmp_path / "next", recipe(checkpoint_every=60.0), source_text=source.replace("== 25", "< 0"))
    *_, last = launch(replace(mended, follows=Run.open(tmp_path / "run")))
    assert isinstance(last, Finished)
