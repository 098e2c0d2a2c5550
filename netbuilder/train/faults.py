"""What went wrong in a run, as a sentence that names the node and says what would mend it."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from pathlib import Path

import torch

from netbuilder.data.arguments import MissingInput
from netbuilder.data.source import DataError
from netbuilder.model_file import node_at_fault
from netbuilder.train.arithmetic import HALVES
from netbuilder.train.checkpoint import CheckpointError
from netbuilder.train.device import DeviceError
from netbuilder.train.events import Failed
from netbuilder.train.losses.objective import WrongShape
from netbuilder.train.node_results import NodeResults
from netbuilder.train.recipes.recipe import Recipe, RecipeError
from netbuilder.train.run import RunError
from netbuilder.train.tally import NotFinite
from netbuilder.weights_file import NoWeights

SAID = (  # sentences already
    *(DataError, CheckpointError, DeviceError, WrongShape),
    *(RecipeError, RunError, MissingInput, NoWeights),
)
NO_HALF = ("primitive descriptor", "implemented for 'Half'", "implemented for 'BFloat16'")
NO_MEMORY = ("not enough memory", "out of memory", "can't allocate memory")


def explain(error: BaseException, model_file: Path | None, lines: Mapping[str, str], recipe: Recipe) -> Failed:
    """The last fact of a run that `error` ended."""
    details = "".join(traceback.format_exception(error))
    node = None if model_file is None else node_at_fault(error, model_file, lines)
    if isinstance(error, NotFinite):
        node = None if model_file is None else _began_at(error, model_file, lines)
        sentence = _not_finite(error, node, recipe)
    elif isinstance(error, SAID):
        sentence = str(error)
    elif _no_memory(error):
        made = model_file is not None and _while_made(error, model_file)
        sentence = _too_heavy(node) if made else _too_large(node, recipe)
    elif isinstance(error, OSError):
        sentence = f"The run could not be kept on disk: {error.strerror or error}. Free some space or look at the disk."
    elif "does not have a deterministic implementation" in str(error):
        sentence = _not_reproducible(error, node)
    elif recipe.precision in HALVES and any(words in str(error) for words in NO_HALF):
        sentence = (
            f"{_at(node)} can't be computed in {recipe.precision} on this device. Set the precision to float32, or "
            "train on another device."
        )
    elif "more than 1 value per channel" in str(error):
        sentence = (
            f"{_at(node)} can't learn from one sample at a time. Set the batch size to 2 or more, "
            "and see that there are at least 2 training samples."
        )
    else:
        sentence = f"{_at(node)} stopped the training: {_first_line(error)}"
    return Failed(sentence, node, details)


def _at(node: str | None) -> str:
    return "The network" if node is None else f"The node {node}"


def _not_reproducible(error: BaseException, node: str | None) -> str:
    operation = str(error).strip().partition(" ")[0]
    return (
        f"{_at(node)} can't be trained reproducibly on this device: torch has no such algorithm for {operation}. Turn "
        "reproducible off, or train on the CPU."
    )


def _first_line(error: BaseException) -> str:
    text = next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
    return text[:240] if text.endswith((".", "!", "?")) else f"{text[:240]}."


def _no_memory(error: BaseException) -> bool:
    if isinstance(error, (MemoryError, torch.OutOfMemoryError)):
        return True
    return isinstance(error, RuntimeError) and any(words in str(error).lower() for words in NO_MEMORY)


def _while_made(error: BaseException, model_file: Path) -> bool:
    """Whether it happened while the network was made, before any sample was looked at."""
    frames = traceback.extract_tb(error.__traceback__)
    return any(frame.name == "__init__" and Path(frame.filename) == model_file for frame in frames)


def _too_heavy(node: str | None) -> str:
    where = "" if node is None else f" of the node {node}"
    return f"There is not enough memory for the weights{where}. Make the network smaller."


def _too_large(node: str | None, recipe: Recipe) -> str:
    where = "" if node is None else f" at the node {node}"
    if recipe.batch_size > 1:
        return (
            f"There was not enough memory{where} for a batch of {recipe.batch_size} samples. "
            f"Try a batch size of {recipe.batch_size // 2}."
        )
    return f"There was not enough memory{where}, even for a single sample. Make the network smaller."


def _not_finite(error: NotFinite, node: str | None, recipe: Recipe) -> str:
    where = "" if node is None else f" It began at the node {node}."
    rate = recipe.settings.get("learning_rate")
    than = "" if rate is None else f" than {rate:g}"
    return f"{error}{where} Try a smaller learning rate{than}, or put a normalization layer into the network."


def _began_at(error: NotFinite, model_file: Path, lines: Mapping[str, str]) -> str | None:
    """The node whose result was the first that was not finite, found by running the step's forward pass again."""
    if error.replay is None:
        return None
    watch = NodeResults(model_file, lines, lambda made, _: all(bool(one.isfinite().all()) for one in made))
    try:
        with torch.no_grad(), watch:
            error.replay()
    except Exception:  # the search for the cause must not hide the fault itself
        return None
    return next((node for node, finite in watch.found.items() if not finite), None)
