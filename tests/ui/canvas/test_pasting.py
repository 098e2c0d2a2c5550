"""The source of a model on the clipboard is pasted as nodes; what can't be read is said and changes nothing."""

from __future__ import annotations

import json

from PySide6.QtGui import QGuiApplication

from netbuilder.compile.from_source import read_source
from netbuilder.project import Project

MODEL = """
class Stem(nn.Module):
    def __init__(self, channels=8):
        super().__init__()
        self.conv = nn.Conv2d(1, channels, 3)
    def forward(self, x):
        return F.relu(self.conv(x))

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = Stem(16)
        self.fc = nn.Linear(64, 10)
    def forward(self, image):
        return self.fc(torch.flatten(self.stem(image), 1))
"""


def put(text: str) -> None:
    QGuiApplication.clipboard().setText(text)


def test_a_sequential_is_pasted_as_one_step_and_selected(bench, canvas):
    before = bench.project
    put("nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))")
    canvas.editing.paste()
    assert bench.document.history.undo_label == "Paste Sequential"
    pasted = [bench.project.main.nodes[id] for id in sorted(bench.selection.nodes)]
    assert sorted(node.kind for node in pasted) == ["linear", "linear", "relu"]
    assert len({node.position for node in bench.project.main}) == len(bench.project.main)
    bench.document.undo()
    assert bench.project == before


def test_a_class_comes_with_its_submodules_as_blocks(bench, canvas):
    bench.document.open(Project(), None)
    put(MODEL)
    canvas.editing.paste()
    assert bench.document.history.undo_label == "Paste Net"
    assert list(bench.project.blocks) == ["Stem"]
    assert [node.name for node in bench.project.main] == ["image", "stem", "flatten", "fc", "y"]
    assert [type(item.card.layer).__name__ for item in canvas.scene().nodes.values()].count("Stem") == 1


def test_what_cannot_be_read_is_said_with_its_line_and_nothing_is_pasted(bench, canvas):
    said: list[str] = []
    bench.said.connect(said.append)
    before = bench.project
    put(MODEL.replace("F.relu", "F.magic"))
    canvas.editing.paste()
    assert said == ["Line 7: NetBuilder knows no operation magic, in `F.magic(self.conv(x))`."]
    assert bench.project is before


def test_text_that_is_neither_is_said_to_be_neither(bench, canvas):
    said: list[str] = []
    bench.said.connect(said.append)
    put("milk, eggs, bread")
    canvas.editing.paste()
    assert said == ["The clipboard holds no nodes. Copy some on a canvas, or the source of a model."]


def test_copied_nodes_are_readable_text_a_node_a_line(bench, canvas):
    canvas.select_all()
    canvas.editing.copy()
    lines = QGuiApplication.clipboard().text().splitlines()
    for node in bench.project.main:
        (line,) = [line for line in lines if f'"id": "{node.id}"' in line]
        assert json.loads(line.strip().rstrip(","))["name"] == node.name


def test_the_text_of_copied_nodes_is_never_taken_for_source(bench, canvas):
    canvas.edit("Rename", lambda g: g)
    canvas.select_all()
    canvas.editing.copy()
    text = QGuiApplication.clipboard().text()
    put(text.replace('"name": "conv"', '"name": "class nn.Linear(:"'))
    canvas.editing.paste()
    assert any(node.name == "class nn.Linear(:" for node in bench.project.main)


def test_a_model_is_read_quickly_enough_for_the_windows_thread(bench):
    blocks = "".join(f"        self.l{n} = nn.Linear(64, 64)\n" for n in range(200))
    calls = "".join(f"        x = F.relu(self.l{n}(x))\n" for n in range(200))
    piece, name = read_source(
        f"class Deep(nn.Module):\n    def __init__(self):\n        super().__init__()\n{blocks}"
        f"    def forward(self, x):\n{calls}        return x\n",
        bench.checking.catalog,
    )
    assert (len(piece), name) == (402, "Deep")
