"""The look: colour and spacing tokens, dark and light. Widgets ask for a meaning ("muted"), never for a colour."""

from __future__ import annotations

from dataclasses import dataclass, field

GRID = 8  # every distance is a multiple of this or half of it
RADIUS = 6

FAMILIES_DARK = {
    "input": "#7aa2f7",
    "output": "#7aa2f7",
    "linear": "#6fbf73",
    "convolution": "#4db6a4",
    "pooling": "#5b9bd5",
    "normalization": "#b48ef0",
    "activation": "#e0a458",
    "regularization": "#d08770",
    "reshaping": "#8f96a8",
    "merging": "#d873a5",
    "embedding": "#c9b458",
    "recurrent": "#67c1d8",
    "attention": "#ee7fa8",
    "block": "#5b9dff",
    "padding": "#79a7c9",
    "vision": "#5cc0b8",
    "indexing": "#a3a0d6",
    "arithmetic": "#c58fd6",
    "matrix": "#93b45f",
    "reduction": "#7fa8e8",
    "comparison": "#d69c6c",
    "values": "#a8b0bf",
    "distance": "#db8a8a",
    "signal": "#58b9d9",
    "functional": "#9ba7a0",
    "custom": "#d9b25c",
}


@dataclass(frozen=True)
class Theme:
    """Colours by meaning, as "#rrggbb". `family` is the colour of a layer family, used everywhere it appears."""

    name: str
    dark: bool
    window: str  # behind everything
    bar: str  # the top bar
    panel: str  # docks
    raised: str  # cards, nodes
    field: str  # where one types
    hover: str
    border: str
    text: str
    muted: str  # secondary text
    faint: str  # disabled, placeholders
    accent: str
    on_accent: str  # text on the accent
    selected: str  # a selected row, the source lines of the selected node
    good: str
    warning: str
    danger: str
    canvas: str
    canvas_dot: str
    edge: str
    training: str  # curves
    validation: str
    positive: str  # signed pictures
    negative: str
    run1: str  # curves of many runs in one plot
    run2: str
    run3: str
    run4: str
    run5: str
    run6: str
    run7: str
    run8: str
    families: dict[str, str] = field(default_factory=dict)

    def family(self, name: str) -> str:
        """The colour of a layer family; an unknown one is muted."""
        return self.families.get(name, self.muted)


DARK = Theme(
    name="dark", dark=True,
    window="#15181e", bar="#1b1f27", panel="#1b1f27", raised="#232731", field="#242934", hover="#2b313d",
    border="#2e3440", text="#e8ebf1", muted="#9aa2b1", faint="#7a8394", accent="#5b9dff", on_accent="#08142b",
    selected="#22324c", good="#5fc48f", warning="#e5b35a", danger="#f0696f", canvas="#101317", canvas_dot="#1d2128",
    edge="#6d7484", training="#5b9dff", validation="#eda94f", positive="#5b9dff", negative="#f0696f",
    run1="#5b9dff", run2="#eda94f", run3="#5fc48f", run4="#f0696f", run5="#b48ef0", run6="#45c4dc", run7="#ec86c6",
    run8="#c9c24f", families=FAMILIES_DARK,
)  # fmt: skip

LIGHT = Theme(
    name="light", dark=False,
    window="#f1f3f6", bar="#ffffff", panel="#ffffff", raised="#ffffff", field="#eef0f4", hover="#e5e9f0",
    border="#dde1e8", text="#1a1f2b", muted="#565f6f", faint="#7d8696", accent="#2663e0", on_accent="#ffffff",
    selected="#e0e9fd", good="#197a4b", warning="#965d06", danger="#c72f38", canvas="#f7f8fa", canvas_dot="#e3e6ec",
    edge="#868e9f", training="#2f6fed", validation="#b9770e", positive="#2f6fed", negative="#cf3a42",
    run1="#2f6fed", run2="#b9770e", run3="#197a4b", run4="#cf3a42", run5="#7a46c9", run6="#0b7f9a", run7="#b8348f",
    run8="#6b6a10",
    families={
        "input": "#4a78e0", "output": "#4a78e0", "linear": "#3f9548", "convolution": "#208a77",
        "pooling": "#3279bd", "normalization": "#8a5cd6", "activation": "#bb7a1f", "regularization": "#b3603f",
        "reshaping": "#697182", "merging": "#bb4585", "embedding": "#93801a", "recurrent": "#1f8ba6",
        "attention": "#cf4a80", "block": "#2663e0",
        "padding": "#4a7896", "vision": "#1e8780", "indexing": "#6b67ad", "arithmetic": "#9a55ae",
        "matrix": "#5f8226", "reduction": "#4273c2", "comparison": "#a2622a", "values": "#606b80",
        "distance": "#b84b4b", "signal": "#1b83a6", "functional": "#62716a", "custom": "#8f6b0c",
    },
)  # fmt: skip

THEMES = {theme.name: theme for theme in (DARK, LIGHT)}

HIGH_CONTRAST = Theme(
    name="high-contrast", dark=True,
    window="#000000", bar="#000000", panel="#000000", raised="#0b0b0d", field="#101014", hover="#2a2a33",
    border="#9aa0ad", text="#ffffff", muted="#dfe3ea", faint="#b3b9c6", accent="#ffd84d", on_accent="#000000",
    selected="#3d3500", good="#6ff0a8", warning="#ffc45c", danger="#ff8a8f", canvas="#000000", canvas_dot="#26262c",
    edge="#c9ced9", training="#6fb4ff", validation="#ffc45c", positive="#6fb4ff", negative="#ff8a8f",
    run1="#6fb4ff", run2="#ffc45c", run3="#6ff0a8", run4="#ff8a8f", run5="#d3b6ff", run6="#8ae6fb", run7="#ff9fce",
    run8="#f0f07a",
    families={
        "input": "#a8c4ff", "output": "#a8c4ff", "linear": "#8fe090", "convolution": "#6fe0cc",
        "pooling": "#86c4ff", "normalization": "#d3b6ff", "activation": "#ffc676", "regularization": "#ffab8c",
        "reshaping": "#c6ccda", "merging": "#ff9fce", "embedding": "#f0dd7a", "recurrent": "#8ae6fb",
        "attention": "#ffa3c3", "block": "#ffd84d",
        "padding": "#a9d4f2", "vision": "#86ecdf", "indexing": "#cfcbff", "arithmetic": "#ecb8ff",
        "matrix": "#c3e68b", "reduction": "#aecbff", "comparison": "#ffc79c", "values": "#d5dbe6",
        "distance": "#ffb3b3", "signal": "#8fdcf7", "functional": "#cbd6cf", "custom": "#ffdb85",
    },
)  # fmt: skip

THEMES = {theme.name: theme for theme in (DARK, LIGHT, HIGH_CONTRAST)}


def luminance(color: str) -> float:
    """The relative luminance of "#rrggbb", as WCAG defines it."""
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """How well one colour reads on the other, from 1 to 21. Text needs 4.5, large marks 3 (WCAG AA)."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def blend(color: str, over: str, share: float) -> str:
    """`share` of `color` laid over `over`: the tint of a family on a card, a hover of the accent."""
    mixed = (round(int(color[i : i + 2], 16) * share + int(over[i : i + 2], 16) * (1 - share)) for i in (1, 3, 5))
    return "#" + "".join(f"{c:02x}" for c in mixed)
