"""A survey out of a file an office already has: a row per respondent, or counts per element."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from surveys.skm.answers import answer_in, usual, whole_in
from surveys.skm.elements import BY_NUMBER, KEYS
from surveys.skm.index import SCORES, Counts, Form, Index, Weight, of_counts, of_forms
from surveys.skm.naming import Meaning, is_sum, meaning_of, tokens_of, words
from surveys.skm.profiles import about, columns_about
from surveys.skm.sheets import CannotRead, Row, Table, content_of, tables_in

#: How far down a heading is looked for, below titles and letterheads.
HEADING_WITHIN = 40
#: Fewer elements than this in a heading are a coincidence.
LEAST = 3
#: Words beside the score in the heading of a column of counts.
COUNTING = words(
    "n f jml jumlah skor nilai score count counts jawaban frekuensi responden yang menjawab"
)


class Remark(Enum):
    """What a reader of the file should know of how it was taken."""

    ANOTHER_ITEM = "another_item"
    NAME_BEFORE_NUMBER = "name_before_number"
    BY_NUMBER = "by_number"
    NO_COLUMN = "no_column"
    NOT_ANSWERS = "not_answers"
    SEVERAL = "several"


@dataclass(frozen=True)
class Remarked:
    """A remark about a heading, or about an element."""

    remark: Remark
    heading: str = ""
    key: str | None = None


@dataclass(frozen=True)
class Forms:
    """The file has a row per respondent."""

    forms: Sequence[Form]
    remarks: Sequence[Remarked]

    def index(self, weight: Weight) -> Index:
        """Return the index of these forms."""
        return of_forms(self.forms, weight)


@dataclass(frozen=True)
class Tally:
    """The file has counts per element."""

    counts: Mapping[str, Sequence[Counts]]
    remarks: Sequence[Remarked]

    def index(self, weight: Weight) -> Index:
        """Return the index of these counts. Raises CannotCount."""
        return of_counts(self.counts, weight)


@dataclass(frozen=True)
class _Place:
    """Where a heading stands, and how many elements it or the rows below it name."""

    table: Table
    row: int
    elements: int
    counts: dict[int, int]


def read(path: Path) -> Forms | Tally:
    """Return the survey in the file at `path`, CSV or XLSX. Raises CannotRead."""
    return survey_in(content_of(path))


def survey_in(content: bytes) -> Forms | Tally:
    """Return the survey in a file's content, CSV or XLSX. Raises CannotRead.

    Of an XLSX file the sheet is taken that names the most elements, and in it the first such row.
    """
    places = [place for table in tables_in(content) for place in _places(table)]
    best = max(places, key=lambda place: place.elements, default=None)
    if best is None or best.elements < LEAST:
        raise CannotRead(
            "elements_missing",
            "names no elements of the survey in any heading: they are known by name"
            " (Persyaratan, Prosedur, ...) or as U1 to U9",
        )
    swallowed = best.table.swallowed
    if swallowed:
        raise CannotRead("quote_open", f"row {swallowed} opens a quotation mark and never ends it")
    return _tally(best) if best.counts else _forms(best)


def _places(table: Table) -> Iterator[_Place]:
    for at, row in enumerate(table.rows[:HEADING_WITHIN]):
        counts = _counting(row)
        if counts:
            below = {
                meaning.key
                for each in table.rows[at + 1 : at + 1 + HEADING_WITHIN]
                if (meaning := _element_of(each, counts)) and meaning.key
            }
            yield _Place(table, at, len(below), counts)
        headed = {meaning.key for meaning in map(meaning_of, row) if meaning and meaning.key}
        if headed:
            yield _Place(table, at, len(headed), {})


# A row per respondent


def _forms(place: _Place) -> Forms:
    heading, below = place.table.rows[place.row], place.table.rows[place.row + 1 :]
    meanings = {at: meaning for at, cell in enumerate(heading) if (meaning := meaning_of(cell))}
    remarks = _about_headings([(str(heading[at]), each) for at, each in meanings.items()])
    columns: defaultdict[str, list[int]] = defaultdict(list)
    for at, meaning in meanings.items():
        if meaning.key:
            columns[meaning.key].append(at)
    for key, places in columns.items():
        if len(places) > 1:
            answering = [at for at in places if _answers(below, at, key)] or places
            remarks += [
                Remarked(Remark.NOT_ANSWERS, str(heading[at]), key)
                for at in places
                if at not in answering
            ]
            columns[key] = answering
        if len(columns[key]) > 1:
            remarks.append(Remarked(Remark.SEVERAL, key=key))
    remarks += [Remarked(Remark.NO_COLUMN, key=key) for key in KEYS if key not in columns]
    first = place.row + 2
    known = columns_about(heading, meanings)
    forms = [
        _form(number, row, columns, known)
        for number, row in enumerate(below, start=first)
        if any(map(_filled, row))
    ]
    return Forms(forms, remarks)


def _form(
    number: int, row: Row, columns: Mapping[str, Sequence[int]], known: Mapping[int, str]
) -> Form:
    answers = {
        key: [answer_in(row[at] if at < len(row) else None, key) for at in places]
        for key, places in columns.items()
    }
    return Form(number, answers, is_sum(next(filter(_filled, row))), about(row, known))


def _answers(rows: Sequence[Row], at: int, key: str) -> bool:
    """Say whether a column holds any answer, or is only named after the element."""
    return any(at < len(row) and answer_in(row[at], key) in SCORES for row in rows)


# Counts per element


def _counting(row: Row) -> dict[int, int]:
    """Return the columns that count answers, by the score they count; none unless all four."""
    found: dict[int, int] = {}
    for at, cell in enumerate(row):
        score = _score_counted(cell)
        if score is not None:
            found.setdefault(score, at)
    return found if len(found) == len(SCORES) else {}


def _score_counted(cell: object) -> int | None:
    if isinstance(cell, int | float):
        return int(cell) if cell in SCORES else None
    tokens = tokens_of(cell) if isinstance(cell, str) else []
    if not tokens:
        return None
    *before, last = tokens
    figure = last.removeprefix("n").removeprefix("f")
    if figure in {"1", "2", "3", "4"} and COUNTING.issuperset(before):
        return int(figure)
    return usual().get(" ".join(tokens))


def _element_of(row: Row, counts: Mapping[int, int]) -> Meaning | None:
    """Return the element that a row of counts names, by its name rather than by its number."""
    cells = [cell for at, cell in enumerate(row) if at not in counts.values()]
    told = [meaning for meaning in map(meaning_of, cells) if meaning]
    number = next((each.number for each in told if each.number), None)
    for meaning in told:
        if meaning.named:
            return Meaning(meaning.key, number, True, meaning.as_element)
    return told[0] if told else None


def _tally(place: _Place) -> Tally:
    heading = place.table.rows[place.row]
    counts: defaultdict[str, list[Counts]] = defaultdict(list)
    told: list[tuple[str, Meaning]] = []
    for number, row in enumerate(place.table.rows[place.row + 1 :], start=place.row + 2):
        label = str(next(filter(_filled, row), "")).strip()
        meaning = _element_of(row, place.counts)
        if meaning:
            told.append((label, meaning))
        cells = {score: _cell(row, at) for score, at in place.counts.items()}
        if not any(map(_filled, cells.values())) or (meaning is None and is_sum(label)):
            continue
        if meaning is None:
            raise CannotRead("counts_nameless", f"row {number} has counts, but names no element")
        if meaning.key:
            four, three, two, one = (
                _count(cells[score], number, heading[place.counts[score]]) for score in SCORES
            )
            counts[meaning.key].append((four, three, two, one))
    remarks = _about_headings(told)
    remarks += [Remarked(Remark.SEVERAL, key=key) for key in counts if len(counts[key]) > 1]
    return Tally(counts, remarks)


def _count(cell: object, row: int, heading: object) -> int:
    count = whole_in(cell)
    if count is None:
        return 0
    if isinstance(count, str) or count < 0:
        raise CannotRead(
            "count_wrong", f'row {row}, column "{heading}": {count} is not a number of people'
        )
    return count


# Both


def _about_headings(headings: Sequence[tuple[str, Meaning]]) -> list[Remarked]:
    """Return what is to be said of headings. Raises CannotRead if they are of another survey."""
    remarks = []
    for text, meaning in headings:
        number = meaning.number or 0
        if meaning.as_element and number > len(KEYS) + 1:
            raise CannotRead(
                "other_survey",
                f'has an element "{text.strip()}", so it is not of PermenPANRB 14/2017, which has'
                " nine; the fourteen of KepmenPAN 25/2004 have bands of their own",
            )
        if meaning.key is None:
            remarks.append(Remarked(Remark.ANOTHER_ITEM, text.strip()))
        elif meaning.named and number and BY_NUMBER.get(number) != meaning.key:
            remarks.append(Remarked(Remark.NAME_BEFORE_NUMBER, text.strip(), meaning.key))
    by_number = {meaning.key for _, meaning in headings if meaning.key and not meaning.named}
    if by_number & {"sarana", "pengaduan"}:
        remarks.append(Remarked(Remark.BY_NUMBER))
    return remarks


def _cell(row: Row, at: int) -> object:
    return row[at] if at < len(row) else None


def _filled(cell: object) -> bool:
    return cell is not None and (not isinstance(cell, str) or bool(cell.strip()))
