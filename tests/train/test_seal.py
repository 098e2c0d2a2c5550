"""The mark on a model.py: the same for the same user, and worth nothing to anybody else."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from netbuilder.train.seal import is_sealed, seal_of


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NETBUILDER_HOME", str(tmp_path / "home"))
    (tmp_path / "model.py").write_bytes(b"class Network: ...")
    return tmp_path / "model.py"


def test_a_mark_is_for_one_content_only(file: Path) -> None:
    seal = seal_of(file)
    assert is_sealed(file, seal)
    file.write_bytes(b"class Network:  ...")
    assert not is_sealed(file, seal)
    assert not is_sealed(file.with_name("gone.py"), seal)


@pytest.mark.parametrize("seal", [None, 3, "", "é", "\udc80", b"", ["a"]])
def test_what_is_no_mark_is_none(file: Path, seal: object) -> None:
    assert not is_sealed(file, seal)


def test_all_who_need_the_first_key_at_once_get_the_same(file: Path) -> None:
    barrier = Barrier(8)

    def seal(_: int) -> str:
        barrier.wait(10)
        return seal_of(file)

    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(seal, range(8)))) == 1


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_only_its_owner_can_read_the_key(file: Path, tmp_path: Path) -> None:
    seal_of(file)
    assert stat.S_IMODE((tmp_path / "home" / "key").stat().st_mode) == 0o600


def test_half_a_key_is_made_anew(file: Path, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "key").write_bytes(b"")
    assert is_sealed(file, seal_of(file))
    assert len((tmp_path / "home" / "key").read_bytes()) == 32
