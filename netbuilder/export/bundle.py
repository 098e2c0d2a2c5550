"""A folder, or a zip of it, that predicts with nothing but Python, torch and safetensors."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import netbuilder
from netbuilder.export.bundle_text import TOKENIZER, about_text, predict_text, tokenizer_of
from netbuilder.export.exporter import CALLED, Exporter, Trained, as_json
from netbuilder.export.weights import write_weights

if TYPE_CHECKING:
    from netbuilder.data.dataset import Dataset

SAMPLES = 8  # how many samples come along, to try it with
FILES = ("model.py", "weights.safetensors", "predict.py", "about.json", "sample.safetensors", "README.md")
GENERATE = "generate.py"
MAY_BE = (*FILES, TOKENIZER, GENERATE)  # all that a bundle may hold

PREDICT = '''"""Predicts the samples in a file: python predict.py [samples.safetensors]. Needs torch and safetensors."""

import json
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file

from model import Network

here = Path(__file__).resolve().parent
about = json.loads((here / "about.json").read_text("utf-8"))
network = Network().eval()
network.load_state_dict(load_file(here / "weights.safetensors"))


@torch.no_grad()
def predict(*inputs):
    """{purpose}"""
    return {expression}


if __name__ == "__main__":
    samples = load_file(sys.argv[1] if len(sys.argv) > 1 else here / "sample.safetensors")
    for row in predict(*(samples[name] for name in about["inputs"])){rows}:
{show}
'''

SHOW_CLASSES = """\
        ranked = sorted(zip(row, about["{classes}"]), reverse=True)
        print(*(f"{name} {probability:.1%}" for probability, name in ranked[:3]), sep="   ")"""

SHOW_NUMBERS = """\
        print(*(f"{name} {value:.6g}" for name, value in zip(about["predicts"], row)), sep="   ")"""

SHOW_SHAPE = """\
        print(*row.shape, sep=" x ", end="")
        print(f", from {row.min():.6g} to {row.max():.6g}")"""

README = """# {title}

A network drawn and trained with NetBuilder. It runs with Python, torch and safetensors, and without NetBuilder.

    pip install torch safetensors{more}
    python predict.py{text}

- `model.py`: the network, as PyTorch source
- `weights.safetensors`: what it has learned
- `predict.py`: how to use it; `from predict import predict` for your own code
- `about.json`: its inputs, what they must be prepared like, and what its outputs mean
- `sample.safetensors`: {samples} to try it with
"""
README_GENERATE = (
    "- `generate.py`: makes new samples, `python generate.py 10`; `from generate import generate` for your own code\n"
)
README_TOKENIZER = "- `tokenizer.json`: the pieces that text is cut into\n"


class Bundle(Exporter):
    """A folder (or a .zip) with model.py, the weights and a short predict.py. Needs only torch and safetensors."""

    kind = "bundle"
    title = "Python bundle"
    runner = """
import contextlib
import io
import runpy
import sys
import zipfile
from pathlib import Path

import torch

if written.is_file():
    zipfile.ZipFile(written).extractall("bundle")
    written = next(Path("bundle").iterdir())
sys.path.insert(0, str(written))
sys.argv = ["predict.py"]
printed = io.StringIO()
with contextlib.redirect_stdout(printed):
    told = runpy.run_path(str(written / "predict.py"), run_name="__main__")
if not printed.getvalue().strip():
    raise SystemExit("predict.py printed nothing")


def run(arrays):
    with torch.no_grad():
        outputs = told["network"](*map(torch.from_numpy, arrays))
    return [t.numpy() for t in (outputs if isinstance(outputs, tuple) else [outputs])]
"""

    def write(self, trained: Trained, out: Path) -> None:
        if out.suffix.lower() != ".zip":
            _write_folder(trained, out)
            return
        with tempfile.TemporaryDirectory(dir=out.parent) as place:
            folder = Path(place) / "bundle"
            _write_folder(trained, folder)
            with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
                for name in MAY_BE:
                    if (folder / name).is_file():
                        archive.write(folder / name, f"{file_name(trained.title)}/{name}")


def file_name(title: str) -> str:
    """A title as a name that every file system takes."""
    kept = "".join(c if c.isalnum() or c in "-_. " else "-" for c in title).strip(" .-")
    return kept[:60].rstrip(" .-") or "network"


def about(trained: Trained) -> dict[str, Any]:
    """What someone needs to know to use the network, as plain JSON values."""
    data, target = trained.dataset, trained.dataset.spec.target
    inputs = {
        name: {"shape": list(tensor.shape[1:]), "dtype": str(tensor.dtype).removeprefix("torch.")}
        for name, tensor in trained.inputs.items()
    }
    told: dict[str, Any] = {"title": trained.title, "netbuilder": netbuilder.__version__, "inputs": inputs}
    if data.is_picture:
        next(iter(inputs.values()))["means"] = "pictures as channels, height, width; values from 0 to 1"
    if data.columns:
        told["columns"] = _columns(data)
    if data.spec.tokens:
        told |= {"tokens": list(data.spec.tokens), **about_text(trained)}
    if target is not None and target.positions:
        told["at each of"] = list(target.positions)
    if target is not None and target.kind in CALLED:
        told[CALLED[target.kind]] = list(target.classes)
    elif target is not None and not target.is_open:
        told["predicts"] = list(target.names)
        if data.target_scale is not None:
            told["target"] = dict(zip(("mean", "scale"), data.target_scale, strict=True))
    return told


def _columns(data: Dataset) -> list[dict[str, Any]]:
    """How a row of the table becomes the input vector, part by part."""
    if not data.encodings:
        return [{"names": [name]} for name in data.columns]
    return [{"names": list(e.names), "how": type(e).__name__.lower()} | asdict(e) for e in data.encodings]


def _write_folder(trained: Trained, out: Path) -> None:
    from safetensors.torch import save

    out.mkdir()
    shutil.copyfile(trained.source, out / "model.py")
    write_weights(trained.model, out / "weights.safetensors")
    few = {name: tensor[:SAMPLES].clone().contiguous() for name, tensor in trained.inputs.items()}
    (out / "sample.safetensors").write_bytes(save(few))
    facts = (f"  {as_json(key)}: {as_json(value)}" for key, value in about(trained).items())
    (out / "about.json").write_text("{\n" + ",\n".join(facts) + "\n}\n", "utf-8")
    (out / "predict.py").write_text(_predict(trained), "utf-8", newline="\n")
    pieces = tokenizer_of(trained.dataset)
    if pieces:
        (out / TOKENIZER).write_text(pieces, "utf-8")
    count = len(next(iter(few.values())))
    said = f"{count} validation sample{'s' if count != 1 else ''}"
    readme = README.format(
        title=trained.title,
        samples=said,
        more=" tokenizers" if pieces else "",
        text=' "TEXT"' if about_text(trained) else "",
    )
    readme += README_TOKENIZER if pieces else ""
    for name, script in trained.scripts.items():
        (out / name).write_text(script, "utf-8", newline="\n")
        readme += README_GENERATE if name == GENERATE else ""
    (out / "README.md").write_text(readme, "utf-8", newline="\n")


def _predict(trained: Trained) -> str:
    import torch

    data, target = trained.dataset, trained.dataset.spec.target
    with torch.no_grad():
        several = isinstance(trained.model(*(tensor[:2] for tensor in trained.inputs.values())), tuple)
    scores = "network(*inputs)[0]" if several else "network(*inputs)"
    if text := predict_text(trained, scores):
        return text
    scaled = ' * about["target"]["scale"] + about["target"]["mean"]' if data.target_scale is not None else ""
    rows = ".tolist()"
    if target is None or target.positions:
        rows, purpose, expression, show = "", "What the network gives for each sample.", scores + scaled, SHOW_SHAPE
    elif target.is_open:
        rows, purpose, expression, show = "", "The embedding of each sample, a row a sample.", scores, SHOW_SHAPE
    elif target.kind == "class":
        purpose, expression = "The probability of each class, a row a sample.", f"{scores}.softmax(1)"
        show = SHOW_CLASSES.replace("{classes}", "classes")
    elif target.kind == "labels":
        purpose, expression = "The probability that each label holds, a row a sample.", f"{scores}.sigmoid()"
        show = SHOW_CLASSES.replace("{classes}", "labels")
    else:
        purpose, expression, show = "The predicted numbers, a row a sample.", scores + scaled, SHOW_NUMBERS
    return PREDICT.format(purpose=purpose, expression=expression, rows=rows, show=show)
