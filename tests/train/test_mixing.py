"""Mixed samples are those of a loop written by hand, to the last bit, and only what can be mixed is."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import nn
from torch.nn import functional

from netbuilder.spec import TargetSpec, TensorSpec
from netbuilder.train.events import EpochDone
from netbuilder.train.fit import fit
from netbuilder.train.mixing import mix
from netbuilder.train.mixtures import CutMix, MixUp
from netbuilder.train.recipes import RecipeError, Supervised
from netbuilder.train.recipes.language import LanguageModel
from netbuilder.train.samples import Batches
from tests.train.toy import digits, points, seeded


def network() -> nn.Module:
    return nn.Sequential(nn.Flatten(), nn.Linear(64, 16), nn.ReLU(), nn.Dropout(0.3), nn.Linear(16, 10))


def laid_over(pictures: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, float]:
    share = torch.distributions.Beta(0.4, 0.4).sample().item()
    order = torch.randperm(len(pictures))
    return share * pictures + (1 - share) * pictures[order], order, share


def cut_in(pictures: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, float]:
    share = torch.distributions.Beta(1.0, 1.0).sample().item()
    order = torch.randperm(len(pictures))
    side = int(8 * (1 - share) ** 0.5)
    y, x = int(torch.randint(8, ())), int(torch.randint(8, ()))
    top, bottom = max(y - side // 2, 0), min(y + side // 2, 8)
    left, right = max(x - side // 2, 0), min(x + side // 2, 8)
    mixed = pictures.clone()
    mixed[:, :, top:bottom, left:right] = pictures[order, :, top:bottom, left:right]
    return mixed, order, 1 - (bottom - top) * (right - left) / 64


@pytest.mark.parametrize(("mixture", "hand"), [(MixUp(alpha=0.4), laid_over), (CutMix(), cut_in)])
def test_mixed_training_is_that_of_a_loop_written_by_hand(mixture, hand) -> None:
    data = digits()
    recipe = Supervised(epochs=2, batch_size=50, learning_rate=0.01, mixture=mixture, seed=3)
    model, other = seeded(network), seeded(network)
    events = list(fit(model, data, recipe))

    optimizer = torch.optim.Adam(other.parameters(), lr=0.01, fused=True)
    batches = Batches(data.train, 50, 3, torch.device("cpu"))
    right = 0.0
    for _ in range(2):
        other.train()
        right = 0.0
        for batch in batches.begin():
            torch.manual_seed(batch.seed)
            mixed, order, share = hand(data.inputs["image"][batch.numbers])
            mine, theirs = data.targets[batch.numbers], data.targets[batch.numbers][order]
            output = other(mixed)
            loss = share * functional.cross_entropy(output, mine)
            loss = loss + (1 - share) * functional.cross_entropy(output, theirs)
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            said = output.argmax(1)
            right += share * int((said == mine).sum()) + (1 - share) * int((said == theirs).sum())
    assert all(torch.equal(one, two) for one, two in zip(model.parameters(), other.parameters(), strict=True))
    last = next(event for event in reversed(events) if isinstance(event, EpochDone))
    assert last.metrics["training_accuracy"] == pytest.approx(right / 300, rel=1e-6)


def test_validation_samples_are_not_mixed() -> None:
    data = digits()
    model = seeded(network)
    events = list(fit(model, data, Supervised(epochs=1, mixture="mixup")))
    last = next(event for event in reversed(events) if isinstance(event, EpochDone))
    with torch.no_grad():
        output = model(data.inputs["image"][data.validation])
    loss = functional.cross_entropy(output, data.targets[data.validation]).item()
    assert last.metrics["validation_loss"] == pytest.approx(loss, rel=1e-5)


def test_the_share_of_a_cut_picture_is_the_area_that_is_left() -> None:
    torch.manual_seed(1)
    pictures = torch.arange(20.0).view(20, 1, 1, 1).expand(20, 3, 9, 7)
    for _ in range(30):
        (mixed,), order, share = mix(CutMix(), [pictures])
        own = (mixed == pictures).flatten(1).double().mean(1)
        moved = order != torch.arange(20)
        assert torch.allclose(own[moved], torch.tensor(share, dtype=torch.double))


def test_what_can_not_be_mixed_is_refused_in_a_sentence() -> None:
    words = replace(digits().spec, inputs={"text": TensorSpec((8,), "int64")})
    flat = replace(digits().spec, inputs={"x": TensorSpec((8,))})
    masks = replace(digits().spec, target=TargetSpec("class", classes=("a", "b"), positions=(8, 8)))
    for recipe, spec, why in [
        (Supervised(mixture="mixup"), points().spec, "samples that are of one class each, but points has another kind"),
        (Supervised(mixture="mixup"), words, "whole numbers that stand for words"),
        (Supervised(mixture="mixup"), masks, "one class each"),
        (Supervised(mixture="cutmix"), flat, "cuts boxes out of pictures"),
    ]:
        with pytest.raises(RecipeError, match=why) as refused:
            recipe.asked(spec)
        assert refused.value.setting == "mixture"
    assert Supervised(mixture="mixup").asked(flat) is flat
    with pytest.raises(RecipeError, match="one class each"):
        list(fit(nn.Linear(2, 1), points(), Supervised(mixture="mixup")))


def test_a_language_model_has_nothing_to_mix() -> None:
    assert "mixture" not in LanguageModel.fields()
