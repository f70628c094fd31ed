"""Independent pieces of work on all cores, with a result that does not depend on how many there are.

Each piece is cut beforehand and computed by one thread alone; linear algebra inside it runs on that thread only, so that no sum is
taken in another order on another machine.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import TypeVar

import faiss
from threadpoolctl import ThreadpoolController

Job = TypeVar("Job")
Result = TypeVar("Result")
_BLOCK = 8192
_here = threading.local()


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_threads(work: Callable[[Job], Result], jobs: Iterable[Job]) -> list[Result]:
    """Return what `work` makes of each job, in the order of the jobs. It should spend its time where Python's lock is free.

    Inside a job jobs run one after another.
    """
    if getattr(_here, "in_job", False):
        return [work(job) for job in jobs]

    def alone(job: Job) -> Result:
        _here.in_job = True
        faiss.omp_set_num_threads(1)  # OpenMP counts threads for each thread that asks
        return work(job)

    with _libraries().limit(limits=1), ThreadPoolExecutor(cores()) as pool:
        return list(pool.map(alone, jobs))


@lru_cache(maxsize=1)
def _libraries() -> ThreadpoolController:
    """Return the linear algebra that is loaded: looking for it takes milliseconds."""
    return ThreadpoolController()


def blocks(n: int, size: int = _BLOCK) -> Iterator[slice]:
    """Cut n rows into slices of `size`: the same ones whatever the number of cores."""
    return (slice(start, min(start + size, n)) for start in range(0, n, size))
