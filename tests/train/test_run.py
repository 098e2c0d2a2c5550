import json
from pathlib import Path

import pytest
import torch

from netbuilder.spec import DataSpec, TargetSpec, TensorSpec
from netbuilder.train.checkpoint import CheckpointError
from netbuilder.train.events import EpochDone, Finished, Started
from netbuilder.train.launch import launch
from netbuilder.train.recipes import Supervised, recipe_of
from netbuilder.train.run import (
    NotOurs,
    Run,
    RunError,
    folder_name,
    list_runs,
    new_folder,
    new_run,
    runs_folder,
)
from netbuilder.train.spec_record import spec_as_json
from tests.train.toy import LINES, SOURCE, digits, job


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NETBUILDER_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_a_run_is_all_in_its_folder(tmp_path: Path) -> None:
    recipe = Supervised(epochs=3, learning_rate=0.01)
    events = list(launch(job(tmp_path / "run", recipe, project_text="{}\n")))
    run = Run.open(tmp_path / "run")
    assert run.model_file.read_text(encoding="utf-8") == SOURCE
    assert run.project_file.read_text(encoding="utf-8") == "{}\n"
    assert run.lines == {str(line): name for line, name in LINES.items()}
    assert run.node_names["dense"] == "dense"
    assert recipe_of(run.recipe) == recipe
    assert run.data.kind == "toy"
    assert run.spec == digits().spec
    assert run.record["device"] == "cpu"
    assert run.record["threads"] == torch.get_num_threads()
    assert isinstance(events[0], Started)
    assert events[0].folder == str(tmp_path / "run")
    assert run.events()[-1] == events[-1]
    assert [one for one in run.events() if isinstance(one, EpochDone)] == [
        one for one in events if isinstance(one, EpochDone)
    ]


def test_the_network_of_a_run_gives_the_metrics_that_were_told(tmp_path: Path) -> None:
    last = list(launch(job(tmp_path / "run", Supervised(epochs=6, learning_rate=0.03))))[-1]
    assert isinstance(last, Finished)
    run, data = Run.open(tmp_path / "run"), digits()
    for which, metrics in (("best", last.best), ("last", last.final), (None, last.best)):
        model = run.model(which)
        assert not model.training
        with torch.no_grad():
            right = model(data.inputs["image"][data.validation]).argmax(1) == data.targets[data.validation]
        assert right.double().mean().item() == pytest.approx(metrics["validation_accuracy"], abs=1e-12)
    assert run.checkpoint("epoch-002").epoch == 2


def test_each_run_gets_a_folder_of_its_own(home: Path) -> None:
    first, second = new_folder("My net"), new_folder("My net")
    assert (first.name, second.name) == ("My-net-001", "My-net-002")
    assert first.parent == runs_folder("My net") == home / "runs" / "My-net"
    first.rmdir()
    assert new_folder("My net").name == "My-net-003"


def test_the_newest_run_of_a_title_comes_first(home: Path) -> None:
    for _ in range(2):
        list(launch(job(None, Supervised(epochs=1), title="Ünder a/b")))  # type: ignore[arg-type]
    (runs_folder("Ünder a/b") / "notes").mkdir()
    assert [run.folder.name for run in list_runs("Ünder a/b")] == ["Ünder-a-b-002", "Ünder-a-b-001"]
    assert list_runs("nothing of that title") == ()


def test_a_folder_that_holds_something_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "thesis.txt").write_text("years of work", encoding="utf-8")
    (failed,) = launch(job(tmp_path / "run"))
    assert "never written over" in failed.sentence  # type: ignore[attr-defined]
    assert [path.name for path in (tmp_path / "run").iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("digits-cnn", "digits-cnn"),
        ("../../etc/passwd", "etc-passwd"),
        ("a\0b\nc", "a-b-c"),
        ("", "untitled"),
        ("...", "untitled"),
        ("con", "con-"),
        ("x" * 300, "x" * 60),
    ],
)
def test_a_title_becomes_a_name_that_every_system_takes(title: str, name: str) -> None:
    assert folder_name(title) == name


@pytest.mark.parametrize("record", ["", "[1]", "{", "\x00", "[" * 50_000])
def test_a_folder_that_is_no_run_is_refused_in_a_sentence(tmp_path: Path, record: str) -> None:
    with pytest.raises(RunError, match="is not the folder of a run"):
        Run.open(tmp_path)
    (tmp_path / "model.py").write_text(SOURCE, encoding="utf-8")
    (tmp_path / "run.json").write_text(record, encoding="utf-8")
    with pytest.raises(RunError, match="is not the folder of a run"):
        Run.open(tmp_path)


def test_a_record_of_wrong_types_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "model.py").write_text(SOURCE, encoding="utf-8")
    record = {"lines": 3, "recipe": [], "data": {"kind": 4, "settings": 5}, "spec": {"inputs": 7}}
    (tmp_path / "run.json").write_text(json.dumps(record), encoding="utf-8")
    run = Run.open(tmp_path)
    assert (run.lines, run.recipe.kind, run.data.kind, run.events(), run.checkpoints()) == ({}, "", "", (), ())
    with pytest.raises(RunError, match="does not say what data"):
        _ = run.spec
    with pytest.raises(CheckpointError, match="no checkpoint yet"):
        run.model()


def test_a_run_whose_model_file_somebody_else_wrote_is_not_run(tmp_path: Path) -> None:
    list(launch(job(tmp_path / "run", Supervised(epochs=1))))
    run = Run.open(tmp_path / "run")
    trap = f"open({str(tmp_path / 'sprung')!r}, 'w').close()\n"
    run.model_file.write_text(trap + SOURCE, encoding="utf-8")
    with pytest.raises(NotOurs, match="so it is not run"):
        run.model()
    for seal in (None, 7, "", "a" * 64, run.record["seal"]):
        forged = Run(run.folder, {**run.record, "seal": seal})
        assert not forged.is_ours
    assert not (tmp_path / "sprung").exists()


def test_a_run_that_was_trained_by_another_user_is_not_run(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    list(launch(job(tmp_path / "run", Supervised(epochs=1))))
    run = Run.open(tmp_path / "run")
    assert run.is_ours
    assert len((home / "key").read_bytes()) == 32
    monkeypatch.setenv("NETBUILDER_HOME", str(tmp_path / "somebody else"))
    assert not run.is_ours
    assert run.sealed().is_ours


def test_opening_a_run_draws_no_random_numbers(tmp_path: Path) -> None:
    list(launch(job(tmp_path / "run", Supervised(epochs=1))))
    before = torch.get_rng_state()
    model = Run.open(tmp_path / "run").model()
    assert torch.equal(torch.get_rng_state(), before)
    assert {tensor.device.type for tensor in model.state_dict().values()} == {"cpu"}
    assert all(weight.requires_grad for weight in model.parameters())


def test_a_name_that_is_not_utf8_can_be_kept(tmp_path: Path) -> None:
    text = '{"path": "r\udce9sum\udce9.csv"}'
    last = list(launch(job(tmp_path / "run", Supervised(epochs=1), project_text=text)))[-1]
    assert isinstance(last, Finished)
    kept = Run.open(tmp_path / "run").project_file.read_text(encoding="utf-8")
    assert json.loads(kept) == {"path": "r\udce9sum\udce9.csv"}


def test_every_kind_of_target_comes_back_from_a_run(tmp_path: Path) -> None:
    spec = DataSpec(
        "letters",
        {"text": TensorSpec((16,), "int64")},
        TargetSpec("class", classes=("a", "b"), positions=(16,)),
        {"size": TargetSpec("number", names=("width", "height"))},
        ("a", "b"),
        so_far="text",
        gap="b",
    )
    run = new_run("letters", tmp_path / "run", "", "{}", {"spec": spec_as_json(spec)})
    assert Run.open(run.folder).spec == spec
