"""Setting up the first office: it and its administrator, and what is left to do before it opens."""

import re
import unicodedata
from datetime import datetime
from enum import StrEnum
from zoneinfo import available_timezones

from sqlalchemy import select

from office.accounts import LONGEST_NAME, USERNAME
from office.errors import Conflict, Invalid, NamesWrong, all_at_once
from office.hours import hours_of
from office.outcomes import first_outcomes
from office.people import Account, Role, Token
from office.place import Names, Office, services_by_counter, services_of
from office.premises import LONGEST_NAME as LONGEST_OFFICE
from office.ready import first_classes
from office.voice import VoiceSettings
from storage.work import Work

#: Seconds after an announcement before a new office's clerks may call again or mark as absent:
#: nobody is missed whose call was not heard yet.
FIRST_RECALL = 5
#: The languages of an office.
LOCALES = ("id", "en")


class OfficeThere(Conflict):
    """The installation has an office already."""

    code = "office_there"


class Stage(StrEnum):
    """One thing to do before an office opens, in the order in which it is best done."""

    HOURS = "hours"
    SERVICES = "services"
    COUNTERS = "counters"
    PEOPLE = "people"
    PRINTER = "printer"
    KIOSK = "kiosk"
    SCREEN = "screen"
    OPENING = "opening"


def has_office(work: Work) -> bool:
    """Say whether the installation has an office."""
    return work.session.scalars(select(Office.id).limit(1)).first() is not None


def begin_office(
    work: Work,
    names: Names,
    timezone: str,
    username: str,
    name: str,
    password_hash: str,
    now: datetime,
) -> Account:
    """Make the first office, in rehearsal, and its first administrator; return the latter.

    It has the usual classes and outcomes, calls that are heard out, and no hours, services or
    counters yet. Raises OfficeThere, NamesWrong or Invalid.
    """
    if has_office(work):
        raise OfficeThere()
    check_first(names, timezone, username, name)
    tidy = _tidied(names)
    username, name = username.strip().lower(), " ".join(name.split())
    office = Office(
        code=code_of(tidy["id"]),
        names=tidy,
        timezone=timezone,
        locales=list(LOCALES),
        rehearsal=True,
    )
    work.session.add(office)
    work.session.flush()
    office.open_day = office.today(now)
    voice = VoiceSettings.standard(office.id)
    voice.recall_after = FIRST_RECALL
    work.session.add_all([voice, *first_classes(office.id), *first_outcomes(office.id)])
    account = Account(
        office_id=office.id,
        username=username,
        name=name,
        role=Role.ADMINISTRATOR.value,
        extra_rights=[],
        password_hash=password_hash,
    )
    work.session.add(account)
    work.session.flush()
    return account


def check_first(names: Names, timezone: str, username: str, name: str) -> None:
    """Raise NamesWrong or Invalid, or SeveralWrong, unless an office can begin with these."""
    wrong = {}
    if timezone not in available_timezones():
        wrong["timezone"] = "a time zone such as Asia/Makassar"
    if not USERNAME.fullmatch(username.strip().lower()):
        wrong["username"] = "2 to 60 of a-z, 0-9, dot, dash and underscore"
    if not 0 < len(" ".join(name.split())) <= LONGEST_NAME:
        wrong["name"] = f"1 to {LONGEST_NAME} characters"
    with all_at_once() as check:
        with check():
            if not all(0 < len(each) <= LONGEST_OFFICE for each in _tidied(names).values()):
                raise NamesWrong(fields={"names": "in every language"}, limit=LONGEST_OFFICE)
        with check():
            if wrong:
                raise Invalid(fields=wrong)


def _tidied(names: Names) -> Names:
    return {locale: " ".join(names.get(locale, "").split()) for locale in LOCALES}


def code_of(name: str) -> str:
    """Return the code of an office with this name: dukcapil-loteng for "Dukcapil Loteng"."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    code = re.sub(r"[^a-z0-9]+", "-", plain)[:40].strip("-")
    return code if len(code) > 1 else "kantor"


def left_to_do(work: Work, office: Office) -> set[Stage]:
    """Return what is not done yet, save the printer, of which the office knows nothing."""
    session = work.session
    services = {each.id for each in services_of(work, office.id)}
    served = set().union(*services_by_counter(work, office.id).values())
    people = session.scalars(
        select(Account.id)
        .where(
            Account.office_id == office.id, Account.active.is_(True), Account.password_hash != ""
        )
        .order_by(Account.id)
        .limit(2)
    ).all()
    seen = set(
        session.scalars(
            select(Token.role).where(
                Token.office_id == office.id,
                Token.account_id.is_(None),
                Token.revoked_at.is_(None),
                Token.seen_at.is_not(None),
            )
        )
    )
    done = {
        Stage.HOURS: bool(hours_of(work, office.id)),
        Stage.SERVICES: bool(services),
        Stage.COUNTERS: bool(services) and services <= served,
        Stage.PEOPLE: len(people) > 1,
        Stage.KIOSK: Role.KIOSK.value in seen,
        Stage.SCREEN: Role.SCREEN.value in seen,
        Stage.OPENING: not office.rehearsal,
    }
    return {stage for stage, is_done in done.items() if not is_done}
