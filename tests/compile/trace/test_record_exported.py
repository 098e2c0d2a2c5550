"""Programs of torch.export are recorded from their graph, with the modules they had."""

from __future__ import annotations

import io

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from netbuilder.compile.trace.exported import example_of, module_of
from netbuilder.compile.trace.record import record
from netbuilder.compile.trace.recording import Scope, Size
from netbuilder.layers import standard
from tests.compile.trace.replaying import replayed

pytestmark = pytest.mark.filterwarnings("ignore")  # torch's own


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(inplace=True))
        self.token = nn.Parameter(torch.randn(1, 1, 8))
        self.embed = nn.Embedding(100, 8)
        self.norm = nn.LayerNorm(8)
        self.lstm = nn.LSTM(8, 8, batch_first=True)
        self.head = nn.Linear(8, 5)
        self.register_buffer("places", torch.arange(100)[None])

    def forward(self, x):
        y = F.adaptive_avg_pool2d(self.conv(x), 4).flatten(2).transpose(1, 2)
        y = torch.cat([self.token.expand(x.shape[0], -1, -1), y], 1)
        y = self.norm(y + self.embed(self.places[:, :17]))
        y[:, 0] += 1
        y, _ = self.lstm(F.dropout(y, 0.1, self.training))
        return {"logits": self.head(y[:, 0]), "hidden": (y,)}


def exported(free: bool) -> torch.export.ExportedProgram:
    torch.manual_seed(0)
    sizes = {"x": {0: torch.export.Dim("batch")}} if free else None
    program = torch.export.export(Net().eval(), (torch.randn(2, 3, 16, 16),), dynamic_shapes=sizes)
    file = io.BytesIO()
    torch.export.save(program, file)
    file.seek(0)
    return torch.export.load(file)


def test_a_program_is_recorded_whole():
    program = exported(True)
    example = example_of(program)
    recording, found = replayed(module_of(program), *example.args)
    assert not found.unread
    assert not recording.notes
    assert list(recording.outputs.values()) == ["logits", "hidden_0"]
    assert [recording.values[number].name for number in recording.inputs] == ["x"]
    assert {"conv2d", "batch_norm2d", "layer_norm", "embedding", "lstm", "linear", "dropout"}.issubset(found.kinds)
    names = {value.name for value in recording.values.values() if value.origin == "parameter"}
    assert {"conv.0.weight", "token", "lstm.weight_hh_l0"}.issubset(names)
    chain = next(item for item in recording.root.items if isinstance(item, Scope))
    assert (chain.type, chain.path) == ("Sequential", "conv")


def test_a_program_for_one_batch_is_recorded_with_it():
    program = exported(False)
    example = example_of(program)
    recording, _ = replayed(module_of(program), *example.args, batches=1)
    assert "runs with a batch of 2 only" in recording.notes[0]


def test_a_program_for_one_batch_that_works_with_others_is_not_held_to_it():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2)).eval()
    program = torch.export.export(model, (torch.randn(3, 4),))
    recording = record(module_of(program), example_of(program), standard())
    assert not recording.notes
    assert recording.values[recording.inputs[0]].shape == (Size(1), 4)


def test_an_example_is_made_where_none_was_saved():
    program = exported(True)
    program._example_inputs = None
    (x,) = example_of(program).args
    assert x.shape[1:] == (3, 16, 16)
