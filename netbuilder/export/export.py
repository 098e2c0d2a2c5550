"""Takes a run's network away: writes it beside its place, proves it in a fresh process, and only then moves it there.

It knows nothing about any one format, and nothing about screens.
"""

from __future__ import annotations

import inspect
import secrets
import shutil
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from netbuilder.export.bundle import MAY_BE
from netbuilder.export.exporter import Exporter, ExportError, Scripts, Tell, Trained
from netbuilder.export.verify import verify

if TYPE_CHECKING:
    import torch

    from netbuilder.data.dataset import Dataset

MOST = 512  # validation samples compared


class Run(Protocol):
    """What is needed of a run: its folder (with model.py in it), its title, and its network."""

    @property
    def folder(self) -> Path: ...

    @property
    def title(self) -> str: ...

    def model(self, checkpoint: str | None = None) -> torch.nn.Module: ...


@dataclass(frozen=True)
class Report:
    """What was exported and how well it agrees: at most `allowed` apart on `samples_compared` validation samples."""

    path: Path
    largest_difference: float
    allowed: float
    samples_compared: int
    size: int  # bytes
    sentence: str


def export_run(
    run: Run,
    exporter: Exporter,
    out: Path,
    dataset: Dataset,
    tell: Tell = lambda what, done, total: None,
    scripts: Scripts = lambda dataset, arguments: {},
) -> Report:
    """Export, prove, then move to `out`. Whatever goes wrong, `out` is as it was and nothing else is left.

    `scripts` gives further programs to take along, where the format has room for them. `tell` may raise to call it off.
    Raises `ExportError`.
    """
    out = out.absolute()
    _check_place(exporter, out)
    tell("Loading the trained network", 0, 3)
    trained = _trained(run, exporter, dataset)
    trained = replace(trained, scripts=scripts(dataset, list(trained.inputs)))
    written = out.with_name(f".{out.stem[:40]}-{secrets.token_hex(4)}{out.suffix}")
    try:
        tell(f"Writing {exporter.title}", 1, 3)
        exporter.write(trained, written)
        tell("Comparing in a fresh process", 2, 3)
        proof = verify(exporter, trained, written, tell)
        size = sum(file.stat().st_size for file in ([written] if written.is_file() else written.iterdir()))
        _move(written, out)
    except OSError as error:
        raise ExportError(f"{out.name} can't be written: {error.strerror or error}.") from error
    finally:
        _remove(written)
    sentence = (
        f"{exporter.title} written to {out.name} ({_size(size)}). In a fresh process it gave the trained network's "
        f"outputs for {proof.samples:,} validation sample{'s' if proof.samples != 1 else ''}: largest difference "
        f"{proof.largest_difference:.2g}, allowed {proof.allowed:.2g}."
    )
    return Report(out, proof.largest_difference, proof.allowed, proof.samples, size, sentence)


def _check_place(exporter: Exporter, out: Path) -> None:
    if getattr(sys, "frozen", False):
        raise ExportError(
            "An export is proved in a fresh Python, and this packaged program has none. "
            "Install NetBuilder with pip, and export the run there."
        )
    if not out.parent.is_dir():
        raise ExportError(f"There is no folder {out.parent}. Make it first, or choose another place.")
    if exporter.kind == "bundle" and out.suffix.lower() != ".zip":
        if out.is_file():
            raise ExportError(f"{out.name} is a file, and the bundle is a folder. Choose another name.")
        if out.is_dir() and any(file.name not in (*MAY_BE, "__pycache__") for file in out.iterdir()):
            raise ExportError(f"The folder {out.name} holds other files. Choose a new name for the bundle.")
    elif out.is_dir():
        raise ExportError(f"{out.name} is a folder. Choose a name for a file.")


def _trained(run: Run, exporter: Exporter, dataset: Dataset) -> Trained:
    import torch

    from netbuilder.data.arguments import arguments

    chosen = dataset.validation[:MOST]
    if not len(chosen):
        raise ExportError("There are no validation samples to prove the export with. Keep a share for validation.")
    try:
        model = run.model(exporter.checkpoint).cpu().eval()
    except (OSError, ValueError) as error:
        raise ExportError(f"The run's network can't be loaded: {error}") from error
    try:
        known = arguments(model, list(dataset.inputs))
        named = zip(inspect.signature(model.forward).parameters, known, strict=True)
        inputs = {name: dataset.inputs[key][chosen] for name, key in named}
        with torch.no_grad():
            model(*(tensor[:2] for tensor in inputs.values()))
    except (RuntimeError, ValueError, IndexError) as error:
        raise ExportError(
            "The network can't take this data: it was trained on other data than there is now."
        ) from error
    return Trained(_one_line(run.title), model, run.folder / "model.py", dataset, inputs)


def _one_line(title: str) -> str:
    """A title as headings and metadata can bear it, whatever the run's folder says."""
    return " ".join("".join(c if c.isprintable() else " " for c in title).split())[:200] or "network"


def _move(written: Path, out: Path) -> None:
    """Put what was written in its place; an older export there is gone only when the new one stands."""
    if not out.is_dir():
        written.replace(out)
        return
    aside = out.with_name(f".{out.stem[:40]}-{secrets.token_hex(4)}.old")
    out.rename(aside)
    try:
        written.rename(out)
    except OSError:
        aside.rename(out)
        raise
    _remove(aside)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _size(count: int) -> str:
    return f"{count / 1e6:,.1f} MB" if count >= 1e6 else f"{count / 1e3:,.0f} kB"
