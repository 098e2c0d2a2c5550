"""Points in the plane on spirals that wind around each other."""

from __future__ import annotations

from netbuilder.data.dataset import Dataset
from netbuilder.data.generated import Generated
from netbuilder.data.source import Tell, tell_nobody
from netbuilder.fields import Float, Int


class Spirals(Generated):
    """Points in the plane, made here: each lies on one of a few spirals that wind around each other, and is to be told
    apart by its two coordinates."""

    kind = "spirals"
    title = "Spirals"

    classes = Int(2, min=2, max=5, help="How many spirals there are.")
    turns = Float(1.5, min=0.25, max=4.0, help="How often each winds around the middle.")
    noise = Float(0.03, min=0.0, max=1.0, help="How far points lie off their spiral, by a radius of 1.")
    samples = Int(1000, min=10, max=100_000, help="How many points, the same number on each spiral.")

    def read(self, tell: Tell = tell_nobody) -> Dataset:  # type: ignore[override]
        tell("Making spirals", 0, 0)
        import numpy as np

        from netbuilder.data.columns import Cells
        from netbuilder.data.tabular import dataset_of

        random = self.random()
        labels = np.arange(self.samples) % self.classes
        radius = np.sqrt(random.uniform(0.01, 1.0, self.samples))  # as dense outside as inside
        angle = 2 * np.pi * (self.turns * radius + labels / self.classes)
        points = radius * np.array([np.cos(angle), np.sin(angle)])
        points = np.round(points + self.noise * random.standard_normal(points.shape), 4)
        present = np.zeros(self.samples, dtype=bool)
        columns = [
            Cells(name, [f"{value:.4f}" for value in values], values, present)
            for name, values in zip("xy", points, strict=True)
        ]
        asked = Cells("spiral", [f"spiral {label + 1}" for label in labels.tolist()], None, present)
        return dataset_of("spirals", columns, asked, "class", share=self.validation, seed=self.seed)
