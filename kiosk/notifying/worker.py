"""Hands messages to their gateways by apprise and ends: JSON on standard input and output.

In: {patience (seconds), letters: a list of {url, title, body}}. Out: for each whether its gateway
took it. It runs as a process of its own: apprise takes half a second of work to load, which would
stall every screen, and a gateway that hangs ends with it. What it would say on
standard error may name addresses and is not read.
"""

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor, wait

import apprise

#: Messages on their way at a time.
AT_A_TIME = 8


def hand_over(letter: dict[str, str]) -> bool:
    """Hand one message to its gateway; say whether it was taken."""
    gateway = apprise.Apprise()
    if not gateway.add(letter["url"]):
        return False
    plain = apprise.NotifyFormat.TEXT
    return bool(gateway.notify(letter["body"], letter["title"], body_format=plain))


def main() -> None:
    """Hand all over, and wait for none longer than for the others."""
    pool = ThreadPoolExecutor(AT_A_TIME)
    order = json.load(sys.stdin)
    on_their_way = [pool.submit(hand_over, each) for each in order["letters"]]
    wait(on_their_way, order["patience"])
    taken = [each.done() and not each.exception() and each.result() for each in on_their_way]
    print(json.dumps(taken), flush=True)
    # not waiting for those that hang
    os._exit(0)


if __name__ == "__main__":
    main()
