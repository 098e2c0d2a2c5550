"""The verb `compare`: what differs between two runs, and what each reached, in a terminal or as JSON.

It knows no Qt; what is compared is found in `netbuilder.comparison`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from netbuilder.headless import Refused
from netbuilder.terminal import metric, print_json, print_table

if TYPE_CHECKING:
    from netbuilder.comparison.drawings import ChangedGraph
    from netbuilder.comparison.figures import Figure, Reached
    from netbuilder.comparison.lines import Line
    from netbuilder.comparison.runs import Comparison

MARKS = {"added": "+", "removed": "-", "changed": "~"}
NOTHING = "–"
Folder = Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a run.", show_default=False)]


def compare_verb(
    one: Folder,
    other: Folder,
    every: Annotated[bool, typer.Option("--all", help="List the settings that are the same as well.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")] = False,
) -> None:
    """Compare two runs: the settings and the drawings that differ, and what each run reached."""
    from netbuilder.comparison.runs import compare
    from netbuilder.train.history import read_record
    from netbuilder.train.run import Run, RunError

    try:
        runs = Run.open(one), Run.open(other)
        records = read_record(runs[0]), read_record(runs[1])
    except RunError as error:
        raise Refused(str(error)) from error
    found = compare(runs, records)
    if json:
        print_json(_described(found, (one, other)))
    else:
        _print(found, every)


def _described(found: Comparison, folders: tuple[Path, Path]) -> dict[str, Any]:
    """All of it as plain JSON values; settings that are the same are left out. "changes" has for each run how its rate
    and batch size were changed on the way, as `runs --json` has it."""
    return {
        "runs": [str(folder) for folder in folders],
        "names": list(found.names),
        "changes": [[change.describe() for change in changes] for changes in found.changes],
        "settings": {group.title: _lines(group.lines) for group in found.groups},
        "drawings": {graph.name: _graph(graph) for graph in found.changed_drawings},
        "drawings_sentence": found.about_drawings,
        "figures": [_figure(figure) for figure in found.reached.whole],
        "final": [_figure(figure) for figure in found.reached.final],
        "best": [_figure(figure) for figure in found.reached.best],
        "ended": list(found.reached.ended),
        "notes": list(found.notes),
    }


def _lines(lines: tuple[Line, ...]) -> list[dict[str, Any]]:
    return [{"name": line.name, "values": [line.one, line.other]} for line in lines if line.differs]


def _graph(graph: ChangedGraph) -> dict[str, Any]:
    return {
        "state": graph.state,
        "nodes": [
            {"id": n.id, "name": n.name, "layer": n.kind, "state": n.state, "changed": _lines(n.lines)}
            for n in graph.nodes
        ],
        "edges": [{"edge": words, "state": state} for state, words in graph.edges],
        "settings": _lines(graph.lines),
    }


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "name": figure.name,
        "values": [figure.one, figure.other],
        "difference": figure.difference,
        "better": {-1: 0, 1: 1}.get(figure.better),  # which of the two runs, counted from 0
    }


def _print(found: Comparison, every: bool) -> None:
    rows = [
        (line.name, line.one or NOTHING, line.other or NOTHING)
        for group in found.groups
        for line in group.lines
        if line.differs or every
    ]
    if rows:
        print_table(("setting", *found.names), rows)
    else:
        print("The settings are the same.")
        print()
    _print_drawings(found)
    _print_reached(found.reached, found.names)
    for note in found.notes:
        print(f"note: {note}")


def _print_drawings(found: Comparison) -> None:
    if found.about_drawings:
        print(found.about_drawings)
    for graph in found.changed_drawings:
        print(
            f"{graph.title} is in {'the second' if graph.state == 'added' else 'the first'} run only"
            if graph.state != "changed"
            else graph.title
        )
        for line in graph.lines:
            print(f"  {MARKS['changed']} {line}")
        for node in graph.nodes:
            print(f"  {MARKS[node.state]} {node}")
        for state, words in graph.edges:
            print(f"  {MARKS[state]} {words} {state}")
    print()


def _print_reached(reached: Reached, names: tuple[str, str]) -> None:
    rows = [_row(figure, figure.name, names) for figure in reached.whole]
    for when, figures in (("final", reached.final), ("best", reached.best)):
        rows += [_row(figure, f"{when} {figure.name.replace('_', ' ')}", names) for figure in figures]
    print_table(("", *names, "difference", "better"), rows)


def _row(figure: Figure, title: str, names: tuple[str, str]) -> tuple[str, ...]:
    apart = figure.difference
    said = "" if apart is None else f"{'+' if apart > 0 else ''}{_number(figure, apart)}"
    said = said.replace(" %", " points")  # of two shares in percent
    better = {-1: names[0], 1: names[1]}.get(figure.better, "")
    return title, _value(figure, figure.one), _value(figure, figure.other), said, better


def _value(figure: Figure, value: float | None) -> str:
    return NOTHING if value is None else _number(figure, value)


def _number(figure: Figure, value: float) -> str:
    if figure.name == "seconds":
        return f"{round(value, 1) + 0.0:.1f}"  # and never -0.0
    return f"{value:,}" if isinstance(value, int) else metric(figure.name, value)
