"""Forecasts, against a loop and a naive forecast written by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from netbuilder.data.dataset import Dataset
from netbuilder.data.series import SeriesFile, SineMixtures
from netbuilder.data.windows import windows_of
from netbuilder.export.bundle import Bundle
from netbuilder.export.export import export_run
from netbuilder.plot import read_plot
from netbuilder.spec import DataSpec, TargetSpec, TensorSpec
from netbuilder.train.events import EpochDone, Finished, Shown
from netbuilder.train.fit import fit
from netbuilder.train.forecasting import seasonal_naive
from netbuilder.train.keeping import Keep
from netbuilder.train.launch import launch
from netbuilder.train.losses.objective import WrongShape
from netbuilder.train.recipes.forecast import Forecast
from netbuilder.train.recipes.recipe import RecipeError
from netbuilder.train.run import Run
from tests.train.toy import digits, job, seeded

WINDOW, HORIZON, SEASON = 16, 10, 6

LINEAR = """import torch
from torch import nn


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.ahead = nn.Linear(32, 20)

    def forward(self, series):
        return self.ahead(series.flatten(1)).unflatten(1, (10, 2))
"""


def sines(**settings: object) -> Dataset:
    given = {"window": WINDOW, "horizon": HORIZON, "season": SEASON, "steps": 300}
    return SineMixtures(**(given | settings)).read()


def network() -> nn.Module:
    return nn.Sequential(nn.Flatten(), nn.Linear(WINDOW * 2, HORIZON * 2), nn.Unflatten(1, (HORIZON, 2)))


def last(events) -> dict[str, float]:
    return [event for event in events if isinstance(event, EpochDone)][-1].metrics


def naive_by_hand(window: torch.Tensor) -> torch.Tensor:
    """Of one sample, step by step: what stands a season before, be it seen or said before."""
    steps = list(window)
    for _ in range(HORIZON):
        steps.append(steps[-SEASON])
    return torch.stack(steps[-HORIZON:])


def test_a_forecast_learns_to_the_last_bit_as_a_loop_written_by_hand() -> None:
    dataset, model = sines(), seeded(network)
    recipe = Forecast(epochs=2, batch_size=8, optimizer="sgd", learning_rate=0.1, shuffle=False, loss="huber")
    told = last(fit(model, dataset, recipe))
    other, optimizer = seeded(network), None
    optimizer = torch.optim.SGD(other.parameters(), lr=0.1)
    series, loss = dataset.inputs["series"], nn.HuberLoss()
    for _ in range(2):
        losses = []
        for numbers in dataset.train.split(8):
            off = loss(other(series[numbers]), dataset.targets[numbers])
            optimizer.zero_grad()
            off.backward()
            optimizer.step()
            losses.append((off.item(), len(numbers)))
    assert told["training_loss"] == sum(off * count for off, count in losses) / sum(count for _, count in losses)
    for name, weight in other.state_dict().items():
        assert torch.equal(weight, model.state_dict()[name]), name


def test_it_is_measured_by_what_was_there_one_season_before_on_the_same_windows() -> None:
    dataset, model = sines(), seeded(network)
    told = last(fit(model, dataset, Forecast(epochs=1)))
    held = dataset.validation
    with torch.no_grad():
        said = model(dataset.inputs["series"][held])
    naive = torch.stack([naive_by_hand(window) for window in dataset.inputs["series"][held]])
    assert torch.equal(naive, seasonal_naive(dataset.inputs["series"][held], HORIZON, SEASON))
    error, beside = ((one - dataset.targets[held]).abs().mean((0, 1)) for one in (said, naive))
    assert told["validation_mean_absolute_error"] == pytest.approx(float(error.mean()), rel=1e-5)
    assert told["validation_seasonal_naive_error"] == pytest.approx(float(beside.mean()), rel=1e-5)
    assert told["validation_skill"] == pytest.approx(1 - float((error / beside).mean()), rel=1e-5)


@pytest.fixture
def weather(tmp_path: Path) -> Path:
    random, days = np.random.default_rng(0), np.arange(240)
    warm = 10 + 8 * np.sin(days / 12 * 2 * np.pi) + random.normal(0, 1, 240)
    rows = [f"{a:.3f},{b:.1f}" for a, b in zip(warm, 1000 + 100 * random.normal(0, 1, 240), strict=True)]
    path = tmp_path / "weather.csv"
    path.write_text("\n".join(["degrees,pressure", *rows]))
    return path


@pytest.mark.parametrize("columns", ["degrees", "degrees, pressure"])
def test_errors_are_in_the_units_of_the_columns_and_the_skill_needs_none(weather: Path, columns: str) -> None:
    dataset = SeriesFile(path=str(weather), columns=columns, window=WINDOW, horizon=3, season=12).read()
    width = dataset.targets.shape[2]

    class Nothing(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.level = nn.Parameter(torch.zeros(()))

        def forward(self, series: torch.Tensor) -> torch.Tensor:
            return self.level + series.new_zeros(len(series), 3, width)

    told = last(fit(Nothing(), dataset, Forecast(epochs=1, learning_rate=1e-12)))
    table = np.genfromtxt(weather, delimiter=",", skip_header=1)[:, :width]
    held = [table[start + WINDOW : start + WINDOW + 3] for start in range(192, 240 - WINDOW - 2)]
    ago = [table[start + WINDOW - 12 : start + WINDOW - 9] for start in range(192, 240 - WINDOW - 2)]
    error = np.abs(np.stack(held) - table[:192].mean(0)).mean((0, 1))
    naive = np.abs(np.stack(held) - np.stack(ago)).mean((0, 1))
    assert told["validation_mean_absolute_error"] == pytest.approx(error.mean(), rel=1e-4)
    assert told["validation_seasonal_naive_error"] == pytest.approx(naive.mean(), rel=1e-4)
    assert told["validation_skill"] == pytest.approx(1 - (error / naive).mean(), rel=1e-3)


def test_without_a_known_season_it_is_compared_with_the_last_value() -> None:
    dataset = replace(sines(), season=0)
    told = last(fit(seeded(network), dataset, Forecast(epochs=1)))
    held = dataset.validation
    stays = (dataset.inputs["series"][held][:, -1:] - dataset.targets[held]).abs().mean()
    assert told["validation_seasonal_naive_error"] == pytest.approx(float(stays), rel=1e-5)


def test_a_series_that_comes_again_exactly_has_no_skill_to_tell() -> None:
    steps = np.tile(np.arange(4.0), 80)[:, None]
    dataset = windows_of("saw", ["saw"], steps, window=8, horizon=4, stride=1, share=0.2, season=4)
    model = nn.Sequential(nn.Flatten(), nn.Linear(8, 4), nn.Unflatten(1, (4, 1)))
    *_, done, end = (e for e in fit(model, dataset, Forecast(epochs=1)) if isinstance(e, (EpochDone, Finished)))
    assert isinstance(end, Finished)
    assert done.metrics["validation_seasonal_naive_error"] == 0.0
    assert "validation_skill" not in done.metrics


def test_the_forecast_is_drawn_over_the_truth_after_each_epoch(tmp_path: Path) -> None:
    dataset, model = sines(), seeded(network)
    recipe = Forecast(epochs=2, draws=2, columns="series 2")
    shown = [event for event in fit(model, dataset, recipe, keep=Keep(tmp_path)) if isinstance(event, Shown)]
    assert [(event.epoch, event.title) for event in shown] == [(1, "Forecast"), (2, "Forecast")]
    plot = read_plot(tmp_path / shown[-1].file)
    first, end = int(dataset.validation[0]), int(dataset.validation[-1])
    assert [panel.title for panel in plot.panels] == [f"series 2 · sample {first}", f"series 2 · sample {end}"]
    lines = {one.role: one for one in plot.panels[1].series}
    window, came = dataset.inputs["series"][end], dataset.targets[end]
    with torch.no_grad():
        said = model(window[None])[0]
    for role, values in (("said", said), ("beside", naive_by_hand(window))):
        assert lines[role].y == pytest.approx(values[:, 1].tolist(), rel=1e-5)
        assert lines[role].x == tuple(range(1, HORIZON + 1))
    assert lines["true"].y == pytest.approx([float(window[-1, 1]), *came[:, 1].tolist()], rel=1e-5)
    assert lines["given"].x[-1] == 0.0
    assert lines["beside"].name == "value 6 steps ago"
    assert "value 6 steps ago by" in shown[-1].text
    assert not any(isinstance(event, Shown) for event in fit(model, dataset, Forecast(epochs=1, draws=0)))


def test_the_better_epoch_is_the_one_of_more_skill() -> None:
    recipe = Forecast()
    good = {"validation_loss": 2.0, "validation_skill": 0.2}
    assert recipe.measure(good) > recipe.measure({"validation_loss": 1.0, "validation_skill": 0.1})
    assert recipe.measure({"validation_loss": 1.0}) > recipe.measure({"validation_loss": 2.0})


def test_what_can_not_be_foretold_or_compared_is_refused_in_a_sentence() -> None:
    steps = DataSpec("s", {"series": TensorSpec((8, 2))}, TargetSpec("number", names=("a", "b"), positions=(3,)))
    other = replace(steps, target=TargetSpec("number", names=("a",), positions=(3,)))
    assert Forecast().asked(steps) is steps
    for data in (digits().spec, other, replace(steps, target=None)):
        with pytest.raises(RecipeError, match="learns from windows over a series"):
            Forecast().asked(data)
    with pytest.raises(RecipeError, match="before a window of 8") as refused:
        Forecast(season=9).asked(steps)
    assert refused.value.setting == "season"
    with pytest.raises(RecipeError, match=r"no column called c to draw\. Choose among a, b"):
        Forecast(columns="a, c").asked(steps)
    for recipe in (Forecast(), Forecast(season=17)):
        with pytest.raises(RecipeError, match="set the season to 1"):
            recipe.as_asked(replace(sines(), season=17))
    with pytest.raises(WrongShape, match="10×2"):
        list(fit(nn.Sequential(nn.Flatten(), nn.Linear(32, 20)), sines(), Forecast(epochs=1)))


def test_what_a_run_foretells_is_what_its_bundle_does(tmp_path: Path) -> None:
    recipe, data = Forecast(epochs=1), sines()
    list(launch(job(tmp_path / "run", recipe, source_text=LINEAR, node_lines={}, node_names={}, dataset=data)))
    run = Run.open(tmp_path / "run")
    assert run.spec == data.spec
    report = export_run(run, Bundle(), tmp_path / "bundle", recipe.as_asked(data))
    assert report.largest_difference <= report.allowed
