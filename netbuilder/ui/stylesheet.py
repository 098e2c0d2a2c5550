"""How Qt's own controls look: one style sheet, one palette and the fonts, all from a theme's tokens.

Widgets say what they are with `setProperty("role", ...)`: "headline", "title", "heading", "section", "small",
"caption", "muted", "faint", "good", "warning", "danger", "keycap" (text) · "primary", "quiet", "danger", "entry"
(buttons) · "switch" (check boxes) · "panel", "side", "card", "well", "window", "bar", "toast" (surfaces;
`surface(widget, role)`) · "mono", "badge".
"""

from __future__ import annotations

import re
from typing import cast

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from netbuilder.ui.marks import path_of
from netbuilder.ui.sheet import SHEET
from netbuilder.ui.theme import Theme, blend

UI_FAMILIES = ("Inter", "Segoe UI", "SF Pro Text", "Cantarell", "Noto Sans", "DejaVu Sans")
MONO_FAMILIES = ("JetBrains Mono", "Cascadia Mono", "SF Mono", "DejaVu Sans Mono")
BASE = 13  # pixels of the text at scale 1


def ui_font(scale: float = 1.0, *, size: int = BASE, bold: bool = False) -> QFont:
    """The font of everything but code."""
    font = QFont()
    font.setFamilies(list(UI_FAMILIES))
    font.setPixelSize(max(1, round(size * scale)))
    font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    return font


def mono_font(scale: float = 1.0, *, size: int = 12) -> QFont:
    """The font of source and shapes."""
    font = QFont()
    font.setFamilies(list(MONO_FAMILIES))
    font.setStyleHint(QFont.StyleHint.Monospace)
    font.setPixelSize(max(1, round(size * scale)))
    return font


def palette(theme: Theme) -> QPalette:
    """The theme as Qt's palette, for whatever paints itself without the style sheet."""
    role, made = QPalette.ColorRole, QPalette()
    colors = {
        role.Window: theme.panel,
        role.WindowText: theme.text,
        role.Base: theme.field,
        role.AlternateBase: theme.raised,
        role.Text: theme.text,
        role.Button: theme.field,
        role.ButtonText: theme.text,
        role.BrightText: theme.danger,
        role.ToolTipBase: theme.raised,
        role.ToolTipText: theme.text,
        role.PlaceholderText: theme.faint,
        role.Highlight: theme.accent,
        role.HighlightedText: theme.on_accent,
        role.Link: theme.accent,
        role.LinkVisited: theme.accent,
        role.Accent: theme.accent,
        role.Light: theme.hover,
        role.Midlight: theme.hover,
        role.Mid: theme.border,
        role.Dark: theme.border,
        role.Shadow: theme.border,
    }
    for at, color in colors.items():
        made.setColor(at, QColor(color))
    for at in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, at, QColor(theme.faint))
    made.setColor(QPalette.ColorGroup.Disabled, role.Highlight, QColor(theme.border))
    return made


def stylesheet(theme: Theme, scale: float = 1.0) -> str:
    """The style sheet of the whole application. `scale` enlarges text and the room around it."""
    words = {name: value for name, value in vars(theme).items() if isinstance(value, str)}
    words |= {
        "accent_hover": blend(theme.accent, theme.text, 0.86),
        "accent_down": blend(theme.accent, theme.window, 0.82),
        "accent_off": blend(theme.accent, theme.panel, 0.25),
        "danger_tint": blend(theme.danger, theme.panel, 0.14),
        "handle": blend(theme.muted, theme.panel, 0.42),
        "handle_hover": blend(theme.muted, theme.panel, 0.75),
        "outline": blend(theme.muted, theme.field, 0.32),  # 3:1 is not needed: the field's own colour shows it
        "mono": ", ".join(f'"{name}"' for name in MONO_FAMILIES),
    }

    def written(match: re.Match[str]) -> str:
        token = match.group(1)
        if token.startswith("mark:"):
            return f'url("{path_of(token[5:], theme).as_posix()}")'
        if token.endswith("px"):
            return f"{max(1, round(float(token[:-2]) * scale))}px"
        return words[token]

    return re.sub(r"\{\{([\w:.-]+)\}\}", written, SHEET)


def dress(app: QApplication, theme: Theme, scale: float = 1.0) -> None:
    """Give the application this look. Calling it again changes the look of what is open."""
    if app.style().objectName() != "fusion" and not app.styleSheet():
        app.setStyle("Fusion")
    app.setFont(ui_font(scale))
    app.setPalette(palette(theme))
    app.setStyleSheet(stylesheet(theme, scale))


def surface(widget: QWidget, role: str = "panel") -> None:
    """Let a plain widget paint the background its role has ("panel", "card", "well")."""
    widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    widget.setProperty("role", role)


def set_role(widget: QWidget, role: str | None) -> None:
    """Change what a shown widget is, and with it how it looks."""
    if cast("str | None", widget.property("role")) != role:
        widget.setProperty("role", role)
        widget.style().unpolish(widget)
        widget.style().polish(widget)
