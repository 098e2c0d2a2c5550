"""The training loop: a generator of events that trains whatever `nn.Module` it is given.

It knows nothing about graphs, files, threads or screens. Whoever pulls decides when the next step is taken: pause is
not pulling. The end is `close()`, or `throw(Stop())` for whoever wants to hear the last facts.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict
from functools import partial
from time import perf_counter
from typing import Protocol

import torch

from netbuilder.data.dataset import Dataset
from netbuilder.train.events import CheckpointSaved, EpochDone, Event, Finished, Judged, Shown, Started, StepDone
from netbuilder.train.exhibits import Exhibit
from netbuilder.train.learning import Material, Told
from netbuilder.train.pace import Pace
from netbuilder.train.recipes.recipe import Recipe
from netbuilder.train.samples import Batch, Batches
from netbuilder.train.schedules import Span
from netbuilder.train.tally import NotFinite, Tally
from netbuilder.train.verdict import Verdict

VALIDATE = 4  # a batch without gradients takes a fraction of the memory of one with


class Stop(Exception):
    """Thrown into the generator between two steps: it keeps a checkpoint, tells the last facts and ends."""


class Keeper(Protocol):
    """Where checkpoints go."""

    def save(
        self,
        networks: Mapping[str, torch.nn.Module],
        optimizers: Mapping[str, torch.optim.Optimizer],
        *,
        epoch: int,
        step: int,
        metrics: Mapping[str, float] | None = None,
        best: bool = False,
    ) -> CheckpointSaved: ...

    def show(self, exhibit: Exhibit, epoch: int) -> str:
        """Keep the file of an exhibit that has one. Returns it, relative to the run's folder."""
        ...


def fit(
    model: torch.nn.Module,
    dataset: Dataset,
    recipe: Recipe,
    *,
    device: str = "cpu",
    keep: Keeper | None = None,
    note: str = "",
    outputs: tuple[str, ...] = (),
    beside: Mapping[str, torch.nn.Module] | None = None,
    rates: Mapping[str, Mapping[str, float]] | None = None,
) -> Iterator[Event]:
    """Train `model` in place, and say how it goes. `note` is told with the first event; `outputs` are the names of what
    the network returns, where it returns several things; `beside` are the networks that learn with it, by their roles.
    `rates` has by role and attribute what the learning rate of parts of a network is multiplied by, 0 for what stays as
    it is.

    `training_loss` and its score are running means over the epoch's batches, each taken as its step was, with the
    weights of that moment and with Dropout at work. Validation is over all validation samples, with the weights at
    the epoch's end; where they are averaged, with their average, which the network holds whenever an event is told.
    The same seed on the CPU gives the same numbers to the last bit, whoever pulls and how often.

    Raises `NotFinite` when a loss is NaN, `RecipeError`, `WrongShape` and `MissingInput` for what does not go
    together, and whatever the model raises.
    """
    place = torch.device(device)
    beside = beside or {}
    for network in (model, *beside.values()):
        network.to(place)
    batches = Batches(dataset.train, recipe.batch_size, recipe.seed, place, shuffle=recipe.shuffle)
    span = Span(recipe.epochs, len(batches))
    learning = recipe.learning(Material(model, dataset, place, span, outputs, beside, rates or {}))
    note = " ".join(filter(None, (note, learning.prepare(batches.sizes))))
    parts = dataset.validation.to(place).split(VALIDATE * recipe.batch_size) if len(dataset.validation) else ()
    total = recipe.epochs * len(batches)
    pace = Pace(total, recipe.epochs)
    history: list[dict[str, float]] = []
    judged: Verdict | None = None
    step = kept = best = gained = 0
    tally = Tally()
    batch_of: dict[int, Batch] = {}

    def replay(batch: Batch) -> Told:
        with learning.trained():
            return learning.replay(batch)

    def read_losses() -> None:
        losses = tally.read()
        for at, loss in enumerate(losses, start=step - len(losses) + 1):
            if not math.isfinite(loss):
                learning.samples.check_numbers(batch_of[at].numbers)
                # Without the guard the weights have moved on: to run the step again would accuse the wrong node.
                raise NotFinite("loss", loss, at, partial(replay, batch_of[at]) if learning.guard.holds else None)
        pace.keep(losses)

    def save() -> Iterator[CheckpointSaved]:
        if keep is None or step == kept:
            return
        for network in learning.networks.values():
            check_weights(network, step)
        whole = step == len(history) * len(batches)  # at the end of an epoch, not in the middle
        metrics = history[-1] if whole else None
        yield keep.save(
            learning.networks,
            learning.optimizers,
            epoch=len(history),
            step=step,
            metrics=metrics,
            best=whole and best == len(history),
        )

    reason = "done"
    before = perf_counter()  # whoever pulls may pause before the first step
    try:
        yield Started(
            epochs=recipe.epochs,
            steps_per_epoch=len(batches),
            batch_size=recipe.batch_size,
            training_samples=len(dataset.train),
            validation_samples=len(dataset.validation),
            parameters=sum(weight.numel() for network in (model, *beside.values()) for weight in network.parameters()),
            device=str(place),
            seed=recipe.seed,
            note=note,
            loss=recipe.minimises,
        )
        pace.hold(perf_counter() - before)
        for epoch in range(1, recipe.epochs + 1):
            learning.begin_epoch()
            tally = Tally()
            order = batches.epoch()
            for batch in order:
                batch_of[step + 1] = batch
                with learning.trained():
                    tally.add(learning.step(batch))
                step += 1
                pace.count(len(batch.numbers))
                if pace.due():
                    read_losses()
                    batch_of.clear()
                    yield pace.progress(step, epoch, learning.rate)
                before = perf_counter()
                yield StepDone(step)
                pace.hold(perf_counter() - before)
            read_losses()
            batch_of.clear()

            began = pace.seconds
            for _ in learning.average(epoch, order):
                before = perf_counter()
                yield StepDone(step)
                pace.hold(perf_counter() - before)
            metrics = tally.metrics("training", learning)
            checked = Tally()
            for numbers in parts:
                with learning.computing:
                    told = learning.check(numbers)
                checked.add(told)
                before = perf_counter()
                yield StepDone(step)
                pace.hold(perf_counter() - before)
            checked.read()
            metrics |= checked.metrics("validation", learning)
            metrics |= {f"validation_{name}": value for name, value in learning.measured().items()}
            check_metrics(metrics, step)
            history.append(metrics)
            learning.epoch_done(metrics)
            if not best or recipe.measure(metrics) > recipe.measure(history[best - 1]):
                best = epoch
            if not gained or recipe.gain(metrics, history[gained - 1]):
                gained = epoch
            if pace.due() or epoch == recipe.epochs:
                yield pace.progress(step, epoch, learning.rate)
            yield EpochDone(
                epoch=epoch,
                step=step,
                metrics=metrics,
                best=best == epoch,
                seconds=pace.seconds,
                score=recipe.score(metrics),
            )
            for saved in save():
                kept = step
                yield saved
            if (found := recipe.judge(history)) != judged:
                judged = found
                yield Judged(epoch, **asdict(found)) if found is not None else Judged(epoch)
            for exhibit in learning.exhibits(epoch):
                file = keep.show(exhibit, epoch) if keep is not None and exhibit.suffix else ""
                yield Shown(epoch=epoch, title=exhibit.title, text=exhibit.text, file=file)
            pace.set_aside(pace.seconds - began)
            if recipe.patience and epoch - gained >= recipe.patience and epoch < recipe.epochs:
                reason = "early stop"
                break
    except (Stop, KeyboardInterrupt):
        reason = "stopped"
    except GeneratorExit:
        with suppress(NotFinite):  # nobody is left to be told; such a state is not kept
            read_losses()
            list(save())
        raise

    read_losses()
    if pace.untold:
        yield pace.progress(step, len(history) + (reason == "stopped"), learning.rate)
    yield from save()
    model.eval()
    yield Finished(
        reason=reason,
        epochs=len(history),
        best_epoch=best,
        final=history[-1] if history else {},
        best=history[best - 1] if best else {},
        seconds=pace.seconds,
    )


def check_metrics(metrics: Mapping[str, float], step: int) -> None:
    """Raises `NotFinite` for a metric that is not a number."""
    for name, value in metrics.items():
        if not math.isfinite(value):
            raise NotFinite(name.replace("_", " "), value, step)


def check_weights(model: torch.nn.Module, step: int) -> None:
    """Raises `NotFinite` if a weight is: such a state is never kept."""
    finite = [weight.isfinite().all() for weight in model.parameters()]
    if finite and not torch.stack(finite).all():
        raise NotFinite("weights", math.nan, step)
