"""Calls that nothing depends on: they are taken out of a recording, but where equal modules should stay alike."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import replace

from netbuilder.compile.trace.recording import Call, Ref, Scope
from netbuilder.compile.trace.trees import flat


def without_dead(root: Scope, outputs: Iterable[int]) -> Scope:
    """Without calls that nothing depends on.

    What one module gives in vain stays where another of its class gives it to somebody: the last layer of a row is
    then still like the others, and none of its weights is lost.
    """
    outputs = set(outputs)
    given: dict[Hashable, set[int]] = {}  # by class: which of its results somebody takes
    while True:
        before = {key: set(places) for key, places in given.items()}
        live = _live(root, set(outputs), given)
        if given == before:
            return _only(root, live)


def _live(root: Scope, wanted: set[int], given: dict[Hashable, set[int]]) -> set[int]:
    """The calls that something depends on, going backwards; `given` is told what is taken of which class."""
    live: set[int] = set()

    def walk(scope: Scope) -> None:
        for item in reversed(scope.items):
            if isinstance(item, Call):
                if wanted.intersection(item.results):
                    live.add(id(item))
                    wanted.update(ref.value for ref in flat((item.args, dict(item.kwargs)), Ref))
                continue
            taken = {place for place, value in enumerate(item.results) if value in wanted}
            if taken and not item.container:
                known = given.setdefault(_class(item), set())
                known |= taken
                wanted.update(value for place, value in enumerate(item.results) if place in known)
            walk(item)

    walk(root)
    return live


def _class(scope: Scope) -> Hashable:
    return (scope.type, None if scope.module is None else type(scope.module), len(scope.results))


def _only(scope: Scope, live: set[int]) -> Scope:
    items = [_only(item, live) if isinstance(item, Scope) else item for item in scope.items]
    return replace(scope, items=[item for item in items if isinstance(item, Scope) or id(item) in live])
