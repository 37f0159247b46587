"""Several requests in flight: tasks run in threads, their results come in the tasks' order."""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from queue import SimpleQueue
from typing import TypeVar

T = TypeVar("T")

_AHEAD = 2  # tasks in flight or done but not yet taken, for each worker: bounds the memory

_Job = tuple[Callable[[], T], "Future[T]"]


def in_order(tasks: Iterable[Callable[[], T]], workers: int) -> Iterator[T]:
    """Yield the result of each task, in order, with at most `workers` at work at once.

    The first task that raises ends it, as does closing the iterator. The threads are daemons:
    one that still waits for Jira does not keep the program from ending.
    """
    jobs: SimpleQueue[_Job[T] | None] = SimpleQueue()
    for _ in range(workers):
        threading.Thread(target=_work, args=(jobs,), daemon=True).start()
    waiting: deque[Future[T]] = deque()
    try:
        for task in tasks:
            future: Future[T] = Future()
            waiting.append(future)
            jobs.put((task, future))
            if len(waiting) >= workers * _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()
        for _ in range(workers):
            jobs.put(None)


def _work(jobs: "SimpleQueue[_Job[T] | None]") -> None:
    while job := jobs.get():
        task, future = job
        if not future.set_running_or_notify_cancel():
            continue
        try:
            future.set_result(task())
        except BaseException as fault:  # noqa: BLE001 - it is raised where the result is taken
            future.set_exception(fault)
