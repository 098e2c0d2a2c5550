"""One sample made ready to be explained: which score, as a function of what. It knows nothing of how it is explained.

Numbers are explained themselves. Tokens can't change a little, but the vectors that an Embedding makes of them can: a
hook puts those in the place of what the Embedding gives, for as long as the question takes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from netbuilder.probes.asking import NothingToShow, inputs_of, sample_number
from netbuilder.probes.places import (
    Place,
    answers_of,
    arranged,
    is_grid,
    likely_place,
    main_output,
    named,
    place_name,
    place_within,
    places_of,
    target_of,
    truth_of,
)

if TYPE_CHECKING:
    import torch
    from torch import nn

    from netbuilder.data.dataset import Dataset
    from netbuilder.spec import TargetSpec


@dataclass(frozen=True)
class Asked:
    """`forward(seen, *rest)` gives (samples, scores), of which `column` is explained; `seen` is what by, a leaf of one
    sample. `about` names sample and score, `of` the score alone where there are many ("" where there is one a sample).
    `tokens` are the words that `seen` are the vectors of, None where it is the input itself.
    """

    forward: Callable[..., torch.Tensor]
    seen: torch.Tensor
    rest: tuple[torch.Tensor, ...]
    column: int
    about: str
    of: str
    place: Place | None
    tokens: tuple[str, ...] | None = None


@contextmanager
def asked_about(
    model: nn.Module,
    dataset: Dataset,
    sample: int | None,
    target: int | None,
    place: Sequence[int] | None,
    outputs: str,
) -> Iterator[Asked]:
    """The score of class or column `target` (None: the predicted one, the first of numbers) at `place` (None: a likely
    one). Raises `NothingToShow`."""
    import torch

    wanted, names = target_of(dataset), named(outputs)
    number = sample_number(dataset, sample)
    inputs = inputs_of(model, dataset, [number])
    if wanted.is_open:
        raise NothingToShow("A vector of any numbers has no score to explain: choose Answer to see it.")
    answer = answers_of(model, dataset, [number], names)[0]
    truth, _ = truth_of(dataset, [number])
    sides = places_of(wanted)
    at: Place | None = None
    if sides:
        at = likely_place(answer, None if truth is None else truth[0], wanted) if place is None else tuple(place)
        at = place_within(at, sides)
    column, of, about = _named(dataset, wanted, answer, target, at)
    where = next((i for i, tensor in enumerate(inputs) if tensor.is_floating_point()), None)

    def score(given: Any) -> torch.Tensor:
        tensors = list(given) if isinstance(given, (tuple, list)) else [given]
        return _at(arranged(tensors[main_output(dataset.spec, names, len(tensors))], wanted), wanted, at)

    about = f"sample {number}, {about}"
    if where is not None:

        def forward(seen: torch.Tensor, *others: torch.Tensor) -> torch.Tensor:
            return score(model(*others[:where], seen, *others[where:]))

        # A leaf of its own, so that captum need not switch its gradient on.
        leaf = inputs[where].detach().clone().requires_grad_()
        yield Asked(forward, leaf, inputs[:where] + inputs[where + 1 :], column, about, of, at)
        return
    embedding, tokens, vectors = _embedded(model, inputs)
    put: list[torch.Tensor] = []

    def instead(module: nn.Module, given: tuple[torch.Tensor, ...], made: torch.Tensor) -> torch.Tensor:
        same = put and made.shape == put[0].shape and torch.equal(given[0], tokens.expand_as(given[0]))
        return put[0] if same else made

    def through(seen: torch.Tensor, *others: torch.Tensor) -> torch.Tensor:
        put[:] = [seen]
        try:
            return score(model(*others))
        finally:
            put.clear()

    hook = embedding.register_forward_hook(instead)
    try:
        leaf = vectors.detach().clone().requires_grad_()
        yield Asked(through, leaf, inputs, column, about, of, at, _words(dataset, tokens[0].tolist()))
    finally:
        hook.remove()


def _named(
    dataset: Dataset, wanted: TargetSpec, answer: torch.Tensor, target: int | None, at: Place | None
) -> tuple[int, str, str]:
    """Which column is explained, and what it is called: by itself with its place, and in a sentence."""
    classes = wanted.kind in ("class", "labels")
    names = wanted.classes if classes else wanted.names
    if target is not None and target >= wanted.width:
        raise NothingToShow(
            f"There is no {'class' if classes else 'column'} {target}. Choose one of 0 to {wanted.width - 1}."
        )
    scores = answer if at is None else _at(answer[None], wanted, at)[0]
    predicted = int(scores.argmax())
    column = target if target is not None else predicted if classes else 0
    name = names[column]
    said = f"{name} (predicted)" if classes and column == predicted else name
    if at is None:
        return column, "", said
    if not classes and wanted.width == 1 and (len(dataset.columns),) == wanted.positions:
        return column, f"of {dataset.columns[at[0]]}", dataset.columns[at[0]]  # places that are columns of a row
    spot = place_name(at, places_of(wanted))
    if not classes and wanted.width == 1:
        added = ", channels added" if is_grid(wanted) and wanted.positions[0] > 1 else ""
        return column, f"of {spot}", f"{spot}{added}"
    quoted = repr(name) if len(name) == 1 else name
    return column, f"of {spot}, {quoted}", f"{spot}, {repr(name) if len(name) == 1 else said}"


def _at(answers: torch.Tensor, target: TargetSpec, place: Place | None) -> torch.Tensor:
    """(samples, *positions, width) at one place: (samples, width). Of a picture's pixel, its channels are added."""
    if place is None:
        return answers
    if is_grid(target):
        return answers[:, :, place[0], place[1]].sum(1)
    for at in place:
        answers = answers[:, at]
    return answers


def _embedded(model: nn.Module, inputs: Sequence[torch.Tensor]) -> tuple[nn.Module, torch.Tensor, torch.Tensor]:
    """The Embedding that looks an input up, that input and its vectors (1, tokens, width)."""
    import torch

    found: list[tuple[nn.Module, torch.Tensor, torch.Tensor]] = []

    def notice(module: nn.Module, given: tuple[torch.Tensor, ...], made: torch.Tensor) -> None:
        for tokens in inputs:
            if tokens.dim() == 2 and given[0].shape == tokens.shape and torch.equal(given[0], tokens):
                found.append((module, tokens, made))

    hooks = [
        module.register_forward_hook(notice) for module in model.modules() if isinstance(module, (torch.nn.Embedding))
    ]
    try:
        with torch.no_grad():
            model(*inputs)
    finally:
        for hook in hooks:
            hook.remove()
    if not found:
        raise NothingToShow(
            "Saliency needs an input that can change a little, and this one is whole numbers that no Embedding takes. "
            "Put an Embedding behind it."
        )
    return found[0]


def _words(dataset: Dataset, tokens: Sequence[int]) -> tuple[str, ...]:
    known = dataset.spec.tokens
    return tuple(known[token] if 0 <= token < len(known) else str(token) for token in tokens)
