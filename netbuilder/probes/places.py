"""Answers at the places of a sample (pixels, steps): brought into one order, compared with what is true, one of them
chosen. It knows nothing about any one probe."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from netbuilder.probes.asking import AT_ONCE, NothingToShow, inputs_of

if TYPE_CHECKING:
    import torch
    from torch import nn

    from netbuilder.data.dataset import Dataset
    from netbuilder.spec import DataSpec, TargetSpec

PLACES_AT_ONCE = 65_536  # in one pass: a network for large pictures holds much per place

Place = tuple[int, ...]


def target_of(dataset: Dataset) -> TargetSpec:
    """What the network is asked. Raises `NothingToShow` where that is nothing."""
    if dataset.spec.target is None:
        raise NothingToShow("The data asks for nothing to be predicted. Choose data that has a target.")
    return dataset.spec.target


def named(outputs: str) -> tuple[str, ...]:
    """The names in a list with commas between them."""
    return tuple(name.strip() for name in outputs.split(",") if name.strip())


def results_of(
    model: nn.Module, dataset: Dataset, samples: Sequence[int], names: Sequence[str] = ()
) -> list[tuple[str, torch.Tensor]]:
    """All outputs of the network for these samples, on the CPU, each with its name; the one that the target is about
    comes first, as training has it. Without `names` they are numbered. Raises `NothingToShow`."""
    import torch

    with torch.no_grad():
        given = model(*inputs_of(model, dataset, samples))
    tensors = list(given) if isinstance(given, (tuple, list)) else [given]
    if not tensors or not all(isinstance(tensor, torch.Tensor) for tensor in tensors):
        raise NothingToShow("The network has no output to look at. Add an Output.")
    found = list(names) if len(names) == len(tensors) else [f"output {at + 1}" for at in range(len(tensors))]
    first = main_output(dataset.spec, names, len(tensors))
    order = [first, *(at for at in range(len(tensors)) if at != first)]
    return [(found[at], tensors[at].detach().cpu()) for at in order]


def main_output(spec: DataSpec, names: Sequence[str], count: int) -> int:
    """Which of `count` outputs of these names the target is about: the first that no further target is named after."""
    if len(names) != count:
        return 0
    return next((at for at, name in enumerate(names) if name not in spec.others), 0)


def arranged(output: torch.Tensor, target: TargetSpec) -> torch.Tensor:
    """An answer as (samples, *positions, width), scores or numbers last, whatever order it was drawn in.

    A single score for two classes becomes two, the first of them 0: their softmax is the sigmoid of the score. Of
    an open answer there are as many numbers as were drawn. Raises `NothingToShow` for another shape.
    """
    import torch

    places, width, shape, count = target.positions, target.width, tuple(output.shape), len(output)
    if target.is_open:
        return output.float().reshape(count, -1)
    made = None
    classes_first = target.kind == "class" and len(places) > 1  # as PyTorch's losses have it for pictures
    if shape == (count, *places, width) and not classes_first:
        made = output
    elif target.kind == "class" and places and shape == (count, width, *places):
        made = output.movedim(1, -1)
    elif (width == 1 and shape == (count, *places)) or (not places and target.kind == "number" and shape == (count,)):
        made = output.reshape(count, *places, width)
    elif target.kind == "class" and width == 2 and count and output[0].numel() == _size(places):
        score = output.reshape(count, *places, 1)
        made = torch.cat([torch.zeros_like(score), score], dim=-1)
    if made is None:
        given = "×".join(["N", *map(str, shape[1:])])
        wanted = "×".join(map(str, ("N", *target.shapes[0])))
        raise NothingToShow(f"The network gives {given}, and the data asks for {wanted}. Mend the output layer.")
    return made.float()


def check_numbers(answer: torch.Tensor) -> None:
    """Raises `NothingToShow` if the answer is not all finite numbers."""
    import torch

    if not torch.isfinite(answer).all():
        raise NothingToShow("The network's output is not a number. A smaller learning rate usually mends that.")


def answers_of(model: nn.Module, dataset: Dataset, samples: Sequence[int], names: Sequence[str] = ()) -> torch.Tensor:
    """The answers about these samples, (samples, *positions, width) on the CPU. Raises `NothingToShow`."""
    import torch

    target = target_of(dataset)
    at_once = max(1, min(AT_ONCE, PLACES_AT_ONCE // _size(target.positions)))
    parts = []
    for start in range(0, len(samples), at_once):
        (_, output), *_ = results_of(model, dataset, samples[start : start + at_once], names)
        parts.append(arranged(output, target))
    answer = torch.cat(parts)
    check_numbers(answer)
    return answer


def truth_of(dataset: Dataset, samples: Sequence[int]) -> tuple[torch.Tensor | None, str]:
    """What is true of these samples: class numbers (samples, *positions), labels or numbers (samples, *positions,
    width). None where there is nothing to compare with, with the sentence that says why."""
    target, targets = target_of(dataset), dataset.targets
    if target.is_open or (targets.dim() == 2 and targets.shape[1] == 0):
        return None, "The data has no right answer to compare with."
    wanted = target.positions if target.kind == "class" else (*target.positions, target.width)
    if tuple(targets.shape[1:]) != wanted or targets.is_floating_point() == (target.kind == "class"):
        has, needs = ("×".join(["N", *map(str, shape)]) for shape in (targets.shape[1:], wanted))
        return None, f"The targets of the data are {has} and not {needs}: there is nothing to compare with."
    return targets[list(samples)], ""


def is_grid(target: TargetSpec) -> bool:
    """Whether the places are those of a picture of numbers with channels, (C, H, W)."""
    return target.kind == "number" and len(target.positions) == 3 and target.width == 1


def places_of(target: TargetSpec) -> Place:
    """How many places there are along each axis, as they are chosen: a picture's rows and columns, or steps."""
    return target.positions[1:] if is_grid(target) else target.positions


def likely_place(answer: torch.Tensor, truth: torch.Tensor | None, target: TargetSpec) -> Place:
    """The place to explain until another is chosen: of classes the least certain one that is asked about, of numbers
    the middle. `answer` is (*positions, width), `truth` (*positions) class numbers, both of one sample."""
    import torch

    if target.kind != "class":
        return tuple(size // 2 for size in places_of(target))
    sure = answer.softmax(-1).amax(-1)
    if truth is not None and (truth >= 0).any():
        sure = torch.where(truth < 0, torch.inf, sure)
    return tuple(int(at) for at in torch.unravel_index(sure.argmin(), sure.shape))


def place_name(place: Place, sides: Place) -> str:
    """A place in words, counted from 1: "step 12", "row 3, column 8"."""
    if len(sides) == 1:
        return f"step {place[0] + 1}"
    if len(sides) == 2:
        return f"row {place[0] + 1}, column {place[1] + 1}"
    return f"place {', '.join(str(at + 1) for at in place)}"


def place_within(place: Sequence[int], sides: Place) -> Place:
    """`place`, if there is such a place. Raises `NothingToShow`."""
    found = tuple(place)
    if len(found) != len(sides) or any(not 0 <= at < side for at, side in zip(found, sides, strict=True)):
        last = ", ".join(str(side - 1) for side in sides) or "none"
        raise NothingToShow(f"There is no place {', '.join(map(str, found))}. The last one is {last}.")
    return found


def _size(places: Sequence[int]) -> int:
    size = 1
    for side in places:
        size *= side
    return size
