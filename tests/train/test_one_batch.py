"""Learning one batch by heart: networks that can, and networks that can't, with what keeps them from it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from netbuilder.train.events import Failed
from netbuilder.train.one_batch import BatchLearned, BatchTried, OtherRateTried, learn_one_batch, other_rates
from netbuilder.train.recipes import Supervised
from tests.train.toy import LINES, SOURCE, digits, job, points
from tests.train.trials import TOYS, line, toy_of


def changed(folder: Path, before: str, after: str, **settings: object):
    """The toy with another line in its source."""
    assert before in SOURCE
    source = SOURCE.replace(before, after)
    given = {"batch_size": 32, "learning_rate": 0.01} | settings
    more = after.count("\n") - before.count("\n")
    lines = {number + more: name for number, name in LINES.items()}
    return job(folder, Supervised(**given), source_text=source, node_lines=lines, dataset=digits(120))


def last(launch) -> BatchLearned:
    *_, told = learn_one_batch(launch)
    assert isinstance(told, BatchLearned), told
    return told


def test_a_network_that_can_learn_is_said_to(tmp_path: Path) -> None:
    *tried, told = learn_one_batch(changed(tmp_path / "run", "x)", "x)"))
    assert told.kind == "learned"
    assert told.sentence.startswith("The network can learn 32 samples by heart: the loss fell from 2.3")
    assert all(isinstance(event, BatchTried) for event in tried)
    assert told.losses == tuple(event.loss for event in tried)
    assert told.losses[-1] < 0.02 * told.losses[0]
    assert f"in {len(tried)} steps" in told.sentence
    assert told.causes == ()
    assert not (tmp_path / "run").exists()


def test_what_is_there_against_learning_by_heart_is_left_out(tmp_path: Path) -> None:
    smoothed = {"kind": "cross_entropy", "settings": {"label_smoothing": 0.5}}
    against = {"weight_decay": 10.0, "mixture": "mixup", "loss": smoothed}
    assert last(changed(tmp_path / "run", "Dropout(0.3)", "Dropout(0.9)", **against)).kind == "learned"


@pytest.mark.parametrize("kind", TOYS)
def test_every_recipe_is_tried_or_refused_in_a_sentence(kind: str, tmp_path: Path) -> None:
    *_, told = learn_one_batch(toy_of(kind, tmp_path / "run", batch_size=16, learning_rate=0.01))
    if kind == "gan":
        assert isinstance(told, Failed)
        assert "against each other" in told.sentence
        return
    assert isinstance(told, BatchLearned), told
    assert told.kind in ("learned", "falling")
    assert told.sentence.endswith(".")
    assert not (tmp_path / "run").exists()


def test_a_cut_gradient_is_found_and_its_node_named(tmp_path: Path) -> None:
    told = last(changed(tmp_path / "run", "x = torch.relu(x)", "x = torch.relu(x).detach()"))
    assert told.nodes == ("dense",)
    assert "No gradient reaches dense." in told.sentence


def test_zeroed_weights_are_found_and_their_node_named(tmp_path: Path) -> None:
    zeroed = "self.digit = nn.Linear(32, 10)\n        [nn.init.zeros_(weight) for weight in self.parameters()]"
    told = last(changed(tmp_path / "run", "self.digit = nn.Linear(32, 10)", zeroed))
    assert told.kind != "learned"
    assert "All weights of dense and digit are the same number" in told.sentence
    assert told.nodes == ("dense", "digit")


def test_a_last_layer_that_begins_at_zero_is_no_fault(tmp_path: Path) -> None:
    zeroed = "self.digit = nn.Linear(32, 10)\n        nn.init.zeros_(self.digit.weight)"
    told = last(changed(tmp_path / "run", "self.digit = nn.Linear(32, 10)", zeroed))
    assert (told.kind, told.causes) == ("learned", ())


def test_dead_units_are_found(tmp_path: Path) -> None:
    dead = "self.drop = nn.Dropout(0.3)\n        nn.init.constant_(self.dense.bias, -100.0)"
    told = last(changed(tmp_path / "run", "self.drop = nn.Dropout(0.3)", dead))
    assert told.kind != "learned"
    assert "relu gives hardly anything but zeros" in told.sentence


def test_an_input_that_is_cut_off_is_found(tmp_path: Path) -> None:
    told = last(changed(tmp_path / "run", "x = image.flatten(1)", "x = torch.ones_like(image.flatten(1))"))
    assert told.kind != "learned"
    assert "What flatten gives is the same for every sample." in told.sentence


def test_too_small_a_rate_is_found_by_trying_others(tmp_path: Path) -> None:
    *events, told = learn_one_batch(line(tmp_path / "run", learning_rate=0.0005), steps=20)
    assert told.kind == "stuck"
    tried = {event.rate for event in events if isinstance(event, OtherRateTried)}
    assert tried == set(other_rates(Supervised(optimizer="sgd", learning_rate=0.0005), smaller=False))
    assert told.rate == pytest.approx(0.05)
    assert "0.0005 is too small." in told.sentence


def test_other_rates_are_around_its_own_and_around_what_is_usual() -> None:
    asked = Supervised(optimizer="adam", learning_rate=1e-6)
    assert other_rates(asked, smaller=False) == pytest.approx((1e-7, 1e-8, 1e-5, 1e-4, 1e-3, 1e-2))
    assert other_rates(asked, smaller=True) == pytest.approx((1e-7, 1e-8))


def test_too_large_a_rate_is_found_by_trying_others(tmp_path: Path) -> None:
    *_, told = learn_one_batch(changed(tmp_path / "run", "x)", "x)", learning_rate=20.0, optimizer="sgd"))
    assert told.kind == "stuck"
    assert told.rate == pytest.approx(0.2)
    assert "20 is too large." in told.sentence


def test_a_loss_that_bursts_is_said_with_a_rate_at_which_it_does_not(tmp_path: Path) -> None:
    told = last(line(tmp_path / "run", learning_rate=10.0))
    assert told.kind == "stuck"
    assert "The loss became" in told.sentence
    assert "is too large." in told.sentence


def test_answers_that_do_not_belong_to_inputs_have_no_cause_that_can_be_computed(tmp_path: Path) -> None:
    data = points(12)
    same = replace(data, inputs={"x": torch.ones(12, 2)}, targets=torch.tensor([[1.0], [-1.0]] * 6))
    told = last(replace(line(tmp_path / "run", batch_size=12), dataset=same))
    assert told.kind == "stuck"
    assert "the same for every sample" in told.sentence


def test_nothing_that_could_learn_is_a_sentence(tmp_path: Path) -> None:
    *_, told = learn_one_batch(replace(job(tmp_path / "run"), rates={"": {"dense": 0.0, "digit": 0.0}}))
    assert isinstance(told, Failed)
    assert "frozen" in told.sentence


def test_a_fault_in_a_node_names_it(tmp_path: Path) -> None:
    *_, told = learn_one_batch(changed(tmp_path / "run", "x = self.digit(x)", "x = self.digit(x[:, :3])"))
    assert isinstance(told, Failed)
    assert told.node == "digit"


def test_it_can_be_called_off_between_two_steps(tmp_path: Path) -> None:
    before = torch.get_rng_state()
    events = learn_one_batch(job(tmp_path / "run"))
    next(events)
    events.close()
    assert torch.equal(torch.get_rng_state(), before)
