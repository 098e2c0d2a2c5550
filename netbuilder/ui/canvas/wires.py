"""The curves of many edges as straight pieces, worked out at once. It knows nothing about how they look.

An edge that runs forward is one cubic curve between two ports: see `geometry.curve`, which draws the same one. All of
this is for edges that run to the right; `flipped` makes those of others that run down.
"""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QRectF

FLAT = 1.2  # pixels that a curve may leave a straight line and still be drawn as one
LEVEL = 0.75  # pixels that a line may rise or lean and still run along the pixels
PIECES = ((0.0, 4), (24.0, 8), (90.0, 16), (300.0, 28))  # from this height on screen on, into how many a curve is cut
_LEAST = [least for least, _ in PIECES]
MOST = 9000  # pieces drawn at once; with more of them each curve gets fewer

Lines = np.ndarray  # (n, 4): x and y of the start, x and y of the end


def flipped(numbers: np.ndarray) -> np.ndarray:
    """Lines, or boxes, with across and down exchanged."""
    return numbers[:, [1, 0, 3, 2]]


def run_back(lines: Lines) -> np.ndarray:
    """Which can't go straight there: `geometry.runs_back` of each."""
    dx, dy = lines[:, 2] - lines[:, 0], lines[:, 3] - lines[:, 1]
    return ~((dx >= 24) | ((dx > -40) & (np.abs(dy) < 4)))


def reaches(lines: Lines) -> np.ndarray:
    """How far the curve of each goes straight on at its ends: as `geometry.curve` has it."""
    dx, dy = np.abs(lines[:, 2] - lines[:, 0]), np.abs(lines[:, 3] - lines[:, 1])
    return np.maximum(24.0, np.minimum(dx * 0.5, 120.0 + dy * 0.2))


def sides(lines: Lines) -> np.ndarray:
    """A box (left, top, right, bottom) in which each curve lies that runs forward, with room for its pen."""
    reach = reaches(lines)
    left = np.minimum(lines[:, 0], lines[:, 2] - reach)
    right = np.maximum(lines[:, 2], lines[:, 0] + reach)
    top, bottom = np.minimum(lines[:, 1], lines[:, 3]), np.maximum(lines[:, 1], lines[:, 3])
    return np.stack([left - 6, top - 6, right + 6, bottom + 6], axis=1)


def kinds(lines: Lines, zoom: float) -> np.ndarray:
    """Which of `PIECES` is for each of these curves at a zoom; -1 for one that is drawn as one line."""
    heights = np.abs(lines[:, 3] - lines[:, 1]) * zoom
    return np.where(heights < FLAT, -1, np.searchsorted(_LEAST, heights, side="right") - 1)


def share(kinds: np.ndarray) -> float:
    """How many of their pieces curves of these kinds get, if all of them are in view: a half, a quarter ..., so that it
    stays the same where the view moves a little."""
    if len(kinds) * PIECES[-1][1] <= MOST:
        return 1.0
    counts = np.bincount(kinds + 1, minlength=1 + len(PIECES))
    wanted = int(counts[1:] @ np.array([count for _, count in PIECES]))
    return 0.5 ** max(0, math.ceil(math.log2(max(wanted, 1) / MOST)))


def pieces(lines: Lines, kinds: np.ndarray, share: float = 1.0) -> Lines:
    """The straight pieces of curves: as many as one can tell apart, or a share of these."""
    parts = [lines[kinds < 0]]
    for kind, (_, count) in enumerate(PIECES):
        some = lines[kinds == kind]
        if len(some):
            parts.append(_cut(some, max(1, round(count * share))))
    return np.concatenate(parts)


def level(lines: Lines) -> tuple[Lines, Lines]:
    """Lines on screen, in pixels: those that run along a row or a column of pixels, as boxes (left, top, right,
    bottom) one pixel thick; and the others as they are. To fill a box is far quicker than to draw a line."""
    x0, y0, x1, y1 = np.ascontiguousarray(lines.T)
    across = np.abs(y1 - y0) < LEVEL
    down = (np.abs(x1 - x0) < LEVEL) & ~across
    flat = _along(x0[across], x1[across], y0[across], y1[across])
    upright = _along(y0[down], y1[down], x0[down], x1[down])[:, [1, 0, 3, 2]]
    return np.concatenate([flat, upright]), np.ascontiguousarray(lines[~(across | down)])


def _along(start: np.ndarray, end: np.ndarray, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Boxes along a row of pixels. What is at the very rim of a pixel belongs to the same one in every picture."""
    boxes = np.empty((len(start), 4), np.int32)
    boxes[:, 0] = np.floor(np.minimum(start, end) + 1e-6)
    boxes[:, 1] = np.floor((one + other) / 2 + 1e-6)
    boxes[:, 2] = np.ceil(np.maximum(start, end) + 1e-6)
    boxes[:, 3] = boxes[:, 1] + 1
    return boxes


def inside(lines: Lines, area: QRectF) -> Lines:
    """Those that may touch the area."""
    x0, y0, x1, y1 = np.ascontiguousarray(lines.T)
    found = (np.minimum(x0, x1) <= area.right()) & (np.maximum(x0, x1) >= area.left())
    found &= (np.minimum(y0, y1) <= area.bottom()) & (np.maximum(y0, y1) >= area.top())
    return np.ascontiguousarray(lines[found])


def _cut(lines: Lines, count: int) -> Lines:
    if count == 1:
        return lines
    t = np.linspace(0.0, 1.0, count + 1)
    a, b, c, d = (1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3
    reach, (x0, y0, x1, y1) = reaches(lines), lines.T
    x = np.outer(x0, a + b) + np.outer(reach, b - c) + np.outer(x1, c + d)
    y = np.outer(y0, a + b) + np.outer(y1, c + d)
    cut = np.stack([x[:, :-1], y[:, :-1], x[:, 1:], y[:, 1:]], axis=2)
    return cut.reshape(-1, 4)
