"""What a step frees is there for the next one, without asking the system again. Each in a fresh process: what else one
has allocated decides whether the end of its heap can be given back."""

from __future__ import annotations

import subprocess
import sys

import pytest

from netbuilder.train import heap

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux") or not heap.keep(), reason="only with glibc")
STEPS = """
import resource
from netbuilder.train import heap

def faults():
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        blocks = [bytearray(b"x") * (24 << 20) for _ in range(4)]  # together more than glibc keeps by its own rule
        del blocks
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
"""


@pytest.fixture(autouse=True)
def given_back() -> object:
    yield
    heap.give_back()


def faults_after(what: str) -> int:
    """Page faults of allocating, filling and freeing some blocks, after two times to warm up."""
    program = f"{STEPS}\n{what}\nprint(faults())"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    return int(told.stdout)


def test_a_step_finds_the_memory_of_the_one_before() -> None:
    assert faults_after("assert heap.keep()") < 100


def test_after_it_is_given_back_the_system_has_it() -> None:
    kept, given = (faults_after(f"heap.keep(); faults(){after}") for after in ("", "; assert heap.give_back()"))
    assert kept < 100
    assert given > 20 * max(1, kept)
