"""What only a CUDA device shows: recorded steps, layouts, memory that is given back. Left out where there is none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from netbuilder.train import captured, device
from netbuilder.train.checkpoint import checkpoints_in
from netbuilder.train.events import EpochDone, Failed, Finished, Progress, Started, StepDone
from netbuilder.train.fit import fit
from netbuilder.train.launch import launch
from netbuilder.train.recipes import Supervised
from netbuilder.train.run import Run
from tests.train.test_layout import CONVOLUTIONS, convolutions
from tests.train.test_options import dense, normed
from tests.train.toy import digits, job, seeded

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device here")

CARD = "cuda:0"
EXACT: dict[str, Any] = {"epochs": 3, "batch_size": 40, "precision": "float32", "reproducible": True}


@pytest.fixture(autouse=True)
def on_the_card() -> Iterator[None]:
    threads = torch.get_num_threads()
    device.ready(CARD)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What became of each attempt to record a step."""
    tried: list[str] = []

    def record(work: Callable[[], Any]) -> Any:
        try:
            made = captured.cuda_graph(work)
        except BaseException as error:
            tried.append(str(error))
            raise
        tried.append("recorded")
        return made

    monkeypatch.setattr(captured, "recorder", lambda place: record)
    return tried


def losses(recipe: Supervised, model: nn.Module) -> list[float]:
    events = fit(model, digits(), recipe, device=CARD)
    return [loss for event in events if isinstance(event, Progress) for loss in event.losses]


@pytest.mark.parametrize("network", [dense, normed, convolutions])
def test_a_recorded_step_trains_the_same_also_with_dropout(
    recorded: list[str], monkeypatch: pytest.MonkeyPatch, network: Callable[[], nn.Module]
) -> None:
    told = losses(Supervised(**EXACT), seeded(network))
    assert recorded == ["recorded"]
    monkeypatch.setattr(captured, "recorder", lambda place: None)
    assert told == pytest.approx(losses(Supervised(**EXACT), seeded(network)), rel=1e-4)


def test_a_step_that_waits_for_the_device_is_taken_as_it_is(recorded: list[str]) -> None:
    class Waiting(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.dense, self.drop = nn.Linear(64, 10), nn.Dropout(0.2)

        def forward(self, image: torch.Tensor) -> torch.Tensor:
            seen = self.drop(self.dense(image.flatten(1)))
            return seen * (2.0 if float(seen.mean()) > 1000 else 1.0)

    assert losses(Supervised(**EXACT), seeded(Waiting))
    assert len(recorded) == 1
    assert recorded[0] != "recorded"


def test_random_numbers_can_be_drawn_after_a_recording_that_failed() -> None:
    def work() -> Any:
        if torch.cuda.is_current_stream_capturing():
            torch.cuda.synchronize()
        return torch.rand(3, device=CARD)

    with pytest.raises(RuntimeError, match="captur"):
        captured.cuda_graph(work)
    assert torch.rand(3, device=CARD).isfinite().all()
    losses(Supervised(**EXACT), seeded(dense))


@pytest.mark.parametrize("precision", ["auto", "float32", "bfloat16", "float16"])
def test_each_precision_scores_as_well(precision: str) -> None:
    recipe = Supervised(epochs=12, batch_size=40, learning_rate=0.01, precision=precision)
    events = list(fit(seeded(convolutions), digits(1000), recipe, device=CARD))
    last = [event for event in events if isinstance(event, EpochDone)][-1]
    assert last.metrics["validation_accuracy"] > 0.9


def test_a_run_is_resumed_where_it_was(tmp_path: Path) -> None:
    recipe = Supervised(**EXACT)
    asked = job(tmp_path / "whole", recipe, source_text=CONVOLUTIONS, device=CARD)
    *_, end = launch(asked)
    assert isinstance(end, Finished), end
    broken = replace(asked, folder=tmp_path / "broken")
    events = launch(broken)
    for event in events:
        if isinstance(event, StepDone) and event.step == 11:
            break
    events.close()  # type: ignore[attr-defined]
    *_, end = launch(replace(broken, resumes=Run.open(tmp_path / "broken")))
    assert not isinstance(end, Failed), end
    weights, others = (checkpoints_in(tmp_path / name)[-1].weights() for name in ("whole", "broken"))
    for name, weight in weights.items():
        assert torch.allclose(weight, others[name], rtol=1e-4, atol=1e-6), name


def test_memory_is_given_back_and_a_run_that_ran_out_of_it_is_followed_by_one_that_does_not(tmp_path: Path) -> None:
    torch.cuda.empty_cache()
    before = torch.cuda.memory_reserved()
    huge = CONVOLUTIONS.replace("x = torch.relu(x)", "x = torch.relu(x).repeat(1, 2**28)[:, :32]")
    assert huge != CONVOLUTIONS
    *_, end = launch(job(tmp_path / "huge", source_text=huge, device=CARD))
    assert isinstance(end, Failed)
    assert "memory" in end.sentence
    events = list(launch(job(tmp_path / "small", source_text=CONVOLUTIONS, device=CARD)))
    assert isinstance(events[-1], Finished)
    assert next(event for event in events if isinstance(event, Started)).device == CARD
    del events
    device.give_back()
    assert torch.cuda.memory_reserved() <= before + (4 << 20)
