"""Small real data sets that come with scikit-learn: nothing is downloaded."""

from __future__ import annotations

from typing import Any

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


class Iris(DataSource):
    """150 irises of three species, by the length and width of sepals and petals in centimetres."""

    kind = "iris"
    title = "Iris"

    def read(self, tell: Tell = tell_nobody) -> Dataset:  # type: ignore[override]
        tell("Reading iris", 0, 0)
        from sklearn.datasets import load_iris

        return _table("iris", "species", load_iris(), self)


class Wine(DataSource):
    """178 wines of three growers, by 13 chemical measurements."""

    kind = "wine"
    title = "Wine"

    def read(self, tell: Tell = tell_nobody) -> Dataset:  # type: ignore[override]
        tell("Reading wine", 0, 0)
        from sklearn.datasets import load_wine

        return _table("wine", "grower", load_wine(), self)


class BreastCancer(DataSource):
    """569 tumours of the breast, malignant or benign, by 30 measurements of the nuclei of their cells."""

    kind = "breast_cancer"
    title = "Breast cancer"

    def read(self, tell: Tell = tell_nobody) -> Dataset:  # type: ignore[override]
        tell("Reading breast cancer", 0, 0)
        from sklearn.datasets import load_breast_cancer

        return _table("breast cancer", "tumour", load_breast_cancer(), self)


class Diabetes(DataSource):
    """442 patients: how far their diabetes went on in a year is predicted, a number, from 10 measurements before it."""

    kind = "diabetes"
    title = "Diabetes"

    def read(self, tell: Tell = tell_nobody) -> Dataset:  # type: ignore[override]
        tell("Reading diabetes", 0, 0)
        from sklearn.datasets import load_diabetes

        bunch: Any = load_diabetes(scaled=False)  # as they were measured
        bunch.feature_names = [MEASURED.get(name, name) for name in bunch.feature_names]
        return _table("diabetes", "progression", bunch, self)


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


def _table(title: str, target: str, bunch: Any, source: DataSource) -> Dataset:
    """Columns of numbers, and a class where the classes have names, else a number, to be predicted from them."""
    import numpy as np

    from netbuilder.data.columns import Cells
    from netbuilder.data.tabular import dataset_of

    nothing_missing = np.zeros(len(bunch.data), dtype=bool)
    columns = [
        Cells(name.removesuffix(" (cm)").replace("_", " "), [f"{v:g}" for v in values], values, nothing_missing)
        for name, values in zip(bunch.feature_names, bunch.data.T.astype(float), strict=True)
    ]
    if "target_names" in bunch:
        kind, numbers = "class", None
        texts = [str(bunch.target_names[label]).replace("_", " ") for label in bunch.target]
    else:
        kind, numbers = "number", bunch.target.astype(float)
        texts = [f"{value:g}" for value in bunch.target]
    asked = Cells(target, texts, numbers, nothing_missing)
    return dataset_of(title, columns, asked, kind, share=source.validation, seed=source.seed, standardise_target=True)
