"""Finds pictures in a folder and turns each into an array of a given size. It knows nothing about tensors or splits."""

from __future__ import annotations

import os
import stat
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

FORMATS = ("PNG", "JPEG", "BMP", "GIF", "WEBP", "TIFF")
SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff"})
MOST_PIXELS = 64_000_000  # a larger picture is refused before it is unpacked
DEEPEST = 16  # folders in folders


class Unreadable(Exception):
    """A picture that can't be used. `str()` says why, in a few words."""


@dataclass(frozen=True)
class Shape:
    """What every picture is made into. `resize`: "stretch", "fit" (black bars) or "crop" (the middle)."""

    height: int
    width: int
    colour: str  # "grey" or "rgb"
    resize: str

    @property
    def channels(self) -> int:
        return 1 if self.colour == "grey" else 3


def class_folders(folder: Path) -> list[Path]:
    """The subfolders, by name; hidden ones are not seen. Raises `OSError`."""
    return sorted((child for child in folder.iterdir() if not hidden(child.name) and child.is_dir()), key=_by_name)


def pictures_in(folder: Path) -> list[Path]:
    """The picture files in a folder and in the folders in it, in a stable order. Raises `OSError`."""
    found: list[Path] = []

    def refuse(error: OSError) -> None:
        raise error

    for where, folders, files in os.walk(folder, onerror=refuse):
        here = Path(where)
        deep = len(here.parts) - len(folder.parts)
        folders[:] = [] if deep >= DEEPEST else sorted(name for name in folders if not hidden(name))
        found += [here / name for name in files if is_picture(name) and _is_file(here / name)]
    return sorted(found, key=_by_name)


def is_picture(name: str) -> bool:
    return not hidden(name) and Path(name).suffix.lower() in SUFFIXES


def hidden(name: str) -> bool:
    return name.startswith(".") or name in ("__MACOSX", "@eaDir")


def read_picture(path: Path, shape: Shape) -> np.ndarray:
    """(channels, height, width) uint8, turned as its EXIF says. Raises `Unreadable`."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(path, formats=FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                raise Unreadable(f"{image.width:,}×{image.height:,} pixels are too many")
            return _as_array(image, shape)
    except Unreadable:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Unreadable("it has too many pixels") from error
    except UnidentifiedImageError as error:
        raise Unreadable("it is no picture") from error
    except PermissionError as error:
        raise Unreadable("it may not be read") from error
    except (OSError, ValueError, SyntaxError, EOFError, struct.error) as error:
        raise Unreadable("it is damaged") from error
    except Exception as error:  # decoders raise whatever they stumble over in a mangled file
        raise Unreadable(f"it is damaged ({type(error).__name__})") from error


def _as_array(image: Any, shape: Shape) -> np.ndarray:
    from PIL import Image, ImageOps

    mode = "L" if shape.colour == "grey" else "RGB"
    size = (shape.width, shape.height)
    if image.format == "JPEG":
        most = 2 * max(size)  # unpacked at a half, a quarter or an eighth, yet twice as large as needed
        image.draft(None, (most, most))
    image = _eight_bits(ImageOps.exif_transpose(image))
    if image.has_transparency_data:
        clear = image.convert("RGBA")
        white = Image.new("RGBA", clear.size, "white")
        image = Image.alpha_composite(white, clear)
    image = image.convert(mode)
    if image.size != size:
        smooth = Image.Resampling.BILINEAR
        if shape.resize == "fit":
            image = ImageOps.pad(image, size, smooth, color=0 if mode == "L" else (0, 0, 0))
        elif shape.resize == "crop":
            image = ImageOps.fit(image, size, smooth)
        else:
            image = image.resize(size, smooth)
    pixels = np.asarray(image, dtype=np.uint8)
    return pixels[None] if mode == "L" else pixels.transpose(2, 0, 1)


def _eight_bits(image: Any) -> Any:
    """Pictures of 16 bits or of real numbers, scaled; converting them as they are would cut all values off at 255."""
    from PIL import Image

    if not image.mode.startswith(("I", "F")):
        return image
    values = np.nan_to_num(np.asarray(image, dtype=np.float64))
    top = 65535.0 if image.mode.startswith("I") else (1.0 if values.max(initial=0.0) <= 1.0 else 255.0)
    return Image.fromarray(np.clip(values * (255.0 / top), 0.0, 255.0).round().astype(np.uint8), "L")


def _is_file(path: Path) -> bool:
    """Whether it is an ordinary file, not a pipe or a device that would never end."""
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return False


def _by_name(path: Path) -> tuple[str, str]:
    return path.as_posix().casefold(), path.as_posix()
