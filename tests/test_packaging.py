"""The wheel carries everything, and the set-up commands are what they say."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel of this tree, built without a network."""
    place = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(place)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = place.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def unpacked(wheel, tmp_path_factory):
    place = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(place)
    return place


def run(unpacked: Path, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Runs NetBuilder as installed in `unpacked`, from another folder."""
    code = f"import sys; sys.path.insert(0, {str(unpacked)!r}); from netbuilder.__main__ import main; sys.exit(main())"
    return subprocess.run([sys.executable, "-c", code, *words], cwd=folder, capture_output=True, text=True, timeout=100)


def test_a_wheel_carries_the_package_and_the_resources(wheel):
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
    for path in (ROOT / "netbuilder").rglob("*.py"):
        assert path.relative_to(ROOT).as_posix() in held
    for path in (ROOT / "resources").rglob("*.*"):
        assert f"netbuilder/_resources/{path.relative_to(ROOT / 'resources').as_posix()}" in held
    assert not [name for name in held if name.startswith(("tests/", "packaging/", ".ci/"))]


def test_an_installed_wheel_finds_its_samples_from_an_empty_folder(unpacked, tmp_path):
    listed = run(unpacked, tmp_path, "samples", "--json")
    assert listed.returncode == 0, listed.stderr
    assert '"digits-cnn"' in listed.stdout
    made = run(unpacked, tmp_path, "new", "digits-cnn", "copy.netb")
    assert made.returncode == 0, made.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["copy.netb"]


def test_what_is_imported_is_asked_for_and_the_other_way_round():
    asked = {line.partition(">")[0] for line in PROJECT["project"]["dependencies"]}
    called = {
        "PIL": "pillow",
        "sklearn": "scikit-learn",
        "PySide6": "PySide6-Essentials",
        "shiboken6": "PySide6-Essentials",
    }
    imported = {"onnx", "onnxscript"}  # by torch, when it writes ONNX
    imported |= {"torchmetrics"}  # by the names of its classes
    imported |= {"onnxruntime", "qtawesome"}  # by the process that proves an export; for the icons in its font
    for path in (ROOT / "netbuilder").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            imported |= {name.partition(".")[0] for name in names}
    imported -= {*sys.stdlib_module_names, "netbuilder"}
    assert {called.get(name, name) for name in imported} == asked


@pytest.mark.parametrize("script", [".ci/run", "packaging/set-up.sh", "packaging/check-wheel.sh"])
def test_scripts_are_sound_and_can_be_run(script):
    path = ROOT / script
    assert path.stat().st_mode & 0o111
    assert "\nset -eu\n" in path.read_text("utf-8")
    subprocess.run(["bash", "-n", str(path)], check=True)


def test_set_up_says_what_it_can_do():
    told = subprocess.run([ROOT / "packaging" / "set-up.sh"], capture_output=True, text=True, check=False)
    assert told.returncode == 2
    assert "packages [EXTRA] | libraries | desktop" in told.stderr


def test_the_desktop_file_names_the_command_and_the_kind_of_file():
    desktop = (ROOT / "packaging" / "netbuilder.desktop").read_text("utf-8")
    assert "Exec=netbuilder %f" in desktop
    assert PROJECT["project"]["scripts"]["netbuilder"] == "netbuilder.__main__:main"
    assert "MimeType=application/x-netbuilder;" in desktop
    assert "application/x-netbuilder" in (ROOT / "packaging" / "netbuilder-mime.xml").read_text("utf-8")
