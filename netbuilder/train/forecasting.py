"""Learning the next steps of a series, beside the forecast that says again what was there one season ago."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import torch

from netbuilder.data.dataset import plain
from netbuilder.data.windows import units_of
from netbuilder.plot import Panel, Plot, Series, foretold, line
from netbuilder.train.examples import FromExamples
from netbuilder.train.exhibits import Drawn, Exhibit
from netbuilder.train.learning import Material
from netbuilder.train.losses.objective import Sums

if TYPE_CHECKING:
    from netbuilder.train.recipes.forecast import Forecast


class Forecasting(FromExamples):
    """As from examples, measured in the units of the data and by the seasonal naive forecast on the same windows.

    `skill` is 1 less the error as a share of the naive forecast's, a mean over the columns, so that their units do not
    matter: a kin of the mean absolute scaled error (Hyndman and Koehler 2006), which takes the naive error on the
    training series instead. 0 is no better than saying the last season again, 1 is without error, and below 0 it is
    worse.
    """

    recipe: Forecast

    def __init__(self, recipe: Forecast, given: Material):
        spec = recipe.asked(given.dataset.spec).target
        assert spec is not None
        self.season = recipe.season_of(given.dataset)
        super().__init__(recipe, given)
        self.names = spec.names
        self.shift, self.scale = (
            torch.tensor(row, device=given.device) for row in zip(*units_of(given.dataset), strict=True)
        )

    def further(self, inputs: list[torch.Tensor], output: torch.Tensor, targets: torch.Tensor) -> Sums:
        said, naive = output.reshape(targets.shape), seasonal_naive(inputs[0], targets.shape[1], self.season)
        errors, beside = ((one - targets).abs().mean(1).sum(0) * self.scale for one in (said, naive))
        return {"errors": errors, "naive": beside}

    def metrics(self, sums: Mapping[str, Any]) -> dict[str, float]:
        """The errors are means over the columns, each in its own unit."""
        count = float(sums["asked"])
        errors, naive = (torch.as_tensor(sums[name]).double() / count for name in ("errors", "naive"))
        found = {"mean_absolute_error": float(errors.mean()), "seasonal_naive_error": float(naive.mean())}
        compared = naive > 0  # a column that comes again exactly leaves nothing to be better than
        if compared.any():
            found = {"skill": float(1 - (errors[compared] / naive[compared]).mean())} | found
        return found

    def exhibits(self, epoch: int) -> Iterator[Exhibit]:
        """Some windows, always the same ones: what was seen, what came, what was foretold and the naive forecast."""
        held, learned = self.dataset.validation, self.dataset.train
        numbers, count = held if len(held) else learned, self.recipe.draws
        numbers = numbers[torch.linspace(0, len(numbers) - 1, min(count, len(numbers))).round().long()]
        if not len(numbers) or self.dataset.spec.target is None:
            return
        self.model.eval()
        (given,), targets = self.samples.take(numbers.to(self.device))
        with torch.no_grad():
            said = self.results(given)[self.main].reshape(targets.shape)
        naive = seasonal_naive(given, targets.shape[1], self.season)
        given, targets, said, naive = (self._own(part) for part in (given, targets, said, naive))
        columns = self.recipe.drawn(self.dataset.spec.target)
        panels = tuple(
            Panel(
                f"{self.names[column]} · sample {number:,}",
                self._lines(*(part[at, :, column].tolist() for part in (given, targets, said, naive))),
            )
            for at, number in enumerate(numbers.tolist())
            for column in columns
        )
        off, beside = (float((one - targets)[..., columns].abs().mean(dtype=torch.float64)) for one in (said, naive))
        text = f"off by {plain(off)} on average, {naive_name(self.season)} by {plain(beside)}"
        yield Drawn("Forecast", text, plot=Plot(panels, x="steps from now", columns=len(columns)))

    def _lines(
        self, given: list[float], came: list[float], said: list[float], naive: list[float]
    ) -> tuple[Series, ...]:
        beside = Series(naive_name(self.season), *line(naive, 1), role="beside")
        return (beside, *foretold(given, came, said, least=self.season))

    def _own(self, values: torch.Tensor) -> torch.Tensor:
        """In the units of the data."""
        return (values * self.scale + self.shift).cpu()


def seasonal_naive(given: torch.Tensor, horizon: int, season: int) -> torch.Tensor:
    """What was there one season before each step after a window (samples, window, columns), again and again where the
    horizon is longer: (samples, horizon, columns). The season is at most the window."""
    window = given.shape[1]
    return given[:, window - season + torch.arange(horizon, device=given.device) % season]


def naive_name(season: int) -> str:
    """What the seasonal naive forecast says again."""
    return f"value {season} steps ago" if season > 1 else "last value"
