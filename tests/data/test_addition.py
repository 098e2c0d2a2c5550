"""Sums as text: every answer is right, and none is known from training."""

import pytest
import torch

from netbuilder.data.addition import Addition
from netbuilder.data.preview import rows


def sums(dataset, rows=None):
    said = dataset.tokens.decode
    rows = range(len(dataset)) if rows is None else rows.tolist()
    for row in rows:
        yield said(dataset.inputs["question"][row].tolist()), said(dataset.targets[row].tolist())


@pytest.mark.parametrize("digits", [1, 2, 3, 5])
def test_every_answer_is_right(digits):
    dataset = Addition(digits=digits, samples=1000).read()
    for question, answer in sums(dataset):
        one, other = question.removesuffix("=").split("+")
        assert int(one) + int(other) == int(answer)
        assert max(len(one), len(other)) <= digits
    assert dataset.inputs["question"].shape[1] == 2 * digits + 2
    assert dataset.spec.target.positions == (digits + 1,)


@pytest.mark.parametrize("digits", [1, 2, 3])
def test_no_sum_comes_twice_in_either_order(digits):
    dataset = Addition(digits=digits).read()
    known = [frozenset(question.removesuffix("=").split("+")) for question, _ in sums(dataset)]
    assert len(set(known)) == len(known)


def test_the_answer_is_given_a_step_late_behind_a_start():
    dataset = Addition(samples=100).read()
    given, asked = dataset.inputs["answer"], dataset.targets
    assert torch.equal(given[:, 1:], asked[:, :-1])
    assert (given[:, 0] == dataset.spec.tokens.index("<start>")).all()
    assert dataset.spec.tokens[:2] == ("<pad>", "<start>")
    assert dataset.spec.target.classes == dataset.spec.tokens == dataset.tokens.words


def test_short_numbers_have_few_sums_and_that_is_said():
    dataset = Addition(digits=1).read()
    assert len(dataset) == 55
    assert dataset.notes[0] == "There are only 55 different sums of numbers this short, and all are here."
    assert len(Addition(digits=2, samples=5050).read()) == 5050
    assert len(Addition(digits=2, samples=4000).read()) == 4000


@pytest.mark.parametrize("samples", [2524, 2526, 5000])
def test_there_are_as_many_sums_as_asked_for(samples):
    assert len(Addition(digits=2, samples=samples).read()) == samples


def test_answers_can_be_written_from_their_last_digit_on_and_that_is_said():
    usual, turned = (Addition(samples=300, last_digit_first=last).read() for last in (False, True))
    assert [question for question, _ in sums(usual)] == [question for question, _ in sums(turned)]
    assert [answer for _, answer in sums(usual)] == [answer[::-1] for _, answer in sums(turned)]
    assert torch.equal(turned.inputs["answer"][:, 1:], turned.targets[:, :-1])
    number = 7
    question, answer = next(sums(turned, torch.tensor([number])))
    assert rows(turned, number, 1)[0][1:4] == (question, answer[:3], answer)
    assert turned.summary().startswith("addition (last digit first): ")
    assert "from their last digit on" in " ".join(turned.notes)
    assert "last digit" not in " ".join((usual.summary(), *usual.notes))
