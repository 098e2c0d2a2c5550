"""A setting that holds a declared thing for each of some names, which are not known beforehand."""

from __future__ import annotations

from typing import Any

from netbuilder.fields.declared import Declared
from netbuilder.fields.some_of import Several, SomeOf


class ForEach(SomeOf):
    """A declared thing of one kind for each name: how each output is learned. The kind has a setting `name`.

    Only those are kept that differ from their defaults. A form offers the names that there are, and shows a part for
    each.
    """

    def __init__(self, kind: type[Declared], **more: Any):
        super().__init__((kind,), most=256, **more)
        self.kind = kind

    def accept(self, value: Any) -> Several:
        found = super().accept(value)
        names = [one.settings["name"] for one in found]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise self.refuse(f"can hold {twice[:60] or 'one without a name'} once only")
        return found

    def of(self, value: Several, name: str) -> Declared:
        """What `value` holds for this name."""
        return next((one for one in value if one.settings["name"] == name), self.kind(name=name))

    def without_defaults(self, value: Several) -> Several:
        """Those that say something."""
        return tuple(one for one in value if one != self.kind(name=one.settings["name"]))
