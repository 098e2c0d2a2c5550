"""Icons by their Material Design name, in any colour: `icon("play", theme.on_accent)`.

They are glyphs of the font that qtawesome ships. It is read here without importing qtawesome, which takes longer
than all the rest of the first paint; a name it does not know gives a blank icon, never an error on screen.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPainter, QPixmap

FONT = "materialdesignicons6-webfont"
SIZES = (12, 16, 20, 24, 32, 40, 48, 64)  # what a button or a list asks for, at one and two device pixels a point


@cache
def _font_files() -> tuple[Path, Path] | None:
    found = find_spec("qtawesome")
    for place in (found.submodule_search_locations or ()) if found else ():
        folder = Path(place) / "fonts"
        faces = sorted(folder.glob(f"{FONT}-[0-9]*.ttf"))
        names = sorted(folder.glob(f"{FONT}-charmap-*.json"))
        if faces and names:
            return faces[-1], names[-1]
    return None


@cache
def _family() -> str | None:
    files = _font_files()
    if files is None:
        return None
    number = QFontDatabase.addApplicationFontFromData(files[0].read_bytes())
    families = QFontDatabase.applicationFontFamilies(number)
    return families[0] if families else None


@cache
def _names() -> dict[str, str]:
    files = _font_files()
    return json.loads(files[1].read_text(encoding="utf-8")) if files else {}


def is_known(name: str) -> bool:
    """Whether the font has an icon of this name ("play", also written "mdi6.play")."""
    return name.removeprefix("mdi6.") in _names()


def paint(painter: QPainter, name: str, rect: QRectF, color: str | QColor) -> None:
    """Draw an icon into `rect`, in one colour."""
    code, family = _names().get(name.removeprefix("mdi6.")), _family()
    if code is None or family is None:
        return
    font = QFont(family)
    font.setPixelSize(max(1, round(rect.height())))
    painter.save()
    painter.setFont(font)
    painter.setPen(QColor(color))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, chr(int(code, 16)))
    painter.restore()


def pixmap(name: str, color: str, size: int = 16, ratio: float = 1.0) -> QPixmap:
    """An icon as a picture of `size` points on a screen of `ratio` pixels a point."""
    pixels = max(1, round(size * ratio))
    picture = QPixmap(QSize(pixels, pixels))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint(painter, name, QRectF(0, 0, pixels, pixels), color)
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture


@cache
def icon(name: str, color: str, disabled: str | None = None) -> QIcon:
    """An icon for buttons, menus and lists; `disabled` is its colour where it can't be used."""
    made = QIcon()
    for size in SIZES:
        made.addPixmap(pixmap(name, color, size))
        if disabled is not None:
            made.addPixmap(pixmap(name, disabled, size), QIcon.Mode.Disabled)
    return made
