"""What is done once before the first step: a network's weights laid out as the device likes them, the network compiled,
or its step recorded. It knows nothing of what is learned.

For that a step is rehearsed, which leaves nothing behind: no gradient, no statistic, no random number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import torch

from netbuilder.data.source import Tell, tell_nobody
from netbuilder.train import captured
from netbuilder.train.arithmetic import likes_channels_last, set_layout
from netbuilder.train.captured import Captured, NotCaptured
from netbuilder.train.samples import Batch

if TYPE_CHECKING:
    from netbuilder.train.learning import Learning

SMALL = 10_000_000  # weights: a step of more than that keeps the device busy longer than Python
COMPILING = "Compiling the network for batches of {}, which can take minutes"


def rehearse(learning: Learning, sizes: Iterable[int], tell: Tell = tell_nobody) -> str:
    """Make ready for batches of these sizes; compiling takes from seconds to minutes, which `tell` hears and may call
    off (`Cancelled`). Returns what there is to say of it, "" if all went well."""
    wanted = list(dict.fromkeys(sizes))
    _lay_out(learning)
    if learning.compiled:
        return _compile(learning, wanted, tell)
    _capture(learning, wanted[0])
    return ""


@contextmanager
def _rehearsed(learning: Learning) -> Iterator[None]:
    """Inside, the networks are in training; afterwards they are as they were."""
    descents, place = learning.descents.values(), learning.device
    with torch.random.fork_rng([place] if place.type == "cuda" else []), learning.trained():
        before = [(buffer, buffer.clone()) for descent in descents for buffer in descent.model.buffers()]
        for descent in descents:
            descent.begin_epoch()
        try:
            yield
        finally:
            with torch.no_grad():
                for buffer, was in before:
                    buffer.copy_(was)
            for descent in descents:
                descent.optimizer.zero_grad()


def _lay_out(learning: Learning) -> None:
    """Channels last, where the device is faster with it and each layer can take it: one of the user's own may count on
    the other order (`view`), which shows in a rehearsal."""
    networks = [network for descent in learning.descents.values() for network in descent.networks]
    if not likes_channels_last(learning.recipe, learning.device):
        return
    if not set_layout(networks, torch.channels_last):
        return
    try:
        with _rehearsed(learning):
            learning.answer(learning.dataset.train[:2].to(learning.device)).loss.backward()
    except Exception:  # one that has nothing to do with the layout comes again in the first step, and is told there
        set_layout(networks, torch.contiguous_format)


def _compile(learning: Learning, sizes: list[int], tell: Tell) -> str:
    with _rehearsed(learning):
        for size in sizes:
            tell(COMPILING.format(f"{size:,}"), 0, 0)
            try:
                learning.answer(learning.dataset.train[:size].to(learning.device)).loss.backward()
            except Exception as error:  # one of the network's own comes again in the first step, and is told there
                for one in learning.compiled:
                    one.give_up(error)
    return learning.failure


def _capture(learning: Learning, size: int) -> None:
    """Record the step, where that can be and pays. Nobody need know: it comes out the same."""
    record = captured.recorder(learning.device)
    weights = sum(weight.numel() for weight in learning.model.parameters())
    if record is None or not learning.can_be_recorded or weights > SMALL:
        return
    batches = _some(learning, size)
    with _rehearsed(learning), suppress(NotCaptured):
        learning.captured = Captured(learning.answer, learning.model, learning.device, batches, record)


def _some(learning: Learning, size: int) -> list[Batch]:
    """Three batches that differ, also where one holds all samples."""
    train, random = learning.dataset.train, torch.Generator().manual_seed(0)
    drawn = [train[torch.randint(len(train), (size,), generator=random)] for _ in range(3)]
    return [Batch(numbers.to(learning.device), seed=at) for at, numbers in enumerate(drawn)]
