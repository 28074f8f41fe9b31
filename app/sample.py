"""A ready office to try: the civil registry of a regency, with services, counters and people.

Services and hours follow what such offices publish; letters alike by ear (B, D, P, T; M, N) are
avoided, since numbers are called out.
"""

from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from office.outages import Need
from office.outcomes import first_outcomes
from office.passwords import hash_password, new_password
from office.people import Account, Right, Role, issue_token
from office.place import Counter, CounterService, Hours, Office, PriorityClass, Service
from storage.work import Work

CODE = "dukcapil"
#: What services need beyond paper and a pen; the others need the national database.
NEEDS = {
    "C": (Need.NATIONAL_DATABASE, Need.BLANK_CARDS, Need.INK),
    "I": (Need.NATIONAL_DATABASE, Need.BLANK_CARDS, Need.INK),
    "D": (Need.NATIONAL_DATABASE, Need.NETWORK),
    "F": (),
}
#: What clerks may do here beyond serving.
GRANTED = (Right.CALL_OUT_OF_ORDER, Right.TRANSFER)


@dataclass(frozen=True)
class SampleOffice:
    """What is told once: the tokens and the passwords of the sample office."""

    tokens: dict[str, Any]
    #: Sign-in name and password of each person.
    passwords: dict[str, str]


#: Code, letter, names, what to bring (Indonesian, English), icon, typical seconds.
SERVICES: tuple[tuple[str, str, str, str, list[str], list[str], str, int], ...] = (
    (
        "A",
        "A",
        "Perekaman KTP-el",
        "ID card enrolment",
        ["Fotokopi KK", "Perekaman pertama: akta kelahiran", "Pemohon hadir sendiri"],
        ["Copy of the family card", "First time: birth certificate", "The applicant in person"],
        "id-card-enrol",
        540,
    ),
    (
        "C",
        "C",
        "Cetak KTP-el (hilang, rusak, perubahan)",
        "ID card printing (lost, damaged, changed)",
        [
            "Hilang: surat kehilangan dari kepolisian",
            "Rusak: KTP-el lama",
            "Perubahan: KTP-el lama dan bukti perubahan",
        ],
        [
            "Lost: police report of the loss",
            "Damaged: the old card",
            "Changed: the old card and proof of the change",
        ],
        "id-card-print",
        420,
    ),
    (
        "K",
        "K",
        "Kartu Keluarga",
        "Family card",
        ["Formulir F-1.01 atau F-1.06", "KK asli", "Bukti peristiwa kependudukan"],
        ["Form F-1.01 or F-1.06", "The original family card", "Proof of the event"],
        "family",
        720,
    ),
    (
        "L",
        "L",
        "Akta Kelahiran",
        "Birth certificate",
        [
            "Formulir F-2.01",
            "Surat keterangan lahir atau SPTJM F-2.03",
            "Buku nikah atau SPTJM F-2.04",
            "KK dan KTP-el orang tua",
            "Dua saksi",
        ],
        [
            "Form F-2.01",
            "Statement of birth or form F-2.03",
            "Marriage book or form F-2.04",
            "Family card and the parents' ID cards",
            "Two witnesses",
        ],
        "birth",
        900,
    ),
    (
        "M",
        "M",
        "Akta Kematian",
        "Death certificate",
        ["Formulir F-2.01", "Surat keterangan kematian", "KK dan KTP-el"],
        ["Form F-2.01", "Statement of death", "Family card and ID card"],
        "death",
        720,
    ),
    (
        "N",
        "R",
        "Akta Perkawinan dan Perceraian (nonmuslim)",
        "Marriage and divorce certificates (non-Muslim)",
        ["Surat keterangan pemuka agama atau putusan pengadilan", "Foto 4x6", "KK dan KTP-el"],
        ["Statement from the clergy or court decision", "Photo 4x6", "Family card and ID card"],
        "marriage",
        1200,
    ),
    (
        "I",
        "I",
        "Kartu Identitas Anak (KIA)",
        "Child identity card",
        ["Fotokopi KK", "Akta kelahiran", "Usia 5 tahun ke atas: dua foto 3x4"],
        ["Copy of the family card", "Birth certificate", "Aged 5 and over: two photos 3x4"],
        "child-card",
        420,
    ),
    (
        "J",
        "J",
        "Pindah Datang",
        "Moving out and in",
        ["Formulir F-1.03", "KK"],
        ["Form F-1.03", "Family card"],
        "move",
        720,
    ),
    (
        "D",
        "U",
        "Aktivasi IKD",
        "Digital identity activation",
        ["Ponsel", "Alamat surel", "Sudah melakukan perekaman KTP-el"],
        ["Mobile phone", "E-mail address", "ID card already enrolled"],
        "phone-id",
        420,
    ),
    (
        "F",
        "F",
        "Legalisir",
        "Legalised copies",
        ["Dokumen asli", "Fotokopi"],
        ["The original document", "Copies"],
        "stamp",
        240,
    ),
    (
        "G",
        "G",
        "Pengambilan Dokumen",
        "Document pick-up",
        ["Bukti pengambilan"],
        ["Pick-up slip"],
        "pick-up",
        180,
    ),
    (
        "H",
        "H",
        "Pengaduan dan Konsolidasi Data",
        "Complaints and data correction",
        ["KK dan KTP-el"],
        ["Family card and ID card"],
        "complaint",
        900,
    ),
)

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

CLASSES = (
    ("ordinary", {"id": "Umum", "en": "Ordinary"}, 1.0),
    (
        "priority",
        {
            "id": "Prioritas",
            "en": "Priority",
        },
        2.0,
    ),
)

WEEK = (
    *((day, time(8), time(12)) for day in range(4)),
    *((day, time(13), time(16)) for day in range(4)),
    (4, time(8), time(11, 30)),
    (4, time(13), time(15, 30)),
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
            needs=[each.value for each in NEEDS.get(code, (Need.NATIONAL_DATABASE,))],
        )
    work.session.add_all(services.values())
    for position, (code, names, rate) in enumerate(CLASSES):
        work.session.add(
            PriorityClass(office_id=office.id, code=code, names=names, rate=rate, position=position)
        )
    for weekday, opens, closes in WEEK:
        work.session.add(Hours(office_id=office.id, weekday=weekday, opens=opens, closes=closes))
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
            password_hash=hash_password(password),
        )
        work.session.add(account)
        passwords[username] = password
        if role is Role.STAFF:
            clerks.append(account)
    work.session.flush()
    return clerks, passwords
