"""The predict.py of a network that reads and writes tokens: text goes in, and text comes out.

What it does with a text is told by what the network was asked: it answers a question, fills gaps, or goes on. It knows
nothing about the other files of a bundle.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netbuilder.data.tokens import PAD, BytePairs, Characters, Tokens, WithGap

if TYPE_CHECKING:
    from netbuilder.data.dataset import Dataset
    from netbuilder.export.exporter import Trained

TOKENIZER = "tokenizer.json"  # the pieces of byte pairs, as the tokenizers library reads them
EXAMPLE = {"answer": "QUESTION", "fill": "TEXT", "go_on": "TEXT"}
SAYS = {
    "answer": "Answers a text by another",
    "fill": "Fills the gaps in a text",
    "go_on": "Goes on with a text",
}

HEAD = '''"""{says}: python predict.py [{example} | samples.safetensors]. Needs {needs}."""

import json
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file
{imported}
from model import Network

here = Path(__file__).resolve().parent
about = json.loads((here / "about.json").read_text("utf-8"))
tokens = about["tokens"]
length = about["length"]
network = Network().eval()
network.load_state_dict(load_file(here / "weights.safetensors"))


@torch.no_grad()
def predict(*inputs):
    """The score of each token at each place: samples, places, tokens."""
    return {scores}

'''

LETTERS = """
numbers = {word: number for number, word in enumerate(tokens) if len(word) == 1}


def numbers_of(text):
    strange = set(text) - set(numbers) if "\\ufffd" not in numbers else ()
    if strange:
        raise ValueError(f"The network knows no {sorted(strange)}: write with {''.join(numbers)} only.")
    return [numbers.get(letter, numbers.get("\\ufffd")) for letter in text]


def text_of(ids):
    return "".join(tokens[number] for number in ids if len(tokens[number]) == 1)

"""

PAIRS = """
pieces = Tokenizer.from_file(str(here / "tokenizer.json"))


def numbers_of(text):
    return pieces.encode(text, add_special_tokens=False).ids


def text_of(ids):
    return pieces.decode(list(ids), skip_special_tokens=False)

"""

PLAIN = '''
def encode(text):
    """The numbers of a text."""
    return numbers_of(text)


def decode(ids):
    """The text that numbers stand for."""
    return text_of(ids)

'''

GAPPED = '''
gap = tokens.index(about["gap"])


def encode(text):
    """The numbers of a text, in which about["gap"] is a gap."""
    first, *rest = map(numbers_of, text.split(about["gap"]))
    return first + [number for part in rest for number in (gap, *part)]


def decode(ids):
    """The text that numbers stand for."""
    text, part = "", []
    for number in [*ids, gap]:
        if number == gap:
            text, part = text + text_of(part) + about["gap"], []
        else:
            part.append(number)
    return text.removesuffix(about["gap"])

'''

ANSWER = '''
def write(question):
    """The answers to questions, both (samples, places): token after token, each time the likeliest."""
    given = {name: question for name in about["inputs"]}
    so_far = given[about["so far"]] = torch.full((len(question), length), about["start"])
    for place in range(length):
        token = predict(*given.values())[:, place].argmax(-1)
        if place + 1 < length:
            so_far[:, place + 1] = token
    return torch.cat([so_far[:, 1:], token[:, None]], 1)


def answer(text):
    """What the network answers to a text."""
    ids, room, pad = encode(text), about["longest"], about.get("pad")
    if len(ids) > room or (len(ids) < room and pad is None):
        raise ValueError(f"The network reads {room} tokens, and these are {len(ids)}.")
    ids += [pad] * (room - len(ids))
    return decode(write(torch.tensor([ids]))[0].tolist())

'''

FILL = '''
def fill(text):
    """The text with the likeliest token in each gap. A long one goes through the network piece by piece."""
    filled = []
    for piece in torch.tensor(encode(text)).split(length):
        likeliest = predict(piece[None])[0, :, :gap].argmax(-1)
        filled += torch.where(piece == gap, likeliest, piece).tolist()
    return decode(filled)

'''

GO_ON = '''
def go_on(text, count=100, temperature=0.8):
    """The text and so many tokens more. Temperature 0 always takes the likeliest."""
    ids = encode(text)
    for _ in range(count):
        scores = predict(torch.tensor([ids[-length:]]))[0, -1]
        shares = (scores / temperature).softmax(0) if temperature else scores == scores.max()
        ids.append(int(torch.multinomial(shares.float(), 1)))
    return decode(ids)

'''

MAIN = """
if __name__ == "__main__":
    if len(sys.argv) > 1 and not sys.argv[1].endswith(".safetensors"):
        print({task}(" ".join(sys.argv[1:])))
        sys.exit()
    samples = load_file(sys.argv[1] if len(sys.argv) > 1 else here / "sample.safetensors")
    for row in samples[about["reads"]].tolist():
        text = decode(row)
        print(text, {task}(text), sep="\\n-> ", end="\\n\\n")
"""


def task_of(data: Dataset) -> str:
    """What its network does with a text: "answer", "fill" or "go_on"; "" for data of which that is not known."""
    spec, count = data.spec, len(data.spec.inputs)
    target = spec.target
    if target is None or target.classes != spec.tokens or not isinstance(_inner(data.tokens), (Characters, BytePairs)):
        return ""
    if spec.gap:
        return "fill"
    return {1: "go_on", 2: "answer"}.get(count, "") if spec.so_far in spec.inputs else ""


def about_text(trained: Trained) -> dict[str, Any]:
    """What predict.py has to know for it, as plain JSON values."""
    data, names = trained.dataset, list(trained.inputs)
    task, spec = task_of(data), data.spec
    if not task or len(names) != len(spec.inputs):
        return {}
    assert spec.target is not None
    told: dict[str, Any] = {"learned from": spec.title, "length": spec.target.positions[0]}
    if task != "answer":
        return {**told, "reads": names[0], **({"gap": spec.gap} if spec.gap else {})}
    so_far = spec.so_far if spec.so_far in names else names[list(spec.inputs).index(spec.so_far)]
    (reads,) = (name for name in names if name != so_far)
    longest, start = trained.inputs[reads].shape[1], int(trained.inputs[so_far][0, 0])
    told |= {"reads": reads, "longest": longest, "so far": so_far, "start": start}
    return told | ({"pad": spec.tokens.index(PAD)} if PAD in spec.tokens else {})


def predict_text(trained: Trained, output: str) -> str:
    """The source of predict.py, "" where `task_of` knows of nothing that it could do with a text. `output` is what
    gives the network's answer for `inputs`, in source."""
    import torch

    data = trained.dataset
    task, told, target = task_of(data), about_text(trained), data.spec.target
    if not told or target is None:
        return ""
    with torch.no_grad():
        given = trained.model(*(tensor[:2] for tensor in trained.inputs.values()))
    shape = (given[0] if isinstance(given, tuple) else given).shape[1:]
    pairs = bool(tokenizer_of(data))
    needs = ("torch", "safetensors", "tokenizers") if pairs else ("torch", "safetensors")
    head = HEAD.format(
        says=SAYS[task],
        example=EXAMPLE[task],
        needs=f"{', '.join(needs[:-1])} and {needs[-1]}",
        imported="from tokenizers import Tokenizer\n" if pairs else "",
        scores=output if shape == (told["length"], target.width) else f"{output}.movedim(1, -1)",
    )
    does = {"answer": ANSWER, "fill": FILL, "go_on": GO_ON}[task]
    return head + (PAIRS if pairs else LETTERS) + (GAPPED if task == "fill" else PLAIN) + does + MAIN.format(task=task)


def tokenizer_of(data: Dataset) -> str:
    """The pieces of byte pairs as the tokenizers library has them, "" for other tokens."""
    known = _inner(data.tokens)
    return known.as_json() if isinstance(known, BytePairs) else ""


def _inner(tokens: Tokens | None) -> Tokens | None:
    return tokens.within if isinstance(tokens, WithGap) else tokens
