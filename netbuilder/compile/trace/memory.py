"""Which value each tensor of a running model holds, also after it was changed in place or through a view of it.

A tensor that shares memory with one that was written to is brought up to date when it is next used: by the view it
was made with, or by writing the part that was changed back into the whole. It knows no modules.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from netbuilder.compile.trace.recording import Ref
from netbuilder.compile.trace.writing import SET, Book, written

FLIPS = frozenset(
    {"torch.transpose", "torch.t", "torch.Tensor.T", "torch.Tensor.mT", "torch.Tensor.H", "torch.Tensor.mH"}
)
RESHAPES = frozenset(
    {"torch.Tensor.view", "torch.reshape", "torch.flatten", "torch.squeeze", "torch.unsqueeze", "torch.unflatten"}
    | {"torch.Tensor.view_as", "torch.Tensor.reshape_as", "torch.ravel"}
)
PARTS = frozenset({"torch.select", "torch.narrow", "torch.split", "torch.chunk", "torch.unbind", "torch.tensor_split"})
ALIASES = frozenset({"torch.detach", "torch.Tensor.data", "torch.alias", "alias"})


@dataclass(eq=False)
class Known:
    """A tensor, the value it held when it was last looked at, and the view it is of another, if it is one."""

    tensor: Any
    value: int
    parent: Known | None = None
    target: str = ""
    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    seen: int = 0  # how many of the writes to its memory it knows of


class Memory:
    """Finds the value of a tensor. `book` records calls that the model didn't make but that say what happened."""

    def __init__(self, book: Book, note: Callable[[str], None]):
        self._book, self._emit, self._note = book, book.emit, note
        self._known: dict[int, Known] = {}
        self._writes: dict[int, list[tuple[Known, int]]] = {}
        self._sharing: dict[int, list[Known]] = {}

    def find(self, tensor: Any) -> Known | None:
        """What is known of a tensor, brought up to date; None: it was never seen."""
        known = self._known.get(id(tensor))
        if known is not None:
            self._sync(known)
            return known
        for other in reversed(self._sharing.get(storage(tensor), ())):
            if same_place(other.tensor, tensor) and other.tensor.dtype == tensor.dtype:
                self._sync(other)
                return self.hold(tensor, other.value, other, "alias")
        return None

    def shares(self, tensor: Any) -> bool:
        """Whether other tensors that were seen lie in the same memory."""
        return bool(self._sharing.get(storage(tensor)))

    def hold(
        self,
        tensor: Any,
        value: int,
        parent: Known | None = None,
        target: str = "",
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Known:
        """Remember that `tensor` now holds `value`; it is kept until the recording ends, so that no id comes twice."""
        place = storage(tensor)
        known = Known(tensor, value, parent, target, args, kwargs or {}, len(self._writes.get(place, ())))
        self._known[id(tensor)] = known
        self._sharing.setdefault(place, []).append(known)
        return known

    def write(self, known: Known, value: int) -> None:
        """`known` was changed in place, and is `value` from now on."""
        log = self._writes.setdefault(storage(known.tensor), [])
        log.append((known, value))
        known.value, known.seen = value, len(log)

    def _sync(self, known: Known) -> None:
        log = self._writes.get(storage(known.tensor), [])
        if known.seen == len(log):
            return
        last, value = log[-1]
        if same_place(last.tensor, known.tensor) and last.tensor.dtype == known.tensor.dtype:
            known.value = value
        elif known.parent is not None:
            self._sync(known.parent)
            known.value = self._again(known, known.parent)
        else:
            for writer, value in log[known.seen :]:
                if same_place(writer.tensor, known.tensor):
                    known.value = value
                else:
                    self._write_back(known, writer, value)
        known.seen = len(log)

    def _again(self, known: Known, parent: Known) -> int:
        """The same view of what the parent holds now."""
        if known.target in ALIASES and same_place(known.tensor, parent.tensor):
            return parent.value
        if known.target in PARTS or (known.target in ALIASES):
            index = part_of(known.tensor, parent.tensor)
            if index is None:
                self._note(f"a view made by {known.target} was used after it had been changed elsewhere")
                return known.value
            return self._emit("torch.Tensor.__getitem__", (Ref(parent.value), index), {}, known.tensor)
        args = tuple(Ref(parent.value) if number == 0 else arg for number, arg in enumerate(known.args))
        return self._emit(known.target, args, known.kwargs, known.tensor)

    def _write_back(self, whole: Known, writer: Known, value: int) -> None:
        chain = [writer]
        while chain[-1].parent is not None and chain[-1] is not whole:
            chain.append(chain[-1].parent)
        if chain[-1] is not whole:
            self._note(
                "a tensor was changed through another one that shares its memory in a way that can't be followed"
            )
            return
        for view, parent in itertools.pairwise(chain):
            held = parent.value if parent is whole else self._before(parent, whole)
            value = self._undone(view, parent, held, value)
        whole.value = value

    def _before(self, view: Known, whole: Known) -> int:
        """What a view between the two ends of a chain held before the write."""
        if view is whole or view.parent is None:
            return view.value
        held = self._before(view.parent, whole)
        return self._again(view, Known(view.parent.tensor, held))

    def _undone(self, view: Known, parent: Known, held: int, value: int) -> int:
        """What the parent holds once the view of it is `value`."""
        target, args = view.target, view.args
        if target in ALIASES and same_place(view.tensor, parent.tensor):
            return value
        if target == "torch.Tensor.__getitem__":
            return self._set(held, args[1], value, parent.tensor)
        if target in FLIPS:
            dims = [arg for arg in args[1:] if isinstance(arg, int)] + [
                dim for dim in view.kwargs.values() if isinstance(dim, int)
            ]
            return self._emit("torch.transpose", (Ref(value), *(dims or (-2, -1))), {}, parent.tensor)
        if target == "torch.permute":
            dims = [*(args[1] if isinstance(args[1], (tuple, list)) else args[1:])]
            rank = len(dims)
            back = tuple(sorted(range(rank), key=lambda place: dims[place] % rank))
            return self._emit("torch.permute", (Ref(value), back), {}, parent.tensor)
        if target in RESHAPES:
            return self._emit("torch.reshape", (Ref(value), tuple(parent.tensor.shape)), {}, parent.tensor)
        index = part_of(view.tensor, parent.tensor)
        if index is not None:
            return self._set(held, index, value, parent.tensor)
        self._note(f"a tensor was changed through a view made by {target}, which can't be followed")
        return held

    def _set(self, held: int, index: Any, value: int, like: Any) -> int:
        return written(self._book, SET, (Ref(held), index, Ref(value)), {}, like)


def storage(tensor: Any) -> int:
    """Where the memory of a tensor begins; 0: it has none of its own."""
    try:
        return int(tensor.untyped_storage()._cdata)
    except (RuntimeError, NotImplementedError):
        return id(tensor)


def version(tensor: Any) -> int:
    """How often a tensor was changed in place."""
    return 0 if tensor.is_inference() else int(tensor._version)


def same_place(one: Any, other: Any) -> bool:
    """Whether two tensors are the same numbers in the same memory."""
    if one is other:
        return True
    return bool(
        one.shape == other.shape
        and one.stride() == other.stride()
        and one.storage_offset() == other.storage_offset()
        and storage(one) == storage(other)
    )


def part_of(view: Any, whole: Any) -> tuple[Any, ...] | None:
    """The index at which `view` is a part of `whole`, where it is one along a single dimension."""
    offset = view.storage_offset() - whole.storage_offset()
    rank = whole.dim()
    for dim in range(rank):
        step = whole.stride(dim)
        if step == 0 or offset % step or not 0 <= offset // step < whole.shape[dim]:
            continue
        start = offset // step
        before: tuple[Any, ...] = (slice(None),) * dim
        if view.dim() == rank:
            index: tuple[Any, ...] = (*before, slice(start, start + view.shape[dim]))
        elif view.dim() == rank - 1:
            index = (*before, start)
        else:
            return None
        found = whole[index]
        if same_place(found, view):
            return index
    return None
