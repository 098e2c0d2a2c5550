"""Going on with a run from the command line: where it was broken off, to more epochs, with another drawing."""

import json
from pathlib import Path

import pytest

from netbuilder.train.run import Run
from tests.test_cli import IRIS


@pytest.fixture
def trained(say):
    """Trains the iris sample in a folder, in this process; what `train --json` printed."""

    def train(folder: Path, *more: object) -> list[dict]:
        code, printed, err = say("train", IRIS, "--device", "cpu", "--json", "--run", folder, *more)
        assert (code, err) == (0, "")
        return [json.loads(line) for line in printed.splitlines()]

    return train


def metrics_of(events: list[dict]) -> dict[int, dict]:
    return {event["epoch"]: event["metrics"] for event in events if event["event"] == "epoch_done"}


def test_a_run_that_is_given_more_epochs_goes_on(say, trained, tmp_path):
    trained(tmp_path / "part", "--epochs", 2)
    code, printed, err = say("resume", tmp_path / "part", "--epochs", 4, "--json")
    assert (code, err) == (0, "")
    events = [json.loads(line) for line in printed.splitlines()]
    assert [event["event"] for event in events[:2]] == ["started", "continued"]
    assert (events[1]["epoch"], events[1]["sentence"]) == (2, "")
    assert list(metrics_of(events)) == [3, 4]


def test_what_can_not_be_resumed_is_said_in_one_line(say, trained, tmp_path):
    code, _, err = say("resume", tmp_path)
    assert code == 1
    assert "is not the folder of a run" in err
    trained(tmp_path / "done", "--epochs", 1)
    code, _, err = say("resume", tmp_path / "done")
    assert (code, err) == (1, "The run done has done all its 1 epochs. Give it more epochs to go on.\n")
    held = Run.open(tmp_path / "done").hold()
    code, _, err = say("resume", tmp_path / "done", "--epochs", 2)
    held.release()
    assert code == 1
    assert "The run done is being trained already. Stop it there first." in err
    (tmp_path / "done" / "model.py").write_text("print('mine')\n", "utf-8")
    code, printed, err = say("resume", tmp_path / "done", "--epochs", 2)
    assert code == 1
    assert "was not trained here, or its model.py was changed" in err
    assert "mine" not in printed


def test_a_changed_project_follows_a_run_with_the_weights_that_fit(say, trained, tmp_path):
    trained(tmp_path / "one", "--epochs", 2)
    project = json.loads(IRIS.read_text("utf-8"))
    node = next(node for node in project["graphs"]["main"]["nodes"] if node["kind"] == "linear")
    node["settings"]["out_features"] = 24
    (tmp_path / "wider.netb").write_text(json.dumps(project), "utf-8")
    words = ("train", tmp_path / "wider.netb", "--device", "cpu", "--json", "--epochs", 3, "--run", tmp_path / "two")
    code, printed, err = say(*words, "--follow", tmp_path / "one")
    assert (code, err) == (0, "")
    events = [json.loads(line) for line in printed.splitlines()]
    continued = next(event for event in events if event["event"] == "continued")
    assert continued["changed"]
    assert continued["epoch"] == 2
    assert "keep" in continued["sentence"]
    assert list(metrics_of(events)) == [3]
    code, _, err = say(*words, "--follow", tmp_path / "nowhere")
    assert code == 1
    assert "is not the folder of a run" in err


def test_a_log_that_is_a_folder_is_refused_with_what_would_help_and_then_the_run_goes_on(say, trained, tmp_path):
    trained(tmp_path / "part", "--epochs", 2)
    log = tmp_path / "part" / "events.jsonl"
    log.rename(tmp_path / "said")
    log.mkdir()
    code, _, err = say("resume", tmp_path / "part", "--epochs", 4)
    assert (code, err) == (
        1,
        "The run part can't be gone on with: its events.jsonl is a folder and not a file. Move that folder away, or "
        "put the file back in its place.\n",
    )
    code, _, err = say("compare", tmp_path / "part", tmp_path / "part")
    assert (code, err) == (
        1,
        "The run part can't be read: its events.jsonl is a folder and not a file. Move that folder away, or put the "
        "file back in its place.\n",
    )
    log.rmdir()
    (tmp_path / "said").rename(log)
    code, _, err = say("resume", tmp_path / "part", "--epochs", 4, "--json")
    assert (code, err) == (0, "")
