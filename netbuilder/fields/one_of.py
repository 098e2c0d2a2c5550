"""A setting that is itself something declared: which of several kinds, and that kind's own settings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from netbuilder.fields.declared import Declared
from netbuilder.fields.field import BadSetting, Field

T = TypeVar("T")


class OfKinds(Field[T]):
    """What fields have in common whose values are declared things of a few kinds."""

    def __init__(self, default: T, kinds: Iterable[type[Declared]], **more: Any):
        self.kinds = {kind.kind: kind for kind in kinds}
        super().__init__(default, **more)

    @property
    def options(self) -> tuple[str, ...]:
        return tuple(self.kinds)

    def title(self, option: str) -> str:
        return self.kinds[option].title

    def one(self, value: Any) -> Declared:
        """One declared thing: as it is, by its kind, or by its kind and settings as a file has them."""
        if isinstance(value, Declared):
            if type(value) is self.kinds.get(value.kind):
                return value
            raise self._unknown()
        kind, settings = value, {}
        if isinstance(value, Mapping):
            kind, settings = value.get("kind"), value.get("settings", {})
        found = self.kinds.get(kind) if isinstance(kind, str) else None
        if found is None:
            raise self._unknown()
        if not isinstance(settings, Mapping) or not all(isinstance(name, str) for name in settings):
            raise self.refuse(f"has settings of {found.title} that can't be read")
        try:
            return found(**settings)
        except BadSetting as error:
            raise BadSetting(self.name, error.sentence) from error

    def _unknown(self) -> BadSetting:
        return self.refuse(f"must be one of {', '.join(self.options)}")

    def limits(self) -> dict[str, Any]:
        kinds = {
            name: [field.describe() for field in kind.fields().values()] for name, kind in sorted(self.kinds.items())
        }
        return {"options": list(self.options), "kinds": kinds}


class OneOf(OfKinds[Declared]):
    """One of a few kinds of declared things, with its settings: an optimizer, a schedule.

    The value is the thing itself. A file has its kind alone where all its settings are at their defaults, else
    `{"kind": ..., "settings": {...}}`.
    """

    def __init__(self, default: str | Declared, kinds: Iterable[type[Declared]], **more: Any):
        named = {kind.kind: kind for kind in kinds}
        super().__init__(named[default]() if isinstance(default, str) else default, named.values(), **more)

    def accept(self, value: Any) -> Declared:
        return self.one(value)
