"""What ruff would change in a source."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path


def formatted(texts: Sequence[str], folder: Path) -> str:
    """The difference that formatting these sources would make, as ruff says it; "" for none."""
    for number, text in enumerate(texts):
        (folder / f"source{number}.py").write_text(text, encoding="utf-8")
    ruff = shutil.which("ruff") or str(Path(sys.executable).with_name("ruff"))
    command = [ruff, "format", "--isolated", "--no-cache", "--line-length", "100", "--diff", str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout
