"""The small marks inside Qt's own controls (ticks, arrows, switches) as SVG files, drawn from the theme's tokens.

A style sheet can only name image files, so there is one file a mark and theme under resources/icons. They are
written by `python -m netbuilder.ui.marks` whenever the tokens change; a test holds them to the tokens.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from netbuilder import resources
from netbuilder.ui.theme import THEMES, Theme, blend

LINE = 'fill="none" stroke-width="{width}" stroke-linecap="round" stroke-linejoin="round"'


def _line(color: str, path: str, width: float = 1.6, size: int = 16) -> str:
    pen = LINE.format(width=width)
    return _svg(size, size, f'<path d="{path}" stroke="{color}" {pen}/>')


def _svg(width: int, height: int, inside: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}">{inside}</svg>\n'
    )


def _switch(track: str, knob: str, on: bool, edge: str) -> str:
    box = f'<rect x=".5" y=".5" width="31" height="17" rx="8.5" fill="{track}" stroke="{edge}"/>'
    return _svg(32, 18, f'{box}<circle cx="{23 if on else 9}" cy="9" r="6" fill="{knob}"/>')


def marks(theme: Theme) -> Iterator[tuple[str, str]]:
    """Every mark of this theme: its name and its SVG text."""
    yield "tick", _line(theme.on_accent, "M3.5 8.5 L6.5 11.5 L12.5 4.8", 2)
    yield "tick-plain", _line(theme.accent, "M3.5 8.5 L6.5 11.5 L12.5 4.8", 2)
    yield "dash", _line(theme.on_accent, "M4 8 L12 8", 2)
    yield "dot", _svg(16, 16, f'<circle cx="8" cy="8" r="3" fill="{theme.on_accent}"/>')
    yield "down", _line(theme.muted, "M4.5 6.5 L8 10 L11.5 6.5")
    yield "down-faint", _line(blend(theme.faint, theme.panel, 0.6), "M4.5 6.5 L8 10 L11.5 6.5")
    yield "up", _line(theme.muted, "M4.5 9.5 L8 6 L11.5 9.5")
    yield "right", _line(theme.muted, "M6.5 4.5 L10 8 L6.5 11.5")
    yield "left", _line(theme.muted, "M9.5 4.5 L6 8 L9.5 11.5")
    yield "close", _line(theme.muted, "M4.5 4.5 L11.5 11.5 M11.5 4.5 L4.5 11.5")
    yield "float", _line(theme.muted, "M4.5 6.5 H9.5 V11.5 H4.5 Z M6.5 6.5 V4.5 H11.5 V9.5 H9.5", 1.3)
    yield "switch-on", _switch(theme.accent, theme.on_accent, True, theme.accent)
    off = blend(theme.faint, theme.panel, 0.28)
    yield "switch-off", _switch(off, theme.muted, False, blend(theme.faint, theme.panel, 0.75))
    yield "switch-dead", _switch(theme.field, blend(theme.faint, theme.panel, 0.6), False, theme.border)


def path_of(mark: str, theme: Theme) -> Path:
    """Where the file of a mark lies."""
    return resources.folder() / "icons" / f"{mark}-{theme.name}.svg"


def main() -> None:
    for theme in THEMES.values():
        for mark, text in marks(theme):
            path_of(mark, theme).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
