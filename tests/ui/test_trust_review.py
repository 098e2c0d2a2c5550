"""The question whether a project's code may run: asked with all of it on screen, and never answered by accident."""

from __future__ import annotations

from PySide6.QtCore import Qt

from netbuilder.compile.problems.foreign import Foreign
from netbuilder.ui.trust_review import TrustReview

PIECES = (Foreign("main", "n1", "scale", "class A: ..."), Foreign("Bottleneck", "n2", "wave", "torch.sin(x)"))


def review(bench, qtbot, pieces):
    made = TrustReview(pieces, bench.look.theme)
    qtbot.addWidget(made)
    made.show()
    answers = []
    made.trusted.connect(lambda: answers.append(True))
    return made, answers


def test_it_takes_a_look_at_every_piece_and_a_word_before_it_can_be_allowed(bench, qtbot):
    shown, answers = review(bench, qtbot, PIECES)
    assert shown.view.toPlainText() == "class A: ..."
    assert not shown.run.isEnabled()
    shown.read.setChecked(True)
    assert not shown.run.isEnabled()
    shown.names.setCurrentRow(1)
    assert shown.view.toPlainText() == "torch.sin(x)"
    assert shown.run.isEnabled()
    qtbot.mouseClick(shown.run, Qt.MouseButton.LeftButton)
    assert answers == [True]
    assert not shown.isVisible()


def test_not_now_allows_nothing(bench, qtbot):
    shown, answers = review(bench, qtbot, PIECES[:1])
    shown.read.setChecked(True)
    shown.reject()
    assert answers == []
