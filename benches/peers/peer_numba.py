"""The reference work in Numba: a plain loop over every event, and one that skips to the next that matters."""

import numpy as np
from numba import njit

from work import ALLOWANCE, BACK_OFF, LATENCY, answer, clock, work

NEVER = np.int64(1) << 62
IDLE, SETTLES, WAITS = 0, 1, 2


@njit(cache=False)
def scheduled(until, months, fails, pack, cap, threshold, state):
    """Everything scheduled at or before `until`; `state` is changed in place."""
    while True:
        month = months[state[0]] if state[0] < len(months) - 1 else NEVER
        charge = NEVER if state[6] == IDLE else state[7]
        at = min(month, charge)
        if at > until:
            return
        if month <= charge:
            state[1] = ALLOWANCE
            state[3] = 0
            state[0] += 1
        elif state[6] == WAITS:
            state[6] = IDLE
        elif fails[state[4] - 1]:
            state[8] += 1
            state[6] = WAITS
            state[7] = at + BACK_OFF
        else:
            state[2] += pack
            state[3] += 1
            state[5] += 1
            state[6] = IDLE
        trigger(at, cap, threshold, state)


@njit(inline="always")
def trigger(at, cap, threshold, state):
    if state[1] + state[2] <= threshold and state[6] == IDLE and state[3] < cap:
        state[4] += 1
        state[6] = SETTLES
        state[7] = at + LATENCY


@njit(inline="always")
def due(months, state):
    month = months[state[0]] if state[0] < len(months) - 1 else NEVER
    return month if state[6] == IDLE else min(month, state[7])


@njit(inline="always")
def burn(amount, state):
    first = min(state[1], amount)
    state[1] -= first
    state[2] -= amount - first


@njit(cache=False)
def plain(times, amounts, months, fails, pack, cap, threshold):
    state = np.zeros(10, dtype=np.int64)
    for index in range(len(times)):
        at, amount = times[index], amounts[index]
        if due(months, state) <= at:
            scheduled(at, months, fails, pack, cap, threshold, state)
        if state[1] + state[2] < amount:
            state[9] += amount
            continue
        burn(amount, state)
        trigger(at, cap, threshold, state)
    scheduled(months[-1] - 1, months, fails, pack, cap, threshold, state)
    return state[5], state[8], state[9], state[1] + state[2]


@njit(inline="always")
def gallop(items, start, goal):
    """The first index from `start` on whose item is not below `goal`."""
    step, size = 1, len(items)
    while start + step < size and items[start + step] < goal:
        step *= 2
    low, high = start + step // 2, min(start + step + 1, size)
    while low < high:
        middle = (low + high) // 2
        if items[middle] < goal:
            low = middle + 1
        else:
            high = middle
    return low


@njit(cache=False)
def skipping(times, amounts, sums, least, months, fails, pack, cap, threshold):
    state = np.zeros(10, dtype=np.int64)
    index, count = 0, len(times)
    while index < count:
        until = due(months, state)
        if until <= times[index]:
            scheduled(times[index], months, fails, pack, cap, threshold, state)
            continue
        balance = state[1] + state[2]
        if balance < least:
            end = gallop(times, index, until)
            state[9] += sums[end] - sums[index]
            index = end
            continue
        goal = balance + 1
        if state[6] == IDLE and state[3] < cap and balance > threshold:
            goal = balance - threshold
        # sums[k + 1] - sums[index] is what the events [index, k] ask for.
        last = gallop(sums, index + 1, sums[index] + goal) - 1
        if last > index:
            end = last
            if times[end - 1] >= until:
                end = gallop(times, index, until)
            burn(sums[end] - sums[index], state)
            index = end
            continue
        amount = amounts[index]
        if balance < amount:
            state[9] += amount
        else:
            burn(amount, state)
            trigger(times[index], cap, threshold, state)
        index += 1
    scheduled(months[-1] - 1, months, fails, pack, cap, threshold, state)
    return state[5], state[8], state[9], state[1] + state[2]


def main():
    of = work()
    times = np.fromfile(of.folder / "times.i64", dtype="<i8")
    amounts = np.fromfile(of.folder / "amounts.i64", dtype="<i8")
    months = np.fromfile(of.folder / "months.i64", dtype="<i8")
    fails = np.frombuffer(of.attempts(), dtype=np.uint8)
    plain(times[:10], amounts[:10], months, fails, *of.candidates[0])
    started = clock()
    totals = [plain(times, amounts, months, fails, *candidate) for candidate in of.candidates]
    answer("Numba, plain loop", range(64), len(times), clock() - started, totals)

    sums = np.concatenate(([0], np.cumsum(amounts)))
    held = (times, amounts, sums, amounts.min(), months, fails)
    skipping(times[:10], amounts[:10], sums[:11], amounts.min(), months, fails, *of.candidates[0])
    started = clock()
    totals = [skipping(*held, *candidate) for candidate in of.candidates]
    answer("Numba, skipping", range(64), len(times), clock() - started, totals)


main()
