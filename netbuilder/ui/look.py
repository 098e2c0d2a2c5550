"""Which theme is on: what the user chose, or what the system says. Widgets listen to `changed` and repaint."""

from __future__ import annotations

from PySide6.QtCore import QObject, QSettings, Qt, Signal
from PySide6.QtGui import QGuiApplication

from netbuilder.ui import theme as themes
from netbuilder.ui.theme import Theme

SYSTEM = "system"


class Look(QObject):
    """`theme` is the one to draw with; `choice` is "system" or the name of a theme."""

    changed = Signal()

    def __init__(self, settings: QSettings, parent: QObject | None = None):
        super().__init__(parent)
        self._settings = settings
        self.choice = str(settings.value("theme", SYSTEM))
        self.theme = self._resolve()
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow)

    @staticmethod
    def names() -> tuple[str, ...]:
        """What can be chosen, "system" first."""
        return (SYSTEM, *themes.THEMES)

    def choose(self, choice: str) -> None:
        self.choice = choice
        self._settings.setValue("theme", choice)
        self._follow()

    def _follow(self) -> None:
        theme = self._resolve()
        if theme is not self.theme:
            self.theme = theme
            self.changed.emit()

    def _resolve(self) -> Theme:
        if self.choice in themes.THEMES:
            return themes.THEMES[self.choice]
        light = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Light
        return themes.LIGHT if light else themes.DARK
