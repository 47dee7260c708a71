"""The nearest model that stockpyl has: a stage with an (r, Q) policy, a period for each usage event.

It knows no allowance that expires, no cap, no charge that fails, and demand that it cannot serve waits
instead of being refused, so there are no totals to hold against ours. That it is the policy meant is
checked against a loop of five lines.
"""

from stockpyl.sim import simulation
from stockpyl.supply_chain_network import single_stage_system

from work import ALLOWANCE, CREDIT, answer, clock, work

CANDIDATE = 2
EVENTS = 10_000


def main():
    of = work()
    demand = [amount // CREDIT for amount in of.ints("amounts.i64")[:EVENTS]]
    pack, _, threshold = (value // CREDIT for value in of.candidates[CANDIDATE])
    network = single_stage_system(
        demand_type="D",
        demand_list=demand,
        policy_type="rQ",
        reorder_point=threshold,
        order_quantity=pack,
        initial_inventory_level=ALLOWANCE // CREDIT,
        shipment_lead_time=0,
    )
    started = clock()
    simulation(network, EVENTS, progress_bar=False)
    seconds = clock() - started
    level = ALLOWANCE // CREDIT
    for amount in demand:
        level -= amount
        level += pack if level <= threshold else 0
    (found,) = network.nodes[0].state_vars[EVENTS - 1].inventory_level.values()
    assert found == level, f"stockpyl ends at {found}, the loop at {level}"
    note = "no allowance, caps or failures; waits instead of refusing"
    answer("stockpyl, (r, Q)", [CANDIDATE], EVENTS, seconds, None, note)


main()
