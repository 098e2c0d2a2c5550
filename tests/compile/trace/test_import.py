"""Models as people write them, read into drawings that give the same bit by bit and that people can read."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import nn

from netbuilder.compile.check import check
from netbuilder.compile.trace.load import load_model, parse_origin
from netbuilder.compile.trace.report import Imported, import_model
from netbuilder.data.catalog import source_of
from netbuilder.graph.block import block_of
from netbuilder.layers import standard
from netbuilder.project.file import dumps, loads, open_file
from netbuilder.project.graphs import remove_graph
from netbuilder.resources import samples
from netbuilder.train.recipes import recipe_of
from tests.compile.trace import pictures, sequences


def tokens(*shape: int, below: int) -> torch.Tensor:
    return torch.randint(0, below, shape, generator=torch.Generator().manual_seed(1))


def image(channels: int, size: int, batch: int = 2) -> torch.Tensor:
    return torch.randn(batch, channels, size, size, generator=torch.Generator().manual_seed(2))


def rows(*shape: int) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(3))


Case = tuple[Callable[[], nn.Module], tuple[torch.Tensor, ...]]

CASES: dict[str, Case] = {
    "ResNet": (lambda: pictures.ResNet((2, 3, 2, 2), 8, 10), (image(3, 64),)),
    "ResNet of basic blocks": (pictures.SmallResNet, (image(3, 32),)),
    "U-Net": (pictures.UNet, (image(3, 36),)),
    "Inception": (pictures.Inception, (image(3, 32),)),
    "DenseNet": (pictures.DenseNet, (image(3, 16),)),
    "MobileNet with squeeze-excite": (pictures.MobileNet, (image(3, 32),)),
    "EfficientNet": (pictures.EfficientNet, (image(3, 32),)),
    "ViT": (pictures.ViT, (image(3, 32),)),
    "DCGAN generator": (pictures.Generator, (rows(2, 16, 1, 1),)),
    "DCGAN discriminator": (pictures.Discriminator, (image(3, 16),)),
    "VAE": (pictures.Vae, (image(1, 28),)),
    "MLP-Mixer": (pictures.MlpMixer, (image(3, 32),)),
    "siamese": (pictures.Siamese, (image(1, 16), image(1, 16) + 1)),
    "siamese of blocks": (pictures.SiameseOfBlocks, (image(3, 16), image(3, 16) + 1)),
    "image and table": (pictures.ImageAndTable, (image(3, 16), rows(2, 5), tokens(2, below=12))),
    "ConvNeXt": (pictures.ConvNeXt, (image(3, 32),)),
    "denoiser": (pictures.Denoiser, (image(1, 16), tokens(2, below=1000))),
    "WaveNet": (sequences.WaveNet, (tokens(2, 24, below=32),)),
    "seq2seq with attention": (sequences.Seq2Seq, (tokens(2, 7, below=40), tokens(2, 5, below=40))),
    "minGPT": (sequences.MiniGpt, (tokens(2, 12, below=50),)),
    "mixture of experts": (sequences.MixtureOfExperts, (rows(2, 10),)),
    "two of several experts": (sequences.TopTwo, (rows(3, 8),)),
    "text classifier": (sequences.TextClassifier, (tokens(2, 9, below=60),)),
    "tagger": (sequences.Tagger, (tokens(2, 6, below=30),)),
    "cell in a loop": (sequences.CharRnn, (rows(2, 5, 6),)),
    "categories with attention": (sequences.AutoInt, (tokens(2, 3, below=5),)),
    "wrapped residuals": (sequences.Wrapped, (rows(2, 12),)),
    "weights gone through three times": (sequences.Recurrent, (rows(2, 6),)),
}


def settled(make: Callable[[], nn.Module]) -> nn.Module:
    """The model with random numbers in place of all that starts at 0 or 1, so that nothing cancels out."""
    torch.manual_seed(0)
    model = make()
    with torch.no_grad():
        for tensor in [*model.parameters(), *model.buffers()]:
            if tensor.is_floating_point() and tensor.numel() and bool((tensor == tensor.reshape(-1)[0]).all()):
                tensor.copy_(torch.rand_like(tensor) + 0.5)
    return model.eval()


def bring_in(name: str) -> tuple[nn.Module, Imported]:
    make, inputs = CASES[name]
    model = settled(make)
    return model, import_model(model, inputs, {}, standard())


@pytest.mark.parametrize("name", CASES)
def test_the_drawing_gives_the_same_as_the_model_bit_by_bit(name):
    model, found = bring_in(name)
    assert found.max_difference == 0.0
    assert found.parameters == sum(p.numel() for p in model.parameters())
    assert found.custom_nodes <= 0.02 * found.nodes, found.notes
    checked = check(found.project, standard())
    assert not checked.errors
    again = loads(dumps(found.project))
    assert again.faithful
    assert again.project == found.project


def blocks_in(found: Imported, graph: str = "main") -> list[tuple[str, int]]:
    nodes = found.project.graphs[graph]
    return [(block_of(n.kind) or "", n.settings.get("repeat", 1)) for n in nodes if block_of(n.kind)]


def test_a_resnet_comes_in_as_four_stages_of_repeated_bottlenecks():
    torch.manual_seed(0)
    found = import_model(pictures.ResNet().eval(), (image(3, 64, 1),), {}, standard())
    assert [name for name, _ in blocks_in(found)] == ["layer1", "layer2", "layer3", "layer4"]
    for stage, repeat in zip(("layer1", "layer2", "layer3", "layer4"), (2, 3, 5, 2), strict=True):
        assert blocks_in(found, stage) == [("Bottleneck", 1), ("Bottleneck2", repeat)]
    assert [setting.name for setting in found.project.blocks["Bottleneck2"].settings] == ["planes", "stride"]
    assert found.max_difference == 0.0
    assert found.parameters == 25_557_032


def test_the_layers_of_a_gpt_come_in_as_one_block_that_is_repeated():
    _, found = bring_in("minGPT")
    assert blocks_in(found) == [("GptBlock", 3)]


def test_a_tower_that_two_inputs_go_through_is_shared():
    _, found = bring_in("siamese of blocks")
    towers = [node for node in found.project.main if block_of(node.kind) == "SmallResNet"]
    assert [bool(node.shares) for node in towers] == [False, True]
    _, found = bring_in("siamese")
    assert sum(bool(node.shares) for node in found.project.main) == 3


def test_inputs_are_called_as_the_arguments_of_forward():
    _, found = bring_in("image and table")
    inputs = [node for node in found.project.main if node.kind == "input"]
    assert [node.name for node in inputs] == ["image", "numbers", "color"]
    assert [node.settings for node in inputs] == [
        {"shape": [3, 16, 16]},
        {"shape": [5]},
        {"shape": [], "dtype": "int64"},
    ]


def test_nodes_are_called_as_the_attributes_they_were():
    _, found = bring_in("ResNet of basic blocks")
    inside = {node.name for node in found.project.graphs["BasicBlock"]}
    assert {"x", "conv1", "bn1", "conv2", "bn2"} <= inside


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.name)
def test_a_drawing_written_as_source_comes_back_as_the_drawing_it_was(sample, tmp_path):
    project = open_file(sample.path).project
    for name in project.networks[1:]:
        project = remove_graph(project, name)  # one class is brought in
    spec = source_of(project.data, sample.path.parent).read(lambda what, done, total: None).spec
    spec = recipe_of(project.recipe).asked(spec)
    before = check(project, standard(), spec).source
    assert before is not None
    file = tmp_path / "model.py"
    file.write_text(before.text, "utf-8")
    few = max(2, min(len(spec.tokens), 8))
    inputs = tuple(
        torch.randn(3, *tensor.shape) if tensor.dtype.startswith("float") else torch.randint(0, few, (3, *tensor.shape))
        for tensor in spec.inputs.values()
    )
    found = import_model(load_model(parse_origin(f"{file}:Network")), inputs, {}, standard())
    assert found.max_difference == 0.0
    after = check(found.project, standard()).source
    assert after is not None
    if all(tensor.dtype.startswith("float") for tensor in spec.inputs.values()):
        assert after.text == before.text
    else:  # an import has no data to say that its inputs are whole numbers: it casts them, and keeps what they index
        assert parameters_in(after.text) == parameters_in(before.text)


def parameters_in(text: str) -> str:
    """The number of parameters that a source tells in its first line."""
    return text.split(" parameters")[0].split()[-1]


def test_what_the_last_of_a_row_gives_in_vain_does_not_make_it_another_block():
    _, found = bring_in("WaveNet")
    assert list(found.project.blocks) == ["GatedBlock"]


class WithSpare(nn.Module):
    def __init__(self):
        super().__init__()
        self.mask_token = nn.Parameter(torch.randn(1, 4))
        self.never_called = nn.Linear(4, 4)
        self.fc = nn.Linear(4, 2)

    def forward(self, x, flag):
        return self.fc(x)


def test_parameters_and_inputs_that_take_no_part_are_kept_or_said():
    model = settled(WithSpare)
    found = import_model(model, (rows(2, 4), rows(2, 1)), {}, standard())
    assert found.parameters == sum(p.numel() for p in model.parameters())
    assert "Nothing depends on flag, so no Input was drawn for it." in found.notes
    said = "The model makes no use of mask_token, never_called.weight, never_called.bias: "
    assert f"{said}kept as parameters that lead nowhere." in found.notes
    checked = check(found.project, standard())
    assert not checked.errors
    assert sum(problem.short == "not used" for problem in checked.problems) == 3


def test_equal_blocks_of_several_widths_have_the_width_as_a_setting():
    _, found = bring_in("U-Net")
    assert set(found.project.blocks) == {"DoubleConv", "Down", "Up"}
    assert {setting.name for setting in found.project.blocks["DoubleConv"].settings} == {"out_channels"}


def test_an_input_without_a_batch_is_drawn_as_one():
    table = nn.Linear(4, 2, bias=False)

    class Lookup(nn.Module):
        def __init__(self):
            super().__init__()
            self.table = table

        def forward(self, x, keys):
            return x @ self.table(keys).t()

    found = import_model(Lookup().eval(), (rows(3, 2), rows(5, 4)), {}, standard())
    assert found.max_difference == 0.0
    inputs = {node.name: node.settings for node in found.project.main if node.kind == "input"}
    assert inputs == {"x": {"shape": [2]}, "keys": {"shape": [5, 4], "batch": False}}


def test_the_names_that_numpy_has_for_arguments_are_read_too():
    class Numpy(nn.Module):
        def forward(self, x):
            return torch.mean(x, axis=2, keepdims=True) + torch.sum(x, axis=-1, keepdim=True)

    found = import_model(Numpy(), (rows(2, 3, 4),), {}, standard())
    assert (found.custom_nodes, found.max_difference) == (0, 0.0)


def test_a_block_keeps_the_arguments_of_its_class_and_what_they_are_used_for():
    _, found = bring_in("ViT")
    assert [(s.name, s.default) for s in found.project.blocks["Mlp"].settings] == [("dim", 32), ("hidden", 128)]
    inside = found.project.graphs["Mlp"]
    assert inside.named("fc1").settings == {"out_features": {"=": "hidden"}}
    assert inside.named("fc2").settings == {"out_features": {"=": "dim"}}
    around = found.project.graphs["Block"]
    assert around.named("mlp").settings == {"dim": {"=": "dim"}, "hidden": {"=": "dim * 4"}}
