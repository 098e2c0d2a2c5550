"""Text to be continued: the next token everywhere, and an end that is not seen in training."""

import sysconfig
from pathlib import Path

import pytest
import torch

from netbuilder.data import texts
from netbuilder.data.source import DataError
from netbuilder.data.texts import MODULES, PythonSource, TextFile

KINDS = ["characters", "byte pairs"]


@pytest.fixture
def story(tmp_path):
    text = "".join(f"{n} bottles of beer on the wall, {n} bottles of béer.\r\n" for n in range(200))
    path = tmp_path / "story.txt"
    path.write_bytes(text.encode("utf-8"))
    return path


@pytest.mark.parametrize("kind", KINDS)
def test_the_target_is_the_text_one_token_later(kind, story):
    dataset = TextFile(path=str(story), tokens=kind, vocabulary=300, length=16, stride=5).read()
    given, asked = dataset.inputs["text"], dataset.targets
    assert torch.equal(given[:, 1:], asked[:, :-1])
    assert dataset.spec.target.positions == (16,)
    assert dataset.spec.target.classes == dataset.spec.tokens == dataset.tokens.words
    assert dataset.spec.title == "story.txt"


@pytest.mark.parametrize("kind", KINDS)
def test_windows_of_training_are_of_the_beginning_and_those_of_validation_of_the_end(kind, story):
    text = story.read_text("utf-8")
    dataset = TextFile(path=str(story), tokens=kind, vocabulary=300, length=16, stride=17, validation=0.3).read()
    edge = len(text) - round(0.3 * len(text))
    for rows, part in ((dataset.train, text[:edge]), (dataset.validation, text[edge:])):
        whole = torch.cat([dataset.inputs["text"][rows], dataset.targets[rows][:, -1:]], dim=1)
        together = dataset.tokens.decode(whole.flatten().tolist())  # they follow each other without a gap
        assert part.startswith(together)
        assert len(part) - len(together) < 17 * 40


def test_pieces_are_learned_from_training_only(story):
    story.write_text(story.read_text("utf-8") + "zyzzyva " * 600, "utf-8")
    dataset = TextFile(path=str(story), tokens="byte pairs", vocabulary=400, validation=0.4).read()
    assert not any("zyz" in word for word in dataset.spec.tokens)


def test_the_stride_says_how_much_memory_is_taken(story):
    far, near = (TextFile(path=str(story), length=32, stride=stride).read() for stride in (32, 8))
    assert len(near) == pytest.approx(4 * len(far), abs=8)
    assert near.inputs["text"].untyped_storage().data_ptr() == near.targets.untyped_storage().data_ptr()


def test_pythons_own_source_is_read_from_where_it_is_installed():
    dataset = PythonSource(characters=5000).read()
    beginning = (Path(sysconfig.get_path("stdlib")) / f"{MODULES[0]}.py").read_text("utf-8")[:64]
    assert dataset.tokens.decode(dataset.inputs["text"][0].tolist()) == beginning
    assert dataset.notes[0].startswith("It is that of Python 3.")
    assert "1,000 of 5,000 characters are for validation" in dataset.notes[1]


def test_the_characters_of_python_do_not_depend_on_which_python_runs(monkeypatch):
    read = [PythonSource(characters=count, stride=500).read() for count in (2000, 200_000)]
    monkeypatch.setattr(texts, "_library", lambda most: "naïve = 1\t# ✓\n" * 100)
    read.append(PythonSource(length=8).read())
    assert len({dataset.spec.tokens for dataset in read}) == 1
    assert len(read[0].spec.tokens) == 97
    assert read[-1].tokens.decode(read[-1].inputs["text"][0].tolist()).startswith("na\ufffdve = ")


def test_the_modules_are_in_the_order_of_the_alphabet():
    assert list(MODULES) == sorted(set(MODULES))
    assert PythonSource(characters=2_000_000).read().notes[1].startswith("The last 400,000 of 2,000,000")


def test_a_python_without_its_source_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr(texts.sysconfig, "get_path", lambda name: str(tmp_path))
    with pytest.raises(DataError, match="choose a text file instead"):
        PythonSource().read()


def test_what_is_left_unread_of_a_file_is_said(story):
    assert TextFile(path=str(story), characters=1000).read().notes[0] == "Only the first 1,000 characters were read."
    assert len(TextFile(path=str(story)).read().notes) == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"abc\xff\xfe" * 100, "save it as UTF-8"),
        (b"ab\0c" * 100, "not a text file"),
        (b"too short", "choose a smaller length, or more text"),
    ],
)
def test_a_file_that_is_no_text_is_one_sentence(tmp_path, content, words):
    (tmp_path / "a.txt").write_bytes(content)
    with pytest.raises(DataError, match=words):
        TextFile(path=str(tmp_path / "a.txt")).read()


def test_no_file_and_a_folder_are_said_in_words_of_text(tmp_path):
    for path, words in (("", "choose a text file"), (str(tmp_path), "is a folder"), ("/no/such", "There is no file")):
        with pytest.raises(DataError, match=words) as caught:
            TextFile(path=path).read()
        assert caught.value.setting == "path"
