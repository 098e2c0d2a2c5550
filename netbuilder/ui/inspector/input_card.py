"""The sample itself: its picture, its text, or the names and values of its row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QWidget

from netbuilder.probes.results import ImageGrid
from netbuilder.ui.inspector.pictures import ImageGridView
from netbuilder.ui.train.run_card import Rows
from netbuilder.ui.widgets import Card, ElidedLabel, wrapped

if TYPE_CHECKING:
    from netbuilder.data.dataset import Dataset
    from netbuilder.ui.workbench import Workbench


class InputCard(Card):
    """What the network is given."""

    def __init__(self, bench: Workbench, parent: QWidget | None = None):
        super().__init__("Input", parent=parent)
        self.picture = ImageGridView(bench)
        self.rows = Rows()
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.rows.setProperty("role", "inside")
        self._scroll.setWidget(self.rows)
        self.text = wrapped("")
        self._page = QScrollArea()
        self._page.setWidgetResizable(True)
        self._page.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.text.setProperty("role", "inside")
        self._page.setWidget(self.text)
        self._caption = ElidedLabel("", "muted")
        self._caption.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.body.addWidget(self.picture, 1)
        self.body.addWidget(self._scroll, 1)
        self.body.addWidget(self._page, 1)
        self.body.addWidget(self._caption)
        self.setMinimumSize(140, 120)

    def show_sample(self, dataset: Dataset | None, sample: int | None) -> None:
        if dataset is None or sample is None:
            return
        from netbuilder.data import preview
        from netbuilder.data.tokens import Words

        self.picture.setVisible(dataset.is_picture)
        is_text = bool(dataset.spec.tokens) and all(seen.dim() == 2 for seen in dataset.inputs.values())
        self._page.setVisible(is_text)
        self._scroll.setVisible(not dataset.is_picture and not is_text)
        if is_text:
            words = dataset.tokens or Words(dataset.spec.tokens)
            told = {name: words.decode(seen[sample].tolist()) for name, seen in dataset.inputs.items()}
            self.text.setText("\n".join(told.values() if len(told) == 1 else [f"{n}: {t}" for n, t in told.items()]))
            tokens = ", ".join(f"{seen.shape[1]:,}" for seen in dataset.inputs.values())
            self._caption.set_whole(f"{tokens} tokens")
        elif dataset.is_picture:
            pixels = preview.thumbnail(dataset, sample)
            self.picture.show_result(ImageGrid("Input", images=pixels[None], shown_of=1))
            self._caption.set_whole(f"{pixels.shape[0]} × {pixels.shape[1]}, scaled 0 to 1")
        else:
            self.rows.show_rows(preview.sample_values(dataset, sample))
            self._caption.set_whole("as read, before it is encoded" if dataset.table is not None else "")
