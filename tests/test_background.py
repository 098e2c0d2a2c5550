"""`LatestJob`: one thread, and only the newest request matters."""

from __future__ import annotations

import threading

import pytest

from netbuilder.background import LatestJob

SOON = 10.0


class Slow:
    """Work that waits for a word before each answer, and remembers what was asked and answered."""

    def __init__(self):
        self.started = threading.Semaphore(0)
        self.may_go_on = threading.Semaphore(0)
        self.asked: list[object] = []
        self.answers: list[tuple[object, object, object]] = []
        self.job = LatestJob(self.work, lambda *answer: self.answers.append(answer), "slow")

    def work(self, request):
        self.asked.append(request)
        self.started.release()
        assert self.may_go_on.acquire(timeout=SOON)
        if isinstance(request, BaseException):
            raise request
        return f"answer to {request}"


@pytest.fixture
def slow():
    made = Slow()
    yield made
    for _ in range(10):
        made.may_go_on.release()
    made.job.close()


def test_an_answer_comes_with_its_request(slow):
    slow.may_go_on.release()
    slow.job.request("a")
    assert slow.job.wait(SOON)
    assert slow.answers == [("a", "answer to a", None)]


def test_of_the_requests_that_wait_only_the_newest_is_worked_on(slow):
    slow.job.request("a")
    assert slow.started.acquire(timeout=SOON)
    for request in "bcd":
        slow.job.request(request)
    for _ in range(2):
        slow.may_go_on.release()
    assert slow.job.wait(SOON)
    assert slow.asked == ["a", "d"]


def test_an_answer_to_an_older_request_is_dropped(slow):
    slow.job.request("a")
    assert slow.started.acquire(timeout=SOON)
    slow.job.request("b")
    for _ in range(2):
        slow.may_go_on.release()
    assert slow.job.wait(SOON)
    assert slow.answers == [("b", "answer to b", None)]


@pytest.mark.parametrize("fault", [ValueError("no"), SystemExit(3)], ids=["error", "exit"])
def test_a_fault_is_an_answer_and_the_next_request_is_still_worked_on(slow, fault):
    slow.may_go_on.release()
    slow.job.request(fault)
    assert slow.job.wait(SOON)
    slow.may_go_on.release()
    slow.job.request("b")
    assert slow.job.wait(SOON)
    assert slow.answers == [(fault, None, fault), ("b", "answer to b", None)]


def test_waiting_can_be_given_up(slow):
    slow.job.request("a")
    assert not slow.job.wait(0.01)


def test_after_closing_no_answer_comes_and_nothing_is_begun(slow):
    slow.job.request("a")
    assert slow.started.acquire(timeout=SOON)
    closing = threading.Thread(target=slow.job.close)
    closing.start()
    slow.job.wait(SOON)
    slow.may_go_on.release()
    closing.join(SOON)
    slow.job.request("b")
    assert (slow.asked, slow.answers) == (["a"], [])


def test_one_that_was_never_asked_closes_too():
    LatestJob(print, print, "idle").close()


def test_a_listener_that_fails_is_reported_and_the_next_request_is_still_answered(monkeypatch):
    reported, answers = [], []
    monkeypatch.setattr(threading, "excepthook", lambda told: reported.append(told.exc_type))

    def done(request, result, error):
        if request == "bad":
            raise RuntimeError("listener")
        answers.append(result)

    job = LatestJob(lambda request: request, done, "told")
    for request in ("bad", "good"):
        job.request(request)
        assert job.wait(SOON)
    job.close()
    assert (reported, answers) == ([RuntimeError], ["good"])
