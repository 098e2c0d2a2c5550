"""A setting that holds any number of declared things of a few kinds, each with its own settings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from netbuilder.fields.declared import Declared
from netbuilder.fields.field import BadSetting
from netbuilder.fields.one_of import OfKinds

Several = tuple[Declared, ...]


class SomeOf(OfKinds[Several]):
    """Any number of declared things, in an order: metrics. The same kind may be among them several times.

    The value is a tuple of the things themselves. A file has a list, each as a `OneOf` has its own.
    """

    def __init__(self, kinds: Iterable[type[Declared]], *, most: int = 32, **more: Any):
        super().__init__((), kinds, **more)
        self.most = most

    def accept(self, value: Any) -> Several:
        if not isinstance(value, (list, tuple)):
            raise self.refuse(f"must be a list of any of {', '.join(self.options)}")
        if len(value) > self.most:
            raise self.refuse(f"can hold {self.most} at most")
        return tuple(self.one(each) for each in value)

    def _unknown(self) -> BadSetting:
        return self.refuse(f"can hold any of {', '.join(self.options)}, and nothing else")

    def limits(self) -> dict[str, Any]:
        return super().limits() | {"most": self.most}
