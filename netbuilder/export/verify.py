"""Runs what was exported in a fresh process, in an empty folder, and compares its outputs with the trained model's.

The rule: the largest absolute difference, over all compared samples and outputs, is at most
TOLERANCE × max(1, largest absolute output of the trained model). The samples go through as one batch, and the
first one also by itself, so that a batch of any size is proved too.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from netbuilder.export.exporter import Exporter, ExportError, Tell, Trained

if TYPE_CHECKING:
    import numpy as np
    import torch

TOLERANCE = 1e-5
SEED = 5  # of what a network draws when it answers
LONGEST = 600.0  # seconds until the fresh process is given up

HARNESS = """
import sys
from pathlib import Path

sys.modules["netbuilder"] = None  # whoever takes the file away does not have it
written, source = map(Path, sys.argv[1:])
{runner}


def main():
    from safetensors.numpy import load_file, save_file

    inputs = load_file("inputs.safetensors")
    arrays = [inputs[str(at)] for at in range(len(inputs))]
    found = dict()
    for batch, given in (("all", arrays), ("first", [array[:1] for array in arrays])):
        if "torch" in sys.modules:  # what a network draws when it answers is drawn the same here and there
            sys.modules["torch"].manual_seed({seed})
        for at, output in enumerate(run(given)):
            found[batch + str(at)] = output.copy()
    save_file(found, "outputs.safetensors")


main()
"""


@dataclass(frozen=True)
class Proof:
    """What was measured, and what would have been allowed."""

    largest_difference: float
    allowed: float
    samples: int


def verify(exporter: Exporter, trained: Trained, written: Path, tell: Tell) -> Proof:
    """Compare. `tell` is called every now and then and may raise to call it off. Raises `ExportError`."""
    import numpy as np
    from safetensors.numpy import load_file, save_file

    expected = _expected(trained)
    with tempfile.TemporaryDirectory(prefix="netbuilder-", ignore_cleanup_errors=True) as place:
        folder = Path(place)
        arrays = {str(at): tensor.contiguous().numpy() for at, tensor in enumerate(trained.inputs.values())}
        save_file(arrays, folder / "inputs.safetensors")
        harness = HARNESS.replace("{runner}", exporter.runner).replace("{seed}", str(SEED))
        (folder / "run.py").write_text(harness, "utf-8")
        _run_afresh(folder, [str(written.resolve()), str(trained.source.resolve())], tell)
        found = load_file(folder / "outputs.safetensors")
    largest = max((float(np.abs(value).max(initial=0.0)) for value in expected.values()), default=0.0)
    allowed = TOLERANCE * max(1.0, largest)
    difference = 0.0
    for name, value in expected.items():
        if name not in found or found[name].shape != value.shape:
            raise ExportError(
                "The exported file gives outputs of another shape than the trained network. Nothing was exported."
            )
        gap = np.abs(found[name].astype(np.float64) - value.astype(np.float64))
        difference = max(difference, float(gap.max(initial=0.0)))
    if not difference <= allowed and draws(trained):
        raise ExportError(
            f"The network draws random numbers when it answers, and {exporter.title} draws others, so the two can't be "
            "compared. Nothing was exported: export a Python bundle, or draw a network that answers without noise."
        )
    if not difference <= allowed:
        raise ExportError(
            f"The exported file is not the trained network: outputs differ by up to {difference:.2g}, "
            f"and {allowed:.2g} is allowed. Nothing was exported."
        )
    return Proof(difference, allowed, len(next(iter(trained.inputs.values()))))


def _expected(trained: Trained) -> dict[str, np.ndarray]:
    import torch

    expected: dict[str, np.ndarray] = {}
    inputs, random = tuple(trained.inputs.values()), draws(trained)
    with torch.no_grad():
        for batch, given in (("all", inputs), ("first", tuple(tensor[:1] for tensor in inputs))):
            if random:
                torch.manual_seed(SEED)  # for no other network: a training that goes on beside this draws as well
            for at, tensor in enumerate(_tensors(trained.model(*given))):
                if not torch.isfinite(tensor).all():
                    raise ExportError(
                        "The trained network's output is not a number. Train it again with a smaller learning rate."
                    )
                expected[f"{batch}{at}"] = tensor.numpy()
    return expected


def draws(trained: Trained) -> bool:
    """Whether the network draws random numbers when it answers: twice the same question gives two answers."""
    import torch

    given = tuple(tensor[:2] for tensor in trained.inputs.values())
    with torch.no_grad():
        one, other = (_tensors(trained.model(*given)) for _ in range(2))
    return any(not torch.equal(first, second) for first, second in zip(one, other, strict=True))


def _tensors(output: object) -> tuple[torch.Tensor, ...]:
    return output if isinstance(output, tuple) else (output,)


def _run_afresh(folder: Path, arguments: list[str], tell: Tell) -> None:
    """Run run.py in `folder` with an interpreter that sees no other folder of ours, on the CPU.

    Isolated but for the user's own packages: pip puts torch there where it may not write elsewhere.
    """
    command = [sys.executable, "-E", "-P", "-B", "-X", "utf8", "run.py", *arguments]
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            env={**os.environ, "CUDA_VISIBLE_DEVICES": ""},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # on Windows a terminal would open
        )
        end = time.monotonic() + LONGEST
        try:
            while True:
                tell("Comparing in a fresh process", 0, 0)
                try:
                    code = process.wait(timeout=0.1)
                    break
                except subprocess.TimeoutExpired:
                    if time.monotonic() > end:
                        raise ExportError(
                            f"Running the exported file took over {LONGEST / 60:.0f} minutes. Nothing was exported."
                        ) from None
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
    if code != 0:
        lines = (folder / "said").read_text("utf-8", "replace").strip().splitlines()
        last = (lines[-1][:300] if lines else f"exit code {code}").rstrip(".")
        raise ExportError(f"The exported file can't be run in a fresh process: {last}. Nothing was exported.")
