"""Python names for nodes. Whatever a node is called, its identifier is plain ASCII and shadows nothing that matters."""

from __future__ import annotations

import builtins
import keyword
import re
import unicodedata
from functools import cache, lru_cache

from netbuilder.graph import Graph

LONGEST = 40


def identifiers(graph: Graph) -> dict[str, str]:
    """An identifier for each node, by node id: unique, from its name; in the order the nodes were drawn."""
    taken: set[str] = set()
    found: dict[str, str] = {}
    for node in graph:
        found[node.id] = unique(identifier(node.name, node.kind), taken)
    return found


@lru_cache(10_000)
def identifier(name: str, kind: str) -> str:
    """`name` as a Python identifier: "Block 1/conv" gives block_1_conv. What is left empty is called after `kind`."""
    stem = _ascii(name) or _ascii(kind) or "node"
    if stem[0].isdigit():
        stem = f"{_ascii(kind) or 'node'}_{stem}"
        if stem[0].isdigit():
            stem = f"node_{stem}"
    return f"{stem}_" if stem in reserved() else stem


def unique(stem: str, taken: set[str]) -> str:
    """`stem`, or the first of stem_2, stem_3 ... that is not in `taken`; it is added to it."""
    name, number = stem, 2
    while name in taken:
        name = f"{stem.rstrip('_')}_{number}"
        number += 1
    taken.add(name)
    return name


def class_name(name: str, taken: set[str], fallback: str = "Block") -> str:
    """`name` as the name of a class: "residual block" gives ResidualBlock; it is added to `taken`, which has it not."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    stem = "".join(word[0].upper() + word[1:] for word in re.split(r"[^A-Za-z0-9]+", plain) if word)[:LONGEST]
    if not stem or stem[0].isdigit():
        stem = f"{fallback}{stem}"
    if keyword.iskeyword(stem) or hasattr(builtins, stem) or stem in ("F", "N"):
        stem = f"{stem}{fallback}"
    made, number = stem, 2
    while made in taken:
        made, number = f"{stem}{number}", number + 1
    taken.add(made)
    return made


def parameter_name(name: str, taken: set[str]) -> str:
    """The name of an exposed setting as that of an argument; it is added to `taken`, which has it not."""
    plain = name.isidentifier() and name.isascii() and not keyword.iskeyword(name) and not name.startswith("__")
    return unique(name if plain else identifier(name, "setting"), taken)


def _ascii(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:LONGEST].rstrip("_")


@cache
def reserved() -> frozenset[str]:
    """What no node's identifier may be: keywords, builtins, and what the generated module and nn.Module use."""
    from torch import nn

    ours = {"torch", "nn", "F", "self", "network", "math"}
    words = {*keyword.kwlist, *keyword.softkwlist, *dir(builtins), *dir(nn.Module()), *ours}
    return frozenset(word.lower() for word in words)
