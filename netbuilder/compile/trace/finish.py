"""Last touches to a recording: copies that change nothing are left out, and sizes are told where to come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from netbuilder.compile.trace.recording import Call, Recording, Ref, Scope, Size, is_module
from netbuilder.compile.trace.trees import flat

LAID_OUT_ANYWAY = frozenset({"torch.reshape"})  # what gives the same however its input lies in memory
BATCH = Size(1)


def finish(recording: Recording, layouts: bool = False) -> None:
    """Change `recording` in place. With `layouts`, copies that lay numbers out in another order are kept."""
    if not layouts:
        _drop_contiguous(recording)
    _mark_shared(recording)
    recording.root = _with_likes(recording.root, recording, [list(recording.inputs)])


def _drop_contiguous(recording: Recording) -> None:
    users: dict[int, list[str]] = {number: [""] for number in recording.outputs}
    for call in recording.root.calls():
        for ref in flat((call.args, dict(call.kwargs)), Ref):
            users.setdefault(ref.value, []).append(call.target)
    instead = {
        call.results[0]: call.args[0].value
        for call in recording.root.calls()
        if call.target == "torch.Tensor.contiguous" and LAID_OUT_ANYWAY.issuperset(users.get(call.results[0], ()))
    }
    if instead:
        recording.root = _replaced(recording.root, instead)
        for number in instead:
            del recording.values[number]


def _mark_shared(recording: Recording) -> None:
    """Give one `module` to calls of a function that do the same with the same parameters."""
    groups: dict[str, list[Call]] = {}
    users: dict[int, set[str]] = {}
    for call in recording.root.calls():
        refs = flat((call.args, dict(call.kwargs)), Ref)
        held = [ref.value for ref in refs if recording.values[ref.value].origin == "parameter"]
        if is_module(call):
            held = list(call.weights.values())
        key = repr((call.target, call.path, _without_values(call, set(held))))
        groups.setdefault(key, []).append(call)
        for value in held:
            users.setdefault(value, set()).add(key)
    shared: dict[int, object] = {}
    for calls in groups.values():
        refs = flat((calls[0].args, dict(calls[0].kwargs)), Ref)
        held = [ref.value for ref in refs if recording.values[ref.value].origin == "parameter"]
        if len(calls) > 1 and held and not is_module(calls[0]) and all(len(users[value]) == 1 for value in held):
            module = Shared()
            shared.update((id(call), module) for call in calls)
    if shared:
        recording.root = _with_modules(recording.root, shared)


class Shared:
    """Stands for the layer that several calls of a function are."""


def _without_values(call: Call, kept: set[int]) -> Any:
    """What a call is given besides the values that flow in."""
    others = {ref.value: -1 for ref in flat((call.args, dict(call.kwargs)), Ref) if ref.value not in kept}
    return substitute((call.args, dict(call.kwargs)), others)


def _with_modules(scope: Scope, modules: Mapping[int, object]) -> Scope:
    items: list[Call | Scope] = []
    for item in scope.items:
        if isinstance(item, Scope):
            items.append(_with_modules(item, modules))
        else:
            items.append(replace(item, module=modules[id(item)]) if id(item) in modules else item)
    return replace(scope, items=items)


def _replaced(scope: Scope, instead: Mapping[int, int]) -> Scope:
    items: list[Call | Scope] = []
    for item in scope.items:
        if isinstance(item, Scope):
            items.append(_replaced(item, instead))
        elif not any(number in instead for number in item.results):
            args, kwargs = substitute(item.args, instead), substitute(dict(item.kwargs), instead)
            items.append(replace(item, args=args, kwargs=kwargs))
    arguments = {instead.get(number, number): name for number, name in scope.arguments.items()}
    results = {instead.get(number, number): name for number, name in scope.results.items()}
    return replace(scope, items=items, arguments=arguments, results=results)


def substitute(tree: Any, instead: Mapping[int, int]) -> Any:
    """Arguments with other values in place of some."""
    if isinstance(tree, Ref):
        return Ref(instead.get(tree.value, tree.value))
    if isinstance(tree, slice):
        return slice(*(substitute(end, instead) for end in (tree.start, tree.stop, tree.step)))
    if isinstance(tree, tuple):
        return tuple(substitute(each, instead) for each in tree)
    if isinstance(tree, list):
        return [substitute(each, instead) for each in tree]
    if isinstance(tree, Mapping):
        return {name: substitute(each, instead) for name, each in tree.items()}
    return tree


def _with_likes(scope: Scope, recording: Recording, known: list[list[int]]) -> Scope:
    """Calls whose sizes follow the batch, each with a value that has the batch. `known` are the values in reach."""
    mine: list[int] = list(scope.arguments)
    reach = [*known, mine]
    items: list[Call | Scope] = []
    for item in scope.items:
        if isinstance(item, Scope):
            items.append(_with_likes(item, recording, reach))
            mine += item.results
            continue
        if flat((item.args, dict(item.kwargs)), Size):
            item = replace(item, like=_like(item, recording, reach))
        items.append(item)
        mine += item.results
    return replace(scope, items=items)


def _like(call: Call, recording: Recording, reach: list[list[int]]) -> int:
    if call.target == "torch.arange":
        sizes = flat(call.args, Size)
        return _like_of(sizes[-1], [], recording, reach)
    given = [ref.value for ref in flat((call.args, dict(call.kwargs)), Ref)]
    return _like_of(BATCH, given, recording, reach)


def _like_of(size: Size, given: list[int], recording: Recording, reach: list[list[int]]) -> int:
    """The nearest value whose first dimension has this size."""
    for candidates in (given, *(reversed(values) for values in reversed(reach))):
        for number in candidates:
            shape = recording.values[number].shape if number in recording.values else ()
            if shape and shape[0] == size:
                return number
    return -1
