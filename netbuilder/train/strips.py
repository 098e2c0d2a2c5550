"""Pictures of a batch, side by side in one file. It knows nothing about where they come from."""

from __future__ import annotations

from pathlib import Path

import torch

GAP = 2  # pixels between two
SMALLEST = 64  # pixels that a picture is high at least: small ones are enlarged, each pixel a square


def save_pictures(path: Path, pictures: torch.Tensor, columns: int = 0) -> None:
    """Write pictures (count, 1 or 3, height, width), values from 0 to 1, as a PNG. Raises `OSError`."""
    from PIL import Image

    pictures = pictures.detach().float().cpu().clamp(0, 1)
    count, channels, height, width = pictures.shape
    times = max(1, -(-SMALLEST // height))
    pictures = pictures.repeat_interleave(times, 2).repeat_interleave(times, 3)
    high, wide = height * times, width * times
    columns = columns or count
    rows = -(-count // columns)
    whole = torch.ones(3, rows * (high + GAP) - GAP, columns * (wide + GAP) - GAP)
    for number, picture in enumerate(pictures):
        top, left = number // columns * (high + GAP), number % columns * (wide + GAP)
        whole[:, top : top + high, left : left + wide] = picture.expand(3, -1, -1) if channels == 1 else picture
    array = (whole * 255).round().byte().permute(1, 2, 0).numpy()
    temporary = path.with_name(f".{path.name}.part")
    Image.fromarray(array).save(temporary, format="PNG")
    temporary.replace(path)
