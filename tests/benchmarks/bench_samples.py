"""Trains every sample to its end, and compares what it reaches with what the index promises: python -m
tests.benchmarks.bench_samples [NAME...]. On one thread, as many of them are small.

Each is taken away as a bundle too, which has to predict the same in a fresh process. What the GAN and the diffusion
make is looked at by a network that reads digits: how sure it is, and whether all ten are there. What has several inputs
is trained on each of them alone as well.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before torch is imported

import torch

from netbuilder.data.arguments import arguments
from netbuilder.data.catalog import source_of
from netbuilder.export.bundle import Bundle
from netbuilder.export.export import export_run
from netbuilder.export.exporter import ExportError
from netbuilder.headless import ready_to_train
from netbuilder.launching import launch_of
from netbuilder.resources import Sample, Score, samples
from netbuilder.train.diffusion import kept_of, sampled
from netbuilder.train.events import Event, Failed, Finished
from netbuilder.train.launch import launch
from netbuilder.train.recipes import Adversarial, Diffusion, recipe_of
from netbuilder.train.recipes.diffusion import TIME
from netbuilder.train.run import Run

SEVERAL = ("product-two-inputs",)  # have to do better with both inputs than with either alone
MADE_UP = ("digits-gan", "digits-diffusion")
SURE = 0.8  # what the reader has to be of made up digits, on average


def trained(sample: Sample, folder: Path, only: str = "") -> Event:
    """The last event of its training; with `only`, all other inputs are the same for every sample."""
    project, dataset, checked = ready_to_train(sample.path)
    if only:
        means = {name: values.mean(0).expand_as(values).clone() for name, values in dataset.inputs.items()}
        dataset = replace(dataset, inputs={**means, only: dataset.inputs[only]})
    recipe = recipe_of(project.recipe)
    job = launch_of(checked, dataset, recipe, sample.path.parent, sample.name, device="cpu", folder=folder)
    *_, last = launch(job)
    return last


def trained_reader(folder: Path) -> torch.nn.Module:
    """The sample that reads digits, trained to its own score."""
    sample = next(sample for sample in samples() if sample.name == "digits-cnn")
    last = trained(sample, folder)
    assert isinstance(last, Finished)
    assert last.best["validation_accuracy"] >= 0.98
    return Run.open(folder).model()


def judged(folder: Path, reader: torch.nn.Module) -> tuple[float, int]:
    """Of a thousand new digits that a run's network makes: how sure the reader is on average, and how many of the ten
    digits are among them."""
    run = Run.open(folder)
    network, recipe = run.model(), recipe_of(run.recipe)
    random = torch.Generator().manual_seed(1)
    with torch.no_grad():
        if isinstance(recipe, Adversarial):
            made = network(torch.randn(1000, recipe.noise, generator=random))
        else:
            assert isinstance(recipe, Diffusion)
            names = arguments(network, list(run.spec.inputs))
            start = torch.randn(1000, 1, 8, 8, generator=random)
            made = sampled(
                recipe, lambda x, t: network(*(t if n == TIME else x for n in names)), start, kept_of(recipe)
            )
            made = (made + 1) / 2
        sure, digit = reader(made.clamp(0, 1)).softmax(1).max(1)
    return float(sure.mean()), len(digit.unique())


def by_one_input(sample: Sample, place: Path) -> dict[str, float]:
    """The score of the same network where it sees one of its inputs alone, by its name."""
    assert sample.score is not None
    _, dataset, _ = ready_to_train(sample.path)
    found = {}
    for name in dataset.inputs:
        last = trained(sample, place / f"{sample.name}-{name}", only=name)
        assert isinstance(last, Finished)
        found[name] = last.best[sample.score.metric]
    return found


def taken_away(folder: Path) -> str:
    """Why the bundle of a run does not predict as its network does, in a process of its own; "" if it does."""
    run = Run.open(folder)
    dataset = recipe_of(run.recipe).as_asked(source_of(run.data).read())
    try:
        report = export_run(run, Bundle(), folder.with_name(f"{folder.name}-bundle"), dataset)
    except ExportError as error:
        return str(error)
    return "" if report.largest_difference <= report.allowed else report.sentence


def target(score: Score) -> str:
    return f">= {score.at_least:g}" if score.at_least > float("-inf") else f"<= {score.at_most:g}"


def main(wanted: list[str]) -> int:
    missed, reader = 0, None
    with tempfile.TemporaryDirectory() as place:
        for sample in samples():
            if (wanted and sample.name not in wanted) or sample.score is None:
                continue
            began = time.monotonic()
            last = trained(sample, Path(place) / sample.name)
            best = last.best if isinstance(last, Finished) else {}
            reached = sample.score.is_reached(best)
            said = last.sentence if isinstance(last, Failed) else ""
            if sample.name in MADE_UP and isinstance(last, Finished):
                reader = reader or trained_reader(Path(place) / "reader")
                sure, kinds = judged(Path(place) / sample.name, reader)
                reached &= sure >= SURE and kinds == 10
                said = f"a reader is sure to {sure:.0%}, {kinds} of 10 digits"
            seconds = time.monotonic() - began
            if sample.name in SEVERAL and isinstance(last, Finished):
                alone = by_one_input(sample, Path(place))
                reached &= all(best[sample.score.metric] < one for one in alone.values())
                said = "alone: " + ", ".join(f"{name} {one:.4f}" for name, one in alone.items())
            taken = taken_away(Path(place) / sample.name) if isinstance(last, Finished) else "no run"
            reached &= not taken
            missed += not reached
            said = "  ".join(filter(None, (said, taken, "" if reached else "MISSED")))
            print(
                f"{sample.name:24s} {sample.score.metric:32s} {best.get(sample.score.metric, float('nan')):8.4f}  "
                f"{target(sample.score):8s} {seconds:5.0f} s  {said}".rstrip(),
                flush=True,
            )
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
