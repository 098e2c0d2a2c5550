"""Where a run was made: the versions, the processor and the device that decide its numbers to the last bit.

It knows nothing about folders and screens. Torch is imported when somebody asks.
"""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import netbuilder
from netbuilder.train.fingerprint import fingerprint

if TYPE_CHECKING:
    from netbuilder.data.dataset import Dataset

LIBRARIES = ("torch", "numpy", "pandas", "scikit-learn", "pillow", "tokenizers", "torchmetrics")
_NAMES = {
    "netbuilder": "NetBuilder", "torch": "torch", "numpy": "NumPy", "python": "Python", "cuda": "CUDA",
    "cudnn": "cuDNN", "rocm": "ROCm",
}  # fmt: skip
_DECIDE = ("netbuilder", "torch", "system")  # anywhere
_DECIDE_ON_CPU = ("cpu", "instructions", "threads")
_DECIDE_ON_GPU = ("device", "cuda", "cudnn", "rocm")


def environment(place: str, dataset: Dataset) -> dict[str, Any]:
    """What run.json is told of a training on the device `place` ("cpu", "cuda:0"): "environment", as by `here`, and
    "data_fingerprint", as by `fingerprint`. Plain JSON values."""
    return {"environment": here(place), "data_fingerprint": fingerprint(dataset)}


def here(place: str) -> dict[str, Any]:
    """Versions by the names of the libraries, the processor and its threads, and the device with its memory in bytes.
    What a machine does not tell is left out."""
    import torch

    from netbuilder.train.device import threads_for_training

    told: dict[str, Any] = {"netbuilder": netbuilder.__version__, "python": platform.python_version()}
    for name in LIBRARIES:
        with suppress(metadata.PackageNotFoundError):
            told[name] = metadata.version(name)
    told["torch"] = str(torch.__version__)  # with what it was built for: "2.13.0+cpu"
    told |= {
        "system": f"{platform.system()} {platform.machine()}",
        "release": platform.platform(),
        "cpu": cpu_name(),
        "instructions": torch.backends.cpu.get_cpu_capability(),
        "threads": threads_for_training(),
        "place": place,
    }
    return {name: value for name, value in (told | _device(place)).items() if value}


def differs_from(record: Mapping[str, Any], place: str) -> str:
    """A sentence for the user where a run of this run.json can go on, on the device `place`, but not to the last bit as
    it would have gone on there; "" where it can, or where the record does not say."""
    then = record.get("environment")
    if not isinstance(then, Mapping):
        return ""
    now = here(place)
    before = str(then.get("place", ""))
    kinds = {before.partition(":")[0], place.partition(":")[0]}
    decide: tuple[str, ...] = _DECIDE
    if len(kinds) > 1:
        told = [f"on {_device_title(now)} instead of {_device_title(then)}"]
    else:
        told = []
        decide += _DECIDE_ON_CPU if kinds == {"cpu"} else _DECIDE_ON_GPU
    known = [name for name in decide if name in then and name in now]
    told += [_instead(name, then[name], now[name]) for name in known if then[name] != now[name]]
    if not told:
        return ""
    what = f"{', '.join(told[:-1])} and {told[-1]}" if told[1:] else told[0]
    return (
        f"It is continued {what}: what follows is as good, but not to the last bit what it would have been without the "
        "interruption."
    )


def in_words(record: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a run.json says of where its run was made, as names and values for people, the most telling first."""
    told = record.get("environment")
    if not isinstance(told, Mapping):
        return []
    rows = [("NetBuilder", told.get("netbuilder")), ("torch", told.get("torch")), ("Python", told.get("python"))]
    rows += [("device", _device_title(told)), ("memory", _gibibytes(told.get("memory")))]
    rows += [(_NAMES[name], told.get(name)) for name in ("cuda", "cudnn", "rocm")]
    processor = [told.get("cpu"), told.get("instructions"), _threads(told.get("threads"))]
    rows += [("processor", ", ".join(str(one) for one in processor if one)), ("system", told.get("release"))]
    rows += [(_NAMES.get(name, name), told.get(name)) for name in LIBRARIES if name != "torch"]
    data = record.get("data_fingerprint")
    rows += [("seed", record.get("seed")), ("data", data.get("hash") if isinstance(data, Mapping) else None)]
    return [(name, str(value)) for name, value in rows if value not in (None, "")]


@cache
def cpu_name() -> str:
    """What the processor is called ("AMD EPYC 9555"), or "" where the system does not tell."""
    system = platform.system()
    if system == "Linux":
        with suppress(OSError):
            for line in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
                name, _, value = line.partition(":")
                if name.strip() in ("model name", "Model", "Hardware"):
                    return value.strip()
    if system == "Darwin":
        asked = ["/usr/sbin/sysctl", "-n", "machdep.cpu.brand_string"]
        with suppress(OSError, subprocess.SubprocessError):
            return subprocess.run(asked, capture_output=True, text=True, timeout=5, check=True).stdout.strip()
    return platform.processor()


def _device(place: str) -> dict[str, Any]:
    import torch

    if place.startswith("cuda"):
        properties = torch.cuda.get_device_properties(place)
        return {
            "device": properties.name,
            "memory": properties.total_memory,
            "cuda": torch.version.cuda,
            "cudnn": _three(torch.backends.cudnn.version()),
            "rocm": torch.version.hip,
        }
    if place.startswith("mps"):
        return {"device": f"{cpu_name()} GPU".strip(), "memory": torch.mps.recommended_max_memory()}
    return {"device": "CPU", "memory": _main_memory()}


def _main_memory() -> int:
    """The machine's memory in bytes; 0 where the system does not tell."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):  # Windows has no sysconf
        return 0


def _three(version: int | None) -> str:
    """cuDNN's number as people write it: 91002 is 9.10.2, and 8902 was 8.9.2."""
    if not version:
        return ""
    major, rest = divmod(version, 10_000 if version >= 90_000 else 1000)
    return f"{major}.{rest // 100}.{rest % 100}"


def _instead(name: str, then: Any, now: Any) -> str:
    if name == "threads":
        return f"with {_threads(now)} instead of {then}"
    if name in ("device", "cpu", "system"):
        return f"on {now} instead of {then}"
    return f"with {_NAMES.get(name, '')} {now} instead of {then}".replace("  ", " ")


def _threads(count: Any) -> str:
    return "1 thread" if count == 1 else f"{count} threads" if count else ""


def _gibibytes(size: Any) -> str:
    return f"{size / 2**30:.0f} GiB" if isinstance(size, int) and size else ""


def _device_title(told: Mapping[str, Any]) -> str:
    place, name = str(told.get("place", "")), str(told.get("device", ""))
    return f"{name} ({place})" if name and place.startswith("cuda:") else name or place
