"""The command `skm`: the satisfaction index of a file of answers that an office already has."""

import json
from pathlib import Path
from typing import Any

import click

from surveys.skm.elements import BY_KEY, ELEMENTS
from surveys.skm.index import CannotCount, Index, LeftOut, Note, Reason, Weight, half_up
from surveys.skm.interval import LEVEL, Method
from surveys.skm.reading import Remark, Remarked, read
from surveys.skm.sheets import CannotRead

NO_DATA = "No data: there is no filled form, so there is no index."

METHODS = {
    Method.FORMS: "Student's t on the respondents' own indices, had they been drawn at random",
    Method.COUNTS: "the widest that counts per element allow, had the respondents been drawn at"
    " random",
}


class Unreadable(click.ClickException):
    """The file holds no survey that can be trusted."""

    exit_code = 2


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--weight",
    type=click.Choice([each.value for each in Weight]),
    default=Weight.EXACT.value,
    show_default=True,
    help="What an element weighs; exact is 1/9.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def skm(file: Path, weight: str, as_json: bool) -> None:
    """Compute the satisfaction index (IKM, PermenPANRB 14/2017) of FILE.

    FILE is a CSV or XLSX with a row per respondent and the nine elements as columns, by name or as
    U1 to U9, or with a row per element that counts who answered 4, 3, 2 and 1. A form that is not
    wholly filled is left out and listed.
    """
    try:
        survey = read(file)
        index = survey.index(Weight(weight))
    except CannotRead as error:
        raise Unreadable(f"{file.name} {error}.") from error
    except CannotCount as error:
        raise Unreadable(f"{file.name} has counts without an index: {error}.") from error
    notes = [*map(remark_told, survey.remarks), *(note_told(each, index) for each in index.notes)]
    if as_json:
        click.echo(json.dumps(shape(index, notes), indent=2, ensure_ascii=False))
    else:
        click.echo("\n".join(lines(index, notes)))


def shape(index: Index, notes: list[str]) -> dict[str, Any]:
    """Return `index` as the JSON that the command prints."""
    grade, interval = index.grade, index.interval
    return {
        "respondents": index.respondents,
        "weight": index.weight.value,
        "elements": {
            each.key: {
                "code": each.code,
                "name": each.name.id,
                "total": _number(score.total, 4),
                "nrr": _number(score.nrr, 4),
                "weighted": _number(score.weighted, 4),
            }
            for each in ELEMENTS
            if (score := index.elements.get(each.key))
        },
        "index": None if index.value is None else float(index.value),
        "grade": grade and grade.name,
        "quality": grade and grade.called,
        "interval": interval
        and {
            "level": LEVEL,
            "low": round(interval.low, 2),
            "high": round(interval.high, 2),
            "method": METHODS[interval.method],
        },
        "left_out": [{"row": each.row, "reason": reason_told(each)} for each in index.left_out],
        "notes": notes or ([] if index.respondents else [NO_DATA]),
    }


def lines(index: Index, notes: list[str]) -> list[str]:
    """Return `index` as the lines that the command prints."""
    told = [
        f"Respondents: {index.respondents} (forms left out: {len(index.left_out)})",
        f"Weight of an element: {index.weight.value}"
        + (" (1/9)" if index.weight is Weight.EXACT else ""),
    ]
    if index.grade and index.elements:
        width = max(len(each.name.id) for each in ELEMENTS)
        told += ["", f"    {'element':{width}}   total     NRR  weighted"]
        for each in ELEMENTS:
            score = index.elements[each.key]
            told.append(
                f"{each.code}  {each.name.id:{width}}  {_number(score.total, 2):6}  "
                f"{half_up(score.nrr, 4)}    {half_up(score.weighted, 4)}"
            )
        told += ["", f"IKM {index.value}   {index.grade.name} ({index.grade.called})"]
        if index.interval:
            told.append(
                f"{LEVEL:.0%} interval {index.interval.low:.2f} to {index.interval.high:.2f}: "
                f"{METHODS[index.interval.method]}"
            )
    else:
        told += ["", NO_DATA]
    if notes:
        told += ["", *(f"Note: {each}" for each in notes)]
    if index.left_out:
        told += ["", "Left out:"]
        told += [f"  row {each.row}: {reason_told(each)}" for each in index.left_out]
    return told


def reason_told(left_out: LeftOut) -> str:
    """Say why a row is left out."""
    names = [BY_KEY[key].name.id for key in left_out.keys]
    if left_out.reason is Reason.NOT_A_FORM:
        return "a line of sums, not a form"
    if left_out.reason is Reason.LACKING:
        return "no answers" if len(names) == len(ELEMENTS) else f"no answer to {'; '.join(names)}"
    return "; ".join(
        f'"{found}" is not a score from 1 to 4 of {name}'
        for name, found in zip(names, left_out.found, strict=True)
    )


def note_told(note: Note, index: Index) -> str:
    """Say what must be known beside `index`."""
    if note is Note.ALL_THREES:
        return (
            f"everybody answered 3 throughout; by the regulation that is {index.value},"
            f" {index.grade.name} ({index.grade.called})."
            if index.grade
            else ""
        )
    return "the weight decides the grade here: another of the weights in use gives another."


def remark_told(remarked: Remarked) -> str:
    """Say how the file was taken where it could be taken otherwise."""
    name = BY_KEY[remarked.key].name.id if remarked.key else ""
    return {
        Remark.ANOTHER_ITEM: f'"{remarked.heading}" is none of the nine elements; it does not'
        " count.",
        Remark.NAME_BEFORE_NUMBER: f'"{remarked.heading}" was taken by its name, for {name}, not'
        " by its number.",
        Remark.BY_NUMBER: "numbers were taken in the order of the form: 8 is"
        f" {BY_KEY['sarana'].name.id}, 9 is {BY_KEY['pengaduan'].name.id}.",
        Remark.NO_COLUMN: f"no column for {name}.",
        Remark.NOT_ANSWERS: f'"{remarked.heading}" is named like {name} but holds no scores; it'
        " does not count.",
        Remark.SEVERAL: f"{name} has several questions; their mean counts.",
    }[remarked.remark]


def _number(value: Any, places: int) -> int | float:
    return int(value) if value.denominator == 1 else float(half_up(value, places))
