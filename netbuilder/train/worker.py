"""The thread that hosts a training: it pulls the events, and answers questions about the network between two steps.

Nobody else touches the network. It knows nothing about Qt: events and answers arrive on its own thread, and whoever
shows them brings them over.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, TypeVar

from netbuilder.data.dataset import Dataset
from netbuilder.data.source import Cancelled
from netbuilder.quiet import undisturbed
from netbuilder.train import device
from netbuilder.train.controls import Controls
from netbuilder.train.events import Event, Failed, Preparing, StepDone
from netbuilder.train.launch import Launch, launch
from netbuilder.train.run import Run

if TYPE_CHECKING:
    import torch

T = TypeVar("T")
Question = Callable[["torch.nn.Module", Dataset], Any]
Hear = Callable[[Event], None]


class NothingToLookAt(RuntimeError):
    """There is no network to ask about: the training failed before it was built, or was called off."""


class Worker:
    """One training on one thread, from `start` to `close`. All methods return at once but `close`, which waits.

    `controls` steers it. While it is paused and after its end questions are still answered, until `close`.
    """

    def __init__(self, job: Launch | None, hear: Hear = lambda event: None):
        self.run: Run | None = None
        self._job, self._hear = job, hear
        self.controls = Controls()
        self._questions: deque[tuple[Question, Future[Any]]] = deque()
        self._closing = False
        self._model: torch.nn.Module | None = None
        self._dataset: Dataset | None = None
        self._checkpoint = "best"
        self._thread = threading.Thread(target=self._live, name="training", daemon=True)

    @classmethod
    def for_run(cls, run: Run, dataset: Dataset, checkpoint: str = "best", hear: Hear = lambda event: None) -> Worker:
        """A worker that trains nothing and answers questions about a checkpoint of a run."""
        worker = cls(None, hear)
        worker.run, worker._dataset, worker._checkpoint = run, dataset, checkpoint
        return worker

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End the training after the step at hand, with a checkpoint. Questions are still answered, until `close`."""
        self.controls.stop()

    def ask(self, question: Callable[[torch.nn.Module, Dataset], T]) -> Future[T]:
        """Have `question(network, dataset)` answered on the worker's thread between two steps.

        The network is in eval mode then, and found as it was left afterwards. It may be on another device than the
        dataset, which is on the CPU. Whatever the question raises is in the answer.
        """
        answer: Future[T] = Future()
        with self.controls.changed:
            if self._closing:
                answer.set_exception(NothingToLookAt("The run is closed. Open it again to look at it."))
                return answer
            self._questions.append((question, answer))
            self.controls.call()
        return answer

    def close(self, timeout: float | None = None) -> bool:
        """Stop, end the thread and wait for it. False if `timeout` seconds were not enough."""
        self._end()
        if self._thread.ident is None:
            self._refuse_questions()
            return True
        if self._thread is not threading.current_thread():
            self._thread.join(timeout)
        return not self._thread.is_alive()

    @property
    def alive(self) -> bool:
        """Whether the thread is there: questions get an answer."""
        return self._thread.is_alive()

    @property
    def dataset(self) -> Dataset | None:
        """What it learns from, as the network is asked about it; None until that is read."""
        return self._dataset

    def _end(self) -> None:
        with self.controls.changed:
            self._closing = True
            self.controls.stop()

    # On the worker's thread

    def _live(self) -> None:
        try:
            if self._job is None:
                self._load()
            else:
                self._train(self._job)
            self._wait_for_close()
        finally:
            self._end()
            self._refuse_questions()
            self._model = None
            device.give_back()

    def _load(self) -> None:
        assert self.run is not None
        try:
            self._model = self.run.model(self._checkpoint)
        except Exception as error:
            self._say(Failed(str(error) or type(error).__name__))

    def _train(self, job: Launch) -> None:
        events = launch(
            job, ready=self._ready, tell=self._reading, controls=self.controls, between=self._answer_questions
        )
        try:
            for event in events:
                if not isinstance(event, StepDone):
                    self._say(event)
        except BaseException as fault:  # a library's panic: `launch` tells of errors itself
            logging.getLogger(__name__).exception("the training broke off")
            said = f"The training broke off: {type(fault).__name__} {fault}".strip()
            self._say(Failed(f"{said}. Go on with it from its last checkpoint."))

    def _ready(self, run: Run, model: torch.nn.Module, dataset: Dataset) -> None:
        self.run, self._model, self._dataset = run, model, dataset

    def _reading(self, what: str, done: int, total: int) -> None:
        if self.controls.stopping:
            raise Cancelled
        self._say(Preparing(what, done, total))

    def _wait_for_close(self) -> None:
        while not self._closing:
            self._answer_questions()
            self.controls.wait(lambda: bool(self._questions) or self._closing)

    def _answer_questions(self) -> None:
        for _ in range(len(self._questions)):  # those asked meanwhile wait for the next step, so that there is one
            question, answer = self._questions.popleft()
            if answer.set_running_or_notify_cancel():
                self._answer(question, answer)
        if self._questions:
            self.controls.called = True

    def _answer(self, question: Question, answer: Future[Any]) -> None:
        try:
            if self._model is None or self._dataset is None:
                raise NothingToLookAt("There is no network to look at: the run ended before it was built.")
            with undisturbed(self._model):
                result = question(self._model, self._dataset)
        except BaseException as error:  # also SystemExit: a question must not end the training
            answer.set_exception(error)
        else:
            answer.set_result(result)

    def _refuse_questions(self) -> None:
        while self._questions:
            self._questions.popleft()[1].cancel()

    def _say(self, event: Event) -> None:
        try:
            self._hear(event)
        except Exception:
            logging.getLogger(__name__).exception("whoever hears %s failed", type(event).__name__)
