"""A folder of pictures, a subfolder a class."""

from __future__ import annotations

import os
from collections.abc import Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

from netbuilder.data.dataset import Dataset, counted, few
from netbuilder.data.memory import gigabytes
from netbuilder.data.source import DataError, DataSource, Tell, tell_nobody
from netbuilder.fields import Choice, Int, Path
from netbuilder.spec import DataSpec, TargetSpec, TensorSpec

if TYPE_CHECKING:
    from netbuilder.data.pictures import Shape
    from netbuilder.data.rows import InMemory, OnDisk

THREADS = min(4, os.cpu_count() or 1)
AHEAD = 64  # pictures handed to the threads before their results are asked for
PARTS = frozenset({"train", "training", "val", "valid", "validation", "test", "testing"})


class ImageFolder(DataSource):
    """Your own pictures: a folder with a subfolder for each class. Hidden files are not seen; pictures that can't be
    read are left out and named."""

    kind = "image_folder"
    title = "Folder of pictures"

    path = Path("", must="folder", help="The folder that holds a subfolder for each class.")
    height = Int(64, min=1, max=2048, unit="pixels", help="Every picture is made this high.")
    width = Int(64, min=1, max=2048, unit="pixels", help="Every picture is made this wide.")
    colour = Choice("rgb", ("rgb", "grey"), titles={"rgb": "colour"}, help="Three channels, or one.")
    resize = Choice(
        "stretch",
        ("stretch", "fit", "crop"),
        titles={"fit": "fit, with black bars", "crop": "crop to the middle"},
        help="What is done to pictures of another shape.",
    )

    def read(self, tell: Tell = tell_nobody) -> Dataset:  # type: ignore[override]
        import numpy as np
        import torch

        from netbuilder.data.pictures import Shape
        from netbuilder.data.rows import OnDisk, rows_for
        from netbuilder.data.split import notes_on, split_by_class

        tell("Looking for pictures", 0, 0)
        folder = _folder(self.path)
        found, notes = _find(folder)
        shape = Shape(self.height, self.width, self.colour, self.resize)
        files = [file for _, files in found for file in files]
        labels = np.repeat(np.arange(len(found)), [len(files) for _, files in found])
        what = f"{counted(len(files), 'picture')} of {shape.channels}×{shape.height}×{shape.width}"
        one = (shape.channels, shape.height, shape.width)
        rows = rows_for(len(files), one, what, "make them smaller", "height")
        try:
            kept, unreadable = _read_all(files, shape, rows, tell)
            if not kept:
                raise DataError(f"None of the {len(files):,} pictures can be read: choose another folder.", "path")
            pictures = rows.tensor()
        except BaseException:
            rows.close()
            raise
        if unreadable:
            were = "picture was" if len(unreadable) == 1 else "pictures were"
            named = [f"{file.relative_to(folder).as_posix()} ({why})" for file, why in unreadable]
            notes.append(f"{len(unreadable):,} {were} left out: {few(named)}.")
        labels = labels[kept]
        present = np.unique(labels).tolist()
        if len(present) < 2:
            raise DataError(
                f"Pictures can be read in only one class ({found[present[0]][0]}), and at least two are needed: "
                "choose another folder.",
                "path",
            )
        gone = [name for number, (name, _) in enumerate(found) if number not in set(present)]
        if gone:
            notes.append(
                f"No picture of {few(gone)} can be read, so {'it is' if len(gone) == 1 else 'they are'} no class."
            )
        classes = tuple(found[number][0] for number in present)
        labels = np.searchsorted(present, labels).astype(np.int64)
        parts = split_by_class(labels, self.validation, self.seed)
        if isinstance(rows, OnDisk):
            notes.append(
                f"The pictures take {gigabytes(pictures.nbytes)}, more than half of the memory that is free: they lie "
                "in a file on the disk, and are read from there."
            )
        return Dataset(
            spec=DataSpec(folder.name, {"picture": TensorSpec(one)}, TargetSpec("class", classes=classes)),
            inputs={"picture": pictures},
            targets=torch.from_numpy(labels),
            train=torch.from_numpy(parts.train),
            validation=torch.from_numpy(parts.validation),
            notes=(*notes, *notes_on(labels, classes, parts)),
            files=tuple(files[number].relative_to(folder).as_posix() for number in kept),
            on_disk={"picture": rows} if isinstance(rows, OnDisk) else {},
        )


def _folder(path: str) -> FilePath:
    if not path.strip():
        raise DataError("No folder is chosen yet: choose one that holds a subfolder for each class.", "path")
    expanded = os.path.expanduser(path)  # noqa: PTH111  (Path.expanduser raises where this does not)
    if os.path.isfile(expanded):  # noqa: PTH113
        raise DataError(f"{path} is a file: choose the folder that holds a subfolder for each class.", "path")
    if not os.path.isdir(expanded):  # noqa: PTH112
        raise DataError(f"There is no folder {path}: choose another one.", "path")
    return FilePath(os.path.abspath(expanded))  # noqa: PTH100  (links stay as the user wrote them)


def _find(folder: FilePath) -> tuple[list[tuple[str, list[FilePath]]], list[str]]:
    """The classes and their picture files, and sentences about what was not taken."""
    from netbuilder.data.pictures import class_folders, is_picture, pictures_in

    notes: list[str] = []
    try:
        folders = class_folders(folder)
        if folders and all(child.name.lower() in PARTS for child in folders):
            raise DataError(
                f"{folder.name} holds {few([child.name for child in folders])} instead of a subfolder for each class: "
                f"choose the folder {folders[-1].name} in it, the split is made here.",
                "path",
            )
        loose = sum(is_picture(child.name) and child.is_file() for child in folder.iterdir())
        found = [(child.name, pictures_in(child)) for child in folders]
    except OSError as error:
        raise DataError(f"{folder.name} can't be read ({error.strerror or error}).", "path") from error
    empty = [name for name, files in found if not files]
    found = [(name, files) for name, files in found if files]
    if not found:
        there = "pictures, but no subfolders with pictures" if loose else "no subfolders with pictures"
        raise DataError(f"{folder.name} holds {there}: put the pictures of each class into a subfolder.", "path")
    if len(found) == 1:
        raise DataError(
            f"Only {found[0][0]} holds pictures, and at least two classes are needed: add a subfolder for another.",
            "path",
        )
    if empty:
        notes.append(f"{few(empty)} {'holds' if len(empty) == 1 else 'hold'} no pictures, and no class was made of it.")
    if loose:
        notes.append(f"{counted(loose, 'picture')} outside any subfolder {'was' if loose == 1 else 'were'} left out.")
    return found, notes


def _read_all(
    files: Sequence[FilePath], shape: Shape, rows: InMemory | OnDisk, tell: Tell
) -> tuple[list[int], list[tuple[FilePath, str]]]:
    """Add the pictures that can be read to `rows`. Returns their numbers, and the others."""
    import numpy as np

    from netbuilder.data.pictures import Unreadable

    kept: list[int] = []
    unreadable: list[tuple[FilePath, str]] = []
    with (
        ThreadPoolExecutor(THREADS, thread_name_prefix="pictures") as threads,
        closing(_started_ahead(threads, files, shape)) as futures,  # a cancel leaves none waiting
    ):
        for number, future in enumerate(futures):
            try:
                rows.add(np.divide(future.result(), 255.0, casting="same_kind", dtype=np.float32))
                kept.append(number)
            except Unreadable as error:
                unreadable.append((files[number], str(error)))
            tell("Reading pictures", number + 1, len(files))
    return kept, unreadable


def _started_ahead(
    threads: ThreadPoolExecutor, files: Sequence[FilePath], shape: Shape
) -> Generator[Future[Any], None, None]:
    """The futures in order, at most AHEAD of them under way: few pictures wait in memory, and a cancel is quick."""
    from netbuilder.data.pictures import read_picture

    for start in range(0, len(files), AHEAD):
        futures = [threads.submit(read_picture, file, shape) for file in files[start : start + AHEAD]]
        try:
            yield from futures
        finally:
            for future in futures:
                future.cancel()
