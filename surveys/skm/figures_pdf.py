"""The satisfaction index of any days on paper, for the office's own use."""

from decimal import Decimal

from flask_babel import gettext as _

from surveys.skm.elements import BY_KEY
from surveys.skm.index import half_up
from surveys.skm.interval import Interval
from surveys.skm.respondents import TRAITS
from surveys.skm.results import Result, Share
from surveys.skm.words import called, decimal, weights
from web.languages import day_in
from web.paper import NOTHING, Sheet


def paper(office: str, found: Result, locale: str) -> bytes:
    """Return a PDF in the language of the request: the index, its elements, groups and trend."""
    days = (
        found.period.name(locale)
        if found.period
        else " – ".join(day_in(each, "long", locale) for each in (found.first, found.last))
    )
    title = _("Satisfaction index")
    sheet = Sheet(office, f"{title}, {days}")
    sheet.words(office, 11, quiet=True)
    sheet.words(title, 20, bold=True)
    sheet.words(days, 13)
    sheet.ln(3)
    index = found.index
    if index.value is None or index.grade is None:
        sheet.words(
            _("No index is told of fewer than %(count)s respondents.", count=found.least), 11
        )
        return bytes(sheet.output())
    sheet.words(
        f"{decimal(index.value, locale)}  {index.grade.name} ({called(index.grade.name)})",
        18,
        bold=True,
    )
    sheet.words(_("Weight of an element: %(weight)s.", weight=weights()[found.weight.value]), 10)
    if index.interval:
        sheet.words(
            _(
                "95 times in 100 between %(low)s and %(high)s, had all been drawn at random",
                low=_told(index.interval.low, locale),
                high=_told(index.interval.high, locale),
            )
            + ".",
            10,
        )
    sheet.grid(
        _("Respondents and sample"),
        ("", _("How many")),
        [
            (_("Finished visits (population)"), str(found.population)),
            (_("Respondents (wholly filled forms)"), str(index.respondents)),
            (_("Forms that are not told yet"), str(found.waiting)),
            (_("Forms left out since an answer is lacking"), str(found.lacking)),
            (_("Invited at random, and answered"), _share(found.invited, locale)),
        ],
        first=120,
    )
    sheet.grid(
        _("Elements, the weakest first"),
        (_("Element"), _("Mean (NRR)"), _("Weighted")),
        [
            (
                f"{BY_KEY[key].code} {BY_KEY[key].name.of(locale)}",
                *(
                    decimal(half_up(value, 4), locale)
                    for value in (index.elements[key].nrr, index.elements[key].weighted)
                ),
            )
            for key in found.weakest
        ],
        first=92,
    )
    columns = (_("Respondents"), _("Of visits"), _("Index"), _("Grade"), _("Interval"))
    names = {"drawn": _("Drawn at random"), "volunteered": _("Volunteered")}
    for key, title in (
        ("drawn", _("By how they came to answer")),
        ("service", _("By service")),
        ("counter", _("By counter, of phones and tablets, in whole months")),
        *((trait.key, trait.name.of(locale)) for trait in TRAITS),
    ):
        if found.groups.get(key):
            sheet.grid(
                title,
                ("", *columns),
                [
                    (
                        names.get(each.name, each.name),
                        str(each.respondents),
                        _share(each.rate, locale),
                        decimal(each.value, locale),
                        each.grade.name,
                        _between(each.interval, locale),
                    )
                    for each in found.groups[key]
                ],
                first=62,
            )
    if found.trend:
        sheet.grid(
            _("Trend"),
            (_("Period"), *columns),
            [
                (
                    each.period.name(locale),
                    str(each.index.respondents) if each.index else NOTHING,
                    _share(each.rate, locale),
                    decimal(each.value, locale),
                    each.index.grade.name if each.index and each.index.grade else NOTHING,
                    _between(each.index.interval if each.index else None, locale),
                )
                for each in found.trend
            ],
            first=62,
        )
    return bytes(sheet.output())


def _share(share: Share | None, locale: str) -> str:
    if share is None or share.part is None:
        return NOTHING
    return f"{decimal(Decimal(f'{100 * share.part:.1f}'), locale)} %"


def _between(interval: Interval | None, locale: str) -> str:
    if interval is None:
        return NOTHING
    return f"{_told(interval.low, locale)} – {_told(interval.high, locale)}"


def _told(value: float, locale: str) -> str:
    return decimal(Decimal(f"{value:.2f}"), locale)
