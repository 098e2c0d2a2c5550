"""Learning embeddings in which like samples are near each other: the same network looks at all samples of a batch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import torch
from torch.nn import functional

from netbuilder.plot import Panel, Plot, Series
from netbuilder.train.exhibits import Drawn, Exhibit, Pictures
from netbuilder.train.learning import Learning, Material, Told
from netbuilder.train.losses.nearness import embedding_loss
from netbuilder.train.pairs import accuracy_of, best_threshold, distances_of, draw_pairs, nearest, principal_plane
from netbuilder.train.recipes.recipe import RecipeError

if TYPE_CHECKING:
    from netbuilder.train.recipes.contrastive import Contrastive

AT_ONCE = 512  # samples that are embedded in one pass, to measure
MOST = 5000  # training samples among which neighbours are looked for, drawn once by the seed
NEIGHBOURS = 5  # that are shown of a picture
MAPPED = 500  # samples on the map


class Contrast(Learning):
    """All pairs of a batch are compared, each sample being embedded once; of views, each sample twice.

    `pair_accuracy` is the share of balanced pairs of validation, drawn once, that are told right by the distance which
    tells pairs of training samples best. `retrieval` is the share of validation samples whose nearest training sample
    is of the same class; for training samples, the nearest other one.
    """

    recipe: Contrastive

    def __init__(self, recipe: Contrastive, given: Material):
        recipe.asked(given.dataset.spec)
        super().__init__(recipe, given)
        target = given.dataset.spec.target
        self.classes = target.classes if target and target.kind == "class" and not target.positions else ()
        learned = given.dataset.train
        some = torch.randperm(len(learned), generator=torch.Generator().manual_seed(recipe.seed))[:MOST].sort().values
        self.parts = {"training": learned[some], "validation": given.dataset.validation}
        self.pairs = {
            part: draw_pairs(self._kinds(numbers), recipe.compared, recipe.seed) for part, numbers in self.parts.items()
        }
        if self.pairs["training"] is None:
            raise RecipeError(
                f"The training samples of {given.dataset.spec.title} make no like and unlike pairs: it takes "
                "two classes or more, and two samples of one. Choose other data, or keep less for validation."
            )
        self._threshold = 0.0
        self._known: dict[str, torch.Tensor] = {}  # embeddings by part, since the last step
        self._refuse_what_is_no_row()

    def answer(self, numbers: torch.Tensor) -> Told:
        return self._told(numbers)

    def check(self, numbers: torch.Tensor) -> Told:
        self.model.eval()
        with torch.no_grad():
            told = self._told(numbers, torch.Generator().manual_seed(self.recipe.seed))
        return told._replace(sums={"held": len(numbers)})

    def begin_epoch(self) -> None:
        self._known.clear()
        super().begin_epoch()

    def metrics(self, sums: Mapping[str, Any]) -> dict[str, float]:
        """Measured with the weights of the moment, both parts."""
        part = "validation" if "held" in sums else "training"
        pairs, found = self.pairs[part], {}
        if pairs is not None:
            apart = distances_of(pairs, self._embedded(part).flatten(0, 1))
            if part == "training":
                self._threshold = best_threshold(apart, pairs.alike)
            found["pair_accuracy"] = accuracy_of(apart, pairs.alike, self._threshold)
        if self.classes and len(self.parts["training"]) > 1:
            near = nearest(self._plain(part), self._plain("training"), 1, itself=part == "training")[:, 0].cpu()
            said, true = (self.dataset.targets[self.parts[name]] for name in ("training", part))
            found["retrieval"] = float((said[near] == true).double().mean())
        return found

    def state(self) -> tuple[dict[str, torch.Tensor], dict[str, Any]]:
        tensors, numbers = super().state()
        return tensors, numbers | {"threshold": self._threshold}

    def restore(self, tensors: Mapping[str, torch.Tensor], numbers: Mapping[str, Any]) -> None:
        super().restore(tensors, numbers)
        self._threshold = numbers["threshold"]

    # What is looked at

    def exhibits(self, epoch: int) -> Iterator[Exhibit]:
        """Pictures with those of training that are nearest, and a map of the embeddings; always of the same samples."""
        if not len(self.parts["validation"]):
            return
        if self._plain("validation").shape[1] > 1 and len(self.parts["validation"]) > 2:
            yield self._map()
        if self.dataset.is_picture and self.recipe.shows:
            yield self._neighbours()

    def _neighbours(self) -> Pictures:
        held, learned = self.parts["validation"], self.parts["training"]
        rows = _spread(len(held), self.recipe.shows)
        asked, near = (
            held[rows],
            learned[nearest(self._plain("validation")[rows], self._plain("training"), NEIGHBOURS).cpu()],
        )
        (pictures,) = self.dataset.inputs.values()
        text = f"each picture of validation, and the {near.shape[1]} of training nearest to it"
        if self.classes:
            alike = self.dataset.targets[near] == self.dataset.targets[asked][:, None]
            text += f": {int(alike.sum())} of {alike.numel()} of its class"
        shown = torch.cat([asked[:, None], near], 1)
        return Pictures("Nearest", text, pictures=pictures[shown.flatten()], columns=shown.shape[1])

    def _map(self) -> Drawn:
        rows = _spread(len(self.parts["validation"]), MAPPED)
        places, shares = principal_plane(self._plain("validation")[rows])
        kinds = self.dataset.targets[self.parts["validation"][rows]] if self.classes else torch.zeros(len(rows))
        series = []
        for number, name in enumerate(self.classes or ("samples",)):
            x, y = places[kinds == number].T.tolist() if (kinds == number).any() else ([], [])
            series.append(Series(name, tuple(x), tuple(y), dots=True))
        first, second = (f"{share:.0%}" for share in shares)
        plot = Plot((Panel("", tuple(series)),), f"first principal component ({first})", f"second ({second})")
        return Drawn("Map", f"{len(rows)} embeddings of validation, {sum(shares):.0%} of their variance", plot=plot)

    # Embeddings

    def _told(self, numbers: torch.Tensor, random: torch.Generator | None = None) -> Told:
        inputs, kinds = self.samples.take(numbers)
        views = self.recipe.pairs == "views"
        embeddings = self._embed(inputs, views, random)
        kinds = torch.arange(len(numbers), device=self.device).repeat(2) if views else kinds
        return Told(embedding_loss(self.recipe.loss, embeddings.flatten(0, 1), kinds), len(numbers), {})

    def _kinds(self, numbers: torch.Tensor) -> torch.Tensor:
        """What belongs together: the class of each sample, or of two views of all samples their number."""
        if self.recipe.pairs == "views":
            return torch.arange(len(numbers)).repeat(2)
        return self.dataset.targets[numbers]

    def _embed(
        self, inputs: Sequence[torch.Tensor], views: bool, random: torch.Generator | None = None
    ) -> torch.Tensor:
        """(1, samples, width), or (2, samples, width) of two views."""
        count = len(inputs[0])
        if views:
            inputs = [torch.cat([self._view(one, random), self._view(one, random)]) for one in inputs]
        rows = as_rows(self.results(*inputs)[0])
        if self.recipe.unit_length or self.recipe.loss.on_sphere:
            rows = functional.normalize(rows)
        return rows.unflatten(0, (2 if views else 1, count))

    def _view(self, given: torch.Tensor, random: torch.Generator | None) -> torch.Tensor:
        """A sample disturbed: pictures moved a little, and noise on all; without `random` as the step's seed has it."""
        place = given.device if random is None else torch.device("cpu")
        most = self.recipe.shift
        if most and given.dim() == 4:
            by = torch.randint(0, 2 * most + 1, (2, len(given)), generator=random, device=place)
            given = moved(given, by.to(given.device), most)
        noise = torch.randn(given.shape, generator=random, device=place)
        return given + self.recipe.noise * noise.to(given.device)

    def _embedded(self, part: str) -> torch.Tensor:
        """As they are compared, with views that are always the same."""
        return self._all(part, self.recipe.pairs == "views")

    def _plain(self, part: str) -> torch.Tensor:
        """Of the samples as they are, (samples, width)."""
        return self._all(part, False)[0]

    def _all(self, part: str, views: bool) -> torch.Tensor:
        name = f"{part}, views" if views else part
        if name not in self._known:
            self.model.eval()
            random = torch.Generator().manual_seed(self.recipe.seed)
            with torch.no_grad():
                numbers = self.parts[part].to(self.device).split(AT_ONCE)
                self._known[name] = torch.cat(
                    [self._embed(self.samples.take(some)[0], views, random) for some in numbers], 1
                )
        return self._known[name]

    def _refuse_what_is_no_row(self) -> None:
        was_training = self.model.training
        self.model.eval()
        with torch.no_grad():
            self._embed(self.samples.take(self.dataset.train[:2].to(self.device))[0], False)
        self.model.train(was_training)


def as_rows(result: torch.Tensor) -> torch.Tensor:
    """What a network gives, if it is a row of numbers a sample. Raises `RecipeError`."""
    if result.dim() != 2 or not result.is_floating_point():
        shape = "×".join(["N", *map(str, result.shape[1:])])
        raise RecipeError(
            f"The network gives {shape}, and an embedding is one row of real numbers a sample. Put a Flatten and a "
            "Linear before the Output."
        )
    return result


def moved(pictures: torch.Tensor, by: torch.Tensor, most: int) -> torch.Tensor:
    """Pictures (n, channels, height, width) moved by `by` (2, n), 0 to 2 × `most` pixels down and across of which
    `most` is none; what comes in at an edge is as the edge."""
    height, width = pictures.shape[2:]
    wide = functional.pad(pictures, (most,) * 4, mode="replicate")
    down, across = (
        by[axis][:, None] + torch.arange(size, device=by.device) for axis, size in ((0, height), (1, width))
    )
    at = torch.arange(len(pictures), device=by.device)[:, None, None]
    return wide[at, :, down[:, :, None], across[:, None, :]].movedim(-1, 1)


def _spread(count: int, most: int) -> torch.Tensor:
    """Numbers below `count`, at most so many and evenly spread."""
    return torch.linspace(0, count - 1, min(most, count)).round().long()
