import math
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from netbuilder.data.source import Cancelled
from netbuilder.train.events import CheckpointSaved, EpochDone, Event, Failed, Finished, StepDone
from netbuilder.train.fit import Stop
from netbuilder.train.launch import launch
from netbuilder.train.recipes import Supervised
from netbuilder.train.run import Run
from tests.train.toy import SOURCE, digits, job


def failure(events: list[Event]) -> Failed:
    last = events[-1]
    assert isinstance(last, Failed), last
    return last


def test_the_same_seed_gives_the_same_run(tmp_path: Path) -> None:
    told = []
    for name in ("one", "two"):
        torch.rand(5)
        events = list(launch(job(tmp_path / name, Supervised(epochs=2))))
        told.append([event.metrics for event in events if isinstance(event, EpochDone)])
    assert told[0] == told[1]


def test_a_learning_rate_that_is_too_large_is_said_with_the_node_and_no_nan_is_kept(tmp_path: Path) -> None:
    recipe = Supervised(epochs=40, optimizer="sgd", learning_rate=900.0, loss="mse")
    source = SOURCE.replace("torch.relu(x)", "x * x")
    events = list(launch(job(tmp_path / "run", recipe, source_text=source)))
    failed = failure(events)
    assert "smaller learning rate than 900" in failed.sentence
    assert "loss became" in failed.sentence
    assert failed.node in ("dense", "relu", "digit")
    assert f"the node {failed.node}" in failed.sentence
    for checkpoint in Run.open(tmp_path / "run").checkpoints():
        assert all(weight.isfinite().all() for weight in checkpoint.weights().values())
    assert Run.open(tmp_path / "run").events()[-1] == failed


@pytest.mark.parametrize("optimizer", ["adam", "sgd", "rmsprop"])
def test_a_nan_is_traced_to_the_line_that_made_it_and_the_last_checkpoint_stays(tmp_path: Path, optimizer: str) -> None:
    source = SOURCE.replace("        self.drop = ", "        self.calls = 0\n        self.drop = ").replace(
        "        x = torch.relu(x)", "        x = torch.log(x * 0 - 1) if self.fails() else torch.relu(x)"
    )
    source += """
    def fails(self):
        self.calls += self.training
        return self.training and self.calls > 8
"""
    lines = {14: "flatten", 15: "dense", 16: "curve", 17: "drop", 18: "digit"}
    start = job(tmp_path / "run", Supervised(epochs=9, optimizer=optimizer), source_text=source, node_lines=lines)
    failed = failure(list(launch(start)))
    assert failed.sentence.startswith("The loss became NaN at step 9.")
    # RMSprop can't skip a step: its weights are all NaN by the time the loss is read, and nobody is accused.
    assert failed.node == (None if optimizer == "rmsprop" else "curve")
    assert ("It began at the node curve." in failed.sentence) == (optimizer != "rmsprop")
    assert [one.path.stem for one in Run.open(tmp_path / "run").checkpoints()] == ["epoch-001"]


@pytest.mark.parametrize(
    ("old", "new", "sentence", "node"),
    [
        ("nn.Linear(64, 32)", "nn.Linear(63, 32)", "The node dense stopped the training: ", "dense"),
        ("nn.Linear(32, 10)", "nn.Linear(32, 7)", "gives N×7, but the target needs N×10", None),
        ("torch.relu(x)", "torch.zeros(10**15)", "not enough memory at the node relu for a batch of 64", "relu"),
        ("self.drop(x)", "nn.BatchNorm1d(32)(x[:1])", "The node drop can't learn from one sample", "drop"),
        ("import torch\n", "import torch_of_tomorrow\n", "stopped the training: No module named", None),
    ],
)
def test_a_fault_is_said_in_a_sentence_that_names_the_node(
    tmp_path: Path, old: str, new: str, sentence: str, node: str | None
) -> None:
    failed = failure(list(launch(job(tmp_path / "run", source_text=SOURCE.replace(old, new)))))
    assert sentence in failed.sentence
    assert failed.node == node
    assert "Traceback" in failed.details
    if "memory" in sentence:
        assert "batch size of 32" in failed.sentence


def test_a_device_that_is_not_there_and_data_that_is_not_a_number_are_said(tmp_path: Path) -> None:
    assert "no device 'cuda:77'" in failure(list(launch(job(tmp_path / "a", device="cuda:77")))).sentence
    data = digits()
    broken = replace(data, inputs={"image": data.inputs["image"].clone()})
    broken.inputs["image"][3] = math.inf
    failed = failure(list(launch(job(tmp_path / "b", dataset=broken))))
    assert "Sample 3 of the data" in failed.sentence


def test_a_folder_that_can_not_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    (failed,) = launch(job(tmp_path / "file" / "run"))
    assert "No run can be kept in" in failed.sentence  # type: ignore[attr-defined]


@pytest.mark.parametrize("how", ["stop", "close"])
def test_stopping_keeps_a_checkpoint_and_the_last_facts(tmp_path: Path, how: str) -> None:
    events = launch(job(tmp_path / "run", Supervised(epochs=50)))
    for event in events:
        if isinstance(event, StepDone) and event.step == 8:
            break
    if how == "close":
        events.close()  # type: ignore[attr-defined]
    else:
        *_, kept, last = [events.throw(Stop()), *events]  # type: ignore[attr-defined]
        assert isinstance(kept, CheckpointSaved)
        assert kept.step == 8
        assert isinstance(last, Finished)
    run = Run.open(tmp_path / "run")
    last = run.events()[-1]
    assert isinstance(last, Finished)
    assert (last.reason, last.epochs, last.best_epoch) == ("stopped", 1, 1)
    assert run.checkpoint("last").step == 8
    assert run.checkpoint("best").epoch == 1


def test_ctrl_c_ends_a_run_like_stop(tmp_path: Path) -> None:
    source = SOURCE.replace("image.flatten(1)", "image.flatten(1) if self.more() else None")
    source += (
        "\n    calls = 0\n\n    def more(self):\n        self.calls += self.training\n        if self.calls == 9:\n"
    )
    source += "            raise KeyboardInterrupt\n        return True\n"
    last = list(launch(job(tmp_path / "run", source_text=source)))[-1]
    assert isinstance(last, Finished)
    assert last.reason == "stopped"
    assert Run.open(tmp_path / "run").checkpoint("last").step == 5  # a step that is half done is not kept


def test_reading_the_data_can_be_called_off(tmp_path: Path) -> None:
    def tell(what: str, done: int, total: int) -> None:
        raise Cancelled

    assert list(launch(job(tmp_path / "run"), tell=tell)) == [Finished("stopped", 0, 0)]
    assert Run.open(tmp_path / "run").events() == (Finished("stopped", 0, 0),)
