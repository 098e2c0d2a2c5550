"""Architectures of the library transformers, from small configurations: read into a drawing, bit by bit the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch

from netbuilder.compile.check import check
from netbuilder.compile.trace.report import import_model
from netbuilder.graph.block import block_of
from netbuilder.layers import standard
from tests.compile.trace.test_import import settled

transformers = pytest.importorskip("transformers")

TEXT = {"vocab_size": 60, "hidden_size": 32, "num_hidden_layers": 3, "num_attention_heads": 4}
WIDE = {**TEXT, "intermediate_size": 48, "max_position_embeddings": 40}
DECODER = {**WIDE, "use_cache": False, "pad_token_id": 0}
PICTURE = {"image_size": 32, "patch_size": 8, "num_channels": 3, "hidden_size": 32, "num_hidden_layers": 3}
SEEN = {**PICTURE, "num_attention_heads": 4, "intermediate_size": 48}


def ids(length: int = 10, below: int = 60) -> dict[str, torch.Tensor]:
    return {"input_ids": torch.randint(2, below, (2, length), generator=torch.Generator().manual_seed(1))}


def pixels(size: int = 32) -> dict[str, torch.Tensor]:
    return {"pixel_values": torch.randn(2, 3, size, size, generator=torch.Generator().manual_seed(2))}


def sound(length: int = 800) -> dict[str, torch.Tensor]:
    return {"input_values": torch.randn(2, length, generator=torch.Generator().manual_seed(3))}


def mel() -> dict[str, torch.Tensor]:
    return {"input_features": torch.randn(2, 16, 40, generator=torch.Generator().manual_seed(4))}


def ready(model: str, config: str, given: dict[str, Any], inputs: Callable[[], dict[str, torch.Tensor]] = ids):
    """A model's class, its configuration's class and settings, and what it is tried with."""
    return model, config, given, inputs


CASES = {
    "BERT": ready("BertModel", "BertConfig", WIDE),
    "BERT for classes": ready("BertForSequenceClassification", "BertConfig", WIDE),
    "RoBERTa": ready("RobertaModel", "RobertaConfig", WIDE),
    "DistilBERT": ready(
        "DistilBertModel",
        "DistilBertConfig",
        {"vocab_size": 60, "dim": 32, "n_layers": 3, "n_heads": 4, "hidden_dim": 48, "max_position_embeddings": 40},
    ),
    "ALBERT": ready("AlbertModel", "AlbertConfig", {**WIDE, "embedding_size": 16}),
    "ELECTRA": ready("ElectraModel", "ElectraConfig", {**WIDE, "embedding_size": 16}),
    "GPT-2": ready(
        "GPT2LMHeadModel",
        "GPT2Config",
        {"vocab_size": 60, "n_embd": 32, "n_layer": 12, "n_head": 4, "n_positions": 40, "use_cache": False},
    ),
    "GPT-Neo": ready(
        "GPTNeoModel",
        "GPTNeoConfig",
        {
            **{"vocab_size": 60, "hidden_size": 32, "num_layers": 2, "num_heads": 4, "intermediate_size": 48},
            **{"attention_types": [[["global", "local"], 1]], "max_position_embeddings": 40, "use_cache": False},
        },
    ),
    "GPT-NeoX": ready("GPTNeoXModel", "GPTNeoXConfig", DECODER),
    "OPT": ready("OPTModel", "OPTConfig", {**DECODER, "ffn_dim": 48, "word_embed_proj_dim": 32}),
    "LLaMA": ready("LlamaForCausalLM", "LlamaConfig", {**DECODER, "num_key_value_heads": 2}),
    "Mistral": ready("MistralModel", "MistralConfig", {**DECODER, "num_key_value_heads": 2, "sliding_window": 4}),
    "Qwen2": ready("Qwen2Model", "Qwen2Config", {**DECODER, "num_key_value_heads": 2}),
    "Gemma": ready("GemmaModel", "GemmaConfig", {**DECODER, "num_key_value_heads": 2, "head_dim": 8}),
    "Phi": ready("PhiModel", "PhiConfig", DECODER),
    "BLOOM": ready(
        "BloomModel",
        "BloomConfig",
        {"vocab_size": 60, "hidden_size": 32, "n_layer": 3, "n_head": 4, "use_cache": False},
    ),
    "Falcon": ready("FalconModel", "FalconConfig", {**TEXT, "use_cache": False}),
    "T5 encoder": ready(
        "T5EncoderModel",
        "T5Config",
        {"vocab_size": 60, "d_model": 32, "d_kv": 8, "d_ff": 48, "num_layers": 3, "num_heads": 4},
    ),
    "BART encoder": ready(
        "BartEncoder",
        "BartConfig",
        {
            **{"vocab_size": 60, "d_model": 32, "encoder_layers": 3, "encoder_attention_heads": 4},
            **{"encoder_ffn_dim": 48, "max_position_embeddings": 40},
        },
    ),
    "ViT": ready("ViTModel", "ViTConfig", SEEN, pixels),
    "DeiT": ready("DeiTModel", "DeiTConfig", SEEN, pixels),
    "BEiT": ready("BeitModel", "BeitConfig", {**SEEN, "use_relative_position_bias": True}, pixels),
    "DINOv2": ready("Dinov2Model", "Dinov2Config", {**SEEN, "mlp_ratio": 2}, pixels),
    "Swin": ready(
        "SwinModel",
        "SwinConfig",
        {
            **{"image_size": 32, "patch_size": 4, "embed_dim": 16, "depths": [2, 2], "num_heads": [2, 4]},
            "window_size": 4,
        },
        pixels,
    ),
    "ConvNeXt": ready(
        "ConvNextModel", "ConvNextConfig", {"hidden_sizes": [8, 16, 24, 32], "depths": [1, 1, 3, 1]}, pixels
    ),
    "ResNet": ready(
        "ResNetModel",
        "ResNetConfig",
        {"embedding_size": 8, "hidden_sizes": [16, 32], "depths": [2, 3], "layer_type": "bottleneck"},
        pixels,
    ),
    "RegNet": ready(
        "RegNetModel",
        "RegNetConfig",
        {"embedding_size": 8, "hidden_sizes": [16, 32], "depths": [2, 2], "groups_width": 8},
        pixels,
    ),
    "MobileNetV2": ready("MobileNetV2Model", "MobileNetV2Config", {"depth_multiplier": 0.25}, lambda: pixels(64)),
    "EfficientNet": ready(
        "EfficientNetModel",
        "EfficientNetConfig",
        {
            **{"image_size": 32, "width_coefficient": 0.25, "depth_coefficient": 0.3, "hidden_dim": 320},
            **{"num_block_repeats": [1, 1], "kernel_sizes": [3, 5], "in_channels": [16, 16], "out_channels": [16, 24]},
            **{"strides": [1, 2], "expand_ratios": [1, 6], "depthwise_padding": []},
        },
        pixels,
    ),
    "SegFormer": ready(
        "SegformerModel",
        "SegformerConfig",
        {
            **{"num_encoder_blocks": 2, "depths": [1, 2], "sr_ratios": [4, 2], "hidden_sizes": [16, 32]},
            **{"patch_sizes": [7, 3], "strides": [4, 2], "num_attention_heads": [1, 2], "mlp_ratios": [2, 2]},
        },
        pixels,
    ),
    "PoolFormer": ready(
        "PoolFormerModel",
        "PoolFormerConfig",
        {"hidden_sizes": [8, 16, 24, 32], "depths": [1, 2, 1, 1], "num_encoder_blocks": 4},
        pixels,
    ),
    "CLIP for text": ready("CLIPTextModel", "CLIPTextConfig", {**WIDE, "eos_token_id": 2, "bos_token_id": 1}),
    "CLIP for pictures": ready("CLIPVisionModel", "CLIPVisionConfig", SEEN, pixels),
    "Wav2Vec2": ready(
        "Wav2Vec2Model",
        "Wav2Vec2Config",
        {
            **{"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 48},
            **{"conv_dim": [16, 16, 16], "conv_stride": [5, 2, 2], "conv_kernel": [10, 3, 3]},
            **{"num_conv_pos_embeddings": 8, "num_conv_pos_embedding_groups": 2, "vocab_size": 20},
        },
        sound,
    ),
    "Whisper encoder": ready(
        "WhisperEncoder",
        "WhisperConfig",
        {
            **{"vocab_size": 60, "num_mel_bins": 16, "d_model": 32, "encoder_layers": 2, "encoder_attention_heads": 4},
            **{"encoder_ffn_dim": 48, "max_source_positions": 20},
        },
        mel,
    ),
}
MODULES = {
    "BartEncoder": "transformers.models.bart.modeling_bart",
    "WhisperEncoder": "transformers.models.whisper.modeling_whisper",
}


def model_of(name: str):
    model, config, given, inputs = CASES[name]
    home = transformers if model not in MODULES else __import__(MODULES[model], fromlist=[model])
    made = getattr(home, model)
    return settled(lambda: made(getattr(transformers, config)(**given))), inputs()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", CASES)
def test_the_drawing_gives_the_same_as_the_model_bit_by_bit(name):
    model, inputs = model_of(name)
    found = import_model(model, (), inputs, standard())
    assert found.max_difference == 0.0
    assert found.custom_nodes <= 0.02 * found.nodes, found.notes
    assert found.parameters == sum(p.numel() for p in model.parameters())
    assert not check(found.project, standard(), trusted=lambda text: True).errors
    if name == "GPT-2":
        blocks = [(n.kind, n.settings.get("repeat")) for graph in found.project.graphs.values() for n in graph]
        assert ("block:GPT2Block", 12) in blocks
        assert sum(block_of(kind) == "GPT2Block" for kind, _ in blocks) == 1


@pytest.mark.filterwarnings("ignore")
def test_a_mixture_that_sorts_its_samples_by_expert_is_drawn_with_custom_nodes_for_that():
    torch.manual_seed(0)
    config = transformers.MixtralConfig(**DECODER, num_key_value_heads=2, num_local_experts=4)
    model = transformers.MixtralModel(config).eval()
    found = import_model(model, (), ids(), standard())
    assert found.max_difference == 0.0
    assert found.parameters == sum(p.numel() for p in model.parameters())
