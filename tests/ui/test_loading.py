"""Data is read off the window's thread; what a file names on another computer waits for a word of the user."""

from __future__ import annotations

from dataclasses import replace

from netbuilder.fields import Part
from netbuilder.project import Project

STRANGE = "//server/share/cats"


def test_data_on_another_computer_is_read_once_the_user_says_so(bench, qtbot, monkeypatch):
    read = []
    monkeypatch.setattr(bench.loading, "_read", lambda part: read.append(part))
    bench.loading._job._work = bench.loading._read
    bench.begin()
    qtbot.waitUntil(lambda: not bench.loading.busy)
    read.clear()
    bench.document.open(replace(Project(), data=Part("image_folder", {"path": STRANGE})), None)
    assert not bench.loading.busy
    assert bench.loading.dataset is None
    assert (
        bench.loading.sentence == f"The data lies on another computer, {STRANGE}. Press Reload to read it from there."
    )
    assert read == []
    bench.loading.reload()
    qtbot.waitUntil(lambda: len(read) == 1)


def test_a_path_that_the_user_gives_himself_is_read_at_once(bench, qtbot):
    bench.begin()
    qtbot.waitUntil(lambda: not bench.loading.busy, timeout=20_000)
    bench.apply("Choose the data", bench.project.with_data(Part("image_folder", {"path": "/nowhere/at/all"})))
    qtbot.waitUntil(lambda: not bench.loading.busy, timeout=20_000)
    assert "another computer" not in bench.loading.sentence
