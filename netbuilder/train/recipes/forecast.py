"""Learning to foretell a series in time, measured by a forecast that is free. Torch is imported when it begins."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from netbuilder.fields import Int, OneOf, Text
from netbuilder.spec import DataSpec, TargetSpec
from netbuilder.train.losses.kinds import Huber, MeanAbsoluteError, MeanSquaredError, SmoothL1
from netbuilder.train.mixtures import NoMixture
from netbuilder.train.recipes.recipe import Curve, RecipeError
from netbuilder.train.recipes.supervised import Supervised

if TYPE_CHECKING:
    from netbuilder.data.dataset import Dataset
    from netbuilder.train.learning import Learning, Material

SOME = 2  # columns that are drawn where none are named


class Forecast(Supervised):
    """Foretells the next steps of a series from those before, and is measured by how much better it does than the
    value one season ago."""

    kind = "forecast"
    title = "Forecast"
    judged_by = ("skill",)
    mixture = NoMixture()
    loss = OneOf(
        "mse",
        (MeanSquaredError, MeanAbsoluteError, Huber, SmoothL1),
        help="How far the forecast is off. Mean absolute error and Huber mind a few wild values less.",
    )
    season = Int(
        None,
        min=1,
        max=1_000_000,
        optional=True,
        none_means="as the data says",
        unit="steps",
        help="The forecast is compared with the value so many steps before; 1 is the last value, with which data that "
        "knows no season is compared.",
    )
    draws = Int(
        3,
        min=0,
        max=100,
        unit="windows",
        help="How many windows of validation are drawn after each epoch, with what came and what was foretold.",
    )
    columns = Text(
        "",
        max_length=20_000,
        label="columns drawn",
        placeholder="the first two",
        help="Which columns of the series are drawn, with commas between.",
    )

    def asked(self, data: DataSpec) -> DataSpec:
        target, given = data.target, list(data.inputs.values())
        if (
            target is None
            or target.kind != "number"
            or len(target.positions) != 1
            or len(given) != 1
            or len(given[0].shape) != 2
            or given[0].shape[1] != target.width
        ):
            raise RecipeError(
                f"A forecast learns from windows over a series in time, and {data.title} has none. Choose mixtures of "
                "sines or a series in a CSV file in Data, or another recipe."
            )
        self._check_season(self.season or 1, given[0].shape[0], "season")
        self.drawn(target)
        return super().asked(data)

    def as_asked(self, dataset: Dataset) -> Dataset:
        asked = super().as_asked(dataset)
        self.season_of(dataset)
        return asked

    def season_of(self, dataset: Dataset) -> int:
        """After how many steps the series comes again; 1 where that is not known. Raises `RecipeError`."""
        season = self.season or dataset.season or 1
        (given,) = dataset.spec.inputs.values()
        self._check_season(season, given.shape[0])
        return season

    def drawn(self, target: TargetSpec) -> list[int]:
        """The numbers of the columns that are drawn. Raises `RecipeError`."""
        listed = [name.strip() for name in next(csv.reader([self.columns], skipinitialspace=True), []) if name.strip()]
        unknown = [name for name in listed if name not in target.names]
        if unknown:
            raise RecipeError(
                f"There is no column called {unknown[0]} to draw. Choose among {', '.join(target.names[:8])}.",
                "columns",
            )
        return [target.names.index(name) for name in dict.fromkeys(listed)] or list(range(min(SOME, target.width)))

    def _check_season(self, season: int, window: int, setting: str | None = None) -> None:
        if season > window:
            raise RecipeError(
                f"The season has {season:,} steps, so the value one season ago lies before a window of {window:,}. "
                "Choose a longer window in Data, or set the season to 1 to compare with the last value.",
                setting,
            )

    def curves(self, target: TargetSpec | None = None) -> tuple[Curve, ...]:
        return (
            Curve("Loss", "training_loss", "validation_loss"),
            Curve("Skill", "training_skill", "validation_skill"),
            Curve("Mean absolute error", "training_mean_absolute_error", "validation_mean_absolute_error"),
        )

    def learning(self, given: Material) -> Learning:
        from netbuilder.train.forecasting import Forecasting

        return Forecasting(self, given)
