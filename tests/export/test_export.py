"""Every format over every kind of network, loaded in a fresh process; and what is left when that fails: nothing."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from netbuilder.export.bundle import FILES, Bundle
from netbuilder.export.catalog import EXPORTERS, find
from netbuilder.export.export import export_run
from netbuilder.export.exporter import ExportError
from netbuilder.export.onnx import Onnx
from netbuilder.export.program import Program
from netbuilder.export.weights import Weights
from tests.export.runs import trained_run


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def place(tmp_path):
    """An empty folder to export to."""
    folder = tmp_path / "taken away"
    folder.mkdir()
    return folder


HOSTILE = ('"""; import os', "{expression}\n<script>", "r\udce9sum\udce9")


def hostile(run, data):
    """The same run with a title and class names that somebody chose to do harm, or that are not even text."""
    run.title = 'a"""\nimport os; os.abort()\udc80\x9b # <img>'
    target = replace(data.spec.target, classes=HOSTILE)
    return run, replace(data, spec=replace(data.spec, target=target))


# The file formats with every kind of network; a fresh process costs seconds, so the pairs are chosen.
PAIRS = (
    [(exporter, "cnn") for exporter in EXPORTERS]
    + [(exporter, kind) for exporter in (Onnx, Program) for kind in ("lstm", "attention", "two inputs")]
    + [(Onnx, "labels"), (Bundle, "unasked")]
    + [(Bundle, "attention"), (Bundle, "two inputs"), (Bundle, "prices")]
)


@pytest.mark.parametrize(("exporter", "kind"), PAIRS, ids=lambda value: getattr(value, "kind", value))
def test_a_fresh_process_gives_the_trained_networks_outputs(exporter, kind, tmp_path, place):
    run, data = trained_run(tmp_path / "run", kind)
    out = place / f"net{exporter.suffix}"
    told = []
    report = export_run(run, exporter(), out, data, lambda *what: told.append(what))
    assert report.path == out
    assert report.samples_compared == 10
    assert report.largest_difference <= report.allowed
    assert report.allowed < 1e-3
    assert f"largest difference {report.largest_difference:.2g}," in report.sentence
    assert names(place) == [out.name]
    assert {what for what, _, _ in told} >= {f"Writing {exporter.title}", "Comparing in a fresh process"}


def test_the_bundle_runs_with_python_alone_and_prints_its_predictions(tmp_path, place):
    run, data = trained_run(tmp_path / "run", "cnn")
    export_run(run, Bundle(), place / "net", data)
    assert names(place / "net") == sorted(FILES)
    command = [sys.executable, "-B", "-s", "-E", place / "net" / "predict.py"]
    told = subprocess.run(command, cwd=place, capture_output=True, text=True, check=True)
    lines = told.stdout.splitlines()
    assert len(lines) == 8
    with torch.no_grad():
        expected = run.network.eval()(data.inputs["image"][data.validation[:8]]).softmax(1)
    for line, row in zip(lines, expected, strict=True):
        best = data.spec.target.classes[int(row.argmax())]
        assert line.startswith(f"{best} {float(row.max()):.1%}")


def test_the_bundle_imports_only_torch_safetensors_and_what_python_has(tmp_path, place):
    run, data = trained_run(tmp_path / "run", "cnn")
    export_run(run, Bundle(), place / "net", data)
    imported = set()
    for name in ("model.py", "predict.py"):
        for node in ast.walk(ast.parse((place / "net" / name).read_text("utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                imported.add(node.module.partition(".")[0])
    assert imported - set(sys.stdlib_module_names) == {"torch", "safetensors", "model"}


def test_the_bundle_says_what_its_inputs_and_outputs_mean(tmp_path, place):
    run, data = trained_run(tmp_path / "run", "prices")
    export_run(run, Bundle(), place / "net", replace(data, target_scale=(100.0, 20.0)))
    about = json.loads((place / "net" / "about.json").read_text("utf-8"))
    assert about["inputs"] == {"row": {"shape": [4], "dtype": "float32"}}
    assert about["predicts"] == ["price", "rent"]
    assert about["target"] == {"mean": 100.0, "scale": 20.0}
    assert [part["names"] for part in about["columns"]] == [["a"], ["b"], ["c"], ["d"]]
    told = subprocess.run(
        [sys.executable, "-B", place / "net" / "predict.py"], cwd=place, capture_output=True, text=True, check=True
    )
    with torch.no_grad():
        expected = run.network.eval()(data.inputs["x"][data.validation[:1]])[0] * 20 + 100
    words = told.stdout.splitlines()[0].split()
    assert words[::2] == ["price", "rent"]
    np.testing.assert_allclose([float(word) for word in words[1::2]], expected.numpy(), rtol=1e-5)


def test_a_bundle_of_a_network_that_answers_for_every_pixel_tells_what_it_gives(tmp_path, place):
    run, data = trained_run(tmp_path / "run", "pixels")
    export_run(run, Bundle(), place / "net", data)
    about = json.loads((place / "net" / "about.json").read_text("utf-8"))
    assert (about["classes"], about["at each of"]) == (["ant", "bee", "cat"], [8, 8])
    command = [sys.executable, "-B", place / "net" / "predict.py"]
    told = subprocess.run(command, cwd=place, capture_output=True, text=True, check=True)
    lines = told.stdout.splitlines()
    assert len(lines) == 8
    assert lines[0].startswith("3 x 8 x 8, from ")


def test_a_bundle_of_a_network_for_labels_tells_how_likely_each_is(tmp_path, place):
    run, data = trained_run(tmp_path / "run", "labels")
    export_run(run, Bundle(), place / "net", data)
    command = [sys.executable, "-B", place / "net" / "predict.py"]
    told = subprocess.run(command, cwd=place, capture_output=True, text=True, check=True)
    with torch.no_grad():
        expected = run.network.eval()(data.inputs["x"][data.validation[0]]).sigmoid()
    likeliest = data.spec.target.classes[int(expected.argmax())]
    assert told.stdout.startswith(f"{likeliest} {float(expected.max()):.1%}")


def test_a_bundle_can_be_a_zip_of_one_folder(tmp_path, place):
    run, data = trained_run(tmp_path / "run", "cnn")
    report = export_run(run, Bundle(), place / "net.zip", data)
    with zipfile.ZipFile(place / "net.zip") as archive:
        assert sorted(archive.namelist()) == sorted(f"toy cnn/{name}" for name in FILES)
    assert report.size == (place / "net.zip").stat().st_size
    assert names(place) == ["net.zip"]


def test_onnx_takes_a_batch_of_any_size_and_names_its_classes(tmp_path, place):
    import onnx

    run, data = hostile(*trained_run(tmp_path / "run", "cnn"))
    export_run(run, Onnx(), place / "net.onnx", data)
    model = onnx.load(place / "net.onnx")
    (known,) = model.graph.input
    assert known.name == "image"
    assert known.type.tensor_type.shape.dim[0].dim_param == "batch"
    facts = {entry.key: entry.value for entry in model.metadata_props}
    assert json.loads(facts["classes"]) == list(HOSTILE)
    assert facts["title"] == 'a""" import os; os.abort() # <img>'


def test_names_that_are_code_stay_names_in_a_bundle(tmp_path, place):
    run, data = hostile(*trained_run(tmp_path / "run", "cnn"))
    export_run(run, Bundle(), place / "net", data)
    about = json.loads((place / "net" / "about.json").read_text("utf-8"))
    assert about["classes"] == list(HOSTILE)
    assert about["title"] == 'a""" import os; os.abort() # <img>'
    plain, data = trained_run(tmp_path / "plain", "cnn")
    export_run(plain, Bundle(), place / "plain", data)
    assert (place / "net" / "predict.py").read_bytes() == (place / "plain" / "predict.py").read_bytes()


def test_a_packaged_program_says_that_it_has_no_fresh_python(tmp_path, place, monkeypatch):
    run, data = trained_run(tmp_path / "run", "cnn")
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    with pytest.raises(ExportError, match="Install NetBuilder with pip"):
        export_run(run, Weights(), place / "n.safetensors", data)
    assert names(place) == []


def test_the_weights_are_those_of_the_network(tmp_path, place):
    run, data = trained_run(tmp_path / "run", "cnn")
    export_run(run, Weights(), place / "net.safetensors", data)
    state = load_file(place / "net.safetensors")
    assert state.keys() == run.network.state_dict().keys()
    assert all(torch.equal(state[name], tensor) for name, tensor in run.network.state_dict().items())


def test_what_is_exported_can_be_read_by_others(tmp_path, place):
    run, data = trained_run(tmp_path / "run", "cnn")
    (tmp_path / "ordinary").write_text("")
    export_run(run, Weights(), place / "net.safetensors", data)
    assert (place / "net.safetensors").stat().st_mode == (tmp_path / "ordinary").stat().st_mode


class Forgetful(Weights):
    """Writes weights that are a little off: what verification is there to catch."""

    def write(self, trained, out):
        from safetensors.torch import save_file

        state = {name: tensor.clone() for name, tensor in trained.model.state_dict().items()}
        state["digit.bias"] += 1e-3
        save_file(state, out)


class Broken(Weights):
    """Writes something that no process can load."""

    def write(self, trained, out):
        out.write_bytes(b"not weights")


class Stuck(Weights):
    """Never comes to an end in the fresh process."""

    runner = "import time\ntime.sleep(1000)\n"


@pytest.mark.parametrize(
    ("exporter", "said"), [(Forgetful, "outputs differ by up to 0.001"), (Broken, "can't be run in a fresh process")]
)
def test_an_export_that_fails_its_proof_leaves_nothing_behind(exporter, said, tmp_path, place):
    run, data = trained_run(tmp_path / "run", "cnn")
    with pytest.raises(ExportError, match=said):
        export_run(run, exporter(), place / "net.safetensors", data)
    assert names(place) == []


def test_an_export_that_fails_leaves_the_older_one_as_it_was(tmp_path, place):
    run, data = trained_run(tmp_path / "run", "cnn")
    (place / "net.safetensors").write_bytes(b"older")
    with pytest.raises(ExportError):
        export_run(run, Broken(), place / "net.safetensors", data)
    assert (place / "net.safetensors").read_bytes() == b"older"
    assert names(place) == ["net.safetensors"]


class CalledOff(Exception):
    pass


def test_calling_it_off_ends_the_fresh_process_and_leaves_nothing(tmp_path, place):
    run, data = trained_run(tmp_path / "run", "cnn")
    heard = []

    def tell(what, done, total):
        heard.append(what)
        if heard.count("Comparing in a fresh process") > 3:
            raise CalledOff

    with pytest.raises(CalledOff):
        export_run(run, Stuck(), place / "net.safetensors", data, tell)
    assert names(place) == []


def test_a_network_that_gives_no_numbers_is_not_exported(tmp_path, place):
    run, data = trained_run(tmp_path / "run", "cnn")
    with torch.no_grad():
        run.network.digit.bias.fill_(float("nan"))
    with pytest.raises(ExportError, match="not a number"):
        export_run(run, Weights(), place / "net.safetensors", data)
    assert names(place) == []


def test_a_bundle_takes_the_place_of_an_older_bundle_but_of_no_other_folder(tmp_path, place):
    run, data = trained_run(tmp_path / "run", "cnn")
    export_run(run, Bundle(), place / "net", data)
    (place / "net" / "model.py").write_text("older")
    export_run(run, Bundle(), place / "net", data)
    assert (place / "net" / "model.py").read_text() == (run.folder / "model.py").read_text()
    assert names(place) == ["net"]
    (place / "net" / "thesis.txt").write_text("ten years of work")
    with pytest.raises(ExportError, match="holds other files"):
        export_run(run, Bundle(), place / "net", data)
    assert (place / "net" / "thesis.txt").exists()


@pytest.mark.parametrize(
    ("exporter", "out", "said"),
    [
        (Onnx(), "gone/net.onnx", "There is no folder"),
        (Onnx(), "folder", "is a folder"),
        (Bundle(), "file", "is a file"),
    ],
)
def test_a_place_that_can_not_be_written_is_said_before_anything_is_done(exporter, out, said, tmp_path, place):
    run, data = trained_run(tmp_path / "run", "cnn")
    (place / "folder").mkdir()
    (place / "file").write_text("")
    with pytest.raises(ExportError, match=said):
        export_run(run, exporter, place / out, data)
    assert names(place) == ["file", "folder"]


def test_without_validation_samples_there_is_no_proof_and_no_export(tmp_path, place):
    run, data = trained_run(tmp_path / "run", "cnn")
    data = replace(data, validation=torch.tensor([], dtype=torch.int64))
    with pytest.raises(ExportError, match="no validation samples"):
        export_run(run, Weights(), place / "n.safetensors", data)


def test_data_with_other_inputs_than_the_network_has_is_refused(tmp_path, place):
    run, _ = trained_run(tmp_path / "run", "cnn")
    _, other = trained_run(tmp_path / "other", "two inputs")
    with pytest.raises(ExportError, match="other data"):
        export_run(run, Weights(), place / "n.safetensors", other)


def test_formats_are_found_by_kind_and_imported_without_torch():
    assert [find(exporter.kind) for exporter in EXPORTERS] == list(EXPORTERS)
    assert [exporter.kind for exporter in EXPORTERS] == ["bundle", "onnx", "pt2", "safetensors"]
    assert find("gif") is None
    code = (
        "import sys, netbuilder.export.catalog as c, netbuilder.export.export; [e() for e in c.EXPORTERS];"
        "print([m for m in ('torch', 'onnx', 'onnxruntime', 'PySide6', 'safetensors') if m in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
