"""Blocks to use again: one in a file of its own, and the user's own collection of such files.

A `.netblock` file reads like a project's: the block, and the blocks that stand in it. It may come from anywhere, runs
nothing, and is answered with the block or a sentence. A block that is removed from the collection is kept aside, so
that this can be taken back.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from netbuilder import __version__
from netbuilder.places import data_folder
from netbuilder.project.bringing import Definition, bring, definitions_of
from netbuilder.project.errors import NotABlock, ProjectError
from netbuilder.project.file import FORMAT, graph_text, parse, read_text, write_text
from netbuilder.project.project import Project
from netbuilder.project.reading import CannotOpen, Notes, about_unknown, read_definitions, shown

SUFFIX = ".netblock"
MOST_FILES = 2000  # of a collection


class AlreadyKept(ProjectError):
    """The collection has another block of that name. `path` is where."""

    def __init__(self, name: str, path: Path):
        super().__init__(f"Your library has another block called {name!r}. Replace it, or rename this one first.")
        self.path = path


@dataclass(frozen=True)
class SavedBlock:
    """A block as a file has it: its name, and its definition among those that it needs.

    `notes` says, a sentence each, what of the file is not in it as it was.
    """

    name: str
    definitions: Mapping[str, Definition]
    notes: tuple[str, ...] = ()

    @property
    def definition(self) -> Definition:
        return self.definitions[self.name]


@dataclass(frozen=True)
class Kept:
    """A file of the collection: the block in it, or the sentence that says why it can't be read."""

    path: Path
    block: SavedBlock | None
    sentence: str = ""

    @property
    def name(self) -> str:
        return self.block.name if self.block is not None else self.path.stem


def library_folder() -> Path:
    """Where the user's blocks are. It may not exist yet."""
    return data_folder() / "blocks"


def saved_block(project: Project, name: str) -> SavedBlock:
    """The block of a project, with those that stand in it. Raises `NotABlock`."""
    if name not in project.blocks:
        raise NotABlock(name)
    return SavedBlock(name, definitions_of(project, [name]))


def save_block(block: SavedBlock, path: Path) -> None:
    """Write the block to a file, wholly or not at all. Raises `OSError`, and then an old file is still there."""
    write_text(dumps(block), path)


def load_block(path: Path) -> SavedBlock:
    """The block in a file, which stays as it is. Raises `CannotOpen`."""
    try:
        return loads(read_text(path))
    except CannotOpen as error:
        raise CannotOpen(error.why, path.name) from None


def dumps(block: SavedBlock) -> str:
    """The block as the text of its file."""
    graphs = ",\n".join(
        f"    {json.dumps(name, ensure_ascii=False)}: {graph_text(definition.graph, definition.block)}"
        for name, definition in block.definitions.items()
    )
    return (
        f'{{\n  "netbuilder": {json.dumps(__version__)},\n  "format": {FORMAT},\n'
        f'  "block": {json.dumps(block.name, ensure_ascii=False)},\n  "graphs": {{\n{graphs}\n  }}\n}}\n'
    )


def loads(text: str) -> SavedBlock:
    """The block in the text of a file. Raises `CannotOpen`."""
    notes = Notes()
    data = parse(text, notes)
    if not isinstance(data, dict) or not ("block" in data and "graphs" in data):
        raise CannotOpen("it holds no block.")
    about_unknown(data, ("netbuilder", "format", "block", "graphs"), "The file", notes)
    written = data.get("format")
    if not isinstance(written, int) or isinstance(written, bool):
        notes.add(f"The file says {shown(written)} where its format number should be; it was read as format {FORMAT}.")
    elif written > FORMAT:
        notes.add(f"The file was written by a newer NetBuilder (format {shown(written)}): what this one knows is read.")
    definitions = read_definitions(data["graphs"], notes)
    name = data["block"]
    if not isinstance(name, str) or name not in definitions:
        raise CannotOpen(f"the block that it is for, {shown(name)}, can't be read.")
    needed = definitions_of(_as_project(definitions), [name])
    return SavedBlock(name, needed, notes.sentences())


def insert(project: Project, block: SavedBlock) -> tuple[Project, str]:
    """With the block and those in it, and the name that it has there: its own, or a new one where another block has it.

    Raises `WouldRecurse`.
    """
    project, names = bring(project, block.definitions)
    return project, names[block.name]


def keep(block: SavedBlock, folder: Path | None = None, *, replacing: bool = False) -> Path:
    """Put the block into the collection; the file that it is in. The same block again changes nothing.

    Raises `AlreadyKept` where another has its name, unless it is to be replaced, and `OSError`.
    """
    folder = folder or library_folder()
    for there in kept(folder):
        if there.block is not None and there.name == block.name:
            if there.block.definitions == block.definitions:
                return there.path
            if not replacing:
                raise AlreadyKept(block.name, there.path)
            save_block(block, there.path)
            return there.path
    folder.mkdir(parents=True, exist_ok=True)
    path = _free(folder, block.name)
    save_block(block, path)
    return path


def kept(folder: Path | None = None) -> list[Kept]:
    """The collection, by name. A file that can't be read is in it too, with the reason."""
    folder = folder or library_folder()
    found = []
    for path in sorted(folder.glob(f"*{SUFFIX}"))[:MOST_FILES]:
        try:
            found.append(Kept(path, load_block(path)))
        except CannotOpen as why:
            found.append(Kept(path, None, str(why)))
    return sorted(found, key=lambda one: (one.name.lower(), one.path))


def discard(path: Path) -> Path:
    """Take a file out of the collection; where it is kept aside, for `restore`. Raises `OSError`."""
    aside = path.parent / "discarded"
    aside.mkdir(exist_ok=True)
    return path.replace(_free(aside, path.stem))


def restore(aside: Path) -> Path:
    """Put a discarded file back into the collection, and where it is now. Raises `OSError`."""
    return aside.replace(_free(aside.parent.parent, aside.stem))


def _free(folder: Path, name: str) -> Path:
    """A new file there, called as much like the block as every system allows."""
    stem = re.sub(r"[^\w\- ]+", "_", name).strip(" _")[:40] or "block"
    if re.fullmatch(r"(?i)con|prn|aux|nul|com\d|lpt\d", stem):  # Windows keeps these to itself
        stem += "_"
    path, number = folder / f"{stem}{SUFFIX}", 2
    while path.exists():
        path, number = folder / f"{stem} {number}{SUFFIX}", number + 1
    return path


def _as_project(definitions: Mapping[str, Definition]) -> Project:
    return Project(
        {name: definition.graph for name, definition in definitions.items()},
        blocks={name: definition.block for name, definition in definitions.items()},
    )
