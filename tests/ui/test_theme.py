"""The colours: text can be read on every surface, in every theme."""

import pytest

from netbuilder.layers import standard
from netbuilder.ui import icons
from netbuilder.ui.panels.palette_row import ICONS
from netbuilder.ui.theme import THEMES, Theme, contrast

THEMES_ = pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES.keys())
SURFACES = ("window", "bar", "panel", "raised", "field", "selected", "hover")


@THEMES_
def test_text_is_readable_on_every_surface(theme: Theme) -> None:
    for surface in SURFACES:
        for text in ("text", "muted"):
            assert contrast(getattr(theme, text), getattr(theme, surface)) >= 4.5, (text, surface)


@THEMES_
def test_meanings_are_readable_on_panels_and_the_accent_carries_text(theme: Theme) -> None:
    for text in ("accent", "good", "warning", "danger"):
        assert contrast(getattr(theme, text), theme.panel) >= 4.5, text
    assert contrast(theme.on_accent, theme.accent) >= 4.5


@THEMES_
def test_marks_stand_out(theme: Theme) -> None:
    for name in ("faint", "training", "validation", "edge", *(f"run{number}" for number in range(1, 9))):
        surface = theme.canvas if name == "edge" else theme.panel
        assert contrast(getattr(theme, name), surface) >= 3, name
    for family, color in theme.families.items():
        assert contrast(color, theme.panel) >= 3, family


def test_high_contrast_is_higher() -> None:
    theme = THEMES["high-contrast"]
    for text in ("text", "muted", "faint", "accent", "danger"):
        assert contrast(getattr(theme, text), theme.panel) >= 7, text


def test_every_theme_colours_the_same_families() -> None:
    first, *others = THEMES.values()
    assert all(set(theme.families) == set(first.families) for theme in others)


def test_every_family_of_layers_has_a_colour_and_an_icon() -> None:
    for family in standard().families():
        assert family in THEMES["dark"].families, family
        assert icons.is_known(ICONS.get(family, "")), family
