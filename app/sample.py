"""A ready office to try: the civil registry of a regency, with services, counters and people."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from office.outcomes import first_outcomes
from office.passwords import hashed, new_password
from office.people import Account, Right, Role, issue_token
from office.place import Counter, CounterService, Office, Service
from office.ready import SERVICES, first_classes, needs_of, usual_hours
from storage.work import Work

CODE = "dukcapil"
#: What clerks may do here beyond serving.
GRANTED = (Right.CALL_OUT_OF_ORDER, Right.TRANSFER)


@dataclass(frozen=True)
class SampleOffice:
    """What is told once: the tokens and the passwords of the sample office."""

    tokens: dict[str, Any]
    #: Sign-in name and password of each person.
    passwords: dict[str, str]


#: The services of each counter, by number.
COUNTERS: tuple[tuple[str, ...], ...] = (
    ("A", "D"),
    ("A", "D", "I"),
    ("C", "G"),
    ("C", "D"),
    ("K", "J"),
    ("K", "J"),
    ("L", "M"),
    ("L", "M", "N"),
    ("I", "K"),
    ("F", "G", "H"),
)


def make_sample(work: Work, now: datetime, code: str = CODE) -> SampleOffice:
    """Make the sample office, in rehearsal, with devices and people; passwords are generated."""
    office = Office(
        code=code,
        names={
            "id": "Dinas Kependudukan dan Pencatatan Sipil",
            "en": "Population and Civil Registration Office",
        },
        timezone="Asia/Makassar",
        locales=["id", "en"],
        running_text={
            "id": "Semua layanan gratis. Laporkan pungutan liar kepada petugas pengaduan.",
            "en": "All services are free of charge. Report anyone who asks for money.",
        },
        rehearsal=True,
    )
    work.session.add(office)
    work.session.flush()
    office.open_day = office.today(now)
    work.session.add_all(first_outcomes(office.id))
    counters = _add_services(work, office)
    accounts, passwords = _add_people(work, office)
    clerks = {}
    for counter, account in zip(counters, accounts, strict=True):
        _, clerks[str(counter.number)] = issue_token(
            work,
            office.id,
            Role.STAFF,
            account.name,
            now,
            account_id=account.id,
            counter_id=counter.id,
        )
    tokens: dict[str, Any] = {}
    for role, name in (
        (Role.KIOSK, "Mesin antrean pintu masuk"),
        (Role.SCREEN, "Layar ruang tunggu"),
        (Role.AGENT, "Program pencetak"),
        (Role.EXIT, "Tablet penilaian pintu keluar"),
    ):
        _, tokens[role.value] = issue_token(work, office.id, role, name, now)
    manager = work.session.query(Account).filter_by(office_id=office.id, username="manajer").one()
    _, tokens["manager"] = issue_token(
        work, office.id, Role.MANAGER, manager.name, now, account_id=manager.id
    )
    return SampleOffice({**tokens, "clerks": clerks}, passwords)


def _add_services(work: Work, office: Office) -> list[Counter]:
    """Add services, classes, hours and counters; return the counters by number."""
    services = {}
    for position, (code, letter, name, english, bring, english_bring, icon, typical) in enumerate(
        SERVICES
    ):
        services[code] = Service(
            office_id=office.id,
            code=code,
            letter=letter,
            names={"id": name, "en": english},
            requirements={"id": bring, "en": english_bring},
            icon=icon,
            typical_seconds=typical,
            position=position,
            needs=needs_of(code),
        )
    work.session.add_all(services.values())
    work.session.add_all([*first_classes(office.id), *usual_hours(office.id)])
    counters = [
        Counter(
            office_id=office.id,
            number=number,
            names={"id": f"Loket {number}", "en": f"Counter {number}"},
        )
        for number in range(1, len(COUNTERS) + 1)
    ]
    work.session.add_all(counters)
    work.session.flush()
    for counter, codes in zip(counters, COUNTERS, strict=True):
        for code in codes:
            work.session.add(CounterService(counter_id=counter.id, service_id=services[code].id))
    return counters


def _add_people(work: Work, office: Office) -> tuple[list[Account], dict[str, str]]:
    """Add a clerk for each counter and those around them; return the clerks, passwords."""
    passwords: dict[str, str] = {}
    clerks = []
    people = [
        (f"petugas{number}", f"Petugas {number}", Role.STAFF)
        for number in range(1, len(COUNTERS) + 1)
    ]
    people += [
        ("resepsionis", "Resepsionis", Role.RECEPTION),
        ("penyelia", "Penyelia", Role.SUPERVISOR),
        ("manajer", "Manajer", Role.MANAGER),
        ("admin", "Administrator", Role.ADMINISTRATOR),
    ]
    for username, name, role in people:
        password = new_password()
        account = Account(
            office_id=office.id,
            username=username,
            name=name,
            role=role.value,
            extra_rights=[each.value for each in GRANTED] if role is Role.STAFF else [],
            password_hash=hashed(password),
        )
        work.session.add(account)
        passwords[username] = password
        if role is Role.STAFF:
            clerks.append(account)
    work.session.flush()
    return clerks, passwords
