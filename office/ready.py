"""What a civil registry office can begin with: services as such offices publish them, and hours.

Letters alike by ear (B, D, P, T; M, N) are avoided, since numbers are called out.
"""

from collections.abc import Iterable
from datetime import datetime, time

from office.catalogue import Offer, add_service, all_services, clash
from office.hours import Stretches
from office.outages import Need
from office.people import Actor
from office.place import LAST_NUMBER, Hours, Office, PriorityClass, Service
from storage.work import Work

#: What services need beyond paper and a pen; the others need the national database.
NEEDS = {
    "C": (Need.NATIONAL_DATABASE, Need.BLANK_CARDS, Need.INK),
    "I": (Need.NATIONAL_DATABASE, Need.BLANK_CARDS, Need.INK),
    "D": (Need.NATIONAL_DATABASE, Need.NETWORK),
    "F": (),
}

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


def ready_offers() -> dict[str, Offer]:
    """Return the ready services by code, as a manager would set them."""
    return {
        code: Offer(
            letter,
            1,
            LAST_NUMBER,
            {"id": name, "en": english},
            {"id": bring, "en": english_bring},
            icon,
            None,
            typical // 60,
        )
        for code, letter, name, english, bring, english_bring, icon, typical in SERVICES
    }


def ready_for(work: Work, office_id: int) -> dict[str, Offer]:
    """Return the ready services that the office can still add as they are."""
    there = all_services(work, office_id)
    codes = {each.code.lower() for each in there}
    offered = [each for each in there if not each.retired]
    return {
        code: offer
        for code, offer in ready_offers().items()
        if code.lower() not in codes and not any(clash(offer, each) for each in offered)
    }


def add_ready(
    work: Work, office: Office, actor: Actor, now: datetime, codes: Iterable[str]
) -> list[Service]:
    """Offer the ready services with these codes, in the catalogue's order; unknown ones are none.

    Raises Forbidden, ServiceTaken or RangesClash.
    """
    wanted = set(codes)
    added = []
    for code, offer in ready_offers().items():
        if code in wanted:
            service = add_service(work, office, actor, now, code, offer)
            service.needs = needs_of(code)
            added.append(service)
    return added


def needs_of(code: str) -> list[str]:
    """Return what a ready service cannot be given without."""
    return [each.value for each in NEEDS.get(code, (Need.NATIONAL_DATABASE,))]


def first_classes(office_id: int) -> list[PriorityClass]:
    """Return the priority classes an office begins with."""
    return [
        PriorityClass(office_id=office_id, code=code, names=names, rate=rate, position=position)
        for position, (code, names, rate) in enumerate(CLASSES)
    ]


def usual_hours(office_id: int) -> list[Hours]:
    """Return the hours that civil registry offices usually have."""
    return [
        Hours(office_id=office_id, weekday=weekday, opens=opens, closes=closes)
        for weekday, opens, closes in WEEK
    ]


def usual_week() -> dict[int, Stretches]:
    """Return the same by weekday, 0 Monday."""
    week: dict[int, Stretches] = dict.fromkeys(range(7), ())
    for weekday, opens, closes in WEEK:
        week[weekday] += ((opens, closes),)
    return week
