"""One setting: its name, default, help and rule. What kinds of value there are is told beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from netbuilder.fields.declared import Declared

T = TypeVar("T")


class BadSetting(ValueError):
    """A value that its field refuses. `str()` is a sentence for the user; `field` is the setting's name."""

    def __init__(self, field: str, sentence: str):
        super().__init__(sentence)
        self.field = field
        self.sentence = sentence


class Field(Generic[T]):
    """One setting: its name (from the attribute it is assigned to), default, help and rule.

    `check` returns the value in its canonical form or raises `BadSetting`. Canonical values are hashable and
    survive JSON (tuples come back as lists and are made tuples again by `check`).
    """

    name: str = ""

    def __init__(
        self,
        default: T,
        *,
        help: str = "",
        label: str = "",
        unit: str = "",
        optional: bool = False,
        advanced: bool = False,
        none_means: str = "none",
    ):
        self.default = default
        self.help = help
        self._label = label
        self.unit = unit
        self.optional = optional  # None is a value
        self.advanced = advanced  # shown below the fold of a form
        self.none_means = none_means  # what a form shows for None

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @property
    def label(self) -> str:
        """What a form writes beside the value."""
        return self._label or self.name

    def __get__(self, instance: Declared | None, owner: type | None = None) -> Any:
        return self if instance is None else instance.settings[self.name]

    def __set__(self, instance: Declared, value: object) -> None:
        raise AttributeError(f"{self.name} can't be assigned: make a new value with .with_settings({self.name}=...)")

    def check(self, value: Any) -> T | None:
        """The canonical form of `value`. Raises `BadSetting` with a sentence that says what would be accepted."""
        if value is None:
            if self.optional:
                return None
            raise self.refuse("needs a value")
        return self.accept(value)

    def accept(self, value: Any) -> T:
        raise NotImplementedError

    def refuse(self, why: str) -> BadSetting:
        return BadSetting(self.name, f"{self.label} {why}.")

    def describe(self) -> dict[str, Any]:
        """The field as plain JSON values, for `netbuilder layers --json` and reference pages."""
        told: dict[str, Any] = {"name": self.name, "type": type(self).__name__.lower(), "default": plain(self.default)}
        for key in ("help", "unit", "optional", "advanced"):
            if getattr(self, key):
                told[key] = getattr(self, key)
        return told | self.limits()

    def limits(self) -> dict[str, Any]:
        return {}


def plain(value: Any) -> Any:
    """A canonical setting as JSON has it: tuples become lists, declared things their kind and changed settings."""
    if hasattr(value, "changed"):
        changed = value.changed()
        return {"kind": value.kind, "settings": changed} if changed else value.kind
    return [plain(v) for v in value] if isinstance(value, tuple) else value
