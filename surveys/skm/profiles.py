"""What a sheet tells of its respondents: sex, age, education, occupation, and the day."""

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime

from surveys.skm.naming import tokens_of, words
from surveys.skm.respondents import TRAITS, age_band
from surveys.skm.sheets import Row

#: The words by which a column is known; in any of these sets all have to be there.
HEADINGS = {
    "sex": (words("kelamin"), words("gender"), words("sex"), words("jk")),
    "age": (words("umur"), words("usia"), words("age")),
    "education": (words("pendidikan"), words("education")),
    "occupation": (words("pekerjaan"), words("occupation"), words("job")),
    "day": (words("tanggal"), words("tgl"), words("date"), words("timestamp"), words("cap waktu")),
}
#: What offices write beside the form's own words.
ALSO = {
    "sex": {"l": "male", "lk": "male", "pria": "male", "m": "male"}
    | {"p": "female", "pr": "female", "wanita": "female", "f": "female"},
    "education": {"slta": "sma", "smk": "sma", "sltp": "smp", "sd sederajat": "sd"}
    | {"smp sederajat": "smp", "sma sederajat": "sma", "sma smk": "sma", "sarjana": "s1"}
    | {f"d{level}": "diploma" for level in (1, 2, 3)}
    | {f"d {level}": "diploma" for level in ("i", "ii", "iii")}
    | {"d4": "s1", "magister": "s2", "doktor": "s3"},
    "occupation": {"asn": "pns", "karyawan": "swasta", "karyawan swasta": "swasta"}
    | {"pegawai swasta": "swasta", "wiraswasta": "wirausaha", "pedagang": "wirausaha"}
    | {"pelajar": "lainnya", "mahasiswa": "lainnya", "petani": "lainnya", "other": "lainnya"}
    | {"ibu rumah tangga": "lainnya", "irt": "lainnya"},
}
DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y")
OLDEST = 120


def columns_about(heading: Row, elements: Collection[int]) -> dict[int, str]:
    """Return the columns that tell of the respondent, by their place; the first of each kind."""
    found: dict[int, str] = {}
    for at, cell in enumerate(heading):
        if at in elements or not isinstance(cell, str):
            continue
        said = set(tokens_of(cell))
        for key, wanted in HEADINGS.items():
            if key not in found.values() and any(said >= each for each in wanted):
                found[at] = key
                break
    return found


def about(row: Row, columns: Mapping[int, str]) -> dict[str, str | date]:
    """Return what a row tells of its respondent; what cannot be understood is left open."""
    told: dict[str, str | date] = {}
    for at, key in columns.items():
        value = READERS[key](row[at]) if at < len(row) else None
        if value is not None:
            told[key] = value
    return told


def _day(cell: object) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    for how in DAYS:
        try:
            return datetime.strptime(str(cell).strip()[:10], how).date()
        except ValueError:
            continue
    return None


def _age(cell: object) -> str | None:
    if isinstance(cell, str):
        figures = [each for each in tokens_of(cell) if each.isdecimal()]
        cell = int(figures[0]) if len(figures) == 1 and len(figures[0]) < 4 else _value("age", cell)
    if isinstance(cell, int | float):
        return age_band(int(cell)) if 0 < cell <= OLDEST else None
    return cell if isinstance(cell, str) else None


def _value(key: str, cell: object) -> str | None:
    said = " ".join(tokens_of(str(cell)))
    trait = next(each for each in TRAITS if each.key == key)
    for value, names in trait.values.items():
        if said in {value, *(" ".join(tokens_of(name)) for name in names)}:
            return value
    return ALSO.get(key, {}).get(said)


READERS: dict[str, Callable[[object], str | date | None]] = {
    "sex": lambda cell: _value("sex", cell),
    "age": _age,
    "education": lambda cell: _value("education", cell),
    "occupation": lambda cell: _value("occupation", cell),
    "day": _day,
}
