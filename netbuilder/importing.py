"""The verb `import`: a model that someone wrote becomes a project, with its weights in a file beside it.

It knows no Qt. Nothing of the model is imported or executed before the user has said --trust.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from netbuilder.headless import Refused, command
from netbuilder.terminal import print_json

if TYPE_CHECKING:
    from netbuilder.compile.trace.load import Origin
    from netbuilder.compile.trace.report import Imported


def import_verb(
    model: Annotated[
        str,
        typer.Argument(
            metavar="MODEL",
            help="PATH.py:NAME, package.module:NAME or PATH.pt2. NAME is a class, a function that returns a module, "
            "or a module.",
            show_default=False,
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            metavar="FILE",
            help="The project to write (.netb), in place of one that is there; its weights go beside it.",
        ),
    ],
    trust: Annotated[
        bool, typer.Option("--trust", help="You have read the code, and it may be executed on this machine.")
    ] = False,
    example: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SHAPE",
            help="What the model is tried with, the batch first: 1x3x224x224. Several with commas or one by one. "
            "Whole numbers: 1x16:int64, below 1000: 1x16:int64:1000. By name: input_ids=1x16:int64.",
            show_default=False,
        ),
    ] = None,
    weights: Annotated[
        Path | None,
        typer.Option(
            metavar="PATH",
            help="Weights to put into the model first: safetensors, or a state_dict that torch.save wrote.",
            show_default=False,
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")] = False,
) -> None:
    """Read a PyTorch model into a project: blocks, layers and weights. Executes its code, so it asks for --trust."""
    from netbuilder.compile.trace.load import CannotImport, parse_examples, parse_origin
    from netbuilder.project.file import SUFFIX

    try:
        origin = parse_origin(model)
        if not trust:
            tried = [word for text in example or () for word in ("--example", text)]
            again = command("import", model, "--trust", *tried, "--out", out)
            raise Refused(
                f"This would execute {origin.executed()}, with all rights you have; nothing was executed. "
                f"Read it, and if you trust it: {again}"
            )
        examples = parse_examples(example or ())
        if not examples and not origin.is_program:
            raise Refused(
                "The model has to be tried with an example: add its shape with the batch first, such as "
                "--example 1x3x224x224 for a picture or --example 1x16:int64 for a text of 16 tokens."
            )
        if out.suffix != SUFFIX:
            raise Refused(f"{out} is no name for a project: it has to end in {SUFFIX}.")
        imported = _imported(origin, examples, weights)
        beside = _write(imported, out)
    except CannotImport as error:
        raise Refused(str(error)) from error
    if json:
        print_json(
            {
                "nodes": imported.nodes,
                "custom_nodes": imported.custom_nodes,
                "parameters": imported.parameters,
                "max_difference": imported.max_difference,
                "notes": list(imported.notes),
                "project": str(out),
                "weights": str(beside),
            }
        )
    else:
        _print(imported, out, beside)


def _imported(origin: Origin, examples: list[Any], weights: Path | None) -> Imported:
    from netbuilder.compile.trace.load import load_model, load_program, load_weights, make_inputs
    from netbuilder.compile.trace.report import import_model, import_program
    from netbuilder.layers import standard

    with _answers_apart():
        if origin.is_program:
            return import_program(load_program(origin), *make_inputs(examples), standard())
        model = load_model(origin)
        if weights is not None:
            load_weights(model, weights)
        args, kwargs = make_inputs(examples, model)
        return import_model(model, args, kwargs, standard())


@contextmanager
def _answers_apart() -> Iterator[None]:
    """What a model prints while it runs goes to standard error: the answer on standard output is ours alone."""
    with redirect_stdout(sys.stderr):
        yield


def _beside(out: Path) -> Path:
    """The file of a project's weights."""
    return out.with_suffix(".weights.safetensors")


def _write(imported: Imported, out: Path) -> Path:
    """Write the project and its weights; the file of the weights. Raises `Refused`."""
    from netbuilder.project.file import save
    from netbuilder.weights_file import save_weights

    beside = _beside(out)
    try:
        save_weights(imported.weights, beside)
        save(replace(imported.project, weights=beside.name), out)
    except OSError as error:
        raise Refused(f"{out} can't be written: {error.strerror or error}.") from error
    return beside


def _print(imported: Imported, out: Path, beside: Path) -> None:
    exact = "exactly what the model gives"
    differs = f"what the model gives but for {imported.max_difference:.2g}"
    print(f"{imported.nodes:,} nodes, {imported.custom_nodes:,} of them custom")
    print(f"{imported.parameters:,} parameters, in {beside}")
    print(f"max_difference {imported.max_difference:g}: {out} gives {differs if imported.max_difference else exact}.")
    for note in imported.notes:
        print(f"note: {note}")
    print(f"Open it with: {command(out)}")
