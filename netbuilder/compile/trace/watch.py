"""Watches one run of a model: every function of torch and every module that is called, with the numbers as they were.

What it gives speaks of this one run only: where a size follows the batch, what is a constant and what was in vain is
found out afterwards. It knows no layer: which modules are one is asked of whoever knows.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import nn
from torch.overrides import TorchFunctionMode

from netbuilder.compile.trace.hints import hint
from netbuilder.compile.trace.memory import Memory, storage, version
from netbuilder.compile.trace.plain import plain
from netbuilder.compile.trace.recording import Call, Origin, Ref, Scope, Value
from netbuilder.compile.trace.targets import target_of
from netbuilder.compile.trace.trees import arguments_of, flat, named
from netbuilder.compile.trace.writing import written

IsLayer = Callable[[nn.Module, tuple[Any, ...], Mapping[str, Any]], bool]
RANDOM = frozenset(
    {"rand", "randn", "randint", "randperm", "rand_like", "randn_like", "randint_like", "normal", "bernoulli"}
    | {"multinomial", "poisson", "binomial", "normal_", "uniform_", "bernoulli_", "exponential_", "random_"}
    | {"gumbel_softmax", "alpha_dropout", "feature_dropout", "rrelu", "geometric_", "cauchy_", "log_normal_"}
)
ONLY_SHAPE = frozenset(
    {"torch.zeros_like", "torch.ones_like", "torch.full_like", "torch.empty_like", "torch.Tensor.new_zeros"}
    | {"torch.Tensor.new_ones", "torch.Tensor.new_full", "torch.Tensor.new_empty", "torch.Tensor.new_tensor"}
)
CONTENT = frozenset(
    {"torch.Tensor.item", "torch.Tensor.__bool__", "torch.Tensor.__int__", "torch.Tensor.__float__"}
    | {"torch.Tensor.__index__", "torch.Tensor.tolist", "torch.equal", "torch.allclose", "torch.is_nonzero"}
    | {"torch.Tensor.numpy", "torch.Tensor.__array__", "torch.Tensor.__contains__"}
)
SILENT = frozenset(
    {"torch.Tensor.contiguous", "torch.Tensor.requires_grad_", "torch.resolve_conj", "torch.resolve_neg"}
)
CONTAINERS = (nn.Sequential, nn.ModuleList, nn.ModuleDict)


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

    def __init__(self, model: nn.Module, is_layer: IsLayer):
        super().__init__()
        self._model, self._is_layer = model, is_layer
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
        with torch.no_grad(), _calls_seen_by(self._module), self:
            returned = self._model(*args, **kwargs)
        for name, tensor in named(returned):
            self._result.outputs.setdefault(self._value(tensor), name)
        root = self._result.root
        if len(root.items) == 1 and isinstance(root.items[0], Scope) and root.items[0].path == "":
            self._result.root = root.items[0]
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
        before = [(tensor, version(tensor)) for tensor in flat((args, given))]
        if target == "torch.Tensor.__setitem__":
            return self._set_item(func, args)
        if in_place or given.get("inplace") or "out" in given:
            values = {id(tensor): self._value(tensor) for tensor, _ in before}
        else:
            values = {}
        result = func(*args, **given)
        changed = [tensor for tensor, was in before if version(tensor) != was]
        if in_place and args and isinstance(args[0], torch.Tensor) and not changed and result is args[0]:
            if args[0].is_inference():
                changed = [args[0]]
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
        return self._made(target, tuple(reversed(args[:2])) if swapped else args, given, result)

    def _made(self, target: str, args: tuple[Any, ...], kwargs: Mapping[str, Any], result: Any) -> Any:
        """Record a call that gave something new, or the same tensor again."""
        silent = target in SILENT
        spelled = plain(target, args, kwargs, result)
        same = [tensor for tensor in flat((args, kwargs)) if tensor is result]
        if spelled.target == "" or (silent and same):
            if result is not spelled.args[0]:
                self._same(result, spelled.args[0])
            return result
        if same:  # in eval a Dropout gives its input itself: what uses it must be told from what uses the input
            result = result.detach()
        call = self._call(spelled.target, spelled.args, spelled.kwargs, flat(result))
        parents = flat((args, kwargs))
        for number, tensor in zip(call.results, flat(result), strict=True):
            source = self._known(tensor, parents[:1])
            if source is not None:
                self._memory.hold(tensor, number, source, spelled.target, spelled.args, spelled.kwargs)
            else:
                self._memory.hold(tensor, number)
        return result

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
        whole, index, value = args
        self._value(whole)
        if isinstance(value, torch.Tensor):
            part = _basic(index) and whole.detach()[index]
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
        if threading.get_ident() != self._thread or not _watching():
            return original(module, *args, **kwargs)
        with torch._C.DisableTorchFunction():
            layer = not _touched(module) and self._is_layer(module, args, kwargs)
        if layer:
            return self._layer(original, module, args, kwargs)
        path = self._paths.get(id(module), "")
        scope = Scope(type(module).__name__, path, container=type(module) in CONTAINERS, module=module)
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
        if isinstance(tree, torch.Tensor):
            return Ref(self._value(tree, values))
        if isinstance(tree, torch.dtype):
            return str(tree)
        if isinstance(tree, (torch.memory_format, torch.layout, torch.device)):
            return str(tree)
        if isinstance(tree, slice):
            return slice(*(self._refs(end, values) for end in (tree.start, tree.stop, tree.step)))
        if isinstance(tree, tuple):
            return tuple(self._refs(each, values) for each in tree)
        if isinstance(tree, list):
            return [self._refs(each, values) for each in tree]
        if isinstance(tree, Mapping):
            return {name: self._refs(each, values) for name, each in tree.items()}
        return tree.item() if type(tree).__module__ == "numpy" and getattr(tree, "ndim", 1) == 0 else tree

    def _settled(self, target: str, tensors: list[Any]) -> None:
        if any(self._value(tensor) not in self._result.constants for tensor in tensors):
            where = self._stack[-1].path or self._stack[-1].type
            self._note(f"In {where}, a number of a tensor that follows from the input was settled by the example.")

    def _note(self, sentence: str) -> None:
        if sentence not in self._result.notes:
            self._result.notes.append(sentence)


def _basic(index: Any) -> bool:
    """Whether x[index] is a view of x."""
    pieces = index if isinstance(index, tuple) else (index,)
    return all(piece is None or piece is ... or isinstance(piece, (int, slice)) for piece in pieces)


def _watching() -> bool:
    return bool(torch._C._is_torch_function_mode_enabled())


def _touched(module: nn.Module) -> bool:
    """Whether someone hooked into a module, or gave this one a forward of its own."""
    hooks = module._forward_hooks or module._forward_pre_hooks
    return bool(hooks) or "forward" in vars(module)


@contextmanager
def _calls_seen_by(seen: Callable[..., Any]) -> Iterator[None]:
    """Let every call of a module pass through `seen`."""
    original = nn.Module.__call__

    def call(module: nn.Module, *args: Any, **kwargs: Any) -> Any:
        return seen(original, module, args, kwargs)

    nn.Module.__call__ = call
    try:
        yield
    finally:
        nn.Module.__call__ = original
