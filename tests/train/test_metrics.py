"""Every metric: what is declared is what torchmetrics has, it computes the same, and begins anew with each epoch."""

from __future__ import annotations

import importlib
import inspect
import json
import math
import subprocess
import sys
import warnings
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from sklearn import metrics as sklearn_metrics
from torch import nn

from netbuilder.spec import TargetSpec
from netbuilder.train.events import EpochDone, Failed
from netbuilder.train.fit import fit
from netbuilder.train.launch import launch
from netbuilder.train.losses.kinds import BinaryCrossEntropy, CrossEntropy, MeanSquaredError
from netbuilder.train.losses.objective import Objective
from netbuilder.train.metrics import METRICS, Metric, is_share, names_of
from netbuilder.train.metrics.measuring import Measuring, make_metric
from netbuilder.train.metrics.of_classes import F1, Auroc, CalibrationError, CohenKappa, Precision, Recall, TopK
from netbuilder.train.metrics.of_numbers import (
    R2,
    MeanAbsolutePercentageError,
    Pearson,
    RootMeanSquaredError,
)
from netbuilder.train.metrics.of_numbers import (
    MeanSquaredError as SquaredError,
)
from netbuilder.train.recipes import RecipeError, Supervised
from tests.train.test_contracts import TARGETS, answers, named, output
from tests.train.toy import digits, job, points, seeded

CPU = torch.device("cpu")
# What the data decides, what is for several processes, and what nobody needs.
SET_HERE = {"num_classes", "num_labels", "num_outputs", "ignore_index", "validate_args", "multidim_average"}
LEFT_OUT = {"zero_division", "max_fpr", "adjusted", "self", "kwargs"}
OTHER_DEFAULTS = {("top_k_accuracy", "top_k"), ("top_k_accuracy", "average")}
PAIRS = [
    pytest.param(kind, what, id=f"{kind.kind}-{what.replace(' ', '-')}")
    for kind in METRICS
    for what, target in TARGETS.items()
    if kind.suits(target)
]


def signature(kind: type[Metric], target: str) -> dict[str, Any]:
    module, _, name = kind.targets[target].rpartition(".")
    taken = inspect.signature(getattr(importlib.import_module(module), name).__init__).parameters
    return {name: one.default for name, one in taken.items() if name not in SET_HERE | LEFT_OUT}


def usable(kind: type[Metric]) -> Metric:
    return kind(top_k=1) if kind is TopK else kind()


def said(target: TargetSpec) -> torch.Tensor:
    """Answers as an `Objective` hands them on."""
    given = output(target, target.width).detach()
    if target.kind == "class":
        return (given if len(target.positions) != 1 else given.movedim(-1, 1)).softmax(1)
    return given.sigmoid() if target.kind == "labels" else given


def batches(target: TargetSpec, count: int = 3) -> list[tuple[torch.Tensor, torch.Tensor]]:
    torch.manual_seed(1)
    return [(said(target), answers(target)) for _ in range(count)]


def measured(metric: Metric, target: TargetSpec, pairs: Any, **more: Any) -> dict[str, float]:
    made = Measuring([metric], target, CPU, samples=100, **more)
    for pair in pairs:
        made.see(*pair)
    return made.read()


def own(metric: Metric, target: TargetSpec, pairs: Any) -> float:
    """torchmetrics called directly, with all samples at once."""
    module, _, name = metric.targets[target.kind].rpartition(".")
    kind = getattr(importlib.import_module(module), name)
    has = inspect.signature(kind.__init__).parameters
    given = {key: value for key, value in metric.settings.items() if key in has} | dict(metric.fixed)
    given |= {key: target.width for key in ("num_classes", "num_labels") if key in has}
    if isinstance(metric, CohenKappa):
        given["weights"] = None
    said, wanted = (torch.cat(parts) for parts in zip(*pairs, strict=True))
    if target.kind == "number":
        said, wanted = said.double().reshape(-1, target.width), wanted.double().reshape(-1, target.width)
        if "num_outputs" in has and name != "MeanSquaredError":
            given["num_outputs"] = target.width
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = kind(**given)
        made.set_dtype(said.dtype)
        made.update(said, wanted.long() if target.kind == "labels" else wanted)
        return float(made.compute().double().mean())


@pytest.mark.parametrize("kind", METRICS, ids=named)
def test_a_metric_is_declared_as_torchmetrics_has_it(kind: type[Metric]) -> None:
    assert kind.__doc__
    for field in kind.fields().values():
        assert field.help.endswith("."), field.name
    for target in kind.targets:
        has = signature(kind, target)
        declared = {name for name in kind.fields() if target in kind.only.get(name, (target,))}
        assert declared | set(kind.fixed) == set(has) - ({"top_k"} - declared), target
        for name in declared:
            default = kind.fields()[name].default
            wanted = {"none": None}.get(default, default) if name == "weights" else default
            if has[name] is not inspect.Parameter.empty and (kind.kind, name) not in OTHER_DEFAULTS:
                assert wanted == has[name], name


@pytest.mark.parametrize(("kind", "what"), PAIRS)
def test_batch_by_batch_it_is_what_torchmetrics_says_of_all_at_once(kind: type[Metric], what: str) -> None:
    target, metric = TARGETS[what], usable(kind)
    pairs = batches(target)
    (value,) = measured(metric, target, pairs).values()
    assert value == pytest.approx(own(metric, target, pairs), rel=1e-5)
    if kind.share:
        assert 0 <= value <= 1


@pytest.mark.parametrize(("kind", "what"), PAIRS)
def test_it_begins_anew_once_it_was_read(kind: type[Metric], what: str) -> None:
    target, metric = TARGETS[what], usable(kind)
    pairs = batches(target)
    made = Measuring([metric], target, CPU, samples=100)
    assert made.read() == {}
    for pair in pairs[:2]:
        made.see(*pair)
    made.read()
    made.see(*pairs[2])
    assert made.read() == measured(metric, target, pairs[2:])
    fresh, used = make_metric(metric, target), make_metric(metric, target)
    state = str(fresh.metric_state)
    wanted = pairs[0][1] if target.kind == "number" else pairs[0][1].long()
    flat = (-1, target.width) if target.kind == "number" else wanted.shape
    used.update(pairs[0][0].reshape(flat) if target.kind == "number" else pairs[0][0], wanted.reshape(flat))
    assert str(used.metric_state) != state
    used.reset()
    assert str(used.metric_state) == state


@pytest.mark.parametrize("what", TARGETS)
@pytest.mark.parametrize("kind", METRICS, ids=named)
def test_a_metric_that_does_not_suit_says_what_would(kind: type[Metric], what: str) -> None:
    target, metric = TARGETS[what], usable(kind)
    why = metric.misfit(target)
    assert bool(why) == (not kind.suits(target) or (kind is TopK and target.width == 1))
    if why:
        assert why.endswith(".")
        assert "\n" not in why
        with pytest.raises(RecipeError) as caught:
            Measuring([metric], target, CPU, samples=10)
        assert caught.value.setting == "metrics"


# The same numbers as scikit-learn's, which computes them in another way


def test_metrics_of_classes_are_those_of_scikit_learn() -> None:
    target = TARGETS["classes"]
    pairs = batches(target, 5)
    shares, wanted = (torch.cat(parts).numpy() for parts in zip(*pairs, strict=True))
    guess = shares.argmax(1)
    for average in ("macro", "micro", "weighted"):
        (value,) = measured(F1(average=average), target, pairs).values()
        assert value == pytest.approx(sklearn_metrics.f1_score(wanted, guess, average=average))
    suiting = [usable(kind) for kind in METRICS if kind.suits(target)]
    one = {metric.kind: next(iter(measured(metric, target, pairs).values())) for metric in suiting}
    assert one["balanced_accuracy"] == pytest.approx(sklearn_metrics.balanced_accuracy_score(wanted, guess))
    assert one["cohen_kappa"] == pytest.approx(sklearn_metrics.cohen_kappa_score(wanted, guess), abs=1e-6)
    assert one["matthews"] == pytest.approx(sklearn_metrics.matthews_corrcoef(wanted, guess), abs=1e-6)
    assert one["jaccard"] == pytest.approx(sklearn_metrics.jaccard_score(wanted, guess, average="macro"))
    normed = shares.astype(float) / shares.astype(float).sum(1, keepdims=True)
    assert one["auroc"] == pytest.approx(sklearn_metrics.roc_auc_score(wanted, normed, multi_class="ovr"), abs=1e-5)
    top = sklearn_metrics.top_k_accuracy_score(wanted, normed, k=2, labels=[0, 1, 2])
    assert measured(TopK(top_k=2), target, pairs) == {"top_2_accuracy": pytest.approx(top)}


def test_metrics_of_numbers_are_those_of_scikit_learn_in_the_unit_of_the_target() -> None:
    target = TargetSpec("number", names=("price",))
    pairs = batches(target, 4)
    mean, deviation = scale = (450_000.0, 1_000.0)  # where float32 would have no digits left for a variance
    said, wanted = (torch.cat(parts).double().numpy() * deviation + mean for parts in zip(*pairs, strict=True))

    def ours(kind: type[Metric]) -> float:
        return next(iter(measured(kind(), target, pairs, scale=scale).values()))

    squared = sklearn_metrics.mean_squared_error(wanted, said)
    assert ours(SquaredError) == pytest.approx(squared)
    assert ours(RootMeanSquaredError) == pytest.approx(math.sqrt(squared))
    assert ours(R2) == pytest.approx(sklearn_metrics.r2_score(wanted, said))
    assert ours(Pearson) == pytest.approx(np.corrcoef(said[:, 0], wanted[:, 0])[0, 1])
    assert ours(MeanAbsolutePercentageError) == pytest.approx(
        sklearn_metrics.mean_absolute_percentage_error(wanted, said)
    )


def test_places_that_are_not_asked_about_count_for_nothing() -> None:
    target = TARGETS["mask"]
    pairs = batches(target)
    for _, wanted in pairs:
        wanted[:, 2:] = -100
    short = replace(target, positions=(2, 5))
    cut = [(said[:, :, :2], wanted[:, :2]) for said, wanted in pairs]
    for kind in METRICS:
        if kind.suits(target):
            blank, without = (measured(usable(kind), *given) for given in ((target, pairs), (short, cut)))
            assert blank == {name: pytest.approx(value) for name, value in without.items()}, kind.kind


# Names


def test_the_same_metric_with_other_settings_gets_a_name_of_its_own() -> None:
    chosen = [F1(), F1(average="micro"), Recall(), TopK(top_k=3), TopK(top_k=5), Auroc(), Auroc(thresholds=100), F1()]
    names = list(names_of(chosen))
    assert names == [
        "f1_macro", "f1_micro", "recall", "top_3_accuracy", "top_5_accuracy", "auroc_exact", "auroc_thresholds_100",
    ]  # fmt: skip
    assert all(map(is_share, names))
    assert not is_share("validation_calibration_error")
    assert not is_share("accuracy_loss")
    assert list(names_of([F1()])) == ["f1"]


def test_each_class_by_itself_bears_the_name_of_the_class() -> None:
    target = TargetSpec("class", classes=("Ground", "a tree", "7"))
    pairs = batches(target)
    each = measured(Recall(average="none"), target, pairs)
    assert list(each) == ["recall_ground", "recall_a_tree", "recall_7"]
    (mean,) = measured(Recall(), target, pairs).values()
    assert sum(each.values()) / 3 == pytest.approx(mean)
    many = TargetSpec("class", classes=tuple(map(str, range(100))))
    assert "would be 100 metrics" in Recall(average="none").misfit(many)
    alike = TargetSpec("class", classes=("a b", "a-b"))
    assert list(measured(Recall(average="none"), alike, batches(alike))) == ["recall_0_a_b", "recall_1_a_b"]


# In a training


def one_layer() -> nn.Module:
    return nn.Sequential(nn.Flatten(), nn.Linear(64, 10))


def epochs_of(events: Any) -> list[dict[str, float]]:
    return [dict(event.metrics) for event in events if isinstance(event, EpochDone)]


def test_a_run_tells_each_epoch_s_metrics_of_its_validation_samples() -> None:
    data, model = digits(), seeded(one_layer)
    recipe = Supervised(epochs=3, batch_size=16, metrics=(F1(), Precision(average="weighted"), Auroc()))
    told = epochs_of(fit(model, data, recipe))
    scores = model(data.inputs["image"][data.validation]).detach()
    wanted, guess = data.targets[data.validation].numpy(), scores.argmax(1).numpy()
    assert told[-1]["validation_f1"] == pytest.approx(sklearn_metrics.f1_score(wanted, guess, average="macro"))
    assert told[-1]["validation_precision"] == pytest.approx(
        sklearn_metrics.precision_score(wanted, guess, average="weighted", zero_division=0)
    )
    assert told[-1]["validation_auroc"] == pytest.approx(
        sklearn_metrics.roc_auc_score(wanted, scores.double().softmax(1), multi_class="ovr"), abs=1e-5
    )
    assert len({epoch["validation_f1"] for epoch in told}) > 1
    assert "training_f1" not in told[-1]


def test_metrics_change_nothing_of_what_is_learned() -> None:
    plain = epochs_of(fit(seeded(one_layer), digits(), Supervised(epochs=2)))
    more = epochs_of(fit(seeded(one_layer), digits(), Supervised(epochs=2, metrics=(F1(), CalibrationError()))))
    assert [{name: epoch[name] for name in plain[0]} for epoch in more] == plain


def test_two_classes_by_one_score_are_measured_as_two_classes_are() -> None:
    target = TargetSpec("class", classes=("no", "yes"))
    scores = torch.randn(50, 2)
    single = scores[:, 1:] - scores[:, :1]
    one, two = Objective(BinaryCrossEntropy(), target), Objective(CrossEntropy(), target)
    assert torch.allclose(one.answers(single, 50), two.answers(scores, 50), atol=1e-6)
    numbers = TargetSpec("number", names=("y",))
    assert torch.equal(Objective(MeanSquaredError(), numbers).answers(single, 50), single)


def test_what_has_no_value_in_an_epoch_is_left_out_of_it_and_the_run_goes_on() -> None:
    class Silent(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.bias = nn.Parameter(torch.zeros(1, 1))

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.bias.expand(len(x), 1)

    told = epochs_of(fit(Silent(), points(), Supervised(epochs=2, metrics=(Pearson(), RootMeanSquaredError()))))
    assert len(told) == 2
    assert "validation_pearson" not in told[0]
    assert "validation_rmse" in told[0]


def test_without_validation_samples_there_is_nothing_to_tell() -> None:
    data = digits()
    data = replace(data, validation=data.validation[:0])
    (told,) = epochs_of(fit(seeded(one_layer), data, Supervised(epochs=1, metrics=("f1",))))
    assert not [name for name in told if "f1" in name]


def test_a_metric_that_does_not_suit_refuses_before_the_run(tmp_path) -> None:
    recipe = Supervised(metrics=("r2",))
    with pytest.raises(RecipeError, match="R² is for numbers, but the target has classes") as caught:
        recipe.asked(digits().spec)
    assert caught.value.setting == "metrics"
    events = list(launch(job(tmp_path / "run", recipe)))
    assert [type(event) for event in events] == [Failed]
    with pytest.raises(RecipeError, match="Set k of the top-k accuracy to 9"):
        Supervised(metrics=(TopK(top_k=10),)).asked(digits().spec)


def test_a_metric_that_would_not_fit_into_memory_is_refused_with_what_would() -> None:
    target = TargetSpec("class", classes=tuple(map(str, range(1000))))
    with pytest.raises(RecipeError, match=r"3\.7 GB\. Set its thresholds to 100"):
        Measuring([Auroc()], target, CPU, samples=1_000_000)
    Measuring([Auroc(thresholds=100)], target, CPU, samples=1_000_000)


def test_a_recipe_comes_back_from_a_file_with_its_metrics() -> None:
    recipe = Supervised(metrics=("auroc", {"kind": "f1", "settings": {"average": "micro"}}))
    assert recipe.changed() == {"metrics": ["auroc", {"kind": "f1", "settings": {"average": "micro"}}]}
    assert Supervised.read(json.loads(json.dumps(recipe.changed()))) == (recipe, [])
    _, (refused,) = Supervised.read({"metrics": ["f3"]})
    assert refused.sentence.startswith("more metrics can hold any of f1, precision")


def test_torchmetrics_is_imported_only_for_a_run_that_asks_for_it() -> None:
    code = (
        "import sys; from netbuilder.train.fit import fit; from netbuilder.train.recipes import Supervised;"
        "from tests.train.toy import digits; import torch\n"
        "model = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(64, 10))\n"
        "list(fit(model, digits(), Supervised(epochs=1)))\n"
        "assert 'torchmetrics' not in sys.modules\n"
        "list(fit(model, digits(), Supervised(epochs=1, metrics=('f1',))))\n"
        "sys.exit('torchmetrics' not in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
