"""Weights by their places in a drawing: "n3.weight", within a block "n5/n2.weight", within a repeat "n5[0]/n2.weight".

A place stays what it is while nodes are renamed, and nodes that are put into a block or taken out of one remember
theirs (`Node.origin`); the generated module knows the same weight by the names of its attributes. What the file they
are kept in is like is for `weights_file` to know.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from netbuilder.compile.check import Checked
from netbuilder.compile.planning.values import settle
from netbuilder.expression import text_of
from netbuilder.graph.block import REPEAT, block_of
from netbuilder.places import is_elsewhere
from netbuilder.project.project import MAIN
from netbuilder.weights_file import NoWeights, name_at

if TYPE_CHECKING:
    import torch

MOST = 1_000_000  # places; blocks in blocks could have more than fit memory


def attributes(checked: Checked, network: str = MAIN) -> dict[str, str]:
    """The attribute of a network's generated module, with dots, that stands for each node, by the node's place.

    Raises `NoWeights` where there are too many to go through.
    """
    found: dict[str, str] = {}
    for place, attribute in _attributes(checked, network, {}, "", ""):
        found.setdefault(place, attribute)
        if len(found) > MOST:
            raise NoWeights(f"The network has more than {MOST:,} nodes, too many to start from a file of weights.")
    return found


def _attributes(
    checked: Checked, name: str, exposed: Mapping[str, object], place: str, attribute: str
) -> Iterator[tuple[str, str]]:
    project = checked.project
    for id, node in project.graphs[name].nodes.items():
        called = checked.identifiers.get(name, {}).get(id)
        if called is None or node.shares or node.bypassed:
            continue
        origin = id if node.origin is None else node.origin
        if origin:
            yield f"{place}{origin}", f"{attribute}{called}"
        block = block_of(node.kind)
        if block is None or block not in project.blocks:
            continue
        kind = checked.catalog.find(node.kind) if checked.catalog is not None else None
        if kind is None:
            continue
        inner = dict(settle(kind, node.settings, exposed)[0].settings)
        copies = inner.pop(REPEAT)
        if copies == 1:
            alone = "" if text_of(node.settings.get(REPEAT)) is None else "0."  # a row that happens to have one
            within = f"{place}{origin}/" if origin else place
            yield from _attributes(checked, block, inner, within, f"{attribute}{called}.{alone}")
        for copy in range(copies if copies > 1 else 0):
            within = f"{place}{origin or id}[{copy}]/" if origin or copy else place
            yield from _attributes(checked, block, inner, within, f"{attribute}{called}.{copy}.")


def places(checked: Checked) -> dict[str, dict[str, str]]:
    """The attributes by place of all networks that are written: those of the main one under "", of another under the
    name of its tab. Empty where there are too many to go through."""
    names = checked.source.networks if checked.source is not None else ()
    try:
        return {"": attributes(checked)} | {name: attributes(checked, name) for name in names}
    except NoWeights:
        return {}


def state_of(checked: Checked, weights: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Weights by place as a `state_dict` of the generated module; what has no place in it is left out."""
    nodes = attributes(checked)
    named = {place: name_at(nodes, place) for place in weights}
    return {name: weights[place] for place, name in named.items() if name is not None}


def start_of(checked: Checked, folder: Path | None) -> tuple[Path | None, dict[str, str]]:
    """The file of weights that training starts from, and the attributes by place; (None, {}) for random weights.

    `folder` is where the project's file lies. Raises `NoWeights`.
    """
    if not checked.project.weights:
        return None, {}
    if is_elsewhere(checked.project.weights):
        raise NoWeights(
            f"The weights to start from lie on another computer, {checked.project.weights}. "
            "Copy them beside the project, and let it name them there."
        )
    path = Path(checked.project.weights)
    return (path if folder is None else folder / path), attributes(checked)
