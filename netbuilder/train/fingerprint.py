"""What data a run learned from, as a few numbers that tell it from any other: so that a run is not continued on
something else unnoticed. It knows nothing about runs' folders and screens.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from netbuilder.data.dataset import Dataset, counted

if TYPE_CHECKING:
    import numpy
    import torch

    from netbuilder.spec import DataSpec

WHOLE = 256 << 20  # bytes: a larger tensor is looked at in blocks, spread evenly from its first number to its last
BLOCKS, BLOCK = 1024, 64 << 10
_INDICES = ("train", "validation")


def fingerprint(dataset: Dataset) -> dict[str, Any]:
    """Plain JSON values: how many samples there are and where they are split, and of each tensor ("inputs.image",
    "targets", "others.age", "train", "validation") the dtype, the shape and a 128 bit BLAKE2b hash of its numbers as
    little-endian bytes, so that it is the same on every machine. "hash" is that of all of it.

    Of a tensor of more than 256 MiB 1,024 blocks of 64 KiB are hashed, and "method" says so: a change that lies between
    them all is not seen.
    """
    tensors = {name: _of_tensor(tensor) for name, tensor in _tensors(dataset)}
    whole = hashlib.blake2b(digest_size=16)
    for name, one in sorted(tensors.items()):
        whole.update(f"{name} {one['dtype']} {one['shape']} {one['hash']}\n".encode())
    return {
        "hash": whole.hexdigest(),
        "samples": len(dataset),
        "training": len(dataset.train),
        "validation": len(dataset.validation),
        "method": _method(),
        "tensors": tensors,
    }


def changed_since(record: Mapping[str, Any], dataset: Dataset) -> str:
    """What is other about `dataset` than about the data that the run of this run.json learned from, as a sentence for
    the user; "" where nothing is, or where the record does not say."""
    then = record.get("data_fingerprint")
    if not isinstance(then, Mapping) or not isinstance(then.get("tensors"), Mapping):
        return ""
    now = fingerprint(dataset)
    if now["hash"] == then.get("hash"):
        return ""
    what = _difference(then, now)
    fix = "Give it the data it had, or begin a new run."
    return f"The data is not the data that this run learned from: {what}. {fix}" if what else ""


def other_form(record: Mapping[str, Any], dataset: Dataset, asked: DataSpec) -> str:
    """What is other about the samples of `dataset` than that their numbers are: how many they are, what there is of
    each, its shape and dtype; or how many classes the network is `asked` for. "" where nothing is, or where the record
    does not say."""
    then = record.get("data_fingerprint")
    if isinstance(then, Mapping) and isinstance(then.get("tensors"), Mapping):
        what = _form(then, {"samples": len(dataset), "tensors": {name: _frame(one) for name, one in _tensors(dataset)}})
        if what:
            return what
    spec, target = record.get("spec"), asked.target  # a GAN is asked for no class, say, whatever the data has
    told = spec.get("target") if isinstance(spec, Mapping) else None
    before = told.get("classes") if isinstance(told, Mapping) else None
    after = target.classes if target is not None else ()
    if isinstance(before, list) and len(before) != len(after):
        return f"{counted(len(before), 'class', 'classes')} then, {len(after)} now"
    return ""


def _difference(then: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    if form := _form(then, now):
        return form
    before, after = then["tensors"], now["tensors"]
    if then.get("validation") != now["validation"]:
        return f"{_samples(then.get('validation'))} held back for validation then, {now['validation']:,} now"
    if then.get("method") != now["method"]:
        return ""  # of another version, which hashed something else: more than the above can't be compared
    others = [name for name in sorted(after) if before[name].get("hash") != after[name]["hash"]]
    values = [_called(name) for name in others if name not in _INDICES]
    if values:
        return f"the numbers of {' and '.join(values)} are not the same"
    return "other samples are held back for validation" if others else "it is not the same"


def _form(then: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    if then.get("samples") != now["samples"]:
        return f"{_samples(then.get('samples'))} then, {now['samples']:,} now"
    before, after = then["tensors"], now["tensors"]
    for name in sorted(before.keys() ^ after.keys()):
        return f"{_called(name)} {'is new' if name in after else 'is gone'}"
    for name in sorted(after.keys() - set(_INDICES)):
        old = before[name] if isinstance(before[name], Mapping) else {}
        if old.get("shape") != after[name]["shape"]:
            return f"{_called(name)} had the shape {_shape(old.get('shape'))} then, {_shape(after[name]['shape'])} now"
        if old.get("dtype") != after[name]["dtype"]:
            return f"{_called(name)} was {old.get('dtype')} then, {after[name]['dtype']} now"
    return ""


def _tensors(dataset: Dataset) -> Iterator[tuple[str, torch.Tensor]]:
    yield from ((f"inputs.{name}", tensor) for name, tensor in dataset.inputs.items())
    yield "targets", dataset.targets
    yield from ((f"others.{name}", tensor) for name, tensor in dataset.others.items())
    yield "train", dataset.train
    yield "validation", dataset.validation


def _of_tensor(tensor: torch.Tensor) -> dict[str, Any]:
    state = hashlib.blake2b(digest_size=16)
    for piece in _pieces(_little_endian(tensor)):
        state.update(piece.data)
    return {**_frame(tensor), "hash": state.hexdigest()}


def _frame(tensor: torch.Tensor) -> dict[str, Any]:
    return {"dtype": str(tensor.dtype).removeprefix("torch."), "shape": list(tensor.shape)}


def _little_endian(tensor: torch.Tensor) -> numpy.ndarray:
    """The numbers of a tensor as unsigned integers of their width, (numbers,), without a copy where that can be."""
    import torch

    flat = tensor.detach().cpu().contiguous().reshape(-1)
    if flat.is_complex():
        flat = torch.view_as_real(flat).reshape(-1)
    width = flat.element_size()
    return flat.view(torch.uint8).numpy().view(f"=u{width}").astype(f"<u{width}", copy=False)


def _pieces(numbers: numpy.ndarray) -> Iterator[numpy.ndarray]:
    if numbers.nbytes <= WHOLE:
        yield numbers
        return
    long = BLOCK // numbers.itemsize
    for at in range(BLOCKS):
        first = (len(numbers) - long) * at // (BLOCKS - 1)
        yield numbers[first : first + long]


def _method() -> str:
    return f"blake2b-128; of tensors of more than {WHOLE} bytes {BLOCKS} blocks of {BLOCK} bytes"


def _called(name: str) -> str:
    kind, _, rest = name.partition(".")
    return {"inputs": f"the input {rest}", "others": f"the target {rest}", "targets": "the target"}.get(kind, name)


def _samples(count: Any) -> str:
    return counted(count, "sample") if isinstance(count, int) else "another number of samples"


def _shape(shape: Any) -> str:
    return "×".join(map(str, shape)) if isinstance(shape, list) else "of another kind"
