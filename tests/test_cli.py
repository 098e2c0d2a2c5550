"""The command line as a script uses it: what it prints, its exit codes, one line on standard error, and no Qt."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from netbuilder import __main__, __version__, display
from netbuilder.layers import standard
from netbuilder.resources import Sample, folder, samples
from netbuilder.scores import in_words
from netbuilder.terminal import TrainingLines
from netbuilder.train.events import Finished, Judged

DIGITS, IRIS = (folder() / "samples" / f"{name}.netb" for name in ("digits-cnn", "iris-mlp"))


@pytest.fixture(scope="module")
def iris_run(tmp_path_factory):
    """The folder of a run of two epochs, and what `train --json` printed."""
    home = tmp_path_factory.mktemp("run")
    command = [sys.executable, "-m", "netbuilder", "train", IRIS, "--epochs", "2", "--device", "cpu", "--json"]
    told = subprocess.run([*command, "--run", home / "iris"], capture_output=True, text=True)
    assert told.returncode == 0, told.stderr
    assert told.stderr == ""
    return home / "iris", [json.loads(line) for line in told.stdout.splitlines()]


def broken(path: Path) -> Path:
    """A project whose last layer has lost its edge."""
    project = json.loads(IRIS.read_text("utf-8"))
    edges = project["graphs"]["main"]["edges"]
    project["graphs"]["main"]["edges"] = edges[:1] + edges[2:]
    path.write_text(json.dumps(project), "utf-8")
    return path


def one_line(text: str) -> bool:
    return text.count("\n") == 1 and text.endswith("\n") and len(text) > 20


def test_layers_are_listed_as_one_json_document(say):
    code, out, err = say("layers", "--json")
    assert (code, err) == (0, "")
    assert [told["kind"] for told in json.loads(out)] == [layer.kind for layer in standard()]


def test_layers_are_listed_for_people(say):
    code, out, _ = say("layers")
    assert code == 0
    assert "MultiheadAttention" in out


def test_samples_are_listed(say):
    code, out, _ = say("samples", "--json")
    assert code == 0
    told = json.loads(out)
    assert [sample["name"] for sample in told] == [sample.name for sample in samples()]
    assert all(Path(sample["path"]).is_file() for sample in told)
    assert told[0]["score"] == {"metric": "validation_accuracy", "at_least": 0.98}


def test_samples_are_listed_for_people_with_their_family_and_what_they_reach(say, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    code, out, _ = say("samples")
    assert code == 0
    for sample in samples():
        line = next(line for line in out.splitlines() if line.split()[:1] == [sample.name])
        assert f" {sample.family} " in line
        assert f" {in_words(sample.score)} " in line
        assert f" {sample.title}" in line


def test_a_sample_without_a_score_is_listed_without_one(say, monkeypatch):
    bare = Sample("mine", "Mine", "A drawing.", DIGITS)
    monkeypatch.setattr("netbuilder.resources.samples", lambda: (bare,))
    assert json.loads(say("samples", "--json")[1])[0]["score"] is None
    assert "mine" in say("samples")[1]


def test_new_copies_a_sample_and_never_writes_over_a_file(say, tmp_path):
    file = tmp_path / "mine.netb"
    code, out, _ = say("new", "digits-cnn", file, "--json")
    assert code == 0
    assert json.loads(out) == {"sample": "digits-cnn", "file": str(file)}
    assert file.read_bytes() == DIGITS.read_bytes()
    file.write_text("mine")
    code, out, err = say("new", "iris-mlp", file)
    assert (code, out) == (1, "")
    assert one_line(err)
    assert file.read_text() == "mine"


def test_new_says_which_samples_there_are(say, tmp_path):
    code, _, err = say("new", "mnist", tmp_path / "a.netb")
    assert code == 1
    assert one_line(err)
    assert "digits-cnn" in err
    assert list(tmp_path.iterdir()) == []


def test_check_tells_shapes_and_cost(say):
    code, out, err = say("check", DIGITS, "--json")
    assert (code, err) == (0, "")
    told = json.loads(out)
    assert told["can_train"] is True
    assert told["problems"] == told["notes"] == []
    assert told["parameters"] > 1000
    assert "N×1×8×8" in [shape for ports in told["shapes"].values() for shape in ports.values()]
    code, out, _ = say("check", DIGITS)
    assert code == 0
    assert "No problems." in out


def test_check_of_a_broken_drawing_prints_all_problems_and_exits_1(say, tmp_path):
    code, out, err = say("check", broken(tmp_path / "b.netb"), "--json")
    assert code == 1
    assert one_line(err)
    told = json.loads(out)
    assert told["can_train"] is False
    errors = [problem for problem in told["problems"] if problem["severity"] == "error"]
    assert errors
    assert errors[0]["sentence"] in err
    code, out, err = say("check", tmp_path / "b.netb")
    assert code == 1
    assert f"error: {errors[0]['node']}: {errors[0]['sentence']}" in out


def test_check_of_a_project_whose_data_is_gone_says_so(say, tmp_path):
    project = json.loads(IRIS.read_text("utf-8"))
    project["data"] = {"kind": "csv", "settings": {"path": str(tmp_path / "gone.csv"), "target": "y"}}
    (tmp_path / "p.netb").write_text(json.dumps(project), "utf-8")
    code, out, err = say("check", tmp_path / "p.netb", "--json")
    assert code == 1
    assert one_line(err)
    assert "gone.csv" in json.loads(out)["problems"][0]["sentence"]
    for verb in ("source", "train"):
        code, out, err = say(verb, tmp_path / "p.netb")
        assert (code, out) == (1, "")
        assert one_line(err)
        assert "gone.csv" in err


def test_check_of_a_recipe_that_train_would_refuse_says_so(say, tmp_path):
    project = json.loads(IRIS.read_text("utf-8"))
    project["recipe"] = {"kind": "supervised", "settings": {"epochs": -3}}
    (tmp_path / "p.netb").write_text(json.dumps(project), "utf-8")
    code, out, err = say("check", tmp_path / "p.netb", "--json")
    assert code == 1
    assert json.loads(out)["can_train"] is False
    assert json.loads(out)["problems"][0]["setting"] == "epochs"
    refused = say("train", tmp_path / "p.netb")[2]
    assert json.loads(out)["problems"][0]["sentence"] in refused
    assert refused.strip() in err


def test_source_is_python_and_knows_its_nodes(say):
    code, out, _ = say("source", DIGITS, "--json")
    assert code == 0
    told = json.loads(out)
    assert told["source"].count("class Network(nn.Module)") == 1
    written = told["source"].splitlines()
    assert any("nn.Conv2d(" in written[number - 1] for number in told["lines"]["conv1"])
    assert say("source", DIGITS)[1] == told["source"]


@pytest.mark.parametrize("verb", ["source", "train"])
def test_a_broken_drawing_is_refused_in_one_line(verb, say, tmp_path):
    code, out, err = say(verb, broken(tmp_path / "b.netb"))
    assert (code, out) == (1, "")
    assert one_line(err)


@pytest.mark.parametrize("verb", ["check", "source", "train"])
@pytest.mark.parametrize("content", [None, "", "{", "[]", '{"format": 1, "graphs": 7}'])
def test_a_file_that_is_no_project_is_refused_in_one_line(verb, content, say, tmp_path):
    file = tmp_path / "p.netb"
    if content is not None:
        file.write_text(content)
    code, out, err = say(verb, file, "--json")
    assert (code, out) == (1, "")
    assert one_line(err)


@pytest.mark.parametrize(
    "arguments",
    [
        ["frobnicate"],
        ["layers", "--jsn"],
        ["check"],
        ["train", IRIS, "--epochs", "many"],
        ["train", IRIS, "--epochs", "0"],
        ["export", "run", "--out", "x"],
        ["export", "run", "--to", "gif", "--out", "x"],
    ],
)
def test_wrong_usage_exits_2(arguments, say):
    code, out, err = say(*arguments)
    assert (code, out) == (2, "")
    assert err


def test_train_prints_its_events_and_last_the_metrics_by_name(iris_run):
    run, events = iris_run
    kinds = [event["event"] for event in events]
    assert kinds[0] == "started"
    assert events[0]["folder"] == str(run)
    assert kinds.count("epoch_done") == 2
    assert kinds[-1] == "finished"
    assert events[-1]["reason"] == "done"
    for which in ("final", "best"):
        assert {"validation_accuracy", "validation_loss", "training_loss"} <= events[-1][which].keys()
    assert (run / "model.py").is_file()


def test_the_same_seed_gives_the_same_curve_and_another_seed_another(say, tmp_path):
    curves = []
    for at, seed in enumerate((3, 3, 4)):
        run = tmp_path / str(at)
        code, out, _ = say("train", IRIS, "--epochs", 2, "--seed", seed, "--device", "cpu", "--run", run, "--json")
        assert code == 0
        events = map(json.loads, out.splitlines())
        curves.append([event["metrics"] for event in events if event["event"] == "epoch_done"])
    assert curves[0] == curves[1] != curves[2]


def test_train_for_people_is_a_line_an_epoch(say, tmp_path):
    code, out, err = say("train", IRIS, "--epochs", 2, "--device", "cpu", "--run", tmp_path / "run")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert sum(line.strip().startswith(("1/2 ", "2/2 ")) for line in lines) == 2
    assert lines[-1] == f"Run: {tmp_path / 'run'}"


def test_a_run_is_written_for_tensorboard_where_that_is_asked_for(say, tmp_path):
    run = tmp_path / "run"
    code, _, err = say("train", IRIS, "--epochs", 1, "--device", "cpu", "--run", run, "--tensorboard")
    assert (code, err) == (0, "")
    folders = {path.parent.relative_to(run).as_posix() for path in run.rglob("*tfevents*")}
    assert folders == {"tensorboard", "tensorboard/training", "tensorboard/validation"}


def test_a_run_is_never_trained_into_another(iris_run, say):
    run, _ = iris_run
    before = {path: path.stat().st_mtime_ns for path in run.rglob("*")}
    code, _, err = say("train", IRIS, "--run", run, "--device", "cpu")
    assert code == 1
    assert one_line(err)
    assert {path: path.stat().st_mtime_ns for path in run.rglob("*")} == before


def test_a_device_that_is_not_there_is_refused(say, tmp_path):
    code, _, err = say("train", IRIS, "--device", "abacus", "--run", tmp_path / "run")
    assert code == 1
    assert "abacus" in err
    assert one_line(err)


@pytest.mark.parametrize(
    ("to", "out"),
    [("bundle", "net"), ("bundle", "net.zip"), ("onnx", "net.onnx"), ("pt2", "net.pt2"), ("safetensors", "net.st")],
)
def test_a_run_is_exported_and_the_largest_difference_told(to, out, iris_run, say, tmp_path):
    run, _ = iris_run
    code, printed, err = say("export", run, "--to", to, "--out", tmp_path / out, "--json")
    assert (code, err) == (0, "")
    told = json.loads(printed)
    assert told["path"] == str(tmp_path / out)
    assert told["largest_difference"] <= 1e-5
    assert told["samples_compared"] == 30
    assert [path.name for path in tmp_path.iterdir()] == [out]


def test_export_says_what_it_did_in_a_sentence(iris_run, say, tmp_path):
    run, _ = iris_run
    code, out, _ = say(
        "export", run, "--to", "safetensors", "--out", tmp_path / "n.safetensors", "--checkpoint", "last"
    )
    assert code == 0
    assert "largest difference" in out


def test_export_of_what_is_no_run_is_refused(say, tmp_path):
    code, out, err = say("export", tmp_path, "--to", "onnx", "--out", tmp_path / "net.onnx")
    assert (code, out) == (1, "")
    assert one_line(err)
    assert list(tmp_path.iterdir()) == []


def test_a_run_from_elsewhere_is_exported_if_its_model_file_is_what_we_would_write(iris_run, say, tmp_path):
    run = tmp_path / "run"
    shutil.copytree(iris_run[0], run)
    told = json.loads((run / "run.json").read_text("utf-8"))
    (run / "run.json").write_text(json.dumps(told | {"seal": "of somebody else"}), "utf-8")
    out = tmp_path / "net.safetensors"
    assert say("export", run, "--to", "safetensors", "--out", out)[0] == 0
    out.unlink()
    trap = f"open({str(tmp_path / 'sprung')!r}, 'w').close()\n"
    (run / "model.py").write_text((run / "model.py").read_text("utf-8") + trap, "utf-8")
    code, printed, err = say("export", run, "--to", "safetensors", "--out", out)
    assert (code, printed) == (1, "")
    assert one_line(err)
    assert "not run" in err
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_what_is_not_a_number_is_null_in_json(capsys):
    from netbuilder.terminal import print_json

    print_json({"losses": (1.0, float("nan")), "best": {"loss": float("inf")}})
    assert json.loads(capsys.readouterr().out, parse_constant=pytest.fail) == {
        "losses": [1.0, None],
        "best": {"loss": None},
    }


def test_version_and_help(say):
    assert say("--version") == (0, f"netbuilder {__version__}\n", "")
    code, out, _ = say("--help")
    assert code == 0
    assert "opens the window" in " ".join(out.split())
    for verb in ("layers", "samples", "new", "check", "source", "train", "export"):
        assert verb in out


def loaded_after(*lines: str) -> dict[str, bool]:
    """Which of the large libraries are loaded in a fresh process after these verbs."""
    code = (
        "import contextlib, io, json, sys\nfrom netbuilder import cli\n"
        "with contextlib.redirect_stdout(io.StringIO()):\n    codes = [cli.main(a.split('|')) for a in sys.argv[1:]]\n"
        "assert not any(codes), codes\n"
        "names = ('PySide6', 'shiboken6', 'qtpy', 'pyqtgraph', 'qtawesome', 'superqt', 'torch', 'netbuilder.ui')\n"
        "print(json.dumps({n: n in sys.modules for n in names}))"
    )
    told = subprocess.run([sys.executable, "-c", code, *lines], capture_output=True, text=True, check=True)
    return json.loads(told.stdout)


def test_no_verb_imports_qt(iris_run, tmp_path):
    loaded = loaded_after(
        f"check|{IRIS}",
        f"source|{IRIS}",
        f"train|{IRIS}|--epochs|1|--device|cpu|--run|{tmp_path / 'run'}",
        f"export|{iris_run[0]}|--to|safetensors|--out|{tmp_path / 'n.safetensors'}",
    )
    assert [name for name, there in loaded.items() if there] == ["torch"]


def test_the_quick_verbs_do_not_wait_for_torch(tmp_path):
    loaded = loaded_after("layers", "samples", f"new|iris-mlp|{tmp_path / 'a.netb'}")
    assert not any(loaded.values())


def test_a_reader_that_leaves_early_is_no_traceback():
    read, write = os.pipe()
    os.close(read)
    try:
        told = subprocess.run(
            [sys.executable, "-m", "netbuilder", "layers", "--json"], stdout=write, stderr=subprocess.PIPE, text=True
        )
    finally:
        os.close(write)
    assert told.returncode == 1
    assert told.stderr == ""


SCRIPT = str(Path(sys.executable).with_name("netbuilder"))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is always a display")
@pytest.mark.parametrize(
    ("called", "on_path", "file"),
    [
        ([sys.executable, "-m", "netbuilder"], False, None),
        ([sys.executable, "-m", "netbuilder"], True, "my net.netb"),
        ([SCRIPT], False, "my net.netb"),
        ([SCRIPT], True, None),
    ],
)
def test_without_a_display_a_headless_command_is_named_that_works_as_it_stands(called, on_path, file, tmp_path):
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    environment = {key: value for key, value in os.environ.items() if key not in hidden}
    environment["PATH"] = os.pathsep.join(["/usr/bin", "/bin", *([str(Path(SCRIPT).parent)] if on_path else [])])
    if file:
        shutil.copy(IRIS, tmp_path / file)
    told = subprocess.run(
        [*called, *([file] if file else [])], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert (told.returncode, told.stdout) == (1, "")
    assert one_line(told.stderr)
    named = told.stderr.partition("train with: ")[2]
    assert named.startswith("netbuilder ") == (called == [SCRIPT] and on_path)
    asked = subprocess.run(f"{named.strip()} --help", shell=True, cwd=tmp_path, env=environment, capture_output=True)
    assert asked.returncode == 0
    assert b"--epochs" in asked.stdout
    assert [path.name for path in tmp_path.iterdir()] == [file or "digits.netb"]


def test_a_display_is_known_by_what_qt_goes_by():
    assert display.has_display("linux", {"DISPLAY": ":0"})
    assert display.has_display("linux", {"WAYLAND_DISPLAY": "wayland-0"})
    assert display.has_display("linux", {"QT_QPA_PLATFORM": "offscreen"})
    assert not display.has_display("linux", {"QT_QPA_PLATFORM": "xcb"})
    assert not display.has_display("linux", {})
    assert display.has_display("darwin", {})


def test_a_display_that_does_not_answer_is_a_sentence_and_no_abort(tmp_path):
    hidden = ("WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    environment = {key: value for key, value in os.environ.items() if key not in hidden} | {"DISPLAY": ":60001"}
    told = subprocess.run(
        [sys.executable, "-m", "netbuilder"], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert (told.returncode, told.stdout) == (1, "")
    assert one_line(told.stderr)
    assert "train with: " in told.stderr
    assert not display.is_silent("linux", {"DISPLAY": ":60001", "WAYLAND_DISPLAY": "wayland-0"})
    assert not display.is_silent("linux", {"DISPLAY": ":60001", "QT_QPA_PLATFORM": "offscreen"})


def test_a_project_that_is_not_there_opens_no_window(capsys, tmp_path):
    assert __main__.run([str(tmp_path / "gone.netb")]) == 1
    assert one_line(capsys.readouterr().err)


def test_what_the_losses_say_is_told_at_the_end_and_only_as_it_is_by_then(capsys):
    for judged, told in (
        ((Judged(6, "gap", 2, "It parts."),), True),
        ((Judged(6, "gap", 2, "It parts."), Judged(8)), False),
    ):
        lines = TrainingLines((), lambda what, done, total: None)
        for event in (*judged, Finished("done", epochs=9, best_epoch=5)):
            lines.show(event)
        assert ("It parts." in capsys.readouterr().out) == told
