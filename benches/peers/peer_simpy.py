"""The reference work in SimPy: usage, months and charges as processes of one environment."""

import simpy

from work import ALLOWANCE, BACK_OFF, LATENCY, answer, clock, work

CANDIDATES = range(0, 64, 9)
# At one instant months come first, then charges, then usage: instants are multiplied by this.
STEPS = 4


class Account:
    def __init__(self, env, candidate, months, fails):
        self.env, self.fails = env, fails
        self.pack, self.cap, self.threshold = candidate
        self.allowance = self.purchased = 0
        self.used = self.attempt = 0
        self.recharges = self.failed = self.refused = 0
        self.idle = True
        env.process(self.months(months))

    def months(self, starts):
        for start in starts:
            yield self.env.timeout(start * STEPS - self.env.now)
            self.allowance = ALLOWANCE
            self.used = 0
            self.trigger()

    def usage(self, times, amounts):
        for at, amount in zip(times, amounts):
            yield self.env.timeout(at * STEPS + 2 - self.env.now)
            if self.allowance + self.purchased < amount:
                self.refused += amount
                continue
            first = min(self.allowance, amount)
            self.allowance -= first
            self.purchased -= amount - first
            self.trigger()

    def trigger(self):
        low = self.allowance + self.purchased <= self.threshold
        if low and self.idle and self.used < self.cap:
            self.idle = False
            self.env.process(self.charge())

    def charge(self):
        now = self.env.now // STEPS
        fails = self.fails[self.attempt]
        self.attempt += 1
        yield self.env.timeout((now + LATENCY) * STEPS + 1 - self.env.now)
        if fails:
            self.failed += 1
            yield self.env.timeout(BACK_OFF * STEPS)
        else:
            self.purchased += self.pack
            self.used += 1
            self.recharges += 1
        self.idle = True
        self.trigger()


def main():
    of = work()
    times, amounts = of.ints("times.i64"), of.ints("amounts.i64")
    months, fails = of.ints("months.i64"), of.attempts()
    totals = []
    started = clock()
    for number in CANDIDATES:
        env = simpy.Environment(initial_time=months[0] * STEPS)
        account = Account(env, of.candidates[number], months[:-1], fails)
        env.process(account.usage(times, amounts))
        env.run(until=months[-1] * STEPS)
        closing = account.allowance + account.purchased
        totals.append((account.recharges, account.failed, account.refused, closing))
    answer("SimPy", CANDIDATES, len(times), clock() - started, totals)


main()
