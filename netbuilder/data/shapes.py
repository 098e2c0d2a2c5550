"""Pictures of circles, squares and triangles, with the class of every pixel or of the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netbuilder.data.dataset import Dataset
from netbuilder.data.generated import Generated
from netbuilder.data.source import Tell, tell_nobody
from netbuilder.fields import Choice, Float, Int
from netbuilder.spec import DataSpec, TargetSpec, TensorSpec

if TYPE_CHECKING:
    import numpy as np

CLASSES = ("background", "circle", "square", "triangle")
TELL_EVERY = 100


class Shapes(Generated):
    """Pictures made here, with circles, squares and triangles on a noisy ground: for every pixel it is asked which of
    them it belongs to, or for the picture which of them are in it."""

    kind = "shapes"
    title = "Shapes"

    size = Int(32, min=8, max=512, unit="pixels", help="How high and how wide a picture is.")
    colour = Choice("rgb", ("rgb", "grey"), titles={"rgb": "colour"}, help="Three channels, or one.")
    asked = Choice(
        "pixels",
        ("pixels", "labels"),
        titles={"pixels": "the class of every pixel", "labels": "which shapes there are"},
        label="asked for",
        help="What is to be said of a picture: a class for each pixel, or a yes or no for each shape.",
    )
    most = Int(3, min=1, max=10, label="most shapes", help="The most shapes in a picture; each has at least one.")
    noise = Float(0.1, min=0.0, max=1.0, help="How noisy the picture is, as a standard deviation of its pixels.")
    samples = Int(800, min=10, max=100_000, help="How many pictures are made.")

    def read(self, tell: Tell = tell_nobody) -> Dataset:  # type: ignore[override]
        import numpy as np
        import torch

        from netbuilder.data.memory import check_fits
        from netbuilder.data.split import split

        channels, size, count = (1 if self.colour == "grey" else 3), self.size, self.samples
        said = f"{count:,} pictures of {channels}×{size}×{size}"
        check_fits((4 * channels + 8) * size * size * count, said, "make fewer or smaller ones", "samples")
        random = self.random()
        pictures = np.empty((count, channels, size, size), dtype=np.float32)
        targets: np.ndarray
        masks = np.zeros((count, size, size), dtype=np.int64)
        for number in range(count):
            ground = random.uniform(0.0, 0.6, (channels, 1, 1))
            pictures[number] = ground
            for _ in range(random.integers(1, self.most + 1)):
                shape = int(random.integers(1, len(CLASSES)))
                covered = _covered(shape, size, random)
                # so far from the ground that it can be seen, and no darker than it
                colour = ground + random.uniform(0.25, 0.4, (channels, 1, 1))
                pictures[number] = np.where(covered, colour, pictures[number])
                masks[number][covered] = shape
            if number % TELL_EVERY == 0:
                tell("Making pictures", number, count)
        pictures += self.noise * random.standard_normal(pictures.shape, dtype=np.float32)
        parts = split(count, self.validation, self.seed)
        if self.asked == "pixels":
            target, targets = TargetSpec("class", classes=CLASSES, positions=(size, size)), masks
        else:
            seen = [(masks == shape).any(axis=(1, 2)) for shape in range(1, len(CLASSES))]
            target, targets = TargetSpec("labels", classes=CLASSES[1:]), np.stack(seen, axis=1).astype(np.float32)
        return Dataset(
            spec=DataSpec("shapes", {"picture": TensorSpec((channels, size, size))}, target),
            inputs={"picture": torch.from_numpy(pictures.clip(0.0, 1.0, out=pictures))},
            targets=torch.from_numpy(targets),
            train=torch.from_numpy(parts.train),
            validation=torch.from_numpy(parts.validation),
        )


def _covered(shape: int, size: int, random: np.random.Generator) -> np.ndarray:
    """The pixels of a shape of any size, place and turn: its middle lies in the picture."""
    import numpy as np

    radius = size * random.uniform(0.12, 0.3)
    middle = random.uniform(0.15 * size, 0.85 * size, 2)
    turn = random.uniform(0.0, 2 * np.pi)
    down, across = np.mgrid[0:size, 0:size] + 0.5 - middle[:, None, None]
    if shape == CLASSES.index("circle"):
        return down**2 + across**2 <= radius**2
    corners = 4 if shape == CLASSES.index("square") else 3
    covered = np.ones((size, size), dtype=bool)
    for side in range(corners):  # what is on the inner side of every side
        angle = turn + 2 * np.pi * side / corners
        covered &= np.cos(angle) * across + np.sin(angle) * down <= radius * np.cos(np.pi / corners)
    return covered
