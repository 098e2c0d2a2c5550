"""Watches one run of a model: every function of torch and every module that is called, with the numbers as they were.

What it gives speaks of this one run only: where a size follows the batch, what is a constant and what was in vain is
found out afterwards. It knows no layer: which modules are one is asked of whoever knows.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import nn
from torch.overrides import TorchFunctionMode

from netbuilder.compile.trace.aten import respelled
from netbuilder.compile.trace.hints import hint
from netbuilder.compile.trace.manners import (
    CASTING,
    CONTAINERS,
    CONTENT,
    ONLY_SHAPE,
    OPENED,
    RANDOM,
    SILENT,
    SIZED,
    calls_seen_by,
    is_touched,
    is_view_index,
    is_watching,
    opened_once,
    type_name,
)
from netbuilder.compile.trace.memory import Memory, storage, version
from netbuilder.compile.trace.plain import Plain, index_of, plain
from netbuilder.compile.trace.recording import Call, Origin, Ref, Scope, Value
from netbuilder.compile.trace.targets import target_of
from netbuilder.compile.trace.trees import arguments_of, flat, named, recorded
from netbuilder.compile.trace.writing import written

IsLayer = Callable[[nn.Module, tuple[Any, ...], Mapping[str, Any]], bool]


@dataclass
class Run:
    """One run. `constants` holds what results of calls were that depend on no input; `loose` are tensors of which
    it is not known where they come from."""

    root: Scope
    values: dict[int, Value] = field(default_factory=dict)
    inputs: list[int] = field(default_factory=list)
    outputs: dict[int, str] = field(default_factory=dict)
    constants: dict[int, Any] = field(default_factory=dict)
    loose: dict[int, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


class Watch(TorchFunctionMode):
    """Records a run. Use it once."""

    def __init__(self, model: nn.Module, is_layer: IsLayer, layouts: bool = False):
        super().__init__()
        self._model, self._is_layer, self._layouts = model, is_layer, layouts
        self._thread = threading.get_ident()
        self._paths = {id(module): path for path, module in model.named_modules()}
        self._names: dict[int, tuple[str, Origin]] = {
            **{id(buffer): (name, "buffer") for name, buffer in model.named_buffers()},
            **{id(parameter): (name, "parameter") for name, parameter in model.named_parameters()},
        }
        self._stack: list[Scope] = [Scope("", "")]
        self._memory = Memory(self, self._note)
        self._result = Run(self._stack[0])
        self.values, self.constants = self._result.values, self._result.constants

    def run(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> tuple[Run, Any]:
        """Call the model; the run, and what the model returned. What the model raises comes through."""
        bound = arguments_of(self._model, args, kwargs)
        for name, tensor in named(bound):
            if id(tensor) not in self._names and self._memory.find(tensor) is None:
                number = self._new(tensor, "input", name)
                self._memory.hold(tensor, number)
                self._result.inputs.append(number)
        with torch.no_grad(), calls_seen_by(self._module), self:
            returned = self._model(*args, **kwargs)
        root = self._result.root
        if len(root.items) == 1 and isinstance(root.items[0], Scope) and root.items[0].path == "":
            self._result.root = root.items[0]
        self._stack = [self._result.root]
        for name, tensor in named(returned):
            self._result.outputs.setdefault(self._value(tensor), name)
        return self._result, returned

    # Functions

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        given = dict(kwargs or {})
        if threading.get_ident() != self._thread:
            return func(*args, **given)
        called = target_of(func)
        target, swapped, in_place = called.name, called.swapped, called.in_place
        if target in OPENED:
            return self._opened(func, args, given)
        if isinstance(func, torch._ops.HigherOrderOperator):
            inside = next((number for number, arg in enumerate(args) if callable(arg)), None)
            if inside is not None and func.__name__.startswith("wrap"):
                with self:
                    return args[inside](*args[inside + 1 :], **given)
        if target.rpartition(".")[2] in SIZED:
            args, given = self._whole(args[:1]) + self._whole(args[1:], True), self._whole(given, True)
        if target in ("torch.Tensor.__getitem__", "torch.Tensor.__setitem__"):
            args = (args[0], self._whole(args[1]), *args[2:])
        before = [(tensor, version(tensor)) for tensor in flat((args, given))]
        if target == "torch.Tensor.__setitem__":
            return self._set_item(func, args)
        if in_place or given.get("inplace") or "out" in given:
            values = {id(tensor): self._value(tensor) for tensor, _ in before}
        else:
            values = {}
        result = func(*args, **given)
        changed = [tensor for tensor, was in before if version(tensor) != was]
        if (
            in_place
            and not changed
            and isinstance(result, torch.Tensor)
            and result is args[0]
            and result.is_inference()
        ):
            changed = [result]
        results = flat(result)
        if not results and not changed:
            if target in CONTENT:
                self._settled(target, flat((args, given)))
            return result
        if changed and (not results or result is changed[0]):
            self._changed(target, args, given, changed[0], values)
            return result
        if changed:
            self._note(f"{target} changed one of its inputs, which is not drawn.")
        return self._made(target, tuple(reversed(args[:2])) if swapped else args, given, result, called.aten)

    def _opened(self, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Call a function so that what it does inside is seen, in place of the function itself."""
        with opened_once(), self:
            return func(*args, **kwargs)

    def _whole(self, tree: Any, inside: bool = False) -> Any:
        """Arguments with whole numbers in place of tensors that stand for sizes."""
        if isinstance(tree, torch.Tensor):
            if not inside or tree.dim() or tree.is_floating_point() or tree.is_complex():
                return tree
            self._settled("torch.Tensor.__index__", [tree])
            return int(tree)
        if type(tree) in (tuple, list, torch.Size):
            parts = [self._whole(part, inside) for part in tree]
            return parts if isinstance(tree, list) else tuple(parts)
        if isinstance(tree, slice):
            return slice(*(self._whole(end, True) for end in (tree.start, tree.stop, tree.step)))
        if type(tree) is dict:
            return {name: self._whole(part, inside) for name, part in tree.items()}
        return tree

    def _made(
        self, target: str, args: tuple[Any, ...], kwargs: Mapping[str, Any], result: Any, aten: bool = False
    ) -> Any:
        """Record a call that gave something new, or the same tensor again."""
        silent = target in SILENT
        spelled = Plain(target, args, kwargs)
        if aten:
            spelled = respelled(target, args, dict(kwargs))
        if spelled.target:
            spelled = plain(spelled.target, spelled.args, spelled.kwargs, result)
        if self._layouts and spelled.target == "" and result.stride() != spelled.args[0].stride():
            spelled = Plain("torch.Tensor.contiguous", spelled.args[:1], {})
        same = [tensor for tensor in flat((args, kwargs)) if tensor is result]
        if spelled.target == "" or (silent and same):
            if result is not spelled.args[0]:
                self._same(result, spelled.args[0])
            return result
        if same:  # in eval a Dropout gives its input itself: what uses it must be told from what uses the input
            result = result.detach()
        spelled = self._cast_before(spelled)
        call = self._call(spelled.target, spelled.args, spelled.kwargs, flat(result))
        parents = flat((args, kwargs))
        for number, tensor in zip(call.results, flat(result), strict=True):
            source = self._known(tensor, parents[:1])
            if source is not None:
                self._memory.hold(tensor, number, source, spelled.target, spelled.args, spelled.kwargs)
            else:
                self._memory.hold(tensor, number)
        return result

    def _cast_before(self, spelled: Plain) -> Plain:
        """A sum in another type, as a cast and a sum."""
        dtype = spelled.kwargs.get("dtype")
        if spelled.target not in CASTING or dtype is None or not isinstance(spelled.args[0], torch.Tensor):
            return spelled
        x, *rest = spelled.args
        kwargs = {name: value for name, value in spelled.kwargs.items() if name != "dtype"}
        whole = not (dtype.is_floating_point or dtype.is_complex)
        if whole and dtype != torch.int64:  # torch adds whole numbers up as int64 unless it is told otherwise
            wide = self._made(spelled.target, spelled.args, {**kwargs, "dtype": torch.int64}, self._wide(spelled))
            return Plain("torch.Tensor.to", (wide, dtype), {})
        if x.dtype != dtype and (not whole or x.is_floating_point()):
            cast = x.to(dtype)
            self._memory.hold(cast, self.emit("torch.Tensor.to", (Ref(self._value(x)), dtype), {}, cast))
            x = cast
        return Plain(spelled.target, (x, *rest), kwargs)

    def _wide(self, spelled: Plain) -> Any:
        """What a sum gives in int64."""
        function = getattr(torch, spelled.target.rpartition(".")[2])
        return function(*spelled.args, **{**spelled.kwargs, "dtype": torch.int64})

    def _same(self, tensor: Any, source: Any) -> None:
        value = self._value(source)
        parent = self._known(tensor, [source])
        self._memory.hold(tensor, value, parent, "alias" if parent else "")

    def _known(self, tensor: Any, sources: list[Any]) -> Any:
        """What is known of the first of `sources`, where `tensor` lies in its memory."""
        if sources and storage(sources[0]) == storage(tensor):
            return self._memory.find(sources[0])
        return None

    def _changed(
        self, target: str, args: tuple[Any, ...], kwargs: Mapping[str, Any], tensor: Any, values: Mapping[int, int]
    ) -> None:
        """Record what is now in a tensor that was changed in place, as the result of the call without that."""
        known = self._memory.find(tensor)
        if known is None:
            self._value(tensor, values)
            known = self._memory.find(tensor)
        assert known is not None
        if not values:
            values = {id(each): self._value(each) for each in flat((args, kwargs))}
        kept = {name: value for name, value in kwargs.items() if name not in ("inplace", "out")}
        number = written(self, target, self._refs(args, values), self._refs(kept, values), tensor)
        self._memory.write(known, number)

    def _set_item(self, func: Any, args: tuple[Any, ...]) -> Any:
        whole, index, value = args[0], index_of(args[1]), args[2]
        self._value(whole)
        if isinstance(value, torch.Tensor):
            part = is_view_index(index) and whole.detach()[index]
            if isinstance(part, torch.Tensor) and part.data_ptr() == value.data_ptr() and part.shape == value.shape:
                return func(*args)  # the end of x[i] += y: the sum was written there already
        known = self._memory.find(whole)
        assert known is not None
        refs = self._refs((whole, index, value), {})
        result = func(*args)
        number = written(self, "torch.Tensor.__setitem__", refs, {}, whole)
        self._memory.write(known, number)
        return result

    # Modules

    def _module(self, original: Any, module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if threading.get_ident() != self._thread or not is_watching():
            return original(module, *args, **kwargs)
        with torch._C.DisableTorchFunction():
            layer = not is_touched(module) and self._is_layer(module, args, kwargs)
        if layer:
            return self._layer(original, module, args, kwargs)
        path = self._paths.get(id(module), "")
        scope = Scope(type_name(module), path, container=type(module) in CONTAINERS, module=module)
        with torch._C.DisableTorchFunction():
            for name, tensor in named(arguments_of(module, args, kwargs)):
                scope.arguments.setdefault(self._value(tensor), name)
        self._stack[-1].items.append(scope)
        self._stack.append(scope)
        try:
            result = original(module, *args, **kwargs)
            with torch._C.DisableTorchFunction():
                for name, tensor in named(result):
                    scope.results.setdefault(self._value(tensor), name)
        finally:
            self._stack.pop()
        return result

    def _layer(self, original: Any, module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        target = f"torch.nn.{type(module).__name__}"
        with torch._C.DisableTorchFunction():
            before = [(tensor, version(tensor), self._value(tensor)) for tensor in flat((args, kwargs))]
            values = {id(tensor): number for tensor, _, number in before}
            weights = {
                name: self._value(tensor)
                for name, tensor in module.state_dict(keep_vars=True).items()
                if isinstance(tensor, torch.Tensor)
            }
            result = original(module, *args, **kwargs)
            changed = [tensor for tensor, was, _ in before if version(tensor) != was]
            if not changed and any(tensor is result for tensor, _, _ in before):
                result = result.detach()
            more = {"path": self._paths.get(id(module), ""), "module": module, "weights": weights}
            call = self._call(target, args, kwargs, flat(result), values, more)
            for number, tensor in zip(call.results, flat(result), strict=True):
                known = self._memory.find(tensor) if any(tensor is each for each in changed) else None
                if known is not None:
                    self._memory.write(known, number)
                else:
                    source = self._known(tensor, [each for each, _, _ in before[:1]])
                    self._memory.hold(tensor, number, source, target)
        return result

    # Values and calls

    def _value(self, tensor: Any, values: Mapping[int, int] | None = None) -> int:
        """The number of what a tensor holds now."""
        if values and id(tensor) in values:
            return values[id(tensor)]
        known = self._memory.find(tensor)
        if known is not None:
            return known.value
        name, origin = self._names.get(id(tensor), ("", "constant"))
        if origin == "constant" and self._memory.shares(tensor):
            self._note("A part of another tensor was used that was made in a way that can't be followed.")
        number = self._new(tensor, origin, name)
        if origin != "parameter":
            self._result.constants[number] = tensor.detach().clone()
        if origin == "constant":
            self._result.loose[number] = tensor
        self._memory.hold(tensor, number)
        return number

    def _new(self, tensor: Any, origin: Origin, name: str = "") -> int:
        number = len(self._result.values)
        kept = tensor.detach() if origin in ("parameter", "buffer") else None
        dtype = str(tensor.dtype).removeprefix("torch.")
        self._result.values[number] = Value(
            number, origin, tuple(tensor.shape), dtype, name, kept, bool(tensor.requires_grad and origin == "parameter")
        )
        return number

    def _call(
        self,
        target: str,
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any],
        results: list[Any],
        values: Mapping[int, int] | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> Call:
        refs, named_refs = self._refs(args, values or {}), self._refs(dict(kwargs), values or {})
        return self._append(target, refs, named_refs, results, more or {})

    def emit(self, target: str, args: tuple[Any, ...], kwargs: Mapping[str, Any], like: Any) -> int:
        """Record a call on numbered values that says what happened. `like` is a tensor such as its result."""
        refs, named_refs = self._refs(args, {}), self._refs(dict(kwargs), {})
        return self._append(target, refs, named_refs, [like], {}).results[0]

    def _append(
        self, target: str, args: tuple[Any, ...], kwargs: Any, results: list[Any], more: Mapping[str, Any]
    ) -> Call:
        constant = self._is_constant(target, args, kwargs) and not more.get("weights")
        numbers = tuple(self._new(tensor, "call") for tensor in results)
        if constant:
            for number, tensor in zip(numbers, results, strict=True):
                self._result.constants[number] = tensor.detach().clone()
        call = Call(target, args, kwargs, numbers, hint=hint(sys._getframe(2)), **more)
        self._stack[-1].items.append(call)
        return call

    def _is_constant(self, target: str, args: Any, kwargs: Any) -> bool:
        if target.rpartition(".")[2] in RANDOM:
            return False
        if target in ONLY_SHAPE and not any(isinstance(arg, Ref) for arg in args[1:]):
            return True
        return all(ref.value in self._result.constants for ref in flat((args, kwargs), Ref))

    def _refs(self, tree: Any, values: Mapping[int, int]) -> Any:
        """Arguments as they are recorded."""
        return recorded(tree, lambda tensor: Ref(self._value(tensor, values)))

    def _settled(self, target: str, tensors: list[Any]) -> None:
        if any(self._value(tensor) not in self._result.constants for tensor in tensors):
            where = self._stack[-1].path or self._stack[-1].type
            self._note(f"In {where}, a number of a tensor that follows from the input was settled by the example.")

    def _note(self, sentence: str) -> None:
        if sentence not in self._result.notes:
            self._result.notes.append(sentence)
