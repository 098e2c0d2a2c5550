"""Which keys call which action: those of the table, unless the user has chosen others. It knows nothing of windows."""

from __future__ import annotations

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtGui import QKeySequence

from netbuilder.ui.actions import TABLE, Entry

GROUP = "keys"
OWN = {"Esc": "Esc calls off whatever goes on", "Space": "Space adds a layer, and held down it moves the view"}
ON_FIELDS = ("Tab", "Backtab", "Shift+Tab", "Return", "Enter", "Left", "Right", "Up", "Down", "Del", "Backspace")
SPLIT = " | "  # between two sequences in the settings: a "," stands within one


class Keymap(QObject):
    """`changed` when an action has other keys than before. What was chosen is kept in the settings."""

    changed = Signal()

    def __init__(self, settings: QSettings, parent: QObject | None = None):
        super().__init__(parent)
        self._settings = settings
        self._entries = {entry.name: entry for entry in TABLE}
        self._chosen: dict[str, tuple[str, ...]] = {}
        settings.beginGroup(GROUP)
        for name in settings.childKeys():
            if name in self._entries:
                self._chosen[name] = _sequences(str(settings.value(name, "")))
        settings.endGroup()

    def keys(self, name: str) -> tuple[str, ...]:
        """The key sequences of an action, in portable text, the one that is shown first."""
        return self._chosen.get(name, self._entries[name].all_keys)

    def text(self, name: str) -> str:
        """The first of its keys as people read it; "" if it has none."""
        return native(next(iter(self.keys(name)), ""))

    def is_changed(self, name: str) -> bool:
        return name in self._chosen

    @property
    def any_changed(self) -> bool:
        return bool(self._chosen)

    def owner(self, keys: str, but: str = "") -> Entry | None:
        """The action that these keys call already, other than `but`. Keys of the window work on the canvas as well,
        so one sequence has one owner."""
        wanted = QKeySequence(keys)
        for name, entry in self._entries.items():
            if name != but and any(QKeySequence(one) == wanted for one in self.keys(name)):
                return entry
        return None

    def refusal(self, name: str, keys: str) -> str:
        """Why these keys can't be given to an action, as a sentence; "" if they can."""
        if keys in OWN:
            return f"{OWN[keys]}, so it can't be given to anything else."
        if self._entries[name].where == "canvas":
            return ""
        bare = keys.removeprefix("Shift+")
        if keys in ON_FIELDS or bare in ON_FIELDS:
            return f"{native(keys)} is needed in fields and lists. Add Ctrl or Alt to it."
        if len(bare) == 1:
            return f"{native(keys)} is a letter to type outside the canvas. Add Ctrl or Alt to it."
        return ""

    def give(self, name: str, keys: str) -> None:
        """Let these keys, and no others, call an action; "" for none. Whoever had them before loses them."""
        owner = self.owner(keys, name) if keys else None
        if owner is not None:
            left = tuple(one for one in self.keys(owner.name) if QKeySequence(one) != QKeySequence(keys))
            self._choose(owner.name, left)
        self._choose(name, (keys,) if keys else ())
        self.changed.emit()

    def reset(self, name: str) -> None:
        """Back to the keys of the table; who has them now loses them."""
        self._forget(name)
        for keys in self._entries[name].all_keys:
            owner = self.owner(keys, name)
            if owner is not None:
                self._choose(
                    owner.name, tuple(one for one in self.keys(owner.name) if QKeySequence(one) != QKeySequence(keys))
                )
        self.changed.emit()

    def reset_all(self) -> None:
        self._chosen.clear()
        self._settings.remove(GROUP)
        self.changed.emit()

    def _choose(self, name: str, keys: tuple[str, ...]) -> None:
        if keys == self._entries[name].all_keys:
            self._forget(name)
            return
        self._chosen[name] = keys
        self._settings.setValue(f"{GROUP}/{name}", SPLIT.join(keys))

    def _forget(self, name: str) -> None:
        self._chosen.pop(name, None)
        self._settings.remove(f"{GROUP}/{name}")


def native(keys: str) -> str:
    """A portable key sequence as it is read on this system."""
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)


def _sequences(text: str) -> tuple[str, ...]:
    """What the settings hold; what is no key sequence is left out."""
    found = (QKeySequence(part.strip()) for part in text.split(SPLIT.strip()) if part.strip())
    return tuple(one.toString() for one in found if not one.isEmpty() and "Unknown" not in one.toString())
