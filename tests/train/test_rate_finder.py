"""The learning-rate finder, where the right answer is known, and on every recipe."""

from __future__ import annotations

import math
import random
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
import torch

from netbuilder.data.source import Cancelled
from netbuilder.train import rate_curve
from netbuilder.train.events import Failed
from netbuilder.train.optimizers import OPTIMIZERS
from netbuilder.train.rate_finder import HIGHEST, LOWEST, STEPS, RateFound, RateTried, find_rate, told
from netbuilder.train.recipes import Supervised
from tests.train.toy import digits, job, points
from tests.train.trials import TOYS, line, toy_of


def largest_stable_rate() -> float:
    """Of gradient descent on the squares of a line's errors: 2 over the largest curvature."""
    data = points()
    seen = data.inputs["x"][data.train]
    seen = torch.cat([seen, torch.ones(len(seen), 1)], 1)
    return 2 / float(torch.linalg.eigvalsh(2 * seen.T @ seen / len(seen)).max())


def test_the_suggestion_is_about_an_order_below_the_largest_stable_rate(tmp_path: Path) -> None:
    *tried, found = find_rate(line(tmp_path / "run"))
    assert isinstance(found, RateFound)
    assert found.suggestion is not None
    assert largest_stable_rate() / 15 <= found.suggestion <= largest_stable_rate() / 2
    assert found.diverged
    assert len(tried) < STEPS
    assert f"{found.suggestion:g}" in found.sentence
    assert found.suggestion == float(f"{found.suggestion:.1e}")


def test_the_rate_rises_by_the_same_factor_each_step(tmp_path: Path) -> None:
    *tried, found = find_rate(line(tmp_path / "run"))
    rates = [event.rate for event in tried if isinstance(event, RateTried)]
    factor = (HIGHEST / LOWEST) ** (1 / (STEPS - 1))
    assert rates[0] == LOWEST
    assert all(b / a == pytest.approx(factor) for a, b in pairwise(rates))
    assert found.rates == tuple(rates)
    assert [event.step for event in tried] == list(range(1, len(tried) + 1))


def test_the_losses_are_those_of_a_loop_written_by_hand(tmp_path: Path) -> None:
    *_, found = find_rate(line(tmp_path / "run", shuffle=False), steps=20)
    torch.manual_seed(0)
    model, data = torch.nn.Linear(2, 1), points()
    losses = []
    for step in range(20):
        loss = (model(data.inputs["x"][data.train]) - data.targets[data.train]).square().mean()
        losses.append(loss.item())
        model.zero_grad()
        loss.backward()
        rate = LOWEST * (HIGHEST / LOWEST) ** (step / 19)
        with torch.no_grad():
            for weight in model.parameters():
                weight -= rate * weight.grad
    assert found.losses == pytest.approx(losses[: len(found.losses)], rel=1e-4)


@pytest.mark.parametrize("kind", TOYS)
def test_every_recipe_is_tried_or_refused_in_a_sentence(kind: str, tmp_path: Path) -> None:
    *tried, last = find_rate(toy_of(kind, tmp_path / "run", batch_size=32))
    if kind == "gan":
        assert isinstance(last, Failed)
        assert "against each other" in last.sentence
    else:
        assert isinstance(last, RateFound), last
        assert len(tried) == len(last.rates) == len(last.losses)
        assert last.sentence.endswith(".")
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("kind", OPTIMIZERS, ids=lambda kind: kind.kind)
def test_every_optimizer_follows_the_rate_or_is_said_not_to(kind: type, tmp_path: Path) -> None:
    *_, found = find_rate(line(tmp_path / "run", optimizer=kind()))
    assert isinstance(found, RateFound)
    if not kind.follows_rate:
        assert found.suggestion is None
        assert kind.title in found.sentence
    else:
        assert found.suggestion is not None or "does not fall clearly" in found.sentence


def test_few_batches_go_round_again(tmp_path: Path) -> None:
    *tried, _ = find_rate(job(tmp_path / "run", Supervised(batch_size=200), dataset=digits()), highest=1e-3)
    assert len(tried) == STEPS


def test_it_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NETBUILDER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", None)
    before, modules = torch.get_rng_state(), set(sys.modules)
    events = find_rate(replace(job(tmp_path / "run"), folder=None))
    next(events)
    assert list((tmp_path / "tmp").iterdir())
    events.close()
    assert not list((tmp_path / "tmp").iterdir())
    assert not (tmp_path / "home").exists()
    assert torch.equal(torch.get_rng_state(), before)
    assert not [name for name in set(sys.modules) - modules if name.startswith("netbuilder_model_")]


def test_the_same_seed_gives_the_same_curve(tmp_path: Path) -> None:
    first, second = ([*find_rate(job(tmp_path / "run"))][-1] for _ in range(2))
    assert first == second


def test_a_frozen_part_stays_as_it_is_and_all_frozen_is_said(tmp_path: Path) -> None:
    *_, found = find_rate(replace(job(tmp_path / "run"), rates={"": {"dense": 0.0}}))
    assert isinstance(found, RateFound)
    *_, last = find_rate(replace(job(tmp_path / "run"), rates={"": {"dense": 0.0, "digit": 0.0}}))
    assert isinstance(last, Failed)
    assert "frozen" in last.sentence


def test_a_network_that_learns_nothing_gets_no_suggestion(tmp_path: Path) -> None:
    data = points()
    noise = torch.randn(data.targets.shape, generator=torch.Generator().manual_seed(2))
    *_, found = find_rate(replace(line(tmp_path / "run", batch_size=4), dataset=replace(data, targets=noise)))
    assert found.suggestion is None
    assert "does not fall clearly" in found.sentence


def test_a_fault_is_a_sentence(tmp_path: Path) -> None:
    (last,) = find_rate(job(tmp_path / "run", source_text="class Network:\n    def __init__(self): 1 / 0\n"))
    assert isinstance(last, Failed)
    assert last.sentence.endswith(".")


def test_it_can_be_called_off_while_the_data_is_read(tmp_path: Path) -> None:
    def tell(what: str, done: int, total: int) -> None:
        raise Cancelled

    assert list(find_rate(job(tmp_path / "run"), tell=tell)) == []


# The curve


def curve(lowest_at: float, noise: float = 0.0, fall: float = 1.0) -> tuple[list[float], list[float]]:
    rates = [10 ** (-7 + 8 * at / 99) for at in range(100)]
    draw = random.Random(1)
    middle = math.log10(lowest_at) - 1
    return rates, [2.0 - fall / (1 + math.exp(-4 * (math.log10(r) - middle))) + draw.gauss(0, noise) for r in rates]


@pytest.mark.parametrize("noise", [0.0, 0.02, 0.1])
@pytest.mark.parametrize("lowest_at", [1e-3, 1e-1])
def test_the_steepest_place_is_read_off_also_where_it_is_noisy(lowest_at: float, noise: float) -> None:
    rates, losses = curve(lowest_at, noise)
    _, steepest, lowest, fall = rate_curve.read(rates, losses)
    assert steepest is not None
    assert lowest is not None
    assert lowest_at / 10 / 2.5 <= steepest <= lowest_at / 10 * 2.5
    assert lowest > steepest
    assert fall == pytest.approx(0.5, abs=0.1)


def test_a_small_fall_is_said_to_be_one() -> None:
    rates, losses = curve(1e-1, fall=0.2)
    assert "falls by 10% only" in told(rates, losses, Supervised(), burst=False).sentence
    rates, losses = curve(1e-1, fall=1.0)
    assert "only" not in told(rates, losses, Supervised(), burst=False).sentence


def test_noise_alone_is_no_fall() -> None:
    for seed in range(30):
        draw = random.Random(seed)
        rates, _ = curve(1e-2)
        assert rate_curve.read(rates, [2 + draw.gauss(0, 0.1) for _ in rates]).suggestion is None


def test_smoothing_moves_nothing_to_one_side() -> None:
    row = [0.0] * 30 + [1.0] + [0.0] * 30
    smoothed = rate_curve.smooth(row)
    assert smoothed == pytest.approx(smoothed[::-1])
    assert max(range(61), key=smoothed.__getitem__) == 30
    assert rate_curve.smooth([3.0] * 5) == pytest.approx([3.0] * 5)


def test_a_burst_ends_it_and_one_wild_batch_does_not() -> None:
    calm = [2.0, 2.1, 1.9, 2.0, 2.05, 1.95, 2.0, 2.0, 1.5, 1.2, 1.0]
    assert not rate_curve.diverged(calm)
    assert not rate_curve.diverged([*calm, 50.0])
    assert rate_curve.diverged([*calm, 5.0, 9.0])
    assert rate_curve.diverged([*calm, math.nan])
    assert not rate_curve.diverged([-2.0, -2.1, -1.9, -2.0] * 3 + [-3.0, -2.5, -2.4])
