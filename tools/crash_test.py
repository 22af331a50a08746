#!/usr/bin/env python3
"""The long version of tests/journeys/test_crash.py: kill -9 of server and simulator at random
instants during a load of payments, then the books are compared. Prints the seed, so that a run can
be repeated.

    tools/crash_test.py --payments 1000 --rounds 10
"""

import argparse
import pathlib
import random
import shutil
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from support import crash, leaks, server  # noqa: E402


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--payments", type=int, default=1000, help="payments of a round")
    parser.add_argument("--rounds", type=int, default=1, help="each with a new data directory")
    parser.add_argument("--clients", type=int, default=8, help="simultaneous clients")
    parser.add_argument("--seed", type=int, help="of the first round; the next ones count on")
    parser.add_argument("--pause", type=float, nargs=2, default=(0.2, 1.5), metavar=("MIN", "MAX"),
                        help="seconds between two kills")
    parser.add_argument("--keep", action="store_true", help="keep the data directories")
    return parser.parse_args()


def one_round(options, seed, directory):
    running = server.Server(directory / "data", f"crash-{seed}")
    try:
        account = running.init().start().account()
        load = crash.Load(account, options.payments, options.clients, seed)
        load.start()
        kills = crash.kill_until_done(running, load, tuple(options.pause), seed,
                                      lambda text: print("  " + text, flush=True))
        crash.check_books(account, load, seconds=120)
        crash.check_settlement(account)
        running.stop()
        running.verify()
    finally:
        running.clean_up()
    wrong = leaks.search([running.dir], [running.log, running.out])
    assert not wrong, "\n".join(wrong)
    print(f"seed {seed}: {options.payments} payments, {len(load.acknowledged)} acknowledged, "
          f"kills {kills}: the books agree")


def main():
    options = arguments()
    first = options.seed if options.seed is not None else random.randrange(10**6)
    for seed in range(first, first + options.rounds):
        print(f"seed {seed}", flush=True)
        directory = pathlib.Path(tempfile.mkdtemp(prefix="guichet-crash-"))
        try:
            one_round(options, seed, directory)
        except AssertionError as wrong:
            print(f"seed {seed}: {wrong}\nkept: {directory}", file=sys.stderr)
            return 1
        if not options.keep:
            shutil.rmtree(directory)
    return 0


if __name__ == "__main__":
    sys.exit(main())
