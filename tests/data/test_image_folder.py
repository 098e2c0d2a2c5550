"""Folders of pictures, as people have them."""

import gc
import os
import sys
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image

from netbuilder.data import memory, rows
from netbuilder.data.image_folder import ImageFolder
from netbuilder.data.pictures import MOST_PIXELS
from netbuilder.data.preview import sample_title, thumbnail
from netbuilder.data.source import Cancelled, DataError
from netbuilder.places import cache_folder
from netbuilder.train.fingerprint import fingerprint
from tests.data.test_rows import open_files

RED, BLUE = (255, 0, 0), (0, 0, 255)


def paint(path, colour=RED, size=(10, 6), mode="RGB", **more):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, size, colour).save(path, **more)


@pytest.fixture
def folder(tmp_path):
    """Five red and five blue pictures."""
    for n in range(5):
        paint(tmp_path / "red" / f"{n}.png", RED)
        paint(tmp_path / "blue" / f"{n}.png", BLUE)
    return tmp_path


def source(folder, **more):
    return ImageFolder(**{"path": str(folder), "height": 4, "width": 8, **more})


def refused(read):
    with pytest.raises(DataError) as caught:
        read.read()
    sentence = str(caught.value)
    assert sentence.endswith(".")
    return sentence, caught.value.setting


def test_a_subfolder_is_a_class_and_every_picture_has_the_size_asked_for(folder):
    dataset = source(folder).read()
    assert dataset.spec.title == folder.name
    assert dataset.spec.target.classes == ("blue", "red")
    assert dataset.inputs["picture"].shape == (10, 3, 4, 8)
    assert dataset.inputs["picture"].dtype == torch.float32
    assert dataset.inputs["picture"][0, :, 0, 0].tolist() == [0, 0, 1]
    assert dataset.inputs["picture"][9, :, 0, 0].tolist() == [1, 0, 0]
    assert dataset.targets.tolist() == [0] * 5 + [1] * 5
    assert dataset.files[0] == sample_title(dataset, 0) == "blue/0.png"
    assert dataset.notes == ()
    assert len(dataset.validation) == 2
    assert thumbnail(dataset, 9)[0, 0].tolist() == [255, 0, 0]


def test_grey_is_one_channel(folder):
    dataset = source(folder, colour="grey").read()
    assert dataset.inputs["picture"].shape == (10, 1, 4, 8)
    assert dataset.summary() == f"{folder.name}: 10 pictures of 1×4×8, 2 classes"
    assert thumbnail(dataset, 0).shape == (4, 8, 3)


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("a.png", {}),
        ("a.JPG", {"format": "JPEG"}),
        ("a.jpeg", {}),
        ("a.bmp", {}),
        ("a.gif", {}),
        ("a.webp", {"lossless": True}),
        ("a.tiff", {}),
        ("a.tif", {}),
    ],
)
def test_the_usual_formats_are_read(folder, name, more):
    paint(folder / "a" / name, RED, **more)
    dataset = source(folder).read()
    assert dataset.files[0] == f"a/{name}"
    assert torch.allclose(dataset.inputs["picture"][0, :, 1, 1], torch.tensor([1.0, 0, 0]), atol=0.02)


@pytest.mark.parametrize(
    ("mode", "colour", "expected"),
    [
        ("L", 51, [0.2] * 3),
        ("1", 1, [1.0] * 3),
        ("I;16", 65535 // 5, [0.2] * 3),
        ("RGBA", (255, 0, 0, 0), [1.0] * 3),  # what can't be seen is white, not what colour lies behind
        ("LA", (51, 255), [0.2] * 3),
        ("P", 0, None),
    ],
)
def test_every_kind_of_pixel_is_read(folder, mode, colour, expected):
    paint(folder / "a" / "a.png", colour, mode=mode)
    dataset = source(folder).read()
    picture = dataset.inputs["picture"][dataset.files.index("a/a.png")]
    if expected:
        assert picture[:, 0, 0].tolist() == pytest.approx(expected, abs=0.005)
    assert dataset.notes == ("1 class has too few samples to have one in validation, and is only trained on: a.",)


def test_pictures_of_real_numbers_are_scaled(folder):
    (folder / "a").mkdir()
    Image.fromarray(np.full((6, 10), 0.2, dtype=np.float32)).save(folder / "a" / "a.tiff")
    assert source(folder).read().inputs["picture"][0, 0, 0, 0].item() == pytest.approx(0.2)


def half_and_half():
    """Left half red, right half blue, twice as wide as high."""
    image = Image.new("RGB", (40, 20), RED)
    image.paste(BLUE, (20, 0, 40, 20))
    return image


@pytest.mark.parametrize(
    ("resize", "top_left", "middle_left", "middle_right"),
    [("stretch", RED, RED, BLUE), ("fit", (0, 0, 0), RED, BLUE), ("crop", RED, RED, BLUE)],
)
def test_another_shape_is_stretched_padded_or_cropped(folder, resize, top_left, middle_left, middle_right):
    (folder / "a").mkdir()
    half_and_half().save(folder / "a" / "a.png")
    picture = thumbnail(source(folder, height=8, width=8, resize=resize).read(), 0)
    assert tuple(picture[0, 0]) == top_left
    assert tuple(picture[4, 0]) == middle_left
    assert tuple(picture[4, 7]) == middle_right


def test_a_photo_is_turned_as_its_exif_says(folder):
    (folder / "a").mkdir()
    exif = Image.Exif()
    exif[0x0112] = 6  # the top of what was seen is on the right
    half_and_half().save(folder / "a" / "a.jpg", exif=exif, quality=95)
    picture = thumbnail(source(folder, height=8, width=4).read(), 0).astype(int)
    assert picture[1, 1, 0] > 200 > 60 > picture[1, 1, 2]  # red above
    assert picture[6, 2, 2] > 200 > 60 > picture[6, 2, 0]  # blue below


def test_a_large_photo_is_shrunk_faithfully(folder):
    (folder / "a").mkdir()
    half_and_half().resize((2000, 1000)).save(folder / "a" / "a.jpg", quality=95)
    picture = thumbnail(source(folder).read(), 0).astype(int)
    assert picture[2, 0, 0] > 240
    assert picture[2, 7, 2] > 240


def test_nested_files_count_and_hidden_ones_do_not(folder):
    paint(folder / "red" / "more" / "deep" / "x.png")
    paint(folder / "red" / ".hidden.png")
    paint(folder / "red" / ".cache" / "x.png")
    paint(folder / ".git" / "x.png")
    paint(folder / "__MACOSX" / "x.png")
    (folder / "red" / "notes.txt").write_text("not a picture", encoding="utf-8")
    (folder / "red" / "Thumbs.db").write_bytes(b"x")
    dataset = source(folder).read()
    assert len(dataset) == 11
    assert "red/more/deep/x.png" in dataset.files
    assert dataset.notes == ()


def test_pictures_that_can_not_be_read_are_left_out_and_named(folder):
    Image.effect_noise((60, 60), 50).save(folder / "red" / "cut.png")
    whole = (folder / "red" / "cut.png").read_bytes()
    (folder / "red" / "cut.png").write_bytes(whole[: len(whole) // 2])
    (folder / "red" / "text.jpg").write_text("hello", encoding="utf-8")
    (folder / "blue" / "empty.gif").write_bytes(b"")
    (folder / "blue" / "-pickle.png").write_bytes(b"\x80\x04cos\nsystem\n(S'true'\ntR.")
    dataset = source(folder).read()
    assert len(dataset) == 10
    assert dataset.targets.tolist() == [0] * 5 + [1] * 5
    (note,) = dataset.notes
    assert note.startswith("4 pictures were left out: blue/-pickle.png (it is no picture), blue/empty.gif")
    assert "red/cut.png (it is damaged)" in note


def test_mangled_pictures_never_do_more_than_be_left_out(folder):
    random = np.random.default_rng(0)
    for suffix in ("png", "jpg", "bmp", "gif", "webp", "tiff"):
        paint(folder / "red" / f"good.{suffix}", size=(40, 30))
        whole = bytearray((folder / "red" / f"good.{suffix}").read_bytes())
        for n in range(15):
            mangled = whole.copy()
            for at in random.integers(0, len(mangled), 6):
                mangled[at] = random.integers(0, 256)
            (folder / "red" / f"bad{n}.{suffix}").write_bytes(mangled)
    dataset = source(folder).read()
    assert 16 <= len(dataset) <= 16 + 90
    assert torch.isfinite(dataset.inputs["picture"]).all()


def test_a_decompression_bomb_is_refused(folder):
    side = int(MOST_PIXELS**0.5) + 1
    Image.new("1", (side, side)).save(folder / "red" / "bomb.png")
    assert (folder / "red" / "bomb.png").stat().st_size < 100_000
    (note,) = source(folder).read().notes
    assert note == "1 picture was left out: red/bomb.png (8,001×8,001 pixels are too many)."


def test_a_larger_bomb_is_refused_before_it_is_opened(folder):
    Image.new("1", (20_000, 10_000)).save(folder / "red" / "bomb.png")
    (note,) = source(folder).read().notes
    assert note == "1 picture was left out: red/bomb.png (it has too many pixels)."


def test_what_is_no_class_is_said(folder):
    (folder / "empty").mkdir()
    paint(folder / "loose.png")
    (folder / "broken").mkdir()
    (folder / "broken" / "x.png").write_bytes(b"x")
    dataset = source(folder).read()
    assert dataset.spec.target.classes == ("blue", "red")
    assert dataset.notes == (
        "empty holds no pictures, and no class was made of it.",
        "1 picture outside any subfolder was left out.",
        "1 picture was left out: broken/x.png (it is no picture).",
        "No picture of broken can be read, so it is no class.",
    )


def test_the_same_seed_splits_the_same(folder):
    first, again = source(folder, seed=3).read(), source(folder, seed=3).read()
    assert torch.equal(first.validation, again.validation)
    assert first.files == again.files


def test_progress_counts_pictures_and_a_cancel_ends_it(folder):
    for n in range(100):
        os.link(folder / "red" / "0.png", folder / "red" / f"more{n}.png")
    told = []
    source(folder).read(lambda *news: told.append(news))
    assert told[1:] == [("Reading pictures", n, 110) for n in range(1, 111)]

    def tell(what, done, total):
        told.append(done)
        if done == 3:
            raise Cancelled

    told.clear()
    with pytest.raises(Cancelled):
        source(folder).read(tell)
    assert told == [0, 1, 2, 3]


def test_a_path_that_is_no_folder_of_classes_is_a_sentence(tmp_path, folder):
    one = tmp_path / "one"
    paint(one / "red" / "a.png")
    flat = tmp_path / "flat"
    paint(flat / "a.png")
    parts = tmp_path / "parts"
    paint(parts / "train" / "red" / "a.png")
    paint(parts / "test" / "red" / "a.png")
    broken = tmp_path / "broken"
    for name in ("a", "b"):
        (broken / name).mkdir(parents=True)
        (broken / name / "x.png").write_bytes(b"x")
    (tmp_path / "nothing").mkdir()
    cases = {
        "": "No folder is chosen",
        str(tmp_path / "gone"): "There is no folder",
        str(folder / "red" / "0.png"): "is a file",
        str(tmp_path / "nothing"): "holds no subfolders with pictures",
        str(flat): "holds pictures, but no subfolders",
        str(one): "Only red holds pictures",
        str(parts): "choose the folder train in it",
        str(broken): "None of the 2 pictures can be read",
        "x" * 4000: "There is no folder",
    }
    for path, words in cases.items():
        sentence, setting = refused(source(path))
        assert words in sentence
        assert setting == "path"


def test_classes_of_one_picture_each_can_not_be_split(tmp_path):
    for name in "abc":
        paint(tmp_path / name / "x.png")
    sentence, setting = refused(source(tmp_path))
    assert "only one sample" in sentence
    assert setting == "validation"


@pytest.fixture
def small_memory(monkeypatch):
    """Half of the memory that is free is a kilobyte, and there is a disk."""
    monkeypatch.setattr(memory, "available", lambda: 2000)
    monkeypatch.setattr(rows, "room_in", lambda place: 10**9)


def in_cache():
    return [path.name for path in (cache_folder() / rows.FOLDER).glob("*")]


def test_pictures_that_do_not_fit_into_memory_are_on_the_disk_and_the_same(folder, request):
    (folder / "red" / "text.jpg").write_text("hello", encoding="utf-8")
    expected = source(folder).read()
    request.getfixturevalue("small_memory")
    dataset = source(folder).read()
    assert expected.on_disk == {}
    assert set(dataset.on_disk) == {"picture"}
    assert dataset.notes == (
        *expected.notes,
        "The pictures take 0.0 MB, more than half of the memory that is free: they lie in a file on the disk, and are "
        "read from there.",
    )
    assert torch.equal(dataset.inputs["picture"], expected.inputs["picture"])
    assert dataset.inputs["picture"].dtype == torch.float32
    assert (dataset.files, dataset.spec) == (expected.files, expected.spec)
    assert fingerprint(dataset) == fingerprint(expected)
    assert (thumbnail(dataset, 9) == thumbnail(expected, 9)).all()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the file has a name while it is needed")
def test_no_file_is_left_of_pictures_on_the_disk(folder, small_memory):
    dataset = source(folder).read()
    assert in_cache() == []
    pictures = dataset.inputs["picture"]
    del dataset
    gc.collect()
    assert pictures[0, :, 0, 0].tolist() == [0, 0, 1]


def test_a_cancel_and_an_error_leave_no_file_of_pictures_on_the_disk(folder, small_memory):
    def tell(what, done, total):
        if done == 3:
            raise Cancelled

    before = open_files()
    with pytest.raises(Cancelled):
        source(folder).read(tell)
    for path in folder.glob("*/*.png"):
        path.write_bytes(b"x")
    refused(source(folder))
    assert open_files() == before


def test_pictures_that_fit_neither_into_memory_nor_on_the_disk_are_refused_before_they_are_read(folder, monkeypatch):
    monkeypatch.setattr(memory, "available", lambda: 2_000_000)
    monkeypatch.setattr(rows, "_lies_in_memory", lambda place: False)
    monkeypatch.setattr(rows.shutil, "disk_usage", lambda place: SimpleNamespace(free=rows.SPARE + 2_000_000))
    told = []
    with pytest.raises(DataError) as caught:
        source(folder, height=256, width=256).read(lambda *news: told.append(news))
    assert str(caught.value) == (
        "10 pictures of 3×256×256 would take 7.9 MB, more than half of the memory that is free, and more than the "
        f"2.0 MB that there is room for on the disk of {cache_folder() / rows.FOLDER}: make them smaller, or free some "
        "space there."
    )
    assert caught.value.setting == "height"
    assert told == [("Looking for pictures", 0, 0)]


def test_a_disk_that_lies_in_memory_is_none(folder, monkeypatch):
    monkeypatch.setattr(memory, "available", lambda: 2000)
    monkeypatch.setattr(rows, "room_in", lambda place: None)
    with pytest.raises(DataError, match="of memory, and half of what is free here") as caught:
        source(folder).read()
    assert caught.value.setting == "height"


def test_a_pipe_called_like_a_picture_is_not_waited_for(folder):
    os.mkfifo(folder / "red" / "pipe.png")
    (folder / "red" / "gone.png").symlink_to(folder / "nowhere")
    assert len(source(folder).read()) == 10
