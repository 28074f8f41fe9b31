"""An office's own slip: its text with places to fill, and the lines of paper it becomes.

The text is a Jinja template in a sandbox. Managers write it and a server runs it for every
ticket, so it may choose (`if`) and go through papers and services (`for`), and nothing else: no
call, no sum, no macro, which a sandbox alone would let run for hours. What it leaves is read line
by line:

    # A012                  as large as the paper allows
    ## KTP elektronik       large
    **Silakan menunggu**    bold
    > - KTP lama            at the left
    ---                     a line across the paper
    [logo]                  the office's logo, if it has one
    [qr] Pindai ...         the code that leads to the phone page, and the words under it

anything else is a paragraph in the middle, and an empty line is an empty line.
"""

import functools
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import product
from traceback import extract_tb

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from kiosk.printing.slip import QR, Align, Line, Logo, Part, Rule, Size, Space
from office.errors import Invalid

#: The longest text, in characters, and the most lines of paper it may make.
LONGEST = 3_000
MOST_LINES = 60


class TemplateRefused(Invalid):
    """The text cannot become a slip; `line` says where, counted from 1."""

    code = "slip_template_refused"


class TemplateSyntaxRefused(TemplateRefused):
    """A bracket or a block is left open, or stands where none may."""

    code = "slip_template_syntax"


class PlaceUnknown(TemplateRefused):
    """`name` is no place that a slip can fill."""

    code = "slip_place_unknown"


class NumberMissing(TemplateRefused):
    """For some visitor the slip would not show the number large."""

    code = "slip_number_missing"


class TemplateTooLong(TemplateRefused):
    """More text than LONGEST, or more paper than MOST_LINES."""

    code = "slip_template_too_long"


@dataclass(frozen=True)
class Facts:
    """What a slip can say of a ticket; every name is a place in the template."""

    office: str
    number: str
    service: str
    #: Files brought for it, and the services that follow on the same number, with their files.
    files: int
    further: tuple[str, ...]
    #: One neutral mark, never its ground.
    priority: bool
    #: Whether the visitor still waits to be called; not so on some slips printed anew.
    waiting: bool
    #: People ahead.
    ahead: int
    #: The usual wait, and the one nine in ten stay under, in minutes; None when not known.
    usual: int | None
    most: int | None
    #: What the service asks to be brought.
    bring: tuple[str, ...]
    #: The day and the time in words, with the zone's abbreviation.
    day: str
    time: str
    #: Whether the slip has a code that leads to the phone page.
    phone: bool


PLACES = tuple(Facts.__dataclass_fields__)
#: The places to be gone through one by one.
LISTS = ("bring", "further")

INDONESIAN = """\
[logo]
**{{ office }}**
---
NOMOR ANTREAN
# {{ number }}
## {{ service }}
{% if files > 1 %}
{{ files }} berkas
{% endif %}
{% if further %}
**Setelah itu, dengan nomor yang sama:**
{% for other in further %}
{{ other }}
{% endfor %}
{% endif %}
{% if priority %}
## PRIORITAS
{% endif %}
---
{% if not waiting %}
{% elif ahead == 0 %}
**Tidak ada antrean di depan Anda**
{% else %}
**{{ ahead }} orang di depan Anda**
{% endif %}
{% if usual %}
Lama tunggu: biasanya {{ usual }} menit, 9 dari 10 orang kurang dari {{ most }} menit
{% endif %}
{% if bring %}

**Siapkan:**
{% for paper in bring %}
> - {{ paper }}
{% endfor %}
{% endif %}
{% if phone %}

[qr] Pindai untuk memantau antrean dari ponsel
{% endif %}
{% if waiting %}

**Silakan menunggu hingga nomor Anda dipanggil.**
{% endif %}
{{ day }}
Diambil pukul {{ time }}
"""

ENGLISH = """\
[logo]
**{{ office }}**
---
QUEUE NUMBER
# {{ number }}
## {{ service }}
{% if files > 1 %}
{{ files }} files
{% endif %}
{% if further %}
**After that, on the same number:**
{% for other in further %}
{{ other }}
{% endfor %}
{% endif %}
{% if priority %}
## PRIORITY
{% endif %}
---
{% if not waiting %}
{% elif ahead == 0 %}
**Nobody is waiting ahead of you**
{% elif ahead == 1 %}
**1 person ahead of you**
{% else %}
**{{ ahead }} people ahead of you**
{% endif %}
{% if usual %}
Wait: usually {{ usual }} minutes, under {{ most }} for 9 in 10
{% endif %}
{% if bring %}

**Have ready:**
{% for paper in bring %}
> - {{ paper }}
{% endfor %}
{% endif %}
{% if phone %}

[qr] Scan to follow the queue on your phone
{% endif %}
{% if waiting %}

**Please wait until your number is called.**
{% endif %}
{{ day }}
Taken at {{ time }}
"""


def shipped(locale: str) -> str:
    """Return the text in `locale` ("id", "en", "en-GB") of an office that wrote none of its own."""
    return ENGLISH if locale.lower().startswith("en") else INDONESIAN


def check(text: str) -> None:
    """Raise TemplateRefused unless `text` makes a slip with its number for every visitor."""
    if len(text) > LONGEST:
        raise TemplateTooLong(line=text.count("\n", 0, LONGEST) + 1)
    _compiled(text)
    for facts in _visitors():
        lines = [part for part in parts_of(text, facts, None, "x") if isinstance(part, Line)]
        if not any(each.size is Size.HUGE and facts.number in each.text for each in lines):
            raise NumberMissing(line=1)
        if len(lines) > MOST_LINES:
            raise TemplateTooLong(line=text.count("\n") + 1)


def parts_of(text: str, facts: Facts, logo: Logo | None, url: str) -> list[Part]:
    """Return what `text` becomes for a ticket. Raises TemplateRefused."""
    tidy = {
        name: _on_one_line(value) if isinstance(value, str) else value
        for name, value in asdict(facts).items()
    }
    for name in LISTS:
        tidy[name] = [_on_one_line(each) for each in tidy[name]]
    template = _compiled(text)
    try:
        filled = template.render(tidy)
    except TypeError as wrong:  # an order between things that have none
        inside = [
            each.lineno for each in extract_tb(wrong.__traceback__) if "<template>" in each.filename
        ]
        raise TemplateRefused(line=(inside or [1])[-1]) from wrong
    return list(_parts(filled, logo, url))


def _parts(filled: str, logo: Logo | None, url: str) -> Iterator[Part]:
    for raw in filled.splitlines():
        line = raw.strip()
        if not line:
            yield Space()
        elif line == "---":
            yield Rule()
        elif line == "[logo]":
            if logo is not None:
                yield logo
        elif line.startswith("[qr]"):
            if url:
                yield QR(url, line.removeprefix("[qr]").strip())
        elif line.startswith("## "):
            yield Line(line[3:].strip(), Size.LARGE, bold=True)
        elif line.startswith("# "):
            yield Line(line[2:].strip(), Size.HUGE, bold=True)
        else:
            yield _paragraph(line)


def _paragraph(line: str) -> Line:
    align = Align.CENTER
    if line.startswith("> "):
        align, line = Align.LEFT, line[2:].strip()
    bold = len(line) > 4 and line.startswith("**") and line.endswith("**")
    return Line(line[2:-2].strip() if bold else line, align=align, bold=bold)


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


@functools.lru_cache(maxsize=32)
def _compiled(text: str) -> Template:
    try:
        tree = _SANDBOX.parse(text)
    except TemplateSyntaxError as wrong:
        raise TemplateSyntaxRefused(line=wrong.lineno, why=wrong.message or "") from wrong
    _examine(tree, frozenset(PLACES), inside_loop=False)
    return _SANDBOX.from_string(text)


_SANDBOX = ImmutableSandboxedEnvironment(
    trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined, autoescape=False
)
_FILTERS = frozenset({"upper", "lower", "title"})
_ALLOWED = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.CondExpr),
    *(nodes.Const, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not),
)


def _examine(node: nodes.Node, places: frozenset[str], *, inside_loop: bool) -> None:
    """Raise TemplateRefused where the tree holds more than choices and loops."""
    match node:
        case nodes.Name():
            if node.name not in places:
                raise PlaceUnknown(line=node.lineno, name=node.name)
        case nodes.For(iter=nodes.Name(name=name), target=nodes.Name(name=each_one)) if (
            name in LISTS and not inside_loop and not node.recursive
        ):
            known = places | {each_one}
            for each in (*node.body, *node.else_, *filter(None, [node.test])):
                _examine(each, known, inside_loop=True)
            return
        case nodes.Filter() if node.name in _FILTERS and not (node.args or node.kwargs):
            pass
        case _ if isinstance(node, _ALLOWED):
            pass
        case _:
            raise TemplateRefused(line=node.lineno)
    for child in node.iter_child_nodes():
        _examine(child, places, inside_loop=inside_loop)


def _visitors() -> Iterator[Facts]:
    """Return one visitor of each sort that a template can tell apart."""
    for priority, waiting, ahead, wait, bring, phone, (files, further) in product(
        (False, True),
        (True, False),
        (0, 1, 14),
        (None, 25),
        ((), ("KTP lama", "Kartu Keluarga")),
        (False, True),
        ((1, ()), (3, ("Kartu Keluarga", "Akta Kelahiran"))),
    ):
        yield Facts(
            office="Dukcapil",
            number="A012",
            service="KTP",
            files=files,
            further=further,
            priority=priority,
            waiting=waiting,
            ahead=ahead,
            usual=wait,
            most=wait and 2 * wait,
            bring=bring,
            day="Kamis, 26 November 2026",
            time="10.05 WITA",
            phone=phone,
        )
