"""Bundles of networks for text: with nothing but Python and the bundle, text goes in and text comes out."""

from __future__ import annotations

import json
import runpy
import sys
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
import torch
from torch import nn

from netbuilder.data.addition import Addition
from netbuilder.data.dataset import Dataset
from netbuilder.data.texts import TextFile
from netbuilder.export.bundle import FILES, Bundle
from netbuilder.export.bundle_text import TOKENIZER
from netbuilder.export.export import export_run
from netbuilder.model_file import make_model
from netbuilder.train.causal import greedy
from netbuilder.train.recipes.masked import MaskedTokens
from tests.export.runs import HEAD, TrainedRun

ANSWERS = (
    HEAD
    + """\
        self.embedding = nn.Embedding(14, 8)
        self.reader = nn.GRU(8, 8, batch_first=True)
        self.writer = nn.GRU(16, 8, batch_first=True)
        self.scores = nn.Linear(8, 14)

    def forward(self, answer, question):
        _, read = self.reader(self.embedding(question))
        read = read[0].unsqueeze(1).expand(-1, answer.shape[1], -1)
        x, _ = self.writer(torch.cat([self.embedding(answer), read], 2))
        return self.scores(x)
"""
)

READS = (
    HEAD
    + """\
        self.embedding = nn.Embedding(SIZE, 8)
        self.lstm = nn.LSTM(8, 8, batch_first=True, bidirectional=BOTH)
        self.scores = nn.Linear(WIDE, SIZE)

    def forward(self, x):
        x, _ = self.lstm(self.embedding(x))
        return self.scores(x).movedim(-1, 1)
"""
)


def made(folder: Path, text: str) -> TrainedRun:
    folder.mkdir()
    (folder / "model.py").write_text(text, "utf-8")
    with torch.random.fork_rng():
        torch.manual_seed(2)
        model = make_model(folder / "model.py")
        for weight in model.parameters():
            nn.init.normal_(weight)
    return TrainedRun(folder, "text", model)


def reader(size: int, *, both: bool) -> str:
    return READS.replace("SIZE", str(size)).replace("BOTH", str(both)).replace("WIDE", "16" if both else "8")


@pytest.fixture
def told(monkeypatch, capsys) -> Callable[..., str]:
    """What predict.py prints. That it runs in a fresh process too is proved with each export."""

    def run(bundle: Path, *words: str) -> str:
        monkeypatch.setattr(sys, "argv", ["predict.py", *words])
        monkeypatch.syspath_prepend(str(bundle))
        monkeypatch.delitem(sys.modules, "model", raising=False)
        with suppress(SystemExit):
            runpy.run_path(str(bundle / "predict.py"), run_name="__main__")
        monkeypatch.delitem(sys.modules, "model", raising=False)
        return capsys.readouterr().out

    return run


@pytest.fixture
def story(tmp_path) -> Path:
    path = tmp_path / "story.txt"
    path.write_text("".join(f"{n} bottles of beer on the wall, {n} bottles of béer. " for n in range(60)), "utf-8")
    return path


def written(story: Path, **more) -> Dataset:
    return TextFile(path=str(story), length=16, stride=8, **more).read()


def test_a_bundle_of_sums_answers_a_question_as_the_network_does(tmp_path, told) -> None:
    data = Addition(digits=2, samples=200, last_digit_first=True).read()
    run = made(tmp_path / "run", ANSWERS)
    report = export_run(run, Bundle(), tmp_path / "net", data)
    assert report.largest_difference <= report.allowed
    number = int(data.validation[0])
    question = data.inputs["question"][number]
    model = run.network.eval()
    wanted = greedy(lambda so_far: model(so_far, question[None]), torch.tensor([1]), 3)
    asked, said = (data.tokens.decode(ids.tolist()) for ids in (question, wanted[0]))
    assert told(tmp_path / "net", asked) == f"{said}\n"
    assert told(tmp_path / "net").startswith(f"{asked}\n-> {said}\n")
    for wrong, sentence in (("12-3=", r"knows no \['-'\]"), ("1234+567=", "reads 6 tokens, and these are 9")):
        with pytest.raises(ValueError, match=sentence):
            told(tmp_path / "net", wrong)
    about = json.loads((tmp_path / "net" / "about.json").read_text("utf-8"))
    assert about["learned from"] == "addition (last digit first)"
    assert (about["reads"], about["so far"], about["start"]) == ("question", "answer", 1)


@pytest.mark.parametrize("tokens", ["characters", "byte pairs"])
def test_a_bundle_of_masked_tokens_fills_gaps(tokens, tmp_path, story, told) -> None:
    data = MaskedTokens().as_asked(written(story, tokens=tokens, vocabulary=300))
    size = len(data.spec.tokens)
    run = made(tmp_path / "run", reader(size, both=True))
    report = export_run(run, Bundle(), tmp_path / "net", data)
    assert report.largest_difference <= report.allowed
    text = "bottles ▢f be▢r"
    ids = torch.tensor([data.tokens.encode(text)])
    with torch.no_grad():
        likeliest = run.network.eval()(ids)[:, : size - 1].argmax(1)
    filled = torch.where(ids == size - 1, likeliest, ids)[0].tolist()
    assert told(tmp_path / "net", text) == data.tokens.decode(filled) + "\n"
    assert told(tmp_path / "net", text * 20).count("▢") == 0


@pytest.mark.parametrize("tokens", ["characters", "byte pairs"])
def test_a_bundle_of_a_language_model_goes_on_with_a_text(tokens, tmp_path, story, told, monkeypatch) -> None:
    data = written(story, tokens=tokens, vocabulary=300)
    run = made(tmp_path / "run", reader(len(data.spec.tokens), both=False))
    export_run(run, Bundle(), tmp_path / "net", data)
    assert (tmp_path / "net" / TOKENIZER).is_file() == (tokens == "byte pairs")
    assert told(tmp_path / "net", "99 bottles of").startswith("99 bottles of")
    monkeypatch.syspath_prepend(str(tmp_path / "net"))
    monkeypatch.delitem(sys.modules, "model", raising=False)
    go_on = runpy.run_path(str(tmp_path / "net" / "predict.py"))["go_on"]
    monkeypatch.delitem(sys.modules, "model", raising=False)
    ids = data.tokens.encode("99 bottles of")
    for _ in range(20):
        with torch.no_grad():
            ids.append(int(run.network.eval()(torch.tensor([ids[-16:]]))[0, :, -1].argmax()))
    assert go_on("99 bottles of", 20, 0) == data.tokens.decode(ids)


def test_the_pieces_of_text_come_along_in_a_zip_too_and_the_reader_is_told(tmp_path, story) -> None:
    data = written(story, tokens="byte pairs", vocabulary=300)
    run = made(tmp_path / "run", reader(len(data.spec.tokens), both=False))
    (tmp_path / "net").mkdir()
    (tmp_path / "net" / TOKENIZER).touch()
    export_run(run, Bundle(), tmp_path / "net", data)  # in the place of an older one
    assert (tmp_path / "net" / TOKENIZER).stat().st_size
    export_run(run, Bundle(), tmp_path / "net.zip", data)
    with zipfile.ZipFile(tmp_path / "net.zip") as archive:
        assert sorted(archive.namelist()) == sorted(f"text/{name}" for name in (*FILES, TOKENIZER))
        readme = archive.read("text/README.md").decode("utf-8")
    assert "pip install torch safetensors tokenizers" in readme
    assert TOKENIZER in readme
