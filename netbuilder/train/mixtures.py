"""Ways to mix training samples in twos, so that a network can't learn them by heart. Torch is not imported."""

from __future__ import annotations

from netbuilder.fields import Declared, Float
from netbuilder.spec import DataSpec


class Mixture(Declared):
    """How samples are mixed."""

    def misfit(self, data: DataSpec) -> str:
        """Why it does not suit such data: a sentence with what would; "" if it does."""
        return ""


class NoMixture(Mixture):
    """The samples as they are."""

    kind = "none"
    title = "no"


class _OfClasses(Mixture):
    """What both have in common: an answer that is one class, of which each sample has a share."""

    def misfit(self, data: DataSpec) -> str:
        target = data.target
        if target is None or target.kind != "class" or target.positions or data.others:
            has = "several targets" if data.others else "another kind of target"
            return f"{self.title} is for samples that are of one class each, but {data.title} has {has}. Turn it off."
        return ""


class MixUp(_OfClasses):
    """Each sample is laid over another one, and the answer is both classes by their shares (Zhang et al. 2018)."""

    kind = "mixup"
    title = "Mixup"
    alpha = Float(
        0.2,
        above=0.0,
        max=100.0,
        help="How much is mixed: the share of the one is drawn from Beta(alpha, alpha). Small values leave most nearly "
        "as they are, 1 draws any share alike.",
    )

    def misfit(self, data: DataSpec) -> str:
        for name, given in data.inputs.items():
            if not given.dtype.startswith("float"):
                return (
                    f"{self.title} adds samples up, but {name} of {data.title} is whole numbers that stand for words. "
                    "Turn it off."
                )
        return super().misfit(data)


class CutMix(_OfClasses):
    """A box of another picture is pasted into each, and the answer is both classes by their areas (Yun et al. 2019)."""

    kind = "cutmix"
    title = "CutMix"
    alpha = Float(
        1.0,
        above=0.0,
        max=100.0,
        help="How large the boxes are: the share that is left is drawn from Beta(alpha, alpha); 1 draws any alike.",
    )

    def misfit(self, data: DataSpec) -> str:
        shapes = [given.shape for given in data.inputs.values() if given.dtype.startswith("float")]
        if len(data.inputs) != 1 or [len(shape) for shape in shapes] != [3]:
            return f"{self.title} cuts boxes out of pictures, but {data.title} has other inputs. Turn it off."
        return super().misfit(data)


MIXTURES: tuple[type[Mixture], ...] = (NoMixture, MixUp, CutMix)
