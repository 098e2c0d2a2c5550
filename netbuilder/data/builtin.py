"""Small real data sets that come with scikit-learn: nothing is downloaded."""

from __future__ import annotations

from typing import Any, ClassVar

from netbuilder.data.dataset import Dataset
from netbuilder.data.source import DataSource, Tell, tell_nobody
from netbuilder.spec import DataSpec, TargetSpec, TensorSpec


class Digits(DataSource):
    """1,797 handwritten digits as grey pictures of 8×8, in ten classes."""

    kind = "digits"
    title = "Digits"

    def read(self, tell: Tell = tell_nobody) -> Dataset:  # type: ignore[override]
        import numpy as np
        import torch

        tell("Reading digits", 0, 0)
        from sklearn.datasets import load_digits

        from netbuilder.data.split import split_by_class

        bunch: Any = load_digits()
        pictures = (bunch.images[:, None] / 16.0).astype(np.float32)
        labels = bunch.target.astype(np.int64)
        parts = split_by_class(labels, self.validation, self.seed)
        names = tuple(str(name) for name in bunch.target_names)
        return Dataset(
            spec=DataSpec("digits", {"picture": TensorSpec((1, 8, 8))}, TargetSpec("class", classes=names)),
            inputs={"picture": torch.from_numpy(pictures)},
            targets=torch.from_numpy(labels),
            train=torch.from_numpy(parts.train),
            validation=torch.from_numpy(parts.validation),
        )


MEASURED = {
    "bmi": "body mass index",
    "bp": "blood pressure",
    "s1": "total cholesterol",
    "s2": "LDL",
    "s3": "HDL",
    "s4": "cholesterol by HDL",
    "s5": "log of triglycerides",
    "s6": "blood sugar",
}


class Measurements(DataSource):
    """What the tables have in common: columns of numbers, and a class where the classes have names, else a number, to
    be predicted from them."""

    asked: ClassVar[str] = ""  # what the column is called that is to be predicted

    def read(self, tell: Tell = tell_nobody) -> Dataset:  # type: ignore[override]
        title = self.kind.replace("_", " ")
        tell(f"Reading {title}", 0, 0)
        import numpy as np

        from netbuilder.data.columns import Cells
        from netbuilder.data.tabular import dataset_of

        bunch = self._load()
        there = np.zeros(len(bunch.data), dtype=bool)  # nothing is missing
        columns = [
            Cells(
                MEASURED.get(name, name.removesuffix(" (cm)").replace("_", " ")),
                [f"{v:g}" for v in values],
                values,
                there,
            )
            for name, values in zip(bunch.feature_names, bunch.data.T.astype(float), strict=True)
        ]
        if "target_names" in bunch:
            kind, numbers = "class", None
            texts = [str(bunch.target_names[label]).replace("_", " ") for label in bunch.target]
        else:
            kind, numbers = "number", bunch.target.astype(float)
            texts = [f"{value:g}" for value in bunch.target]
        asked = Cells(self.asked, texts, numbers, there)
        split = {"share": self.validation, "seed": self.seed}
        return dataset_of(title, columns, asked, kind, **split, standardise_target=True)

    def _load(self) -> Any:
        from sklearn import datasets

        return getattr(datasets, f"load_{self.kind}")()


class Iris(Measurements):
    """150 irises of three species, by the length and width of sepals and petals in centimetres."""

    kind = "iris"
    title = "Iris"
    asked = "species"


class Wine(Measurements):
    """178 wines of three growers, by 13 chemical measurements."""

    kind = "wine"
    title = "Wine"
    asked = "grower"


class BreastCancer(Measurements):
    """569 tumours of the breast, malignant or benign, by 30 measurements of the nuclei of their cells."""

    kind = "breast_cancer"
    title = "Breast cancer"
    asked = "tumour"


class Diabetes(Measurements):
    """442 patients: how far their diabetes went on in a year is predicted, a number, from 10 measurements before it."""

    kind = "diabetes"
    title = "Diabetes"
    asked = "progression"

    def _load(self) -> Any:
        from sklearn.datasets import load_diabetes

        return load_diabetes(scaled=False)  # as they were measured


def _in_words(name: str) -> str:
    return MEASURED.get(name, name.removesuffix(" (cm)").replace("_", " "))
