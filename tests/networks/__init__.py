"""Four networks that everyone has seen drawn, as projects: with blocks, or flat, with every block dissolved.

They were read from the modules in `models`; nothing here needs torch.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from netbuilder.graph import Graph
from netbuilder.graph.block import block_of
from netbuilder.project import MAIN, Project
from netbuilder.project.dissolving import dissolve
from netbuilder.project.file import open_file

NAMES = ("ResNet-18", "U-Net", "Inception", "Transformer")


def path(name: str) -> Path:
    return Path(__file__).parent / f"{name.lower()}.netb"


@cache
def project(name: str, *, flat: bool = False) -> Project:
    """The network of this name."""
    read = open_file(path(name)).project
    while flat and (block := next((node.id for node in read.main if block_of(node.kind)), None)):
        read, _ = dissolve(read, MAIN, block, drop_unused=True)
    return read


def drawing(name: str, *, flat: bool = False) -> Graph:
    return project(name, flat=flat).main
