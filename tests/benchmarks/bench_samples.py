"""Trains every sample to its end, and compares what it reaches with what the index promises: python -m
tests.benchmarks.bench_samples [NAME...]. On one thread, as many of them are small."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before torch is imported

from netbuilder.headless import ready_to_train
from netbuilder.project.file import dumps
from netbuilder.resources import Sample, Score, samples
from netbuilder.train.events import Event, Failed, Finished
from netbuilder.train.launch import Launch, launch
from netbuilder.train.recipes import recipe_of


def trained(sample: Sample, folder: Path) -> Event:
    """The last event of its training."""
    from netbuilder.data.catalog import source_of

    project, dataset, checked = ready_to_train(sample.path)
    assert checked.source is not None
    job = Launch(
        source_text=checked.source.text,
        node_lines=checked.source.node_names,
        project_text=dumps(project),
        data=source_of(project.data),
        recipe=recipe_of(project.recipe),
        device="cpu",
        folder=folder,
        title=sample.name,
        dataset=dataset,
        outputs=checked.source.results,
        rates=checked.source.rates,
    )
    *_, last = launch(job)
    return last


def target(score: Score) -> str:
    return f">= {score.at_least:g}" if score.at_least > float("-inf") else f"<= {score.at_most:g}"


def main(wanted: list[str]) -> int:
    missed = 0
    with tempfile.TemporaryDirectory() as place:
        for sample in samples():
            if (wanted and sample.name not in wanted) or sample.score is None:
                continue
            began = time.monotonic()
            last = trained(sample, Path(place) / sample.name)
            best = last.best if isinstance(last, Finished) else {}
            reached = sample.score.is_reached(best)
            missed += not reached
            said = last.sentence if isinstance(last, Failed) else ("" if reached else "MISSED")
            print(
                f"{sample.name:24s} {sample.score.metric:32s} {best.get(sample.score.metric, float('nan')):8.4f}  "
                f"{target(sample.score):8s} {time.monotonic() - began:5.0f} s  {said}".rstrip(),
                flush=True,
            )
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
