"""Code that came with a project waits for a review; what the user types himself does not."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from netbuilder.graph import Node, edits
from netbuilder.project import Project
from netbuilder.trust import Trust
from netbuilder.ui.code_banner import CodeBanner
from netbuilder.ui.panels.node_page import NodePage
from netbuilder.ui.trust_review import TrustReview

STRANGE = "torch.cos(x) * 3"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("NETBUILDER_HOME", str(tmp_path / "home"))


def with_code(code):
    settings = {"code": code} if code else {}
    return Project().with_graph(edits.add_node(Project().main, Node("n1", "custom", "wave", settings)))


def test_the_banner_says_whose_code_waits_and_goes_once_it_is_trusted(bench, qtbot):
    bench.document.open(with_code(STRANGE), None)
    banner = CodeBanner(bench)
    qtbot.addWidget(banner)
    assert not banner.isHidden()
    assert banner.sentence.text().startswith("wave holds Python code")
    banner.show()
    qtbot.mouseClick(banner.review, Qt.MouseButton.LeftButton)
    review = banner.window().findChild(TrustReview)
    assert review.view.toPlainText().startswith(STRANGE)
    review.read.setChecked(True)
    qtbot.mouseClick(review.run, Qt.MouseButton.LeftButton)
    assert banner.isHidden()
    (piece,) = bench.trust._found["main"][1]
    qtbot.waitUntil(lambda: Trust()(piece.text))
    banner.close()


def test_what_the_user_types_is_his_own(bench, qtbot):
    bench.document.open(with_code(""), None)
    page = NodePage(bench)
    qtbot.addWidget(page)
    page.set_node("n1")
    page.show_latest()
    page._set("code", "torch.tanh(x)")
    assert bench.trust.unseen(bench.project, bench.catalog) == ()


def test_editing_a_strangers_code_does_not_make_it_trusted(bench, qtbot):
    bench.document.open(with_code(STRANGE), None)
    page = NodePage(bench)
    qtbot.addWidget(page)
    page.set_node("n1")
    page.show_latest()
    page._set("code", STRANGE + " + 1")
    assert [piece.name for piece in bench.trust.unseen(bench.project, bench.catalog)] == ["wave"]


def test_opening_another_project_asks_again(bench, qtbot):
    banner = CodeBanner(bench)
    qtbot.addWidget(banner)
    assert banner.isHidden()
    bench.document.open(with_code(STRANGE), None)
    assert not banner.isHidden()
    bench.document.open(Project(), None)
    assert banner.isHidden()
