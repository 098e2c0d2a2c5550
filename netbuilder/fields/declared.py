"""A value whose settings are declared as fields on its class, and how a file has one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

from netbuilder.fields.field import BadSetting, Field, plain


class Declared:
    """A value whose settings are declared as fields on its class. Frozen; equal when kind and settings are.

    `kind` is the word saved files use; it never changes once released. `title` is what people read.
    """

    kind: ClassVar[str] = ""
    title: ClassVar[str] = ""
    _fields: ClassVar[dict[str, Field[Any]]] = {}
    settings: dict[str, Any]

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        found: dict[str, Field[Any]] = {}
        for base in reversed(cls.__mro__[: cls.__mro__.index(Declared)]):
            for name, value in vars(base).items():
                if isinstance(value, Field):
                    found[name] = value
                elif name in found:
                    del found[name]  # a subclass may drop a field by assigning something else
        cls._fields = found
        if "title" not in vars(cls):
            cls.title = cls.__name__

    def __init__(self, **settings: Any):
        unknown = [name for name in settings if name not in self._fields]
        if unknown:
            raise BadSetting(unknown[0], f"{self.title} has no setting called {unknown[0]!r}.")
        checked = {name: field.check(settings.get(name, field.default)) for name, field in self._fields.items()}
        object.__setattr__(self, "settings", checked)

    @classmethod
    def fields(cls) -> dict[str, Field[Any]]:
        """The fields by name, in the order they are declared."""
        return dict(cls._fields)

    @classmethod
    def read(cls, settings: Mapping[str, Any]) -> tuple[Self, list[BadSetting]]:
        """The value with every setting that can be used, and what was refused (the default stands in for it).

        For settings from a file: nothing in `settings` can make this raise.
        """
        kept: dict[str, Any] = {}
        refused: list[BadSetting] = []
        for name, value in settings.items():
            field = cls._fields.get(name) if isinstance(name, str) else None
            if field is None:
                refused.append(BadSetting(str(name)[:80], f"{cls.title} has no setting called {str(name)[:80]!r}."))
                continue
            try:
                kept[name] = field.check(value)
            except BadSetting as error:
                refused.append(error)
        return cls(**kept), refused

    def with_settings(self, **changes: Any) -> Self:
        """A copy with some settings changed. Raises `BadSetting`."""
        return type(self)(**(self.settings | changes))

    def changed(self) -> dict[str, Any]:
        """The settings that differ from their defaults, as JSON has them: what a saved file holds."""
        return {n: plain(v) for n, v in self.settings.items() if v != self._fields[n].default}

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen: use with_settings({name}=...)")

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.settings == self.settings

    def __hash__(self) -> int:
        return hash((type(self), tuple(self.settings.items())))

    def __repr__(self) -> str:
        inside = ", ".join(f"{k}={v!r}" for k, v in self.changed().items())
        return f"{type(self).__name__}({inside})"


@dataclass(frozen=True)
class Part:
    """A declared thing as a file has it: its kind, and the settings that are not at their defaults."""

    kind: str
    settings: Mapping[str, Any] = field(default_factory=dict)
