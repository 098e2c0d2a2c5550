"""Samples per second of `fit` against the loop people write by hand, Lightning and Keras on torch: each in a process of
its own, one at a time and in turns. Run: python -m tests.benchmarks.bench_fit [WORD OF A NETWORK'S TITLE]

All have the same data, network, optimizer, batch size and number of threads. A ratio is the median of those of the
rounds, so that a machine that is busy for a while has little say in it.
"""

from __future__ import annotations

import statistics
import sys
import time

import torch

from netbuilder.train import device
from tests.benchmarks.loops import Served, ways
from tests.benchmarks.networks import BATCH, NETWORKS, Network

SECONDS, ROUNDS, MOST = 60.0, 5, 41  # a network has its rounds for so long, but so many at least and at most
SELDOM = {"Keras": 3}  # what is slow and has no bound comes in every third round


def measure(served: dict[str, Served], network: Network, place: str, seconds: float) -> dict[str, list[float]]:
    """Samples per second by way, round by round, after one round to warm up; NaN for a round that was left out."""
    for one in served.values():
        one.begin(network, place)
    speeds: dict[str, list[float]] = {name: [] for name in served}
    end = time.monotonic() + seconds
    for turn in range(MOST):
        if turn >= ROUNDS and time.monotonic() > end:
            break
        for name in list(served) if turn % 2 else list(served)[::-1]:
            left_out = turn % SELDOM.get(name, 1)
            speeds[name].append(float("nan") if left_out else served[name].epoch())
    return speeds


def ratio(speeds: dict[str, list[float]], other: str) -> float:
    """How many times as fast as another `fit` is, in the middle of the rounds."""
    pairs = zip(speeds["fit"], speeds[other], strict=True)
    return statistics.median(mine / others for mine, others in pairs if others == others)


def tell(network: Network, speeds: dict[str, list[float]], bounds: dict[str, float]) -> bool:
    """Whether all bounds are met."""
    good = True
    print(f"\n{network.title}, {len(speeds['fit'])} rounds")
    for name, each in speeds.items():
        known = [speed for speed in each if speed == speed]
        line = f"  {name:<10}{statistics.median(known):>12,.0f}{min(known):>12,.0f}{max(known):>12,.0f}"
        if name != "fit":
            times = ratio(speeds, name)
            line += f"{times:>8.2f} x"
            if bounds.get(name):
                met = times >= bounds[name]
                good &= met
                line += f"   >= {bounds[name]:.2f} x  {'met' if met else 'MISSED'}"
        print(line, flush=True)
    return good


def compare(served: dict[str, Served], place: str, networks: list[Network]) -> bool:
    on_cpu = place == "cpu"
    where = f"CPU, threads: {device.threads_for_training()}" if on_cpu else torch.cuda.get_device_name()
    print(f"\n{where}; batch {BATCH}, Adam; samples per second and how many times as fast `fit` is")
    print(f"  {'':<10}{'median':>12}{'slowest':>12}{'fastest':>12}{'ratio':>10}   bound")
    good = True
    for network in networks:
        bounds = {"by hand": network.by_hand, "Lightning": network.by_lightning} if on_cpu else {"by hand": network.gpu}
        good &= tell(network, measure(served, network, place, SECONDS), bounds)
    return good


def main(words: list[str]) -> int:
    networks = [one for one in NETWORKS if not words or any(word.lower() in one.title.lower() for word in words)]
    if missing := {"Lightning", "Keras"} - set(ways()):
        print(f"without {' and '.join(sorted(missing))}: pip install .[bench]")
    served = {name: Served(name) for name in ways()}
    good = compare(served, "cpu", networks)
    if torch.cuda.is_available():
        good &= compare(served, "cuda:0", networks)
    else:
        print("\nno CUDA device here: the table for one is left out")
    for one in served.values():
        one.close()
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
