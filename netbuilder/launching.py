"""From a drawing that has been checked to what its training begins with: for the window and for the command line.

It knows neither of them, and trains nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from netbuilder.compile.check import Checked
    from netbuilder.data.dataset import Dataset
    from netbuilder.train.launch import Launch
    from netbuilder.train.recipes import Recipe


def launch_of(
    checked: Checked, dataset: Dataset, recipe: Recipe, beside: Path | None, title: str, **more: Any
) -> Launch:
    """What training a checked drawing on this data begins with. `beside` is the folder of the project's file; `more`
    are further fields of the launch. Raises `NoWeights` and `DataError`."""
    from netbuilder.compile.weights import places, start_of
    from netbuilder.data.catalog import source_of
    from netbuilder.project.file import dumps
    from netbuilder.train.launch import Launch

    source = checked.source
    assert source is not None
    weights, attributes = start_of(checked, beside)
    return Launch(
        source_text=source.text,
        node_lines=source.node_names,
        node_names=source.modules,
        project_text=dumps(checked.project),
        data=source_of(checked.project.data, beside),
        recipe=recipe,
        title=title,
        dataset=dataset,
        weights=weights,
        attributes=attributes,
        outputs=source.results,
        rates=source.rates,
        networks=source.networks,
        places=places(checked),
        **more,
    )
