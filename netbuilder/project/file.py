"""The project file: one JSON text that people can read, and that differs line by line where the drawing does.

A node or an edge is one line, keys stand in a fixed order. `format` says how to read it: an older one is brought up
step by step by `MIGRATIONS`, of a newer one is shown what can be. Opening never writes, runs nothing, and answers
anything whatever that a file may hold with a project or a sentence.
"""

from __future__ import annotations

import json
import math
import os
import secrets
import stat
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from netbuilder import __version__
from netbuilder.graph import Edge, Graph, Node
from netbuilder.graph.block import Block, Exposed
from netbuilder.graph.graph import Frame, Note
from netbuilder.project.project import Part, Project
from netbuilder.project.reading import CannotOpen, Notes, read_project, shown

__all__ = [
    "FORMAT",
    "MIGRATIONS",
    "SUFFIX",
    "CannotOpen",
    "Opened",
    "dumps",
    "graph_text",
    "loads",
    "open_file",
    "parse",
    "read_text",
    "save",
    "text_for",
    "write_bytes",
    "write_text",
]

SUFFIX = ".netb"
FORMAT = 3
LARGEST = 200_000_000  # bytes; a drawing of a million nodes is smaller
LONGEST_NUMBER = 300  # digits; a longer one is no number any setting could mean
JSON = json.JSONEncoder(ensure_ascii=False, sort_keys=True, allow_nan=False)  # made once: a large file has many lines

Migration = Callable[[dict[str, Any]], dict[str, Any]]

# From a format to the next: MIGRATIONS[1] takes the parsed JSON of a file of format 1 and gives that of format 2.
# Format 2 has blocks, shared layers, expressions and weights to start from: a file of format 1 just has none of them.
# Format 3 has frames, notes, bends, bookmarks and a direction beside the network, and nodes that are bypassed or
# collapsed: a file of format 2 has none.
MIGRATIONS: Mapping[int, Migration] = {1: lambda data: data, 2: lambda data: data}


@dataclass(frozen=True)
class Opened:
    """A project as a file has it. `notes` says, a sentence each, what of the file is not in the project as it was."""

    project: Project
    notes: tuple[str, ...] = ()

    @property
    def faithful(self) -> bool:
        """Whether saving it would lose nothing. If not, show it as a copy without a path: the file is left alone."""
        return not self.notes


def save(project: Project, path: Path) -> None:
    """Write the project to `path`, wholly or not at all. Raises `OSError`, and then the old file is still there."""
    write_text(text_for(project, path), path)


def text_for(project: Project, path: Path) -> str:
    """The text of the project's file at `path`.

    Weights that lie beside the file or below it are written relative to it, so that both can move together.
    """
    return dumps(replace(project, weights=_path_from(project.weights, path)))


def write_text(text: str, path: Path) -> None:
    """Write a file wholly or not at all. Raises `OSError`, and then the old file is still there."""
    write_bytes(text.encode("utf-8", "backslashreplace"), path)  # half a surrogate pair becomes JSON's own \udc00


def write_bytes(content: bytes, path: Path) -> None:
    """Write a file wholly or not at all. Raises `OSError`, and then the old file is still there."""
    target = Path(os.path.realpath(path))  # a link stays a link, and what it points to is replaced
    mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else None
    if mode is not None and not os.access(target, os.W_OK):
        raise PermissionError(f"{path.name} is read-only: save under another name, or make it writable.")
    written = target.with_name(f".{target.stem[:40]}-{secrets.token_hex(4)}.tmp")
    try:
        with written.open("xb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        if mode is not None:
            written.chmod(mode)
        written.replace(target)
    except BaseException:
        written.unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)


def open_file(path: Path) -> Opened:
    """The project in a file, which stays as it is; where it says weights lie is said in full. Raises `CannotOpen`."""
    try:
        opened = loads(read_text(path))
    except CannotOpen as error:
        raise CannotOpen(error.why, path.name) from None
    if not opened.project.weights:
        return opened
    weights = os.path.normpath(path.parent.absolute() / opened.project.weights)
    return replace(opened, project=replace(opened.project, weights=weights))


def read_text(path: Path) -> str:
    """The text of a file. Raises `CannotOpen`."""
    try:
        return _read(path).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CannotOpen("it is not text, so it is no NetBuilder project.", path.name) from None


def _path_from(weights: str, path: Path) -> str:
    """The path of the weights as the file at `path` has it."""
    for folder in (path.parent.absolute(), Path(os.path.realpath(path)).parent):
        if weights and Path(weights).is_absolute() and Path(weights).is_relative_to(folder):
            return Path(weights).relative_to(folder).as_posix()
    return weights


def dumps(project: Project) -> str:
    """The project as the text of its file."""
    graphs = (
        f"    {_json(name)}: {graph_text(graph, project.blocks.get(name))}" for name, graph in project.graphs.items()
    )
    entries = [
        f'  "netbuilder": {_json(__version__)}',
        f'  "format": {FORMAT}',
        f'  "data": {_part_text(project.data)}',
        f'  "recipe": {_part_text(project.recipe)}',
        f'  "graphs": {_block("{", graphs, "  }")}',
    ]
    if project.weights:
        entries.insert(4, f'  "weights": {_json(project.weights)}')
    return _block("{", entries, "}") + "\n"


def graph_text(graph: Graph, block: Block | None = None) -> str:
    """A graph as it stands in the file; `block` says what it exposes, if it is one."""
    nodes = (f"        {_node_text(node)}" for node in graph)
    edges = (f"        {_edge_text(edge)}" for edge in graph.edges.values())
    lists = [f'      "nodes": {_block("[", nodes, "      ]")}', f'      "edges": {_block("[", edges, "      ]")}']
    lists += _annotation_texts(graph)
    if block is not None:
        settings = (f"          {_exposed_text(setting)}" for setting in block.settings)
        inside = [f'        "settings": {_block("[", settings, "        ]")}']
        lists.insert(0, f'      "block": {_block("{", inside, "      }")}')
    return _block("{", lists, "    }")


def loads(text: str, *, format: int = FORMAT, migrations: Mapping[int, Migration] = MIGRATIONS) -> Opened:
    """The project in the text of a file. Raises `CannotOpen`."""
    notes = Notes()
    data = parse(text, notes)
    if not isinstance(data, dict) or not ("format" in data or "graphs" in data):
        raise CannotOpen("it is no NetBuilder project.")
    newer = ""
    written = data.get("format")
    if not isinstance(written, int) or isinstance(written, bool):
        notes.add(f"The file says {shown(written)} where its format number should be; it was read as format {format}.")
    elif written > format:
        newer = (
            f"was written by a newer NetBuilder (format {shown(written)}, and this one reads up to {format}): "
            "open it with that version."
        )
        notes.add(f"The file {newer} What this one understands is shown as a copy.")
    else:
        data = _migrated(data, written, format, migrations)
    try:
        project = read_project(data, notes)
    except CannotOpen:
        if newer:
            raise CannotOpen(f"it {newer}") from None
        raise
    return Opened(project, notes.sentences())


def parse(text: str, notes: Notes) -> Any:
    """The text's JSON. A number too long to be one, NaN and infinities come back as infinite, for others to refuse.

    Raises `CannotOpen`.
    """

    def whole(digits: str) -> float:
        return int(digits) if len(digits) <= LONGEST_NUMBER else math.inf

    def gathered(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            keys = [key for key, _ in pairs]
            twice = next(key for key in keys if keys.count(key) > 1)
            notes.add(f"An entry called {shown(twice)} stands twice in the file; the last one counts.")
        return found

    try:
        return json.loads(text, parse_int=whole, parse_constant=float, object_pairs_hook=gathered)
    except RecursionError:
        raise CannotOpen("it is nested deeper than any project.") from None
    except json.JSONDecodeError as error:
        if any(line.startswith("<<<<<<<") for line in text.splitlines()):
            raise CannotOpen("it holds a merge conflict: resolve the lines from <<<<<<< to >>>>>>> first.") from None
        if not text.strip():
            raise CannotOpen("it is empty.") from None
        where = "it breaks off at its end" if error.pos >= len(text.rstrip()) else "it is damaged"
        raise CannotOpen(f"{where} (line {error.lineno}, column {error.colno}: {error.msg}).") from None


def _migrated(data: dict[str, Any], start: int, end: int, migrations: Mapping[int, Migration]) -> dict[str, Any]:
    try:
        for number in range(start, end):
            data = migrations[number](data)
    except Exception:  # a migration expects a sound file of its format, and this one may be anything
        raise CannotOpen(f"its format {shown(start)} can't be brought up to format {end}.") from None
    return data


def _node_text(node: Node) -> str:
    position = _plain(node.position)
    more = f', "shares": {_json(node.shares)}' if node.shares else ""
    more += f', "origin": {_json(node.origin)}' if node.origin is not None else ""
    more += ', "bypassed": true' if node.bypassed else ""
    more += f', "rate": {_json(node.rate)}' if node.rate != 1 else ""
    more += ', "frozen": true' if node.frozen else ""
    more += ', "collapsed": true' if node.collapsed else ""
    return (
        f'{{"id": {_json(node.id)}, "kind": {_json(node.kind)}, "name": {_json(node.name)}, '
        f'"position": {_json(position)}, "settings": {_json(dict(node.settings))}{more}}}'
    )


def _annotation_texts(graph: Graph) -> list[str]:
    """What is drawn beside the network, as far as there is any: a frame, a note or a bent edge a line."""
    known, found = graph.annotations, []
    frames = [
        f'        {{"id": {_json(f.id)}, "title": {_json(f.title)}, "color": {_json(f.color)}, {_area(f)}}}'
        for f in known.frames.values()
    ]
    notes = [f'        {{"id": {_json(n.id)}, "text": {_json(n.text)}, {_area(n)}}}' for n in known.notes.values()]
    bends = [
        f'        {{"to": {_json([e.target, e.input])}, "through": {_json([_plain(place) for place in way])}}}'
        for e, way in known.bends.items()
        if graph.edges.get((e.target, e.input)) == e
    ]
    for name, lines in (("frames", frames), ("notes", notes), ("bends", bends)):
        if lines:
            found.append(f'      "{name}": {_block("[", lines, "      ]")}')
    if known.bookmarks:
        found.append(f'      "bookmarks": {_json({digit: _plain(view) for digit, view in known.bookmarks.items()})}')
    if known.direction != "right":
        found.append(f'      "direction": {_json(known.direction)}')
    return found


def _area(mark: Frame | Note) -> str:
    return f'"position": {_json(_plain(mark.position))}, "size": {_json(_plain(mark.size))}'


def _plain(numbers: Iterable[float]) -> list[float]:
    return [int(c) if c == int(c) else c for c in numbers]


def _edge_text(edge: Edge) -> str:
    return f'{{"from": {_pair(edge.source, edge.output)}, "to": {_pair(edge.target, edge.input)}}}'


def _exposed_text(setting: Exposed) -> str:
    return (
        f'{{"name": {_json(setting.name)}, "type": {_json(setting.type)}, '
        f'"default": {_json(setting.default)}, "help": {_json(setting.help)}}}'
    )


def _part_text(part: Part) -> str:
    return f'{{"kind": {_json(part.kind)}, "settings": {_json(dict(part.settings))}}}'


def _block(start: str, lines: Iterable[str], end: str) -> str:
    inside = ",\n".join(lines)
    return f"{start}\n{inside}\n{end}" if inside else start + end.strip()


def _json(value: Any) -> str:
    return JSON.encode(value)


def _pair(one: str, other: str) -> str:
    return f"[{JSON.encode(one)}, {JSON.encode(other)}]"


def _read(path: Path) -> bytes:
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # reading from a pipe would wait for somebody to write to it
            raise CannotOpen("it is not a file.")
        with path.open("rb") as stream:
            content = stream.read(LARGEST + 1)
    except FileNotFoundError:
        raise CannotOpen(f"there is no such file in {path.parent.absolute()}.") from None
    except OSError as error:
        raise CannotOpen(f"{error.strerror or error}.") from None
    if len(content) > LARGEST:
        raise CannotOpen(f"it has more than {LARGEST // 1_000_000} MB, and no project is that large.")
    return content


def _sync_folder(folder: Path) -> None:
    """Make sure that the new name of a file outlives a power cut, where the system can say so."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return  # Windows opens no folders
    try:
        os.fsync(handle)
    except OSError:
        pass  # some network drives refuse; the file itself is written
    finally:
        os.close(handle)
