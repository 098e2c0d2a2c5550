"""Who may import whom: the table of the house, held against what each package really imports.

Each package is imported whole in a fresh interpreter, and what is then in `sys.modules` is compared with the table.
Imports within functions are late on purpose and are held against the same table by reading the source.
"""

from __future__ import annotations

import ast
import json
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import netbuilder

ROOT = Path(netbuilder.__file__).parent
QT = {"PySide6", "shiboken6", "pyqtgraph", "qtpy", "superqt", "qtawesome"}
LEAVES = {"fields", "expression", "trust", "notify", "background", "resources", "scores", "places", "spec", "plot"}

# What each package may import of ours, beside the leaves and itself.
MAY = {
    "fields": set(),
    "expression": set(),
    "trust": set(),
    "notify": set(),
    "background": set(),
    "resources": set(),
    "scores": set(),
    "places": set(),
    "spec": set(),
    "plot": set(),
    "model_file": set(),
    "weights_file": set(),
    "quiet": set(),
    "display": set(),
    "graph": set(),
    "layers": set(),
    "project": {"graph"},
    "compile": {"graph", "layers", "project", "model_file", "weights_file"},
    "data": set(),
    "train": {"data", "model_file", "weights_file", "quiet"},
    "probes": {"data", "quiet"},
    "export": {"data"},
    "terminal": {"data", "train"},
    "headless": {"terminal", "launching", "graph", "layers", "project", "compile", "data", "train", "weights_file"},
    "launching": {"project", "compile", "data", "train"},
    "going_on": {"terminal", "headless", "data", "train", "fields"},
    "trying": {"terminal", "headless", "train"},
    "importing": {"terminal", "headless", "layers", "project", "compile", "weights_file"},
    "listing": {"terminal", "headless", "train"},
    "comparison": {"graph", "layers", "project", "compile", "data", "train"},
    "comparing": {"terminal", "headless", "comparison", "train"},
    "cli": {
        *("going_on", "importing", "listing", "comparing", "trying", "terminal", "headless", "graph", "layers"),
        *("project", "comparison"),
        *("compile", "data", "train", "probes", "export"),
    },
}
# What each room of `compile` may import of the others. What others come for stands beside the rooms, and is free to.
ROOMS_OF_COMPILE: dict[str, set[str]] = {
    "inference": set(),
    "planning": set(),
    "problems": {"inference", "planning"},
    "elaboration": {"inference", "planning", "problems", "cost"},
    "writing": {"inference", "planning", "elaboration", "blocks"},
}
WITHOUT_TORCH = (
    "quiet",
    "display",
    "expression",
    "fields",
    "notify",
    "background",
    "resources",
    "scores",
    "places",
    "spec",
    "plot",
    "graph",
    "layers",
    "project",
)
# These are imported before the window is painted: what they declare must not wait for torch.
QUICK = ("netbuilder.data.catalog", "netbuilder.train.recipes", "netbuilder.probes.catalog", "netbuilder.export")


def modules_of(package: str) -> list[str]:
    place = ROOT / package
    if not place.is_dir():
        return [f"netbuilder.{package}"]
    walked = pkgutil.walk_packages([str(place)], f"netbuilder.{package}.")
    return [f"netbuilder.{package}", *(module.name for module in walked)]


@cache
def imported_by(*modules: str) -> frozenset[str]:
    """Everything that is imported when these modules are, in an interpreter of their own."""
    code = (
        "import importlib, json, sys\n"
        f"for name in {modules!r}: importlib.import_module(name)\n"
        "print(json.dumps(sorted(sys.modules)))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=110)
    return frozenset(json.loads(told.stdout))


def tops(modules: frozenset[str]) -> set[str]:
    return {name.partition(".")[0] for name in modules}


def ours(modules: frozenset[str]) -> set[str]:
    return {name.split(".")[1] for name in modules if name.startswith("netbuilder.")}


def packages() -> list[str]:
    there = {path.stem for path in ROOT.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    return sorted(there - {"__init__", "__main__", "ui"})


def imports_in(path: Path) -> Iterator[str]:
    """Every module that a file imports anywhere, at its top or late; what is only for type checkers does not count."""
    tree = ast.parse(path.read_text("utf-8"))
    for_types = [n for n in ast.walk(tree) if isinstance(n, ast.If) and "TYPE_CHECKING" in ast.unparse(n.test)]
    left_out = {id(inner) for node in for_types for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if id(node) in left_out:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            yield node.module or ""
            if node.module == "netbuilder":
                yield from (f"netbuilder.{alias.name}" for alias in node.names)


def files_of(package: str) -> list[Path]:
    place = ROOT / package
    return sorted(place.rglob("*.py")) if place.is_dir() else [place.with_suffix(".py")]


def test_every_package_has_its_line_in_the_table():
    assert set(packages()) <= set(MAY)


@pytest.mark.parametrize("package", packages())
def test_a_package_imports_only_what_the_table_allows(package):
    allowed = MAY[package] | LEAVES | {package, "__version__"}
    for path in files_of(package):
        used = {name.split(".")[1] for name in imports_in(path) if name.startswith("netbuilder.")}
        assert used <= allowed, f"{path.relative_to(ROOT)} imports {', '.join(sorted(used - allowed))}"


@pytest.mark.parametrize("room", ROOMS_OF_COMPILE)
def test_a_room_of_the_compiler_imports_only_the_rooms_below_it(room):
    allowed = ROOMS_OF_COMPILE[room] | {room}
    for path in files_of(f"compile/{room}"):
        names = set(imports_in(path))
        assert "netbuilder.compile" not in names, f"{path.relative_to(ROOT)} hides which room it imports"
        used = {name.split(".")[2] for name in names if name.startswith("netbuilder.compile.")}
        assert used <= allowed, f"{path.relative_to(ROOT)} imports {', '.join(sorted(used - allowed))}"


@pytest.mark.parametrize("package", packages())
def test_no_package_outside_ui_knows_qt(package):
    for path in files_of(package):
        used = {name.partition(".")[0] for name in imports_in(path)}
        assert not used & QT, f"{path.relative_to(ROOT)} imports {', '.join(sorted(used & QT))}"


@pytest.mark.parametrize("package", packages())
def test_importing_a_package_brings_in_nothing_that_the_table_forbids(package):
    modules = imported_by(*modules_of(package))
    assert not tops(modules) & QT
    seen, todo = set(), [package]
    while todo:
        one = todo.pop()
        if one not in seen:
            seen.add(one)
            todo += MAY[one]
    assert ours(modules) <= seen | LEAVES


@pytest.mark.parametrize("package", WITHOUT_TORCH)
def test_structure_and_declarations_know_no_torch(package):
    found = tops(imported_by(*modules_of(package)))
    assert not found & {"torch", "numpy", "pandas", "sklearn"}


@pytest.mark.parametrize("module", QUICK)
def test_what_forms_are_made_of_does_not_wait_for_torch(module):
    found = tops(imported_by(module))
    assert not found & {"torch", "pandas", "sklearn", "captum", "onnx"}


def test_importing_the_root_imports_nothing_of_ours():
    assert ours(imported_by("netbuilder")) == set()


def test_the_command_line_needs_no_torch_to_start():
    assert not tops(imported_by("netbuilder.cli")) & (QT | {"torch"})


def test_nothing_but_main_imports_ui():
    for path in ROOT.rglob("*.py"):
        where = path.relative_to(ROOT).as_posix()
        if not where.startswith("ui/") and where != "__main__.py":
            assert not any(name.startswith("netbuilder.ui") for name in imports_in(path)), where


def test_tests_that_need_qt_stand_apart():
    tests = Path(__file__).parent
    for path in tests.rglob("*.py"):
        where = path.relative_to(tests).as_posix()
        if not where.startswith(("ui/", "end_to_end/", "benchmarks/")):
            used = set(imports_in(path))
            assert not {name.partition(".")[0] for name in used} & QT, where
            assert not any(name.startswith("netbuilder.ui") for name in used), where


def test_every_module_says_what_it_is():
    for path in ROOT.rglob("*.py"):
        text = path.read_text("utf-8")
        assert not text.strip() or ast.get_docstring(ast.parse(text)), path.relative_to(ROOT)
