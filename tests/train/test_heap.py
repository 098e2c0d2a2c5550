"""What a step frees is there for the next one, without asking the system again."""

from __future__ import annotations

import resource
import sys

import pytest

from netbuilder.train import heap

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux") or not heap.keep(), reason="only with glibc")
BLOCK, BLOCKS = 24 << 20, 4  # together more than glibc keeps by its own rule


@pytest.fixture(autouse=True)
def given_back() -> object:
    yield
    heap.give_back()


def faults_of_a_step() -> int:
    """Page faults of allocating, filling and freeing, after two times to warm up."""
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        blocks = [bytearray(b"x") * BLOCK for _ in range(BLOCKS)]
        del blocks
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def test_a_step_finds_the_memory_of_the_one_before() -> None:
    assert heap.keep()
    assert faults_of_a_step() < 100


def test_after_it_is_given_back_the_system_has_it() -> None:
    heap.keep()
    faults_of_a_step()
    assert heap.give_back()
    assert faults_of_a_step() > 1000
