"""What the sources have in common whose samples are made here: how many, and the seed that all of them come from.

It knows nothing about what is made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netbuilder.data.source import DataSource
from netbuilder.fields import Int

if TYPE_CHECKING:
    import numpy as np


class Generated(DataSource):
    """Samples made by a random generator of their own: the same settings give the same samples on every machine."""

    samples = Int(2000, min=10, max=1_000_000, help="How many samples are made.")
    seed = Int(
        0, min=0, max=2**31 - 1, advanced=True, help="Decides what is made, and which of it is kept for validation."
    )

    def random(self) -> np.random.Generator:
        """The generator of the samples. It is another one than the split's, so that the two have nothing in common."""
        import numpy as np

        return np.random.Generator(np.random.PCG64([self.seed, 1]))
