"""Folders of runs as training leaves them, without the training."""

from __future__ import annotations

import json
from pathlib import Path

from netbuilder.train.event_log import EventLog
from netbuilder.train.events import EpochDone, Failed, Finished, Progress, Started

STEPS = 10  # an epoch


def make_run(
    folder: Path,
    *,
    epochs: int = 3,
    accuracy: float = 0.5,
    parameters: int = 100,
    created: str = "2026-03-01T10:00:00+00:00",
    failed: str = "",
    ended: bool = True,
) -> Path:
    """A run of the project that the folder around it is named for. Without epochs, it has said nothing but its end."""
    folder.mkdir(parents=True)
    (folder / "model.py").write_text("")
    record = {
        "title": folder.parent.name,
        "created": created,
        "recipe": {"kind": "supervised", "settings": {"epochs": epochs or 3}},
        "data": {"kind": "digits", "settings": {}},
    }
    (folder / "run.json").write_text(json.dumps(record))
    log = EventLog(folder / "events.jsonl")
    if epochs:
        log.write(Started(epochs, STEPS, 64, 640, 64, parameters, "cpu", 0))
    metrics: dict[str, float] = {}
    for epoch in range(1, epochs + 1):
        log.write(Progress(epoch * STEPS, epoch, (1 / epoch,) * STEPS, 1.0, None))
        metrics = {"training_loss": 1 / epoch, "validation_loss": 2 / epoch, "validation_accuracy": accuracy}
        log.write(EpochDone(epoch, epoch * STEPS, metrics, True, float(epoch), "validation_accuracy"))
    if failed:
        log.write(Failed(failed))
    elif ended:
        log.write(Finished("done", epochs, epochs, metrics, metrics, float(epochs)))
    log.close()
    return folder
