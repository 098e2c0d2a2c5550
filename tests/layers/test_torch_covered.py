"""Every layer of the installed torch can be drawn, with every argument it has, or there is a reason why not."""

from __future__ import annotations

import inspect

import pytest
from torch import nn
from torch.nn.modules.lazy import LazyModuleMixin

from netbuilder.layers import Layer
from tests.layers.running import MODULES, arguments

EXCEPTIONS = {
    "Module": "the base of all, which does nothing",
    "Sequential": "a container: a chain of nodes, or a block",
    "ModuleList": "a container: a repeated block",
    "ModuleDict": "a container: nodes side by side",
    "ParameterList": "a container: free parameters are nodes",
    "ParameterDict": "a container: free parameters are nodes",
    "Container": "deprecated by torch",
    "RNNBase": "the base of RNN, LSTM and GRU",
    "RNNCellBase": "the base of RNNCell, LSTMCell and GRUCell",
    "DataParallel": "a way to train, not a layer",
    "SyncBatchNorm": "a BatchNorm as it is trained on several devices; it has no other weights and refuses a CPU",
    "AdaptiveLogSoftmaxWithLoss": "a loss: it needs the target",
}

# How a tensor is stored, not what it holds.
NEVER = {
    "device": "the whole network has one",
    "dtype": "the whole network has one",
    "inplace": "changes a value that another node may use",
}
LEFT_OUT = {
    "Hardtanh": {"min_value": "deprecated by torch", "max_value": "deprecated by torch"},
    "ConvTranspose1d": {"padding_mode": "only zeros are supported"},
    "ConvTranspose2d": {"padding_mode": "only zeros are supported"},
    "ConvTranspose3d": {"padding_mode": "only zeros are supported"},
    "Embedding": {
        "sparse": "how gradients are stored; most optimizers refuse it",
        "_weight": "given weights are loaded",
        "_freeze": "given weights are loaded",
    },
    "EmbeddingBag": {
        "sparse": "how gradients are stored; most optimizers refuse it",
        "_weight": "given weights are loaded",
    },
    "FractionalMaxPool2d": {"_random_samples": "for torch's own tests"},
    "FractionalMaxPool3d": {"_random_samples": "for torch's own tests"},
    "RNN": {"proj_size": "only an LSTM has it"},
    "GRU": {"proj_size": "only an LSTM has it"},
    "TransformerEncoder": {"encoder_layer": "made from the settings"},
    "TransformerDecoder": {"decoder_layer": "made from the settings"},
    "Transformer": {"custom_encoder": "draw it", "custom_decoder": "draw it"},
}


def torchs() -> dict[str, type[nn.Module]]:
    """The module classes of torch.nn by name, without losses (a recipe has them) and lazy ones (nothing is lazy)."""
    found = {name: made for name, made in vars(nn).items() if inspect.isclass(made) and issubclass(made, nn.Module)}
    losses = {name for name, made in found.items() if made.__module__ == "torch.nn.modules.loss"}
    lazy = {name for name, made in found.items() if issubclass(made, LazyModuleMixin)}
    return {name: made for name, made in found.items() if name not in losses | lazy}


def test_every_module_of_torch_is_declared_or_has_a_reason_not_to_be() -> None:
    declared = {layer.target.rpartition(".")[2] for layer in MODULES}
    assert sorted(set(torchs()) - declared - set(EXCEPTIONS)) == []


def test_no_exception_is_out_of_date() -> None:
    declared = {layer.target.rpartition(".")[2] for layer in MODULES}
    assert sorted(set(EXCEPTIONS) & declared) == []
    assert sorted(set(EXCEPTIONS) - set(torchs())) == []


@pytest.mark.parametrize("layer", MODULES, ids=lambda layer: layer.kind)
def test_every_argument_of_torch_is_a_setting_or_has_a_reason_not_to_be(layer: type[Layer]) -> None:
    left_out = {**NEVER, **LEFT_OUT.get(layer.target.rpartition(".")[2], {})}
    declared = set(layer.fields()) | set(layer.inferred())
    assert sorted(set(arguments(layer)) - declared - set(left_out)) == []
    assert sorted((declared - set(layer.not_arguments)) & set(left_out)) == []
