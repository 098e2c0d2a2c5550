import json
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors import SafetensorError
from torch import nn

from netbuilder.train.checkpoint import Checkpoint, CheckpointError, checkpoints_in, optimizer_file
from netbuilder.train.fit import Stop, fit
from netbuilder.train.keeping import Keep, NotKept
from netbuilder.train.optimizers import OPTIMIZERS, Optimizer
from netbuilder.train.optimizers.making import make_optimizer
from netbuilder.train.recipes import Supervised
from netbuilder.train.snapshot import Snapshot
from tests.train.toy import digits, points, seeded


def net() -> nn.Module:
    return nn.Sequential(nn.Linear(2, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 1))


def kept(folder: Path, model: nn.Module, optimizer: torch.optim.Optimizer, **told: Any) -> None:
    weights = {name: value.clone() for name, value in model.state_dict().items()}
    keep = Keep(folder)
    keep.save(Snapshot(1, weights={"": weights}, optimizers={"": optimizer.state_dict()}, **told))
    assert len(keep.said(wait=True)) == 1


@pytest.mark.parametrize("kind", OPTIMIZERS, ids=lambda kind: kind.kind)
def test_weights_and_optimizer_come_back_to_the_last_bit(tmp_path: Path, kind: type[Optimizer]) -> None:
    model, device = seeded(net), torch.device("cpu")
    used = make_optimizer(kind(), model, device, rate=0.001)
    for _ in range(3):
        model(torch.rand(8, 2)).sum().backward()
        used.step()
    kept(tmp_path, model, used, step=3, metrics={"validation_loss": 0.5}, best=True)

    (found,) = checkpoints_in(tmp_path)
    assert (found.epoch, found.step, found.best, found.metrics) == (1, 3, True, {"validation_loss": 0.5})
    other = net()
    other.load_state_dict(found.weights())
    for name, value in model.state_dict().items():
        assert torch.equal(value, other.state_dict()[name])
    fresh = make_optimizer(kind(), other, device, rate=0.001)
    state = found.optimizer()
    assert state is not None
    fresh.load_state_dict(state)
    for one, two in ((model, used), (other, fresh)):
        torch.manual_seed(5)
        two.zero_grad()
        one(torch.rand(8, 2)).sum().backward()
        two.step()
    for name, value in model.state_dict().items():
        assert torch.equal(value, other.state_dict()[name]), name


def test_every_epoch_is_kept_and_the_optimizer_of_the_newest(tmp_path: Path) -> None:
    list(fit(seeded(net), points(), Supervised(epochs=6), keep=Keep(tmp_path)))
    found = checkpoints_in(tmp_path)
    assert [one.path.name for one in found] == [f"epoch-00{n}.safetensors" for n in range(1, 7)]
    whole = [one.epoch for one in found if one.optimizer() is not None]
    assert whole[-3:] == [4, 5, 6]
    assert len(whole) in (3, 4)  # the one that is safe on the disk may be a fourth
    assert len(list((tmp_path / "checkpoints").iterdir())) == 6 + 2 * len(whole)


@pytest.mark.parametrize("how", ["stop", "close"])
def test_a_stop_in_the_middle_of_an_epoch_keeps_the_state_of_that_step(tmp_path: Path, how: str) -> None:
    model = seeded(lambda: nn.Sequential(nn.Flatten(), nn.Linear(64, 10)))
    events = fit(model, digits(), Supervised(epochs=5), keep=Keep(tmp_path))
    step = 0
    while step < 8:
        step = getattr(next(events), "step", 0)
    if how == "close":
        events.close()  # type: ignore[attr-defined]
    else:
        events.throw(Stop())  # type: ignore[attr-defined]
        list(events)
    last = checkpoints_in(tmp_path)[-1]
    assert (last.path.name, last.epoch, last.step, last.metrics) == ("step-000008.safetensors", 1, 8, {})
    assert torch.equal(last.weights()["1.weight"], model[1].weight)


def test_what_is_in_the_way_is_said_in_the_words_of_the_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*given: object) -> None:
        raise SafetensorError("Error while serializing: I/O error: No space left on device (os error 28)")

    monkeypatch.setattr("safetensors.torch.save_file", full)
    keep = Keep(tmp_path)
    keep.save(Snapshot(1, 1, {"": {"weight": torch.zeros(2)}}, {}, metrics={"training_loss": 1.0}))
    with pytest.raises(NotKept, match=r"can't be written: No space left on device\. Nothing is lost"):
        keep.said(wait=True)
    monkeypatch.undo()
    keep.again()
    assert len(keep.said(wait=True)) == 1
    assert checkpoints_in(tmp_path)[0].epoch == 1


def test_weights_that_share_memory_are_kept(tmp_path: Path) -> None:
    model = nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 3))
    model[1].weight = model[0].weight
    kept(tmp_path, model, torch.optim.SGD(model.parameters()), step=1, metrics={})
    weights = checkpoints_in(tmp_path)[0].weights()
    assert torch.equal(weights["0.weight"], weights["1.weight"])


def test_a_file_that_is_no_checkpoint_is_passed_over_and_refused(tmp_path: Path) -> None:
    list(fit(seeded(net), points(), Supervised(epochs=1), keep=Keep(tmp_path)))
    whole = (tmp_path / "checkpoints" / "epoch-001.safetensors").read_bytes()
    for number, content in enumerate((b"", b"\x80\x04N.", whole[:100], b"\xff" * 200, json.dumps({}).encode()), 2):
        path = tmp_path / "checkpoints" / f"epoch-00{number}.safetensors"
        path.write_bytes(content)
        with pytest.raises(CheckpointError, match="can't be read"):
            Checkpoint(path, number, number).weights()
    assert [one.epoch for one in checkpoints_in(tmp_path)] == [1]
    assert optimizer_file(checkpoints_in(tmp_path)[0].path).is_file()
