"""Several requests in flight: tasks run in threads, their results come in the tasks' order."""

import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from queue import SimpleQueue
from typing import TypeVar

T = TypeVar("T")

_AHEAD = 30  # tasks in flight, or done but not yet taken: bounds the memory
_SPARE = 3  # threads whose task waits for the tasks before it


class Slots:
    """Room for so many at once; who is urgent comes first, and else who came first."""

    def __init__(self, number: int) -> None:
        self._free = number
        self._lock = threading.Lock()
        self._urgent: deque[threading.Event] = deque()
        self._others: deque[threading.Event] = deque()

    @contextmanager
    def one(self, *, urgent: bool = False) -> Iterator[None]:
        """Wait for a slot, and hold it."""
        turn = threading.Event()
        queue = self._urgent if urgent else self._others
        with self._lock:
            if self._free:
                self._free -= 1
                turn.set()
            else:
                queue.append(turn)
        try:
            turn.wait()
            yield
        finally:
            self._leave(turn, queue)

    def _leave(self, turn: threading.Event, queue: deque[threading.Event]) -> None:
        """Hand the slot to the next one: who does not wait must not be quicker."""
        with self._lock:
            if not turn.is_set():  # interrupted before it came
                queue.remove(turn)
            elif waiting := self._urgent or self._others:
                waiting.popleft().set()
            else:
                self._free += 1


_Job = tuple[Callable[[], T], "Future[T]"]


def in_order(tasks: Iterable[Callable[[], T]], workers: int) -> Iterator[T]:
    """Yield the result of each task, in order, with a few more than `workers` at work at once.

    How many requests are in flight the client bounds: a task may also wait for others. The first
    task that raises ends it, as does closing the iterator; where the tasks' source raises, the
    results of those that it gave come first. The threads are daemons: one that still
    waits for Jira does not keep the program from ending.
    """
    jobs: SimpleQueue[_Job[T] | None] = SimpleQueue()
    threads = workers + min(_SPARE, workers - 1)  # one worker does all in order
    for _ in range(threads):
        threading.Thread(target=_work, args=(jobs,), daemon=True).start()
    waiting: deque[Future[T]] = deque()
    failed: list[Exception] = []
    try:
        for task in _until_it_fails(tasks, failed):
            future: Future[T] = Future()
            waiting.append(future)
            jobs.put((task, future))
            if waiting[0].done() or len(waiting) >= _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
        if failed:
            raise failed[0]
    finally:
        for future in waiting:
            future.cancel()
        for _ in range(threads):
            jobs.put(None)


def _until_it_fails(tasks: Iterable[T], failed: list[Exception]) -> Iterator[T]:
    try:
        yield from tasks
    except Exception as fault:  # noqa: BLE001 - it is raised when what was begun is done
        failed.append(fault)


def together(tasks: Iterable[Callable[[], T]]) -> list[T]:
    """Return the results of a few tasks that begin at once."""
    few = list(tasks)
    return list(in_order(few, len(few))) if few else []


def begun(task: Callable[[], T]) -> "Future[T]":
    """Begin a task in a thread of its own; what it returns, or raises, the future does."""
    future: Future[T] = Future()
    jobs: SimpleQueue[_Job[T] | None] = SimpleQueue()
    jobs.put((task, future))
    jobs.put(None)
    threading.Thread(target=_work, args=(jobs,), daemon=True).start()
    return future


def ahead(source: Iterator[T], most: int) -> Generator[T, None, None]:
    """Yield what a source yields, which works in a thread of its own, up to `most` steps ahead.

    What the source raises is raised here; closing the generator lets the thread end.
    """
    room = threading.Semaphore(most)
    steps: SimpleQueue[Future[T]] = SimpleQueue()
    closed = threading.Event()
    threading.Thread(target=_advance, args=(source, steps, room, closed), daemon=True).start()
    try:
        while True:
            step = steps.get()
            room.release()
            if isinstance(step.exception(), StopIteration):
                return
            yield step.result()
    finally:
        closed.set()
        room.release()


def _advance(
    source: Iterator[T],
    steps: "SimpleQueue[Future[T]]",
    room: threading.Semaphore,
    closed: threading.Event,
) -> None:
    ended = False
    while not ended:
        room.acquire()
        if closed.is_set():
            return
        step: Future[T] = Future()
        try:
            step.set_result(next(source))
        except BaseException as fault:  # noqa: BLE001 - it is raised where the step is taken
            step.set_exception(fault)
            ended = True
        steps.put(step)


def _work(jobs: "SimpleQueue[_Job[T] | None]") -> None:
    while job := jobs.get():
        task, future = job
        if not future.set_running_or_notify_cancel():
            continue
        try:
            future.set_result(task())
        except BaseException as fault:  # noqa: BLE001 - it is raised where the result is taken
            future.set_exception(fault)
