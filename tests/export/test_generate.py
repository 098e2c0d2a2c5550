"""A network that makes things up is taken away with a program that makes them, without this one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from netbuilder.data.catalog import source_of
from netbuilder.export.bundle import Bundle
from netbuilder.export.export import export_run
from netbuilder.export.exporter import ExportError
from netbuilder.export.onnx import Onnx
from netbuilder.headless import launch_of, ready_to_train
from netbuilder.resources import folder
from netbuilder.train.diffusion import kept_of, sampled
from netbuilder.train.launch import launch
from netbuilder.train.recipes import Adversarial, Diffusion, recipe_of
from netbuilder.train.run import Run


def bundle_of(name: str, place: Path, **settings: object) -> tuple[Run, Path]:
    file = folder() / "samples" / f"{name}.netb"
    project, dataset, checked = ready_to_train(file)
    recipe = recipe_of(project.recipe).with_settings(epochs=1, **settings)
    job = launch_of(file, dataset, checked, recipe, device="cpu", folder=place / "run")
    list(launch(job))
    run = Run.open(place / "run")
    export_run(run, Bundle(), place / "net", recipe.as_asked(dataset), scripts=recipe.scripts)
    return run, place / "net"


def made(bundle: Path, place: Path, count: int, seed: int) -> tuple[torch.Tensor, np.ndarray]:
    """What a fresh process makes: the numbers, and the picture."""
    command = [sys.executable, str(bundle / "generate.py"), str(count), str(seed)]
    told = subprocess.run(command, cwd=place, capture_output=True, text=True, check=True).stdout
    assert f"made.safetensors: {count} samples of 1 x 8 x 8" in told
    with Image.open(place / "made.png") as picture:
        return load_file(place / "made.safetensors")["samples"], np.asarray(picture)


def test_a_gan_makes_samples_of_noise(tmp_path: Path) -> None:
    run, bundle = bundle_of("digits-gan", tmp_path)
    samples, picture = made(bundle, tmp_path, 5, 3)
    (size,) = run.spec.inputs["noise"].shape
    noise = torch.randn(5, size, generator=torch.Generator().manual_seed(3))
    with torch.no_grad():
        assert torch.allclose(samples, run.model()(noise), atol=1e-6)
    assert picture.shape == (8, 40)
    assert np.abs(picture[:, :8] / 255 - samples[0, 0].numpy()).max() < 0.01
    assert isinstance(recipe_of(run.recipe), Adversarial)
    assert "`generate.py`" in (bundle / "README.md").read_text("utf-8")


@pytest.mark.parametrize("predicts", ["noise", "sample"])
def test_diffusion_makes_samples_step_by_step(tmp_path: Path, predicts: str) -> None:
    run, bundle = bundle_of("digits-diffusion", tmp_path, predicts=predicts, sampling=7)
    samples, _ = made(bundle, tmp_path, 4, 1)
    recipe, network = recipe_of(run.recipe), run.model()
    assert isinstance(recipe, Diffusion)
    start = torch.randn(4, 1, 8, 8, generator=torch.Generator().manual_seed(1))
    expected = sampled(recipe, network, start, kept_of(recipe), bounded=True)
    assert torch.allclose(samples, (expected + 1) / 2, atol=1e-4)


def test_a_network_that_draws_random_numbers_is_proved_with_the_same_ones(tmp_path: Path) -> None:
    _, bundle = bundle_of("digits-vae", tmp_path)
    assert (bundle / "predict.py").is_file()


def test_a_format_that_draws_others_says_so(tmp_path: Path) -> None:
    run, _ = bundle_of("digits-vae", tmp_path)
    seen = recipe_of(run.recipe).as_asked(source_of(run.data).read())
    with pytest.raises(ExportError, match="draws random numbers when it answers, and ONNX"):
        export_run(run, Onnx(), tmp_path / "net.onnx", seen)
    assert not (tmp_path / "net.onnx").exists()
