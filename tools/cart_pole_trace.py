#!/usr/bin/env python3
"""Writes tests/golden/cart_pole.json: episodes of the cart-pole in 64-bit floats, computed here from the published equations.

    tools/cart_pole_trace.py > tests/golden/cart_pole.json

Equations: Barto, Sutton, Anderson, "Neuronlike adaptive elements that can solve difficult learning control problems", IEEE
Trans. SMC 13(5), 1983, appendix, without friction; constants, explicit Euler steps and limits as Gymnasium documents
CartPole-v1. Nothing here comes from windhover/, and Gymnasium was not run.
"""
import json
import math

GRAVITY = 9.8      # m/s^2
CART = 1.0         # kg
POLE = 0.1         # kg
HALF_LENGTH = 0.5  # m
FORCE = 10.0       # N
DT = 0.02          # s
X_LIMIT = 2.4      # m
ANGLE_LIMIT = math.radians(12)
MAX_STEPS = 500


def accelerations(state, force):
    _, _, th, w = state
    s, c = math.sin(th), math.cos(th)
    mass = CART + POLE
    angular = (GRAVITY * s + c * (-force - POLE * HALF_LENGTH * w * w * s) / mass) / (
        HALF_LENGTH * (4 / 3 - POLE * c * c / mass))
    linear = (force + POLE * HALF_LENGTH * (w * w * s - angular * c)) / mass
    return linear, angular


def euler(state, action):
    linear, angular = accelerations(state, FORCE if action == 1 else -FORCE)
    x, v, th, w = state
    return [x + DT * v, v + DT * linear, th + DT * w, w + DT * angular]


def episode(name, state, rule):
    record = {"name": name, "initial": state, "actions": [], "states": []}
    ended = None
    while ended is None:
        action = rule(state, len(record["actions"]))
        state = euler(state, action)
        record["actions"].append(action)
        record["states"].append(state)
        if abs(state[0]) > X_LIMIT or abs(state[2]) > ANGLE_LIMIT:
            ended = "terminated"
        elif len(record["actions"]) == MAX_STEPS:
            ended = "truncated"
    record["ended"] = ended
    return record


def push_right(state, step):
    return 1


def alternate(state, step):
    return step % 2


def balance(state, step):
    return 1 if sum(k * s for k, s in zip((0.1, 0.2, 1.0, 0.5), state)) > 0 else 0


def run_off(state, step):
    """Balances about a place that moves off the track."""
    return balance([state[0] - 0.02 * step] + state[1:], step)


def main():
    episodes = [
        episode("pushed to one side", [0.01, -0.02, 0.03, -0.04], push_right),
        episode("pushed from side to side", [-0.05, 0.05, -0.05, 0.05], alternate),
        episode("run off the track", [0.04, 0.01, -0.02, 0.03], run_off),
        episode("balanced to the limit", [0.02, -0.03, 0.04, 0.01], balance),
    ]
    print(json.dumps({"kind": "cart_pole_trace", "source": "tools/cart_pole_trace.py", "episodes": episodes},
                     separators=(",", ":")))


if __name__ == "__main__":
    main()
