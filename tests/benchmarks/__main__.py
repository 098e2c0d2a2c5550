"""Runs every benchmark, each in a fresh process, one after another: python -m tests.benchmarks [NAME...].

The exit code is 1 if a bound is missed. Where there is no display, those that measure the window get a virtual one:
a real X server and window manager, which draw in software. A canvas alone is measured without any.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

WITH_A_WINDOW = ("start", "frames", "window", "events")
BY_ITSELF = "samples"  # make bench-samples: it takes a quarter of an hour
ORDER = ("start", "frames", "window", "events", "fit", "streaming", "canvas")
ROOT = Path(__file__).resolve().parent.parent.parent


def names() -> list[str]:
    """Of all benchmarks: the known ones in their order, then any other."""
    found = {path.stem.removeprefix("bench_") for path in Path(__file__).parent.glob("bench_*.py")} - {BY_ITSELF}
    return [name for name in ORDER if name in found] + sorted(found - set(ORDER))


def on_screen(environment: Mapping[str, str]) -> bool:
    """Whether a window can be shown on a display that is there already."""
    chosen = environment.get("QT_QPA_PLATFORM", "")
    if not sys.platform.startswith("linux") or (chosen and not chosen.startswith(("xcb", "wayland"))):
        return True
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


@contextmanager
def display() -> Iterator[tuple[dict[str, str], str]]:
    """An environment in which a window can be shown, and what it is shown on."""
    if on_screen(os.environ):
        where = os.environ.get("QT_QPA_PLATFORM") or os.environ.get("DISPLAY") or "this display"
        yield dict(os.environ), where
        return
    from tests.end_to_end.desktop import Desktop, missing_tools

    if missing_tools():
        yield {**os.environ, "QT_QPA_PLATFORM": "offscreen"}, f"no display at all (without {missing_tools()[0]})"
        return
    before = dict(os.environ)
    desktop = Desktop()
    desktop.start()
    try:
        yield {**before, "DISPLAY": os.environ["DISPLAY"], "QT_QPA_PLATFORM": "xcb"}, "a virtual display (Xvfb)"
    finally:
        desktop.stop()
        os.environ.clear()
        os.environ.update(before)


def run(name: str, environment: Mapping[str, str]) -> tuple[int, float]:
    """Its exit code, and how many seconds it took. What it prints goes straight to the terminal."""
    began = time.monotonic()
    command = [sys.executable, "-m", f"tests.benchmarks.bench_{name}"]
    code = subprocess.run(command, cwd=ROOT, env=dict(environment), check=False).returncode
    return code, time.monotonic() - began


def main(wanted: list[str]) -> int:
    unknown = [name for name in wanted if name not in names()]
    if unknown:
        print(f"There is no benchmark {unknown[0]}; there are {', '.join(names())}.", file=sys.stderr)
        return 2
    ended = {}
    busy = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"{os.cpu_count()} cores{busy} before it begins", flush=True)
    for name in wanted or names():
        if name in WITH_A_WINDOW:
            with display() as (environment, where):
                print(f"\n{name}, on {where}", flush=True)
                ended[name] = run(name, environment)
        else:
            print(f"\n{name}", flush=True)
            ended[name] = run(name, os.environ)
    print()
    for name, (code, seconds) in ended.items():
        print(f"{name:10s} {'ok' if code == 0 else 'MISSED, see above'} ({seconds:.0f} s)")
    return int(any(code for code, _ in ended.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
