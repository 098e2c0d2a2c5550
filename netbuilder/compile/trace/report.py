"""An import from beginning to end: record, read, draw, build the drawing again, and compare."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from netbuilder.compile.check import check
from netbuilder.compile.difference import (
    Unlike,
    apart,
    build,
    largest_difference,
    parameters_of,
    run,
)
from netbuilder.compile.trace.draw import Drawing, draw
from netbuilder.compile.trace.exported import example_of, module_of
from netbuilder.compile.trace.load import CannotImport, said
from netbuilder.compile.trace.record import Example, left_as_it_was, record
from netbuilder.compile.trace.recording import Recording
from netbuilder.compile.trace.sketch import Sketch, sketch
from netbuilder.compile.trace.trees import arguments_of, flat
from netbuilder.compile.weights import state_of
from netbuilder.layers import Catalog
from netbuilder.layers.custom import Custom
from netbuilder.project import Project

if TYPE_CHECKING:
    import torch
    from torch import nn


@dataclass(frozen=True)
class Imported:
    """A model as a drawing. `weights` by their places in it; `max_difference` is that of the outputs, 0.0 for none.

    `parameters` are those of the drawing; a block counts once among the `nodes`, however often it stands.
    """

    project: Project
    weights: Mapping[str, torch.Tensor]
    nodes: int
    custom_nodes: int
    parameters: int
    max_difference: float
    notes: tuple[str, ...] = ()


def import_model(model: nn.Module, args: tuple[Any, ...], kwargs: Mapping[str, Any], catalog: Catalog) -> Imported:
    """Draw `model` as it works on these inputs, and prove it. Raises `CannotImport`.

    It is run in eval mode on the CPU.
    """
    example = Example(tuple(args), dict(kwargs))
    _settle_lazy(model, example)
    try:
        found = _brought_in(model, example, catalog)
    except CannotImport as error:
        try:
            found = _brought_in(model, example, catalog, one_batch=True)
        except CannotImport:
            raise error from None
        found = replace(found, notes=(*found.notes, f"Its sizes are those of this batch only: {error}"))
    if found.max_difference:
        exact = _brought_in(model, example, catalog, layouts=True)
        found = exact if exact.max_difference < found.max_difference else found
    return found


def _settle_lazy(model: nn.Module, example: Example) -> None:
    """Let layers that find out their sizes for themselves do so."""
    from torch.nn.parameter import is_lazy

    if any(is_lazy(tensor) for tensor in (*model.parameters(), *model.buffers())):
        try:
            run(model.eval(), example.args, example.kwargs)
        except Exception as error:
            raise CannotImport(f"The model can't be run with this example: {said(error)}.") from error


def _brought_in(model: nn.Module, example: Example, catalog: Catalog, **how: bool) -> Imported:
    try:
        recording = record(model, example, catalog, **how)
    except CannotImport:
        raise
    except Exception as error:
        raise CannotImport(f"The model can't be run with this example: {said(error)}.") from error
    return drawn(recording, model, example, catalog)


def import_program(
    program: torch.export.ExportedProgram, inputs: tuple[Any, ...], named: Mapping[str, Any], catalog: Catalog
) -> Imported:
    """Draw a program of torch.export, tried with these inputs or (none) with those it holds. Raises `CannotImport`."""
    example = Example(tuple(inputs), dict(named)) if inputs or named else example_of(program)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch's, about its own insides
        return import_model(module_of(program), example.args, example.kwargs, catalog)


def drawn(recording: Recording, model: nn.Module, example: Example, catalog: Catalog) -> Imported:
    """The drawing of a recording of `model`, compared with it. Raises `CannotImport`."""
    made = sketch(recording, catalog, model)
    drawing = draw(made, catalog)
    weights = {place: made.values[value].tensor.detach() for place, value in drawing.weights.items()}
    checked = check(drawing.project, catalog, trusted=lambda text: True)  # our own, of a model that was executed
    if checked.source is None:
        why = checked.errors[0].sentence if checked.errors else "a part of it is not known."
        raise CannotImport(f"The drawing of this model has no source: {why}")
    try:
        network = build(checked.source.text, state_of(checked, weights))
        with left_as_it_was(model):
            expected = apart(flat(run(model, example.args, example.kwargs)))
        found = apart(flat(run(network, _inputs(recording, drawing, model, example), {})))
        difference = largest_difference(expected, found)
    except Unlike as error:
        raise CannotImport(str(error)) from error
    graphs = drawing.project.graphs.values()
    return Imported(
        drawing.project,
        weights,
        nodes=sum(len(graph) for graph in graphs),
        custom_nodes=sum(node.kind == Custom.kind for graph in graphs for node in graph),
        parameters=parameters_of(network),
        max_difference=difference,
        notes=(*recording.notes, *_notes(made, drawing)),
    )


def _inputs(recording: Recording, drawing: Drawing, model: nn.Module, example: Example) -> tuple[torch.Tensor, ...]:
    """The tensors of the example in the order of the drawing's inputs."""
    tensors = {id(tensor): tensor for tensor in flat(arguments_of(model, example.args, example.kwargs))}
    given = dict(zip(recording.inputs, tensors.values(), strict=True))
    return tuple(given[value] for value in drawing.inputs)


def _notes(made: Sketch, drawing: Drawing) -> list[str]:
    notes = []
    if made.custom:
        which = ", ".join(dict.fromkeys(made.custom))
        nodes = "1 custom node stands" if len(made.custom) == 1 else f"{len(made.custom)} custom nodes stand"
        notes.append(f"No layer does {which}: {nodes} in for it.")
    unused = [made.values[value].name for value in made.inputs if value not in drawing.inputs]
    if unused:
        notes.append(f"Nothing depends on {', '.join(unused)}, so no Input was drawn for it.")
    if made.unused:
        which = ", ".join(made.unused[:3]) + ", …" * (len(made.unused) > 3)
        notes.append(f"The model makes no use of {which}: kept as parameters that lead nowhere.")
    return notes
