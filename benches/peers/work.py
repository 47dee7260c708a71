"""The reference work as `cargo bench --bench peers -- export DIR` wrote it, and how a peer answers.

A peer is a program called with that folder. It prints one JSON object a line:

    {"what": ..., "note": ..., "candidates": [numbers], "events": n, "seconds": s, "totals": [[4 integers]]}

with one row of totals for each of its candidates (recharges, failed attempts, refused and remaining
micro-credits), or null where its model knows no such thing.
"""

import json
import pathlib
import sys
import time
from array import array

CREDIT = 1_000_000
ALLOWANCE = 8_000 * CREDIT
LATENCY = 5_000
BACK_OFF = 3_600_000
NO_CAP = 1 << 40


class Work:
    """The trace and the candidates; times in milliseconds, amounts in micro-credits."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.candidates = []
        for one in json.loads((self.folder / "expected.json").read_text()):
            cap = NO_CAP if one["cap"] is None else one["cap"]
            self.candidates.append((one["pack"] * CREDIT, cap, one["threshold"] * CREDIT))

    def ints(self, name):
        """A file of 64-bit integers as Python's own array."""
        values = array("q")
        values.frombytes((self.folder / name).read_bytes())
        return values

    def attempts(self):
        """For each attempt from the first: 1 if it fails."""
        return (self.folder / "attempts.u8").read_bytes()


def work():
    """The work in the folder on the command line."""
    return Work(sys.argv[1])


def clock():
    """Seconds that this program was given a processor, which others on the machine hardly change."""
    return time.process_time()


def answer(what, candidates, events, seconds, totals=None, note=""):
    """Prints what a contender found and how long it took."""
    line = {
        "what": what,
        "note": note,
        "candidates": list(candidates),
        "events": int(events),
        "seconds": seconds,
        "totals": None if totals is None else [[int(value) for value in row] for row in totals],
    }
    print(json.dumps(line), flush=True)
