"""A plot as plain values: lines and points in one or several panels, and how a file holds it.

It knows nothing about how it is drawn, and imports neither torch nor a screen.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BEFORE = 2  # times the horizon: so much of what was seen is drawn
ROLES = ("", "given", "true", "said", "beside")


class PlotError(ValueError):
    """The file of a plot can't be read. `str()` is a sentence for the user."""


@dataclass(frozen=True)
class Series:
    """One line, or with `dots` a cloud of points; `x` and `y` are as long as each other, NaN leaves a gap.

    `role` is what it stands for: what was "given", what is "true", what the network "said", what it is compared with
    ("beside"), or "" for one of several alike, such as the points of a class.
    """

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    role: str = ""
    dots: bool = False


@dataclass(frozen=True)
class Panel:
    """What is drawn between the same axes."""

    title: str
    series: tuple[Series, ...]


@dataclass(frozen=True)
class Plot:
    """Panels in rows of `columns` (0: all in one). `x` and `y` say what is along the axes: "steps from now"."""

    panels: tuple[Panel, ...]
    x: str = ""
    y: str = ""
    columns: int = 0


def line(values: Sequence[float], start: int = 0) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The x and y of values a step apart, of which the first is at `start`."""
    return tuple(float(start + at) for at in range(len(values))), tuple(map(float, values))


def foretold(
    given: Sequence[float], came: Sequence[float], said: Sequence[float], least: int = 1
) -> tuple[Series, ...]:
    """What was seen of a series, what came after it and what was foretold: steps from the last one seen, at 0, from
    where the truth goes on. Of what was seen twice the horizon is drawn, or `least` if that is more."""
    seen = given[-max(BEFORE * len(came), least) :]
    history = (Series("history", *line(seen, 1 - len(seen)), role="given"),) if seen else ()
    truth = Series("truth", *(line([seen[-1], *came]) if seen else line(came, 1)), role="true")
    return (*history, truth, Series("forecast", *line(said, 1), role="said"))


def write_plot(path: Path, plot: Plot) -> None:
    """Write it as JSON, in six digits. Raises `OSError`."""
    told = {
        "x": plot.x,
        "y": plot.y,
        "columns": plot.columns,
        "panels": [_panel_as_json(panel) for panel in plot.panels],
    }
    temporary = path.with_name(f".{path.name}.part")
    temporary.write_text(json.dumps(told, ensure_ascii=False) + "\n", "utf-8", "backslashreplace")
    temporary.replace(path)


def read_plot(path: Path) -> Plot:
    """What `write_plot` wrote. Raises `PlotError`."""
    try:
        told = json.loads(path.read_text("utf-8"))
        panels = tuple(_panel_of(one) for one in told["panels"])
        return Plot(panels, str(told["x"]), str(told["y"]), max(0, int(told["columns"])))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise PlotError(f"{path.name} is no longer in the run's folder, or can't be read.") from error


def _panel_as_json(panel: Panel) -> dict[str, Any]:
    series = [
        {"name": one.name, "role": one.role, "dots": one.dots, "x": _short(one.x), "y": _short(one.y)}
        for one in panel.series
    ]
    return {"title": panel.title, "series": series}


def _panel_of(told: Mapping[str, Any]) -> Panel:
    return Panel(str(told["title"]), tuple(_series_of(one) for one in told["series"]))


def _series_of(told: Mapping[str, Any]) -> Series:
    x, y = (tuple(math.nan if one is None else float(one) for one in told[axis]) for axis in ("x", "y"))
    role = str(told["role"])
    if len(x) != len(y) or role not in ROLES:
        raise ValueError("not a series")
    return Series(str(told["name"]), x, y, role, bool(told["dots"]))


def _short(values: Sequence[float]) -> list[float | None]:
    return [float(f"{value:.6g}") if math.isfinite(value) else None for value in values]
