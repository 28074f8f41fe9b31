"""Codes that are read out and typed in: used once, for a while."""

import secrets

#: Letters and digits that cannot be taken for one another.
ALPHABET = "ACDEFGHJKLMNPQRTUVWXY34679"
LENGTH = 8


def new_code(length: int = LENGTH) -> str:
    """Return a new code."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def tidied(typed: str) -> str:
    """Return a code as it was made from how somebody typed it."""
    return "".join(each for each in typed.upper() if each.isalnum())
