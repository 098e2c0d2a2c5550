"""The style sheet: complete in every theme, with its images on disk and drawn from the tokens."""

import re
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from netbuilder.ui import icons
from netbuilder.ui.marks import marks, path_of
from netbuilder.ui.stylesheet import palette, stylesheet
from netbuilder.ui.theme import THEMES, Theme

THEMES_ = pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES.keys())


@THEMES_
def test_every_token_is_filled_in_and_every_image_is_there(theme: Theme) -> None:
    text = stylesheet(theme)
    assert "{{" not in text
    images = re.findall(r'url\("([^"]+)"\)', text)
    assert images
    assert all(Path(image).is_file() for image in images)


@THEMES_
def test_the_marks_on_disk_are_those_of_the_tokens(theme: Theme) -> None:
    for mark, text in marks(theme):
        assert path_of(mark, theme).read_text(encoding="utf-8") == text, "run: python -m netbuilder.ui.marks"


def test_a_larger_scale_gives_larger_text() -> None:
    theme = THEMES["dark"]
    assert "font-size: 15px" in stylesheet(theme)
    assert "font-size: 30px" in stylesheet(theme, 2.0)


@THEMES_
def test_the_palette_has_the_themes_text_and_panel(theme: Theme, qtbot: QtBot) -> None:
    made = palette(theme)
    assert made.windowText().color().name() == theme.text
    assert made.window().color().name() == theme.panel


def test_icons_have_ink_and_an_unknown_name_is_blank(qtbot: QtBot) -> None:
    assert icons.is_known("play")
    assert icons.is_known("mdi6.play")
    drawn = icons.pixmap("play", "#ff0000", 16).toImage()
    assert any(drawn.pixelColor(x, y).alpha() for x in range(16) for y in range(16))
    assert not icons.is_known("no such icon")
    blank = icons.pixmap("no such icon", "#ff0000", 16).toImage()
    assert not any(blank.pixelColor(x, y).alpha() for x in range(16) for y in range(16))
