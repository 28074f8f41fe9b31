"""Numbers taken on one's own phone: the code at the entrance, which changes all the time.

Whoever scans it there is admitted for some minutes, for one number. Code and admission are made
with the key of the device that shows them, so that neither can be guessed, and both end with it.
"""

import hmac
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_hex

from office.errors import Conflict, Gone
from office.kiosk_rules import rules_of
from office.people import Actor, Role, Token, device_actor, is_same
from storage.base import LARGEST
from storage.work import Work

#: How long the same code stands there; until then, and as long again, it can be used.
STEP = timedelta(seconds=30)
#: Characters of a seal: 80 bits.
SEAL = 20


class EntranceClosed(Conflict):
    """The office gives no numbers to phones."""

    code = "entrance_closed"


class EntranceOver(Gone):
    """The code is another by now, or the admission is over."""

    code = "entrance_over"


def code_at(work: Work, device: Token, now: datetime) -> str:
    """Return the code that a device at the entrance shows now. Raises EntranceClosed."""
    _minutes(work, device)
    return _code(device, _step(now))


def admit(work: Work, device_id: int, code: str, now: datetime) -> str:
    """Return an admission for the code that was just scanned.

    Raises EntranceClosed or EntranceOver.
    """
    device = _device(work, device_id)
    minutes = _minutes(work, device)
    step = _step(now)
    if not any(is_same(_code(device, each), code) for each in (step, step - 1)):
        raise EntranceOver()
    until = int((now + timedelta(minutes=minutes)).timestamp())
    said = f"{until}-{token_hex(8)}"
    return f"{said}-{_seal(device, said)}"


def admitted(work: Work, device_id: int, admission: str, now: datetime) -> Actor:
    """Return as whom the holder of an admission asks. Raises EntranceClosed or EntranceOver."""
    device = _device(work, device_id)
    _minutes(work, device)
    said, _, seal = admission.rpartition("-")
    if not is_same(_seal(device, said), seal):
        raise EntranceOver()
    if int(said.partition("-")[0]) < now.timestamp():
        raise EntranceOver()
    return device_actor(device)


def _device(work: Work, device_id: int) -> Token:
    device = work.session.get(Token, device_id) if device_id <= LARGEST else None
    if device is None or device.role != Role.KIOSK.value or device.revoked_at is not None:
        raise EntranceOver()
    return device


def _minutes(work: Work, device: Token) -> int:
    minutes = rules_of(work, device.office_id).phone_minutes
    if minutes == 0:
        raise EntranceClosed()
    return minutes


def _step(now: datetime) -> int:
    return int(now.timestamp() // STEP.total_seconds())


def _code(device: Token, step: int) -> str:
    return _seal(device, f"entrance {step}")


def _seal(device: Token, text: str) -> str:
    return hmac.new(device.token_hash.encode(), text.encode(), sha256).hexdigest()[:SEAL]
