"""A published period as the report that PermenPANRB 14/2017 asks for, in its five parts."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from surveys.skm.elements import BY_KEY
from surveys.skm.index import Weight
from surveys.skm.periods import Period
from surveys.skm.respondents import TRAITS, UNSAID
from surveys.skm.words import called, decimal, weights
from web.languages import day_in
from web.paper import FONT, INK, NOTHING, SHADE, Sheet

BAR = (14, 74, 90)


def report(
    office: str,
    figures: Mapping[str, Any],
    texts: Mapping[str, str],
    published: date,
    locale: str,
) -> bytes:
    """Return the report as a PDF, in the language of the request."""
    period = Period.written(figures["period"])
    name = period.name(locale) if period else figures["period"]
    sheet = Sheet(office, _("Report of the public satisfaction survey, %(period)s", period=name))
    sheet.words(office, 12, quiet=True)
    sheet.words(_("Report of the public satisfaction survey (SKM)"), 20, bold=True)
    sheet.words(name, 14)
    _introduction(sheet, office)
    _collection(sheet, figures, locale)
    _results(sheet, figures, locale)
    _analysis(sheet, figures, texts, locale)
    _closing(sheet, figures, texts, name, published, locale)
    _annex(sheet, figures, locale)
    return bytes(sheet.output())


def _part(sheet: Sheet, title: str) -> None:
    sheet.ln(6)
    if sheet.will_page_break(30):
        sheet.add_page()
    sheet.words(title, 15, bold=True)
    sheet.ln(1)


def _say(sheet: Sheet, *sentences: str) -> None:
    for each in sentences:
        sheet.words(each, 10.5)
        sheet.ln(1.5)


def _introduction(sheet: Sheet, office: str) -> None:
    _part(sheet, _("I. Introduction"))
    _say(
        sheet,
        _(
            "Background: public services are to be measured by those who use them, and the result"
            " is to be published. %(office)s asks its visitors after their visit.",
            office=office,
        ),
        _(
            "Basis: Law 25/2009 on public services, article 38; PermenPANRB 14/2017 on the survey"
            " of public satisfaction."
        ),
        _(
            "Aims: to know how satisfied visitors are with each of the nine elements of service,"
            " to find the weakest, and to follow up."
        ),
    )


def _collection(sheet: Sheet, figures: Mapping[str, Any], locale: str) -> None:
    _part(sheet, _("II. Collection of the data"))
    channels = figures["channels"]
    _say(
        sheet,
        _("Carried out by: the office itself, at its own place of service."),
        _(
            "Method: the questionnaire of nine elements with four answers each, after a finished"
            " visit; %(phone)s forms on phones, %(tablet)s at tablets, %(paper)s on paper,"
            " %(file)s from files.",
            **channels,
        ),
        _(
            "Time: visits from %(first)s to %(last)s.",
            first=_day(figures["first"], locale),
            last=_day(figures["last"], locale),
        ),
    )
    sheet.grid(
        _("Respondents and sample"),
        ("", _("How many")),
        [
            (_("Finished visits (population)"), str(figures["population"])),
            (_("Sample by Krejcie and Morgan"), str(figures["sample_wanted"])),
            (_("Respondents (wholly filled forms)"), str(figures["respondents"])),
            (_("Forms left out since an answer is lacking"), str(figures["lacking"])),
            (
                _("Invited at random, and answered"),
                f"{figures['invited']['asked']} / {figures['invited']['answered']}",
            ),
        ],
        first=120,
    )


def _results(sheet: Sheet, figures: Mapping[str, Any], locale: str) -> None:
    _part(sheet, _("III. Results"))
    for trait in TRAITS:
        counts = figures["respondents_by"][trait.key]
        total = max(1, sum(counts.values()))
        sheet.grid(
            trait.name.of(locale),
            ("", _("Respondents"), "%"),
            [
                (
                    (trait.values[key] if key else UNSAID).of(locale),
                    str(count),
                    decimal(Decimal(100 * count / total).quantize(Decimal("0.1")), locale),
                )
                for key, count in counts.items()
            ],
            first=100,
        )
    sheet.ln(4)
    # the index stands with the table of its elements
    if sheet.will_page_break(110):
        sheet.add_page()
    sheet.words(
        _(
            "Index (IKM): %(index)s, grade %(grade)s (%(called)s)",
            index=decimal(Decimal(figures["index"]), locale),
            grade=figures["grade"],
            called=called(figures["grade"]),
        ),
        15,
        bold=True,
    )
    weight = Weight(figures["weight"])
    sheet.words(_("Weight of an element: %(weight)s.", weight=weights()[weight.value]), 10)
    elements = figures["elements"]
    sheet.grid(
        _("Index per element"),
        (_("Element"), _("Sum"), _("Mean (NRR)"), _("Weighted")),
        [
            (
                f"{each.code} {each.name.of(locale)}",
                *(
                    decimal(Decimal(elements[key][one]), locale)
                    for one in ("total", "nrr", "weighted")
                ),
            )
            for key, each in BY_KEY.items()
        ],
        first=92,
    )
    rows = [(key, Decimal(elements[key]["nrr"])) for key in weakest(elements)]
    _bars(
        sheet,
        _("Elements, the weakest first"),
        [
            (BY_KEY[key].name.of(locale), float(mean) / 4, mean.quantize(Decimal("0.01")))
            for key, mean in rows
        ],
        locale,
    )


def _bars(
    sheet: Sheet, title: str, rows: Sequence[tuple[str, float, Decimal]], locale: str
) -> None:
    """Draw a bar for each row: its name, how long it is, from 0 to 1, and the number beside it."""
    sheet.ln(4)
    if sheet.will_page_break(12 + 6 * len(rows)):
        sheet.add_page()
    sheet.words(title, 12, bold=True)
    sheet.ln(1)
    for name, share, number in rows:
        top = sheet.get_y()
        sheet.set_font(FONT, size=8.5)
        sheet.set_text_color(*INK)
        sheet.cell(78, 6, name, align="R")
        for colour, width in ((SHADE, 1.0), (BAR, share)):
            sheet.set_fill_color(*colour)
            sheet.rect(sheet.l_margin + 80, top + 0.8, 84 * width, 4.4, style="F")
        sheet.set_xy(sheet.l_margin + 166, top)
        sheet.cell(16, 6, decimal(number, locale), new_x="LMARGIN", new_y="NEXT")


def _analysis(
    sheet: Sheet,
    figures: Mapping[str, Any],
    texts: Mapping[str, str],
    locale: str,
) -> None:
    _part(sheet, _("IV. Analysis"))
    order = [BY_KEY[key].name.of(locale) for key in weakest(figures["elements"])]
    _say(
        sheet,
        _("Weaknesses: %(names)s.", names="; ".join(order[:3])),
        _("Strengths: %(names)s.", names="; ".join(order[:-4:-1])),
    )
    if texts.get("plan"):
        _say(sheet, _("Follow-up plan:"), texts["plan"])
    if figures["actions"]:
        sheet.grid(
            _("Follow-up actions"),
            (_("What"), _("Element"), _("By whom"), _("Until")),
            [
                (
                    each["what"],
                    BY_KEY[each["element"]].name.of(locale),
                    each["owner"],
                    _day(each["due"], locale),
                )
                for each in figures["actions"]
            ],
            first=70,
        )
    sheet.grid(
        _("Trend"),
        (_("Period"), _("Respondents"), _("Index"), _("Grade")),
        [
            (
                period.name(locale)
                if (period := Period.written(each["period"]))
                else each["period"],
                str(each.get("respondents") or NOTHING),
                NOTHING if each["index"] is None else decimal(Decimal(each["index"]), locale),
                each.get("grade") or NOTHING,
            )
            for each in figures["trend"]
        ],
        first=92,
    )
    known = [each for each in figures["trend"] if each["index"] is not None]
    if len(known) > 1:
        _bars(
            sheet,
            _("The index over the periods"),
            [
                (
                    period.name(locale)
                    if (period := Period.written(each["period"]))
                    else each["period"],
                    float(each["index"]) / 100,
                    Decimal(each["index"]),
                )
                for each in known
            ],
            locale,
        )


def _closing(
    sheet: Sheet,
    figures: Mapping[str, Any],
    texts: Mapping[str, str],
    name: str,
    published: date,
    locale: str,
) -> None:
    # conclusion, advice and signature stand on one page
    if sheet.will_page_break(100):
        sheet.add_page()
    _part(sheet, _("V. Closing"))
    _say(
        sheet,
        _(
            "Conclusion: in %(period)s the service was of grade %(grade)s (%(called)s), with an"
            " index of %(index)s from %(respondents)s respondents.",
            period=name,
            grade=figures["grade"],
            called=called(figures["grade"]),
            index=decimal(Decimal(figures["index"]), locale),
            respondents=figures["respondents"],
        ),
    )
    if texts.get("advice"):
        _say(sheet, _("Advice:"), texts["advice"])
    if sheet.will_page_break(50):
        sheet.add_page()
    sheet.ln(6)
    day = day_in(published, "long", locale)
    for text, space in (
        (f"{texts['place']}, {day}" if texts.get("place") else day, 0),
        (texts.get("position", ""), 22),
        (texts.get("signer", ""), 0),
        (f"NIP {texts['nip']}" if texts.get("nip") else "", 0),
    ):
        sheet.set_x(sheet.l_margin + 100)
        sheet.set_font(FONT, size=10.5)
        sheet.multi_cell(82, 6, text, new_x="LMARGIN", new_y="NEXT", align="L")
        sheet.ln(space)


def _annex(sheet: Sheet, figures: Mapping[str, Any], locale: str) -> None:
    _part(sheet, _("Annex"))
    _say(
        sheet,
        _(
            "Groups are told in batches of respondents, so that nobody can find out what a single"
            " visitor said; together they can be fewer than all."
        ),
    )
    interval = figures["interval"]
    if interval:
        _say(
            sheet,
            _(
                "Had all respondents been drawn at random, the index of all visitors would lie"
                " between %(low)s and %(high)s, 95 times in 100.",
                low=decimal(Decimal(interval[0]), locale),
                high=decimal(Decimal(interval[1]), locale),
            ),
        )
    apart = [
        (said, figures[key])
        for key, said in (
            ("drawn", _("Drawn at random")),
            ("volunteered", _("Volunteered")),
        )
        if figures[key]
    ]
    for title, rows in (
        (_("By how they came to answer"), apart),
        (_("By service"), [(each["name"], each) for each in figures["services"]]),
    ):
        if rows:
            sheet.grid(
                title,
                ("", _("Respondents"), _("Of visits"), _("Index"), _("Grade"), _("Interval")),
                [
                    (
                        said,
                        str(each["respondents"]),
                        str(each.get("visits") or NOTHING),
                        decimal(Decimal(each["index"]), locale),
                        each["grade"],
                        _between(each.get("interval"), locale),
                    )
                    for said, each in rows
                ],
                first=72,
            )


def _between(interval: Sequence[str] | None, locale: str) -> str:
    if not interval:
        return NOTHING
    return " – ".join(decimal(Decimal(each), locale) for each in interval)


def weakest(elements: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Return the keys of the elements, the weakest first."""
    return sorted(elements, key=lambda key: (Decimal(elements[key]["nrr"]), key))


def _day(told: str, locale: str) -> str:
    return day_in(date.fromisoformat(told), "long", locale)
