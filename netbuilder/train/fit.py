"""The training loop: a generator of events that trains whatever `nn.Module` it is given.

It knows nothing about graphs, files, threads or screens. Whoever pulls decides when the next step is taken: pause is
not pulling. The end is `close()`, or `throw(Stop())` for whoever wants to hear the last facts.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from functools import partial
from time import perf_counter
from typing import NamedTuple

import torch

from netbuilder.data.dataset import Dataset
from netbuilder.data.source import Tell, tell_nobody
from netbuilder.train.carrying import Carry
from netbuilder.train.controls import Controls
from netbuilder.train.events import (
    Adjusted,
    Continued,
    EpochDone,
    Event,
    Finished,
    Judged,
    Noted,
    Started,
    StepDone,
)
from netbuilder.train.keeping import NotKept
from netbuilder.train.learning import Material, Told
from netbuilder.train.recipes.recipe import Recipe
from netbuilder.train.rehearsing import rehearse
from netbuilder.train.samples import Batch, Batches
from netbuilder.train.saving import Keeper, Saving
from netbuilder.train.schedules import Span
from netbuilder.train.snapshot import Snapshot
from netbuilder.train.standing import Standing
from netbuilder.train.tally import NotFinite, Tally
from netbuilder.train.verdict import Verdict

SLEPT = "The computer has slept for {} min. Nothing is lost: training goes on where it was."
VALIDATE = 4  # a batch without gradients takes a fraction of the memory of one with


class Stop(Exception):
    """Thrown into the generator between two steps: it keeps a checkpoint, tells the last facts and ends."""


class Since(NamedTuple):
    """What a training goes on from: a snapshot, and the metrics of the epochs until then. `changed` says that the
    network is another one than a moment before; with a `carry`, it is another one than that of the snapshot too."""

    snapshot: Snapshot
    history: Sequence[Mapping[str, float]] = ()
    sentence: str = ""
    changed: bool = False
    carry: Carry | None = None


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
    controls: Controls | None = None,
    since: Since | None = None,
    tell: Tell = tell_nobody,
) -> Iterator[Event]:
    """Train `model` in place, and say how it goes. `note` is told with the first event; `outputs` are the names of what
    the network returns, where it returns several things; `beside` are the networks that learn with it, by their roles.
    `rates` has by role and attribute what the learning rate of parts of a network is multiplied by, 0 for what stays as
    it is. `controls` may ask for another rate or batch size, or for an end, while it goes on. `since` is what it goes
    on from, in place of the weights that the network has. `tell` hears what takes long before the first event (the
    network is compiled) and may raise `Cancelled`. A checkpoint is kept after each epoch, and within one
    after so many seconds as the recipe says.

    `training_loss` and its score are running means over the epoch's batches, each taken as its step was, with the
    weights of that moment and with Dropout at work. Validation is over all validation samples, with the weights at
    the epoch's end; where they are averaged, with their average, which the network holds whenever an event is told.
    The same seed on the CPU gives the same numbers to the last bit, whoever pulls and how often, and also when the
    training was broken off and goes on from a snapshot.

    `Paused` is told when a checkpoint can't be written: it is tried again at the next pull, and nothing is trained
    before it is there.

    Raises `NotFinite` when a loss is NaN, `RecipeError`, `WrongShape` and `MissingInput` for what does not go
    together, and whatever the model raises.
    """
    place = torch.device(device)
    beside = beside or {}
    controls = controls or Controls()
    for network in (model, *beside.values()):
        network.to(place)
    batches = Batches(dataset.train, recipe.batch_size, recipe.seed, place, shuffle=recipe.shuffle)
    span = Span(recipe.epochs, len(batches))
    learning = recipe.learning(Material(model, dataset, place, span, outputs, beside, rates or {}))
    note = " ".join(filter(None, (note, learning.samples.note, rehearse(learning, batches.sizes, tell))))
    parts = dataset.validation.to(place).split(VALIDATE * recipe.batch_size) if len(dataset.validation) else ()
    standing = Standing(recipe, learning, batches)
    pace = standing.pace
    judged: Verdict | None = None
    sentence = since.sentence if since is not None else ""
    if since is not None and since.carry is not None:
        sentence = " ".join((standing.carry_over(since.carry, since.snapshot, since.history), sentence)).strip()
    elif since is not None:
        standing.restore(since.snapshot, since.history)
    saving = Saving(keep, standing, kept=since is not None and not since.changed)
    batch_of: dict[int, Batch] = {}
    said = learning.failure

    def replay(batch: Batch) -> Told:
        with learning.trained():
            return learning.replay(batch)

    def remarks() -> Iterator[Noted]:
        """What is to be known of the way since one asked last."""
        nonlocal said
        if slept := pace.slept():
            yield Noted(SLEPT.format(max(1, round(slept / 60))))
        if learning.failure != said:  # a batch of another size, say, was the first that could not be compiled
            said = learning.failure
            yield Noted(said)

    def read_losses() -> None:
        losses = standing.tally.read()
        for at, loss in enumerate(losses, start=standing.step - len(losses) + 1):
            if not math.isfinite(loss):
                learning.samples.check_numbers(batch_of[at].numbers)
                # Without the guard the weights have moved on: to run the step again would accuse the wrong node.
                raise NotFinite("loss", loss, at, partial(replay, batch_of[at]) if learning.guard.holds else None)
        pace.keep(losses)

    def adjust() -> Adjusted:
        """Learn as is wanted from the next step on."""
        rate, controls.rate = controls.rate, None
        size, controls.batch_size = controls.batch_size, None
        if rate is not None:
            learning.set_rate(rate)
        if size is not None:
            standing.resize(size)
            learning.left = batches.left
            learning.samples.foresee(batches.coming())
            learning.stretch(span.steps / len(batches))
        return Adjusted(standing.step, standing.epochs, learning.rate, batches.size, len(batches))

    reason = "done"
    away = perf_counter()  # since when somebody else has had its turn: whoever pulls may pause
    try:
        yield Started(
            epochs=recipe.epochs,
            steps_per_epoch=span.steps,
            batch_size=recipe.batch_size,
            training_samples=len(dataset.train),
            validation_samples=len(dataset.validation),
            parameters=sum(weight.numel() for network in (model, *beside.values()) for weight in network.parameters()),
            device=str(place),
            seed=recipe.seed,
            epoch=standing.epoch,
            note=note,
            loss=recipe.minimises,
        )
        if since is not None:
            yield Continued(standing.epoch, standing.step, sentence, since.changed)
            judged = standing.judged()
            yield Judged(standing.epoch, **asdict(judged)) if judged is not None else Judged(standing.epoch)
            if since.changed:  # whatever happens now, what was carried over is there
                yield from saving.save()
        pace.hold(perf_counter() - away)
        away = 0.0
        if standing.stale:
            reason = "early stop"
        while reason == "done" and standing.epoch < recipe.epochs:
            epoch = standing.epoch + 1
            learning.begin_epoch()
            if not batches.begun:
                standing.begin_epoch()
            learning.left = batches.left
            learning.samples.foresee(batches.coming())
            for batch in batches:
                saving.steady = False
                batch_of[standing.step + 1] = batch
                with learning.trained():
                    standing.tally.add(learning.step(batch))
                standing.step += 1
                saving.steady = True
                pace.count(len(batch.numbers))
                if not learning.whole:  # gradients wait for those of further batches: nothing can be kept here
                    continue
                if pace.due() or controls.single:
                    read_losses()
                    batch_of.clear()
                    yield pace.progress(standing.step, epoch, learning.rate)
                    yield from remarks()
                    yield from saving.told()
                    if saving.due:
                        yield from saving.save()
                away = perf_counter()
                yield StepDone(standing.step)
                pace.hold(perf_counter() - away)
                away = 0.0
                if controls.rate is not None or controls.batch_size is not None:
                    read_losses()
                    yield adjust()
            read_losses()
            batch_of.clear()

            began = pace.seconds
            saving.steady = standing.averaged
            for _ in () if standing.averaged else learning.average(epoch, batches.order):
                away = perf_counter()
                yield StepDone(standing.step)
                pace.hold(perf_counter() - away)
                away = 0.0
            standing.averaged = saving.steady = True
            metrics = standing.tally.metrics("training", learning)
            checked = Tally()
            learning.samples.foresee(parts)
            for numbers in parts:
                with learning.computing:
                    told = learning.check(numbers)
                checked.add(told)
                away = perf_counter()
                yield StepDone(standing.step)
                pace.hold(perf_counter() - away)
                away = 0.0
            checked.read()
            metrics |= checked.metrics("validation", learning)
            metrics |= {f"validation_{name}": value for name, value in learning.measured().items()}
            check_metrics(metrics, standing.step)
            learning.epoch_done(metrics)
            best = standing.epoch_done(metrics)
            if pace.due() or epoch == recipe.epochs:
                yield pace.progress(standing.step, epoch, learning.rate)
            yield from remarks()
            yield EpochDone(
                epoch=epoch,
                step=standing.step,
                metrics=metrics,
                best=best,
                seconds=pace.seconds,
                score=recipe.score(metrics),
            )
            yield from saving.save()
            if (found := standing.judged()) != judged:
                judged = found
                yield Judged(epoch, **asdict(found)) if found is not None else Judged(epoch)
            for exhibit in learning.exhibits(epoch):
                yield from saving.show(exhibit, epoch)
            pace.set_aside(pace.seconds - began)
            if standing.stale and epoch < recipe.epochs:
                reason = "early stop"
            elif controls.after_epoch and epoch < recipe.epochs:
                reason = "stopped"
    except (Stop, KeyboardInterrupt):
        reason = "stopped"
        pace.hold(perf_counter() - away if away else 0.0)
    except GeneratorExit:
        pace.hold(perf_counter() - away if away else 0.0)
        with suppress(NotFinite, NotKept):  # nobody is left to be told; a state with a NaN is not kept
            read_losses()
            saving.last()
        raise
    finally:
        learning.samples.close()

    read_losses()
    if pace.untold:
        yield pace.progress(standing.step, standing.epoch + (not standing.whole), learning.rate)
    if reason == "stopped":
        yield from saving.last()
    else:
        yield from saving.save()
        yield from saving.told(wait=True)
    model.eval()
    yield Finished(
        reason=reason,
        epochs=standing.epoch,
        best_epoch=standing.best,
        final=dict(standing.history[-1]) if standing.history else {},
        best=dict(standing.best_metrics),
        seconds=pace.seconds,
    )


def check_metrics(metrics: Mapping[str, float], step: int) -> None:
    """Raises `NotFinite` for a metric that is not a number."""
    for name, value in metrics.items():
        if not math.isfinite(value):
            raise NotFinite(name.replace("_", " "), value, step)
