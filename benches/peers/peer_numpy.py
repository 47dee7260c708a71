"""The reference work in NumPy as a data scientist would: minutes, and accounts side by side.

A minute is refused or served as a whole, so totals are near the exact ones and no more. The accounts
stand next to each other COPIES times over, as replications would, so that the vectors are long.
"""

import numpy as np

from work import ALLOWANCE, BACK_OFF, answer, clock, work

COPIES = 16
MINUTE = 60_000


def simulate(demand, months, fails, pack, cap, threshold):
    allowance, purchased, used, attempt, recharges, failed, refused, until = np.zeros(
        (8, len(pack)), dtype=np.int64
    )
    pending = np.zeros(len(pack), dtype=bool)
    starts = set(months)
    for minute, amount in enumerate(demand):
        if minute in starts:
            allowance[:] = ALLOWANCE
            used[:] = 0
        if pending.any():
            bad = pending & fails[attempt - 1]
            good = pending & ~bad
            purchased += pack * good
            used += good
            recharges += good
            failed += bad
            until[bad] = minute + BACK_OFF // MINUTE
        served = allowance + purchased >= amount
        first = np.minimum(allowance, amount) * served
        allowance -= first
        purchased -= amount * served - first
        refused += amount * ~served
        pending = (allowance + purchased <= threshold) & (used < cap) & (until <= minute)
        attempt += pending
    return recharges, failed, refused, allowance + purchased


def main():
    of = work()
    times = np.fromfile(of.folder / "times.i64", dtype="<i8")
    amounts = np.fromfile(of.folder / "amounts.i64", dtype="<i8")
    months = np.fromfile(of.folder / "months.i64", dtype="<i8")
    fails = np.frombuffer(of.attempts(), dtype=np.uint8).astype(bool)
    pack, cap, threshold = np.tile(np.array(of.candidates, dtype=np.int64).T, COPIES)
    started = clock()
    minutes = (times - months[0]) // MINUTE
    length = int((months[-1] - months[0]) // MINUTE)
    demand = np.bincount(minutes, weights=amounts, minlength=length).astype(np.int64)
    starts = ((months[:-1] - months[0]) // MINUTE).tolist()
    found = simulate(demand.tolist(), starts, fails, pack, cap, threshold)
    seconds = (clock() - started) / COPIES
    totals = np.array(found)[:, : len(of.candidates)].T
    note = "minutes, not events: approximate"
    answer("NumPy, vectorised", range(64), len(times), seconds, totals, note)


main()
