"""A whole office on a small computer: `python -m benchmarks.pi [--share PERCENT] [--speed N]`.

The server runs in control groups of its own (version 1, so as root) that give it one part of one
core and 1 GiB of memory. At it a recorded hour is replayed, with ten counters and two boards,
`speed` times as fast as it happened. What part of this machine's core is like one of a Raspberry
Pi 4 is found by the n-body program in plain Python, 5 million steps of which took a Pi 4 158.4 s
(https://chaitanyamehta.github.io/projects/performance-analysis-of-programming-languages).
"""

import argparse
import json
import tempfile
import time
from pathlib import Path

from app.replay.command import replay_day
from app.replay.days import SHIPPED, read_day
from benchmarks.__main__ import machine
from benchmarks.footprint import first_number, resident
from benchmarks.narrow import NarrowServer, narrow, throttled
from benchmarks.places import make_places
from benchmarks.servers import free_port, serve, settings

#: Seconds that 5 million steps of n-body in Python took a Raspberry Pi 4, of the source above.
PI_SECONDS = 158.4
STEPS = 5_000_000
#: The busiest hour of the shipped day.
HOUR = (12.0 * 3600, 13.0 * 3600)

#: Position, speed and mass of the Sun and four planets, as in the Benchmarks Game.
BODIES = (
    ([0.0, 0.0, 0.0], [0.0, 0.0, 0.0], 39.47841760435743),
    ([4.8414, -1.1603, -0.1036], [0.6063, 2.8119, -0.0252], 0.03769367487038949),
    ([8.3433, 4.1247, -0.4035], [-1.0107, 1.8256, 0.0084], 0.011286326131968767),
    ([12.8943, -15.1111, -0.2233], [1.0827, 0.8687, -0.0108], 0.0017237240570597112),
    ([15.3796, -25.9193, 0.1792], [0.9790, 0.5946, -0.0347], 0.0020336868699246304),
)


def n_body(steps: int) -> float:
    """Return the processor seconds of so many steps of the Benchmarks Game's n-body program."""
    bodies = [(list(place), list(speed), mass) for place, speed, mass in BODIES]
    pairs = [(a, b) for i, a in enumerate(bodies) for b in bodies[i + 1 :]]
    began = time.process_time()
    for _ in range(steps):
        for ([x1, y1, z1], v1, m1), ([x2, y2, z2], v2, m2) in pairs:
            dx = x1 - x2
            dy = y1 - y2
            dz = z1 - z2
            pull = 0.01 * ((dx * dx + dy * dy + dz * dz) ** (-1.5))
            by1 = m1 * pull
            by2 = m2 * pull
            v1[0] -= dx * by2
            v1[1] -= dy * by2
            v1[2] -= dz * by2
            v2[0] += dx * by1
            v2[1] += dy * by1
            v2[2] += dz * by1
        for r, [vx, vy, vz], _mass in bodies:
            r[0] += 0.01 * vx
            r[1] += 0.01 * vy
            r[2] += 0.01 * vz
    return time.process_time() - began


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pi")
    parser.add_argument("--share", type=float, help="percent of one core (as a Pi 4 has)")
    parser.add_argument("--speed", type=float, default=20.0)
    asked = parser.parse_args()
    alike = n_body(STEPS // 20) * 20 / PI_SECONDS
    share = asked.share / 100 if asked.share else alike
    print(machine())
    print(f"a core of a Raspberry Pi 4 is {alike:.0%} of one here by n-body; given: {share:.0%}")
    with tempfile.TemporaryDirectory(prefix="antrean-pi-") as folder, narrow(share) as groups:
        data, port = Path(folder), free_port()
        tokens = make_places(data, 1, 0)[0].tokens
        server = NarrowServer(serve(data, port), port, settings())
        server.enter(groups)
        started = first_number(server, tokens["kiosk"])
        print(f"from the command to the first number, s: {started:.1f}")
        server.start()
        try:
            day = read_day(SHIPPED, between=HOUR)
            summary = replay_day(server.url, tokens, day, speed=asked.speed, counters=10)
            latency = summary["latency_ms"]
            print(f"{summary['tickets']} numbers, {summary['calls']} calls, {asked.speed:g} times")
            print("as fast as they happened; lost, doubled or missed:", summary["faults"] or "none")
            print(f"from the clerk's request to the screen, ms: {json.dumps(latency)}")
            print(f"resident, MiB: {resident(server.pid) / 1024:.0f}")
            print(throttled(groups[0]))
        finally:
            server.stop()


if __name__ == "__main__":
    main()
