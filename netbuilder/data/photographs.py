"""Small pieces of the two photographs that come with scikit-learn."""

from __future__ import annotations

from netbuilder.data.dataset import Dataset
from netbuilder.data.generated import Generated
from netbuilder.data.source import Tell, tell_nobody
from netbuilder.fields import Float, Int
from netbuilder.spec import DataSpec, TensorSpec


class Photographs(Generated):
    """Pieces cut at random from two photographs in colour, a temple and a flower. Nothing is asked of them: they are
    for networks that learn to give the picture itself."""

    kind = "photographs"
    title = "Photographs"

    size = Int(32, min=4, max=160, unit="pixels", help="How high and how wide a piece is.")
    samples = Int(2000, min=10, max=100_000, help="How many pieces are cut.")
    validation = Float(
        0.2, above=0.0, below=1.0, help="The share of pieces for validation, and of the photographs they are cut from."
    )

    def read(self, tell: Tell = tell_nobody) -> Dataset:  # type: ignore[override]
        tell("Reading photographs", 0, 0)
        import numpy as np
        import torch
        from sklearn.datasets import load_sample_images

        from netbuilder.data.memory import check_fits
        from netbuilder.data.split import split

        size, count = self.size, self.samples
        check_fits(
            4 * 3 * size * size * count, f"{count:,} pieces of 3×{size}×{size}", "cut fewer or smaller ones", "samples"
        )
        photographs = [np.asarray(image).transpose(2, 0, 1) for image in load_sample_images().images]
        parts = split(count, self.validation, self.seed)
        held = np.zeros(count, dtype=bool)
        held[parts.validation] = True
        random = self.random()
        pieces = np.empty((count, 3, size, size), dtype=np.float32)
        for number in range(count):
            photograph = photographs[int(random.integers(len(photographs)))]
            height, width = photograph.shape[1:]
            edge = min(max(width - round(self.validation * width), size), width - size)  # right of it is validation
            first, last = (edge, width - size) if held[number] else (0, edge - size)
            down, across = int(random.integers(height - size + 1)), int(random.integers(first, last + 1))
            pieces[number] = photograph[:, down : down + size, across : across + size]
            if number % 1000 == 0:
                tell("Cutting pieces", number, count)
        pieces /= 255.0
        return Dataset(
            spec=DataSpec("photographs", {"picture": TensorSpec((3, size, size))}),
            inputs={"picture": torch.from_numpy(pieces)},
            targets=torch.zeros((count, 0)),
            train=torch.from_numpy(parts.train),
            validation=torch.from_numpy(parts.validation),
            notes=("Validation is cut from the right of the photographs, and training from what is left of that.",),
        )
