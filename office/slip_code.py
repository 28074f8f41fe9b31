"""The short code on a slip: with the ticket's number it shows that somebody holds the slip."""

from office.codes import ALPHABET, tidied

LENGTH = 4


def slip_code(token_hash: str) -> str:
    """Return the code of the ticket whose secret has this fingerprint; a new secret, a new code.

    25^4 codes: enough where only a device of the office may ask, and not often for one ticket.
    """
    rest = int(token_hash[:16], 16)
    letters = ""
    for _ in range(LENGTH):
        rest, place = divmod(rest, len(ALPHABET))
        letters += ALPHABET[place]
    return letters


def is_slip_code(token_hash: str, typed: str) -> bool:
    """Say whether somebody typed the code of this ticket."""
    return tidied(typed) == slip_code(token_hash)
