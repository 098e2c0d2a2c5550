"""Programs that make new samples with a trained network, for whoever takes it away: text, that needs torch and
safetensors alone. This program itself runs none of it."""

from __future__ import annotations

NAME = "generate.py"

HEAD = '''"""Makes new samples: python generate.py [COUNT [SEED]]. Needs torch and safetensors."""

import struct
import sys
import zlib
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from model import Network

here = Path(__file__).resolve().parent
network = Network().eval()
network.load_state_dict(load_file(here / "weights.safetensors"))
{settings}

@torch.no_grad()
def generate(count, seed=0):
    """So many new samples; the same seed gives the same."""
    random = torch.Generator().manual_seed(seed)
{body}

def as_png(pictures):
    """Pictures (count, 1 or 3, height, width), values from 0 to 1, side by side as the bytes of a PNG."""
    row = torch.cat(list(pictures.clamp(0, 1).mul(255).round().byte()), 2)
    channels, height, width = row.shape
    lines = b"".join(b"\\0" + line.tobytes() for line in row.permute(1, 2, 0).numpy())
    head = struct.pack(">IIBBBBB", width, height, 8, 2 if channels == 3 else 0, 0, 0, 0)
    parts = [(b"IHDR", head), (b"IDAT", zlib.compress(lines)), (b"IEND", b"")]
    whole = b"\\x89PNG\\r\\n\\x1a\\n"
    for kind, data in (*parts, (b"IEND", b"")):
        whole += struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return whole


if __name__ == "__main__":
    made = generate(*map(int, sys.argv[1:3] or ["10"]))
    save_file({{"samples": made}}, "made.safetensors")
    print(f"made.safetensors: {{len(made)}} samples of {{' x '.join(map(str, made.shape[1:]))}}")
    if made.dim() == 4 and made.shape[1] in (1, 3):
        Path("made.png").write_bytes(as_png(made))
        print("made.png: the same as pictures")
'''

FROM_NOISE = """    made = network(torch.randn(count, {noise}, generator=random))
    return made[0] if isinstance(made, tuple) else made
"""

STEPS = """kept = {kept}  # how much of a sample's power is left after each step
steps = {steps}  # those that are gone back, from pure noise
"""

STEP_BY_STEP = """    seen = torch.randn(count, {shape}, generator=random)
    for at, then in zip(steps, [*steps[1:], -1]):
        time = torch.full((count, 1), (at + 1) / len(kept))
        said = network({arguments})
        said = said[0] if isinstance(said, tuple) else said
        left, later = kept[at], kept[then] if then >= 0 else 1.0
        clean = {clean}
        noise = (seen - left**0.5 * clean) / (1 - left) ** 0.5
        seen = later**0.5 * clean + (1 - later) ** 0.5 * noise
    return {scaled}
"""


def from_noise(noise: int) -> str:
    """For a network that makes a sample of so many random numbers."""
    return HEAD.format(settings="", body=FROM_NOISE.format(noise=noise))


def step_by_step(
    kept: list[float],
    steps: list[int],
    shape: tuple[int, ...],
    *,
    time_first: bool,
    of_noise: bool,
    picture: bool,
) -> str:
    """For one that tells the noise, or the clean sample, at each of the `steps`; `kept` is the power that is left."""
    clean = "(seen - (1 - left) ** 0.5 * said) / left**0.5" if of_noise else "said"
    body = STEP_BY_STEP.format(
        shape=", ".join(map(str, shape)),
        arguments="time, seen" if time_first else "seen, time",
        clean=f"({clean}).clamp(-1, 1)" if picture else clean,
        scaled="(seen + 1) / 2" if picture else "seen",
    )
    rounded = ", ".join(f"{power:.9g}" for power in kept)
    return HEAD.format(settings=STEPS.format(kept=f"[{rounded}]", steps=steps), body=body)
