"""Embeddings that are near for like samples, against losses and loops written by hand."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest
import torch
from PIL import Image
from torch import nn
from torch.nn import functional

from netbuilder.compile.check import check
from netbuilder.export.bundle import Bundle
from netbuilder.export.export import export_run
from netbuilder.export.onnx import Onnx
from netbuilder.graph import Edge, Graph, Node, edits
from netbuilder.layers import standard
from netbuilder.plot import read_plot
from netbuilder.probes.catalog import PROBES
from netbuilder.probes.results import Nothing
from netbuilder.project import Project
from netbuilder.spec import DataSpec, TargetSpec, TensorSpec
from netbuilder.train.contrast import moved
from netbuilder.train.events import EpochDone, Failed, Shown
from netbuilder.train.fit import fit
from netbuilder.train.keeping import Keep
from netbuilder.train.launch import launch
from netbuilder.train.losses.embeddings import EMBEDDING_LOSSES, InfoNce, PairMargin, Triplet
from netbuilder.train.losses.nearness import embedding_loss
from netbuilder.train.pairs import accuracy_of, best_threshold, draw_pairs, nearest, principal_plane
from netbuilder.train.recipes.contrastive import Contrastive
from netbuilder.train.recipes.recipe import RecipeError
from netbuilder.train.run import Run
from tests.train.toy import digits, job, points, seeded

SOURCE = """import torch
from torch import nn


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.place = nn.Linear(64, 5)

    def forward(self, image):
        return self.place(image.flatten(1))
"""


def encoder() -> nn.Module:
    return nn.Sequential(nn.Flatten(), nn.Linear(64, 8))


def last(events) -> dict[str, float]:
    return [event for event in events if isinstance(event, EpochDone)][-1].metrics


@pytest.fixture
def batch() -> tuple[torch.Tensor, torch.Tensor]:
    random = torch.Generator().manual_seed(3)
    rows = functional.normalize(torch.randn(24, 6, generator=random))
    return rows, torch.randint(0, 4, (24,), generator=random)


# The losses


def apart(one: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    return (one - other).square().sum()


def test_semi_hard_triplets_are_of_each_pair_the_nearest_other_beyond(batch) -> None:
    rows, kinds = batch
    found = []
    for a, row in enumerate(rows):
        others = [apart(row, rows[n]) for n in range(24) if kinds[n] != kinds[a]]
        for p in range(24):
            if p != a and kinds[p] == kinds[a]:
                near = apart(row, rows[p])
                beyond = [far for far in others if far > near]
                found.append((near - (min(beyond) if beyond else max(others)) + 0.2).clamp(min=0))
    assert float(embedding_loss(Triplet(), rows, kinds)) == pytest.approx(float(torch.stack(found).mean()), rel=1e-5)


def test_the_hardest_triplets_are_of_each_sample_the_farthest_like_and_the_nearest_other(batch) -> None:
    rows, kinds = batch
    found = []
    for a, row in enumerate(rows):
        like = [apart(row, rows[n]) for n in range(24) if n != a and kinds[n] == kinds[a]]
        others = [apart(row, rows[n]) for n in range(24) if kinds[n] != kinds[a]]
        found.append((max(like) - min(others) + 0.5).clamp(min=0))
    loss = embedding_loss(Triplet(margin=0.5, mining="hardest"), rows, kinds)
    assert float(loss) == pytest.approx(float(torch.stack(found).mean()), rel=1e-5)


def test_info_nce_of_two_views_is_the_cross_entropy_of_finding_the_other_one(batch) -> None:
    rows, kinds = batch[0], torch.arange(12).repeat(2)
    scores = rows @ rows.T / 0.5
    scores.fill_diagonal_(-torch.inf)
    wanted = torch.arange(24).roll(12)
    loss = embedding_loss(InfoNce(temperature=0.5), rows, kinds)
    assert float(loss) == pytest.approx(float(functional.cross_entropy(scores, wanted)), rel=1e-6)


def test_pairs_with_a_margin_count_the_same_like_or_not(batch) -> None:
    rows, kinds = batch
    like, unlike = [], []
    for one, other in combinations(range(24), 2):
        distance = (rows[one] - rows[other]).norm()
        if kinds[one] == kinds[other]:
            like.append(distance**2)
        else:
            unlike.append((1.5 - distance).clamp(min=0) ** 2)
    wanted = (sum(like) / len(like) + sum(unlike) / len(unlike)) / 2
    assert float(embedding_loss(PairMargin(margin=1.5), rows, kinds)) == pytest.approx(float(wanted), rel=1e-5)


@pytest.mark.parametrize("kind", EMBEDDING_LOSSES, ids=lambda kind: kind.kind)
@pytest.mark.parametrize("kinds", [[0, 0, 0], [0, 1, 2], [1]], ids=str)
def test_a_batch_with_nothing_to_compare_has_finite_gradients(kind: type, kinds: list[int]) -> None:
    rows = torch.zeros(len(kinds), 4, requires_grad=True)  # all in one place, where a distance has no slope
    embedding_loss(kind(), rows, torch.tensor(kinds)).backward()
    assert rows.grad is not None
    assert rows.grad.isfinite().all()


# Learning


@pytest.mark.parametrize("loss", [Triplet(mining="hardest"), InfoNce()], ids=lambda loss: loss.kind)
def test_an_encoder_learns_to_the_last_bit_as_a_loop_written_by_hand(loss) -> None:
    dataset, model = digits(), seeded(encoder)
    recipe = Contrastive(loss=loss, epochs=1, batch_size=50, optimizer="sgd", learning_rate=0.1, shuffle=False)
    told = last(fit(model, dataset, recipe))
    other = seeded(encoder)
    optimizer = torch.optim.SGD(other.parameters(), lr=0.1)
    losses = []
    for numbers in dataset.train.split(50):
        rows = functional.normalize(other(dataset.inputs["image"][numbers]))
        off = embedding_loss(loss, rows, dataset.targets[numbers])
        optimizer.zero_grad()
        off.backward()
        optimizer.step()
        losses.append(off.item())
    assert told["training_loss"] == sum(off * 50 for off in losses) / 300
    for name, weight in other.state_dict().items():
        assert torch.equal(weight, model.state_dict()[name]), name


def test_two_views_of_a_sample_are_alike_and_no_class_is_looked_at() -> None:
    whole = digits()
    dataset = replace(whole, spec=replace(whole.spec, target=None), targets=torch.zeros(400, 0))
    recipe = Contrastive(
        loss=InfoNce(), pairs="views", shift=0, noise=0.2, epochs=1, batch_size=50, optimizer="sgd", shuffle=False
    )
    model = seeded(encoder)
    told = last(fit(model, dataset, recipe))
    other = seeded(encoder)
    optimizer = torch.optim.SGD(other.parameters(), lr=0.001)
    seeds = torch.randint(2**32, (6,), generator=torch.Generator().manual_seed(0)).tolist()
    for numbers, seed in zip(dataset.train.split(50), seeds, strict=True):
        torch.manual_seed(seed)
        given = dataset.inputs["image"][numbers]
        views = torch.cat([given + 0.2 * torch.randn(given.shape), given + 0.2 * torch.randn(given.shape)])
        scores = functional.normalize(other(views)) @ functional.normalize(other(views)).T / 0.1
        loss = functional.cross_entropy(scores.fill_diagonal_(-torch.inf), torch.arange(100).roll(50))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    for name, weight in other.state_dict().items():
        assert torch.allclose(weight, model.state_dict()[name], atol=1e-7), name
    assert {"validation_pair_accuracy", "training_pair_accuracy"} <= set(told)
    assert "validation_retrieval" not in told
    assert "validation_retrieval" in last(fit(seeded(encoder), whole, recipe))


def test_a_view_of_a_picture_is_moved_and_its_edge_goes_on() -> None:
    picture = torch.arange(12.0).view(1, 1, 3, 4)
    both = moved(picture.repeat(2, 1, 1, 1), torch.tensor([[1, 2], [1, 0]]), 1)
    assert torch.equal(both[0], picture[0])
    assert both[1, 0].tolist() == [[4, 4, 5, 6], [8, 8, 9, 10], [8, 8, 9, 10]]


# What is measured


def test_pairs_are_balanced_of_different_samples_and_the_same_for_a_seed() -> None:
    kinds = torch.tensor([0] * 20 + [1] * 3 + [2])
    pairs = draw_pairs(kinds, 100, seed=1)
    assert pairs is not None
    assert int(pairs.alike.sum()) == 50
    assert (pairs.one != pairs.other).all()
    assert torch.equal(kinds[pairs.one] == kinds[pairs.other], pairs.alike)
    again, other = draw_pairs(kinds, 100, seed=1), draw_pairs(kinds, 100, seed=2)
    assert torch.equal(pairs.other, again.other)
    assert not torch.equal(pairs.other, other.other)
    assert draw_pairs(torch.zeros(5), 10, 0) is None
    assert draw_pairs(torch.arange(5), 10, 0) is None


def test_the_threshold_tells_most_pairs_right() -> None:
    distances = torch.tensor([0.1, 0.9, 0.3, 0.5, 0.2])
    alike = torch.tensor([True, False, True, True, False])
    threshold = best_threshold(distances, alike)
    assert threshold == pytest.approx(0.7)
    assert accuracy_of(distances, alike, threshold) == 0.8
    assert best_threshold(distances, torch.zeros(5, dtype=torch.bool)) < 0.1
    assert best_threshold(distances, torch.ones(5, dtype=torch.bool)) > 0.9


def test_pair_accuracy_goes_by_the_threshold_of_training_pairs_and_retrieval_by_the_nearest_of_training() -> None:
    dataset, model = digits(), seeded(encoder)
    told = last(fit(model, dataset, Contrastive(epochs=1, compared=200)))
    with torch.no_grad():
        rows = functional.normalize(model(dataset.inputs["image"]))
    right = []
    for number in dataset.validation.tolist():
        near = (rows[dataset.train] - rows[number]).norm(dim=1).argmin()
        right.append(int(dataset.targets[dataset.train[near]]) == int(dataset.targets[number]))
    assert told["validation_retrieval"] == pytest.approx(sum(right) / len(right))
    parts = {}
    for part in ("train", "validation"):
        numbers = getattr(dataset, part)
        pairs = draw_pairs(dataset.targets[numbers], 200, 0)
        parts[part] = (rows[numbers[pairs.one]] - rows[numbers[pairs.other]]).norm(dim=1), pairs.alike
    threshold = best_threshold(*parts["train"])
    assert told["training_pair_accuracy"] == pytest.approx(accuracy_of(*parts["train"], threshold), abs=0.006)
    assert told["validation_pair_accuracy"] == pytest.approx(accuracy_of(*parts["validation"], threshold), abs=0.006)


def test_a_row_is_no_neighbour_of_its_own_and_a_map_shows_where_rows_differ_most() -> None:
    rows = torch.tensor([[0.0, 0, 0], [0, 0, 1], [10, 0, 0]])
    assert nearest(rows, rows, 2, itself=True).tolist() == [[1, 2], [0, 2], [0, 1]]
    assert nearest(rows, rows, 1).tolist() == [[0], [1], [2]]
    places, (first, second) = principal_plane(rows)
    assert places[:, 0].diff().abs().tolist() == pytest.approx([0, 10], abs=0.2)
    assert first > 0.98
    assert first + second == pytest.approx(1)
    assert torch.allclose(principal_plane(-rows)[0], -places)


def test_nearest_pictures_and_a_map_are_shown_after_each_epoch(tmp_path: Path) -> None:
    dataset, model = digits(), seeded(encoder)
    events = list(fit(model, dataset, Contrastive(epochs=1, shows=3), keep=Keep(tmp_path)))
    plot, near = [event for event in events if isinstance(event, Shown)]
    assert (near.title, plot.title) == ("Nearest", "Map")
    assert " of 15 of its class" in near.text
    with Image.open(tmp_path / near.file) as picture:
        assert picture.size == (6 * 64 + 5 * 2, 3 * 64 + 2 * 2)
    (panel,) = read_plot(tmp_path / plot.file).panels
    assert [one.name for one in panel.series] == [str(digit) for digit in range(10)]
    assert all(one.dots for one in panel.series)
    assert sum(len(one.x) for one in panel.series) == len(dataset.validation)


# What is refused


def test_data_that_makes_no_pairs_is_refused_in_a_sentence() -> None:
    words = DataSpec("letters", {"text": TensorSpec((16,), "int64")})
    for data in (points().spec, words):
        with pytest.raises(RecipeError, match="no class for each sample") as refused:
            Contrastive().asked(data)
        assert refused.value.setting == "pairs"
    with pytest.raises(RecipeError, match="whole numbers that stand for words"):
        Contrastive(pairs="views").asked(words)
    with pytest.raises(RecipeError, match="one alone makes none"):
        Contrastive(batch_size=1).asked(digits().spec)
    alone = replace(digits(), targets=torch.zeros(400, dtype=torch.int64))
    with pytest.raises(RecipeError, match="two classes or more"):
        list(fit(seeded(encoder), alone, Contrastive()))
    asked = Contrastive(pairs="views").as_asked(replace(points(), target_scale=(3.0, 2.0)))
    assert asked.spec.target == TargetSpec("vector")
    assert asked.target_scale is None, "an embedding has no unit of the data's"


def drawn(kind: str, **settings: object) -> Project:
    """Pictures through one layer to an Output."""
    graph = Graph()
    for number, (id, name) in enumerate((("input", "image"), (kind, "middle"), ("output", "place"))):
        graph = edits.add_node(graph, Node(f"n{number}", id, name, settings if number == 1 else {}, (0.0, 0.0)))
    graph = edits.connect(graph, Edge("n0", "y", "n1", "x"))
    return Project().with_graph(edits.connect(graph, Edge("n1", "y", "n2", "x")))


def test_a_drawing_that_gives_no_row_is_told_so_with_a_fix_and_a_network_before_its_first_step() -> None:
    asked = Contrastive().asked(digits().spec)
    project = drawn("conv2d", out_channels=4, kernel_size=3)
    found = [p for p in check(project, standard(), asked).problems if p.node == "n2"]
    assert len(found) == 1
    assert "one row of real numbers for each sample, of any length" in found[0].sentence
    mended = found[0].fix.edit(project)
    assert check(mended, standard(), asked).problems == ()
    assert check(drawn("flatten"), standard(), asked).problems[0].short == "nothing to learn"
    with pytest.raises(RecipeError, match="gives N×1×8×8, and an embedding is one row"):
        list(fit(nn.Conv2d(1, 1, 3, padding=1), digits(), Contrastive()))


# Where a run goes


def test_the_run_of_an_encoder_is_looked_into_and_taken_away_as_what_it_is(tmp_path: Path) -> None:
    recipe, data = Contrastive(epochs=1), digits()
    *_, end = launch(job(tmp_path / "run", recipe, source_text=SOURCE, node_lines={}, node_names={}, dataset=data))
    assert not isinstance(end, Failed)
    run, seen = Run.open(tmp_path / "run"), recipe.as_asked(data)
    assert run.spec.target == TargetSpec("vector")
    for probe in PROBES:
        result = probe().look(run.model(), seen)
        shown = probe.about == "layer" or probe.kind == "answer"
        assert isinstance(result, Nothing) != shown, probe.kind
        if not shown:
            assert re.search(
                "none is right or wrong|no score to explain|no right answer to compare with", result.caption
            )
    for exporter, name in ((Bundle(), "bundle"), (Onnx(), "net.onnx")):
        report = export_run(run, exporter, tmp_path / name, seen)
        assert report.largest_difference <= report.allowed
    printed = subprocess.run(
        [sys.executable, "predict.py"], cwd=tmp_path / "bundle", capture_output=True, text=True, check=True
    ).stdout
    assert printed.startswith("5, from ")
    assert "%" not in printed
