"""What networks that write one token after the other have in common: they must not look ahead. It knows no recipe."""

from __future__ import annotations

from collections.abc import Callable

import torch

from netbuilder.train.recipes.recipe import RecipeError

Scores = Callable[[torch.Tensor], torch.Tensor]  # (samples, length) tokens to (samples, length, vocabulary)


def places_first(scores: torch.Tensor, length: int, width: int) -> torch.Tensor:
    """(samples, length, width), also of a network that has the classes before the places."""
    return scores if scores.shape[1:] == (length, width) else scores.movedim(1, -1)


def refuse_to_look_ahead(scores: Scores, given: torch.Tensor, width: int) -> None:
    """A network that sees the token it is asked for learns to copy it, and nothing else. `given` are tokens of one
    sample, (1, length). Raises `RecipeError`."""
    changed = given.clone()
    middle = given.shape[1] // 2
    changed[:, middle:] = (changed[:, middle:] + 1) % width
    with torch.no_grad():
        before, after = scores(given)[:, :middle], scores(changed)[:, :middle]
    if before.shape[1] and not torch.allclose(before, after, rtol=1e-3, atol=1e-4):
        raise RecipeError(
            "The network looks at tokens that come later, so it would only copy what it is asked for. Mask them: "
            "let its attention be causal, and its convolutions and recurrent layers go one way."
        )


def greedy(scores: Scores, start: torch.Tensor, length: int) -> torch.Tensor:
    """What a network writes that takes the likeliest token each time, (samples, length), for `start`, (samples,):
    all samples at once, in as many passes as there are places. What is not written yet holds the start."""
    so_far = start[:, None].repeat(1, length)
    with torch.no_grad():
        for place in range(length):
            token = scores(so_far)[:, place].argmax(-1)
            if place + 1 == length:
                return torch.cat([so_far[:, 1:], token[:, None]], 1)
            so_far[:, place + 1] = token
    return so_far
