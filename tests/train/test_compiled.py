"""A compiled network learns as one that is not; what can't be compiled is trained without, and says so.

torch.compile has a backend here that needs no compiler."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from netbuilder.data.source import Cancelled
from netbuilder.quiet import undisturbed
from netbuilder.train import compiled
from netbuilder.train.controls import Controls
from netbuilder.train.events import EpochDone, Failed, Noted, Started, StepDone
from netbuilder.train.fit import fit
from netbuilder.train.launch import launch
from netbuilder.train.recipes import Supervised
from tests.train.test_options import PLAIN, dense, normed, same, trained
from tests.train.toy import digits, job, seeded


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Compiles without a compiler; tells how many programs were made."""
    made: list[int] = []

    def backend(program: Any, inputs: Any) -> Any:
        made.append(1)
        return program.forward

    monkeypatch.setattr(compiled, "BACKEND", backend)
    torch.compiler.reset()
    return made


def test_a_compiled_network_learns_the_same_and_is_the_same_network(eager: list[int]) -> None:
    recipe = Supervised(**PLAIN, compile=True)
    model = seeded(normed)
    events = list(fit(model, digits(), recipe))
    assert eager
    assert next(event for event in events if isinstance(event, Started)).note == ""
    assert same(model, trained(Supervised(**PLAIN), normed)), "the rehearsal left nothing behind"
    assert "forward" not in vars(model)


def test_a_network_that_averages_its_weights_can_be_compiled(eager: list[int]) -> None:
    settings: dict[str, Any] = {**PLAIN, "average": "ema"}
    assert same(trained(Supervised(**settings, compile=True), normed), trained(Supervised(**settings), normed))
    assert eager


def test_what_looks_at_a_compiled_network_between_steps_sees_all_its_layers(eager: list[int]) -> None:
    model, seen = seeded(dense), []
    for event in fit(model, digits(), Supervised(**PLAIN, compile=True)):
        if isinstance(event, StepDone) and event.step in (2, 5):
            with undisturbed(model):
                hook = model[1].register_forward_hook(lambda layer, given, made: seen.append(tuple(made.shape)))
                model(digits().inputs["image"][:3])
                hook.remove()
    assert eager
    assert seen == [(3, 16), (3, 16)]
    assert same(model, trained(Supervised(**PLAIN)))


def test_a_network_that_can_t_be_compiled_is_trained_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def backend(program: Any, inputs: Any) -> Any:
        raise RuntimeError("no kernel for this")

    monkeypatch.setattr(compiled, "BACKEND", backend)
    torch.compiler.reset()
    model = seeded(normed)
    events = list(fit(model, digits(), Supervised(**PLAIN, compile=True), note="Weights fit."))
    note = next(event for event in events if isinstance(event, Started)).note
    assert note.startswith("Weights fit. The network is trained without being compiled, for torch can't: ")
    assert "no kernel for this" in note
    assert note.endswith(".")
    assert same(model, trained(Supervised(**PLAIN), normed))


def test_a_backward_pass_that_can_t_be_compiled_is_found_before_the_first_step(monkeypatch: pytest.MonkeyPatch) -> None:
    class Refused(torch.autograd.Function):
        @staticmethod
        def forward(context: Any, given: torch.Tensor) -> torch.Tensor:
            return given.clone()

        @staticmethod
        def backward(context: Any, gradient: torch.Tensor) -> torch.Tensor:  # type: ignore[override]
            raise RuntimeError("no way back")

    def backend(program: Any, inputs: Any) -> Any:
        return lambda *given: tuple(map(Refused.apply, program.forward(*given)))

    monkeypatch.setattr(compiled, "BACKEND", backend)
    torch.compiler.reset()
    model = seeded(normed)
    events = list(fit(model, digits(), Supervised(**PLAIN, compile=True)))
    assert "no way back" in next(event for event in events if isinstance(event, Started)).note
    assert same(model, trained(Supervised(**PLAIN), normed))


def test_what_can_t_be_compiled_later_on_is_told_then(monkeypatch: pytest.MonkeyPatch) -> None:
    def backend(program: Any, inputs: Any) -> Any:
        def run(*given: Any) -> Any:
            if any(isinstance(one, torch.Tensor) and one.shape[:1] == (30,) for one in given):
                raise RuntimeError("no kernel for this size")
            return program.forward(*given)

        return run

    monkeypatch.setattr(compiled, "BACKEND", backend)
    torch.compiler.reset()
    controls, noted, seen = Controls(), [], []
    for event in fit(seeded(normed), digits(), Supervised(**PLAIN, compile=True), controls=controls):
        if isinstance(event, StepDone) and event.step == 3:
            controls.batch_size = 30
        if isinstance(event, Noted):
            noted.append((len(seen), event.sentence))
        seen += [event] if isinstance(event, EpochDone) else []
    assert len(noted) == 1
    assert noted[0][0] == 0, "in the epoch in which it happens"
    assert "no kernel for this size" in noted[0][1]
    assert len(seen) == 2


def test_whoever_waits_for_a_network_to_be_compiled_is_told_and_can_call_it_off(eager: list[int]) -> None:
    told: list[tuple[str, int, int]] = []
    next(fit(seeded(normed), digits(), Supervised(**PLAIN, compile=True), tell=lambda *words: told.append(words)))
    what = "Compiling the network for batches of {}, which can take minutes"
    assert told == [(what.format(40), 0, 0), (what.format(20), 0, 0)]

    def call_off(what: str, done: int, total: int) -> None:
        if "of 20" in what:
            raise Cancelled

    model = seeded(normed)
    before = [value.clone() for value in model.state_dict().values()]
    with pytest.raises(Cancelled):
        next(fit(model, digits(), Supervised(**PLAIN, compile=True), tell=call_off))
    assert all(map(torch.equal, before, model.state_dict().values()))


def test_what_is_wrong_with_the_network_itself_is_said_as_without_compiling(eager: list[int], tmp_path: Path) -> None:
    source = job(tmp_path).source_text.replace("nn.Linear(32, 10)", "nn.Linear(31, 10)")
    for at, compile in enumerate((False, True)):
        recipe = Supervised(epochs=1, compile=compile)
        *_, end = launch(job(tmp_path / str(at), recipe, source_text=source))
        assert isinstance(end, Failed)
        assert end.node == "digit"
