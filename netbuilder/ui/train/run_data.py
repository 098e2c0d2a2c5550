"""The data a run learned from: what is loaded, if it is that; else it is read again. It knows no widget."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

from netbuilder.data.source import Tell, tell_nobody
from netbuilder.train.events import Started

if TYPE_CHECKING:
    from netbuilder.data.dataset import Dataset
    from netbuilder.train.run import Run


class Described(Protocol):
    """A kind of data and its settings, as a project or a run holds them."""

    @property
    def kind(self) -> str: ...

    @property
    def settings(self) -> Mapping[str, Any]: ...


def same_data(one: Described, other: Described) -> bool:
    return one.kind == other.kind and dict(one.settings) == dict(other.settings)


def dataset_of(run: Run, loaded: Dataset | None, part: Described | None, tell: Tell = tell_nobody) -> Dataset:
    """The run's own data, as its network was asked about it. `loaded` is what `part` holds. Raises `DataError`,
    `RecipeError` and whatever `tell` does."""
    from netbuilder.data.catalog import source_of
    from netbuilder.train.recipes import recipe_of

    there = loaded is not None and part is not None and same_data(part, run.data)
    dataset = loaded if there and loaded is not None else source_of(run.data).read(tell)
    return recipe_of(run.recipe).as_asked(dataset)


def fits(run: Run, dataset: Dataset) -> bool:
    """Whether the network of the run can be asked about this data: the same inputs and the same classes."""
    known, now = run.spec, dataset.spec
    shapes = [[tuple(one.shape) for one in spec.inputs.values()] for spec in (known, now)]
    targets = [
        (spec.target.kind, spec.target.classes, spec.target.names, spec.target.positions)
        for spec in (known, now)
        if spec.target
    ]
    return shapes[0] == shapes[1] and len(targets) == 2 and targets[0] == targets[1]


def is_as_it_was(started: Started | None, dataset: Dataset) -> bool:
    """Whether there are as many samples as the run began with: a file may have grown since."""
    if started is None:
        return True
    return (started.training_samples, started.validation_samples) == (len(dataset.train), len(dataset.validation))
