"""Many clients at the same moment."""

import threading
from concurrent.futures import ThreadPoolExecutor


CLIENTS = 64
HALF = CLIENTS // 2


def statuses(answers):
    return sorted(answer.status for answer in answers)


def at_once(calls):
    """Runs the calls together, each from a thread of its own; gives the answers in order."""
    start = threading.Barrier(len(calls))

    def run(call):
        start.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))
