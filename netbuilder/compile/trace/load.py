"""Where a model of someone else's comes from: a file and a name, an importable module and a name, or a program.

Loading one executes what its author wrote. Whoever calls `load_model` has been told so; everything else here only
reads the words of the request.
"""

from __future__ import annotations

import importlib
import importlib.util
import itertools
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch
    from torch import nn

PROGRAM = ".pt2"
SEED = 0
USUAL_RANGE = 2  # of whole numbers that index nothing: 0 and 1
MOST_NUMBERS = 500_000_000  # in one example

_numbers = itertools.count(1)


class CannotImport(ValueError):
    """The model can't be had. `str()` is a sentence that says why, and what would help."""


@dataclass(frozen=True)
class Origin:
    """What was asked for: `name` in the file or the importable module, or a program that has no name in it."""

    name: str
    file: Path | None = None
    module: str = ""

    @property
    def is_program(self) -> bool:
        return self.file is not None and self.file.suffix == PROGRAM

    def __str__(self) -> str:
        where = str(self.file) if self.file is not None else self.module
        return f"{where}:{self.name}" if self.name else where

    def executed(self) -> str:
        """What would be executed, as the end of a sentence."""
        if self.file is None:
            return f"the Python module {self.module}, all that it imports, and {self.name}"
        if self.is_program:
            return f"the program in {self.file}"
        return f"the Python file {self.file}, all that it imports, and {self.name}"


def parse_origin(text: str) -> Origin:
    """`PATH.py:NAME`, `package.module:NAME` or `PATH.pt2`. Raises `CannotImport`; reads no file."""
    if text.endswith(PROGRAM):
        return Origin("", _existing(Path(text)))
    where, colon, name = text.rpartition(":")
    if not colon or not where or not name or "/" in name or "\\" in name:
        raise CannotImport(
            f"{text} names no model. Write PATH.py:NAME, package.module:NAME or PATH.pt2, where NAME is a class, "
            "a function that returns a module, or a module."
        )
    if not all(word.isidentifier() for word in name.split(".")):
        raise CannotImport(f"{name} is no Python name. After the colon comes the name of a class or a function.")
    if where.endswith(".py"):
        return Origin(name, _existing(Path(where)))
    if not all(word.isidentifier() for word in where.split(".")):
        raise CannotImport(f"{where} is neither a .py file nor the name of a Python module.")
    return Origin(name, module=where)


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise CannotImport(f"There is no file {path}.")
    return path


def load_model(origin: Origin) -> nn.Module:
    """The model, in eval mode. Executes the file or the module. Raises `CannotImport`.

    What it prints goes to standard error.
    """
    from torch import nn

    assert not origin.is_program
    with _quiet(), _with_path(origin.file.resolve().parent if origin.file else Path.cwd()):
        found = _named(origin, _module(origin))
        if isinstance(found, nn.Module):
            return found.eval()
        if not callable(found):
            raise CannotImport(f"{origin.name} is a {type(found).__name__}, not a class, a function or a module.")
        try:
            made = found()
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            raise CannotImport(
                f"{origin.name}() can't be called: {said(error)}. If it needs arguments, write a function without any "
                f"that returns {origin.name}(...), and name that."
            ) from error
    if not isinstance(made, nn.Module):
        raise CannotImport(f"{origin.name}() gives a {type(made).__name__}, not an nn.Module.")
    return made.eval()


def load_program(origin: Origin) -> torch.export.ExportedProgram:
    """The program in a .pt2 file. Raises `CannotImport`."""
    import torch

    try:
        with _quiet(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # torch's, about its own insides
            return torch.export.load(str(origin.file))
    except Exception as error:
        raise CannotImport(f"{origin.file} can't be read as a program of torch.export: {said(error)}.") from error


def _module(origin: Origin) -> Any:
    try:
        if origin.file is None:
            return importlib.import_module(origin.module)
        name = f"netbuilder_imported_{next(_numbers)}_{origin.file.stem}"
        spec = importlib.util.spec_from_file_location(name, origin.file.resolve())
        if spec is None or spec.loader is None:
            raise CannotImport(f"{origin.file} is no Python file.")
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
        return module
    except (KeyboardInterrupt, CannotImport):
        raise
    except BaseException as error:  # also SystemExit: a script that ends itself
        advice = ""
        if isinstance(error, ImportError) and "relative import" in str(error):
            advice = " It belongs to a package: name it as package.module:NAME, from the folder the package is in."
        raise CannotImport(f"{origin.file or origin.module} can't be imported: {said(error)}.{advice}") from error


def _named(origin: Origin, module: Any) -> Any:
    found = module
    for word in origin.name.split("."):
        if not hasattr(found, word):
            there = [name for name, value in vars(module).items() if _is_model(value, module)]
            known = f" It has {', '.join(there[:8])}." if there else ""
            raise CannotImport(f"{origin.file or origin.module} has nothing called {origin.name}.{known}")
        found = getattr(found, word)
    return found


def _is_model(value: Any, module: Any) -> bool:
    from torch import nn

    own = getattr(value, "__module__", None) == module.__name__
    return isinstance(value, nn.Module) or (isinstance(value, type) and issubclass(value, nn.Module) and own)


@contextmanager
def _quiet() -> Iterator[None]:
    """What others print is no part of our own answer."""
    with redirect_stdout(sys.stderr):
        yield


@contextmanager
def _with_path(folder: Path) -> Iterator[None]:
    """Python finds what lies in `folder`, as it would if it had been started there."""
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        if str(folder) in sys.path:
            sys.path.remove(str(folder))


def said(error: BaseException) -> str:
    """An error of others as part of a sentence: one line, not too long, without a dot at its end."""
    text = " ".join(str(error).split())
    text = f"{type(error).__name__}: {text}" if text else type(error).__name__
    return (text[:297] + "..." if len(text) > 300 else text).rstrip(".")


@dataclass(frozen=True)
class Example:
    """What one input of the model is tried with. `below` bounds whole numbers (0: as the model's embeddings allow)."""

    shape: tuple[int, ...]
    dtype: str = "float32"
    below: int = 0
    name: str = ""


def parse_examples(texts: Sequence[str]) -> list[Example]:
    """`1x3x224x224`, `1x16:int64`, `1x16:int64:1000`, `name=1x16:int64`; several with commas. Raises `CannotImport`."""
    found = [_example(part.strip()) for text in texts for part in text.split(",")]
    names = [example.name for example in found if example.name]
    if len(set(names)) < len(names):
        raise CannotImport(f"The example names {next(n for n in names if names.count(n) > 1)} twice.")
    return found


def _example(text: str) -> Example:
    import torch

    name, equals, rest = text.rpartition("=")
    sizes, *more = rest.split(":")
    wrong = CannotImport(
        f"{text!r} is no example input. Write its shape with the batch, such as 1x3x224x224, then if need be its type "
        "and the range of whole numbers: 1x16:int64:1000, or name=1x16:int64."
    )
    if (equals and not name.isidentifier()) or len(more) > 2:
        raise wrong
    try:
        shape = tuple(int(size) for size in sizes.lower().replace("×", "x").split("x")) if sizes else ()
        below = int(more[1]) if len(more) == 2 else 0
    except ValueError:
        raise wrong from None
    dtype = more[0] if more else "float32"
    if not isinstance(getattr(torch, dtype, None), torch.dtype) or any(s < 1 for s in shape) or below < 0:
        raise wrong
    numbers = 1
    for size in shape:
        numbers *= size
    if numbers > MOST_NUMBERS:
        raise CannotImport(f"{text!r} would have {numbers:,} numbers. A smaller example is enough.")
    return Example(shape, dtype, below, name)


def make_inputs(
    examples: Sequence[Example], model: nn.Module | None = None
) -> tuple[tuple[torch.Tensor, ...], Mapping[str, torch.Tensor]]:
    """Tensors for the examples, always the same ones: those by position, and those by name."""
    import torch

    usual = smallest_embedding(model) if model is not None else USUAL_RANGE
    dice = torch.Generator().manual_seed(SEED)
    made = [(example.name, _tensor(example, usual, dice)) for example in examples]
    return tuple(tensor for name, tensor in made if not name), {name: tensor for name, tensor in made if name}


def _tensor(example: Example, usual: int, dice: torch.Generator) -> torch.Tensor:
    import torch

    dtype: torch.dtype = getattr(torch, example.dtype)
    if dtype.is_floating_point or dtype.is_complex:
        return torch.randn(example.shape, generator=dice, dtype=torch.float32).to(dtype)
    if "mask" in example.name or dtype == torch.bool:  # the last quarter of each row is masked
        kept = torch.ones(example.shape, dtype=dtype)
        if kept.dim() > 1 and kept.shape[-1] > 3:
            kept[..., -(kept.shape[-1] // 4) :] = 0
        return kept
    return torch.randint(0, example.below or usual, example.shape, generator=dice).to(dtype)


def smallest_embedding(model: nn.Module) -> int:
    """A range of whole numbers that every embedding of the model has a row for."""
    from torch import nn

    sizes = [m.num_embeddings for m in model.modules() if isinstance(m, (nn.Embedding, nn.EmbeddingBag))]
    return min(sizes, default=USUAL_RANGE)


def load_weights(model: nn.Module, path: Path) -> None:
    """Put the weights in a file into the model: safetensors, or what `torch.save` wrote of a `state_dict`.

    Nothing in the file is executed. Raises `CannotImport` where they are not those of this model.
    """
    import torch

    try:
        if path.suffix == ".safetensors":
            from safetensors.torch import load_file

            state: Any = load_file(path)
        else:
            state = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        raise CannotImport(f"There is no file {path}.") from None
    except Exception as error:
        raise CannotImport(f"{path} can't be read as weights: {said(error)}.") from error
    if isinstance(state, dict) and "state_dict" in state and isinstance(state["state_dict"], dict):
        state = state["state_dict"]
    if not isinstance(state, dict) or not all(isinstance(value, torch.Tensor) for value in state.values()):
        raise CannotImport(f"{path} holds no state_dict: names with a tensor each.")
    try:
        model.load_state_dict(state)
    except RuntimeError as error:
        lines = [line.strip() for line in str(error).splitlines()[1:] if line.strip()]
        raise CannotImport(f"The weights in {path} are not those of this model: {' '.join(lines)[:300]}") from error
