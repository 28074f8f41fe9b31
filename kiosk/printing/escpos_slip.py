"""A slip as ESC/POS bytes for a given paper and printer profile.

Text is centred here, by blanks, because some profiles do not know their paper and ignore
centring. Sources: Epson ESC/POS Command Reference; python-escpos and its printer profiles.
"""

import functools
import logging
import textwrap
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Any

import segno
from PIL import Image

from kiosk.printing.logo import logo_dots
from kiosk.printing.slip import (
    QR,
    Align,
    Cut,
    Line,
    Logo,
    Part,
    Rule,
    Size,
    Slip,
    Space,
    reprint_mark,
)

log = logging.getLogger(__name__)

#: ESC @ resets the printer, FS . ends the two-byte mode some printers of Asian make start in, and
#: ESC t 0 chooses the code page that is CP437 nearly everywhere; no other is used.
START = b"\x1b@\x1c.\x1bt\x00"
CODE_PAGE = "CP437"
#: Dots across one character of font A.
CHARACTER = 12
COLUMNS = {58: 32, 80: 48}
PROFILES = {58: "POS-5890", 80: "TM-T20II"}
LARGEST = 6
#: Blank modules around a QR code (ISO/IEC 18004).
QUIET = 4

SUBSTITUTES = str.maketrans(
    {
        "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-",
        "\u2018": "'", "\u2019": "'", "\u02bc": "'", "\u201c": '"', "\u201d": '"',
        "\u2026": "...", "\u2022": "*", "\u00d7": "x", "\u00a9": "(c)", "\u20ac": "EUR",
    }
)  # fmt: skip


class ProfileUnknown(ValueError):
    """No usable printer profile has this name."""


@dataclass(frozen=True)
class Paper:
    """What a printer can do: its profile, and how many columns and dots fit across."""

    profile: str
    columns: int
    dots: int


def paper_for(profile: str = "", width: int | None = None) -> Paper:
    """Return the paper of a printer with `profile` and paper of `width` mm (58 or 80).

    Without a profile a common one of that width is assumed; without a width, the profile's own.
    Raises ProfileUnknown.
    """
    if width is not None and width not in COLUMNS:
        raise ProfileUnknown(f"width={width}")
    name = profile or PROFILES[width or 80]
    known = _library("escpos.capabilities").CAPABILITIES["profiles"].get(name)
    if known is None or known["codePages"].get("0") != CODE_PAGE:
        raise ProfileUnknown(name)
    media = known["media"]["width"]
    if width is None:
        millimetres = media.get("mm")
        width = 58 if isinstance(millimetres, int | float) and millimetres < 60 else 80
    columns = int(known["fonts"]["0"]["columns"])
    columns = min(columns, COLUMNS[width]) if columns >= 24 else COLUMNS[width]
    dots, pixels = columns * CHARACTER, media.get("pixels")
    return Paper(name, columns, min(dots, pixels) if isinstance(pixels, int) else dots)


def render(slip: Slip, paper: Paper) -> bytes:
    """Return the bytes that print `slip` on `paper`."""
    return _render(slip.marked, paper)


def render_mark(locale: str, paper: Paper) -> bytes:
    """Return the bytes to send before those of a slip to mark it as a reprint."""
    return _render([reprint_mark(locale)], paper)


def printable(text: str) -> str:
    """Return `text` with only characters every printer has; control characters are dropped."""
    return "".join(_printable(each) for each in unicodedata.normalize("NFC", text))


def wrapped(text: str, columns: int) -> list[str]:
    """Break `text` at blanks into lines of at most `columns`; a longer word is cut.

    What goes on of an item ("- ...") stands under its words.
    """
    plain = printable(text)
    indent = "  " if plain.startswith("- ") and columns > 8 else ""
    return textwrap.wrap(plain, max(columns, 1), break_on_hyphens=False, subsequent_indent=indent)


def magnification(line: Line, columns: int) -> int:
    """Return how many times the size of ordinary text `line` is printed."""
    if line.size is Size.HUGE:
        return max(1, min(LARGEST, columns // max(len(printable(line.text)), 1)))
    if line.size is Size.NORMAL:
        return 1
    longest = max((len(each) for each in printable(line.text).split()), default=1)
    return 2 if longest * 2 <= columns else 1


def qr_dots(content: str, paper: Paper) -> Image.Image:
    """Draw a QR code with its quiet zone. Raises ValueError where it would not be readable."""
    rows = _matrix(content)
    across = len(rows) + 2 * QUIET
    size = across * _module(across, paper)
    dots = bytes(0 if module else 255 for row in rows for module in row)
    code = Image.new("L", (across, across), 255)
    code.paste(Image.frombytes("L", (len(rows), len(rows)), dots), (QUIET, QUIET))
    return code.resize((size, size), Image.Resampling.NEAREST)


def _printable(character: str) -> str:
    if character.isspace():
        return " "
    if unicodedata.category(character).startswith("C"):
        return ""
    if character.isascii():
        return character
    try:
        character.encode(CODE_PAGE)
    except UnicodeEncodeError:
        plain = unicodedata.normalize("NFKD", character.translate(SUBSTITUTES))
        return plain.encode("ascii", "ignore").decode() or "?"
    return character


def _render(parts: Iterable[Part], paper: Paper) -> bytes:
    fixed = {"encoding": CODE_PAGE, "disabled": True}
    printer = _library("escpos.printer").Dummy(profile=paper.profile, magic_encode_args=fixed)
    out = [START]
    for part in parts:
        match part:
            case Line():
                _print_line(printer, part, paper.columns)
            case Logo():
                drawn = _logo(part, paper)
                if drawn is not None:
                    out.append(drawn)
            case Rule():
                printer.textln("-" * paper.columns)
            case Space():
                printer.ln(part.lines)
            case QR():
                code = _qr(part.content, paper)
                if code is not None:
                    out.append(code)
                    _print_line(printer, Line(part.caption), paper.columns)
            case Cut():
                printer.cut("PART")
        out.append(_taken(printer))
    return b"".join(out)


def _taken(printer: Any) -> bytes:
    output = bytes(printer.output)
    printer.clear()
    return output


def _print_line(printer: Any, line: Line, columns: int) -> None:
    times = magnification(line, columns)
    for text in wrapped(line.text, columns // times):
        if line.align is Align.CENTER:
            printer.text(" " * ((columns - len(text) * times) // 2))
        if times > 1:
            printer.set(custom_size=True, width=times, height=times)
        if line.bold:
            printer.set(bold=True)
        printer.textln(text)
        if line.bold:
            printer.set(bold=False)
        if times > 1:
            printer.set(custom_size=True, width=1, height=1)


def _logo(logo: Logo, paper: Paper) -> bytes | None:
    """Return the bytes of the office's logo, or None where it leaves nothing to print."""
    try:
        dots = logo_dots(logo.file, paper.dots)
    except OSError:
        log.warning("the logo %s cannot be read", logo.file, exc_info=True)
        return None
    if dots is None:
        return None
    picture = _centred(dots, paper)

    def draw(printer: Any, impl: str) -> None:
        printer.image(picture, impl=impl)

    return _best_way(paper, _drawing_ways(draw))


def _qr(content: str, paper: Paper) -> bytes | None:
    """Return the bytes of a QR code in the best way the profile has, or None: no code at all."""

    def native(printer: Any) -> None:
        _native_qr(printer, content, paper)

    def draw(printer: Any, impl: str) -> None:
        printer.image(_centred(qr_dots(content, paper), paper), impl=impl)

    return _best_way(paper, {"qrCode": native, **_drawing_ways(draw)})


def _drawing_ways(draw: Callable[[Any, str], None]) -> dict[str, Callable[[Any], None]]:
    """Return `draw` by each command for pictures, the best first."""
    return {
        "bitImageRaster": lambda printer: draw(printer, "bitImageRaster"),
        "graphics": lambda printer: draw(printer, "graphics"),
        "bitImageColumn": lambda printer: draw(printer, "bitImageColumn"),
    }


def _best_way(paper: Paper, ways: dict[str, Callable[[Any], None]]) -> bytes | None:
    """Return the bytes of the first way that the profile has and that works."""
    failures = (NotImplementedError, ValueError, OSError, _library("escpos.exceptions").Error)
    for feature, way in ways.items():
        printer = _library("escpos.printer").Dummy(profile=paper.profile)
        if not printer.profile.supports(feature):
            continue
        try:
            way(printer)
        except failures:
            log.warning("nothing drawn by %s on %s", feature, paper.profile, exc_info=True)
        else:
            return _taken(printer)
    return None


def _native_qr(printer: Any, content: str, paper: Paper) -> None:
    across = len(_matrix(content)) + 2 * QUIET
    printer.set(align="center")
    level = _library("escpos.constants").QR_ECLEVEL_M
    printer.qr(content, ec=level, size=_module(across, paper), native=True)
    printer.set(align="left")
    printer.ln()


def _centred(picture: Image.Image, paper: Paper) -> Image.Image:
    """Return a picture moved to the middle of the paper, as text is."""
    left = max((paper.dots - picture.width) // 2, 0)
    moved = Image.new("L", (left + picture.width, picture.height), 255)
    moved.paste(picture, (left, 0))
    return moved


def _matrix(content: str) -> tuple[bytearray, ...]:
    return segno.make_qr(content, error="m", boost_error=False).matrix


def _module(across: int, paper: Paper) -> int:
    """Return the dots of one module: about half the paper for an address of ordinary length."""
    size = min(LARGEST, paper.dots // across)
    if size < 2:
        raise ValueError("too much content for a readable QR code")
    return size


def prepare() -> None:
    """Load the printer library now (a third of a second), not with the first visitor's slip."""
    for name in ("escpos.capabilities", "escpos.printer", "escpos.exceptions", "escpos.constants"):
        _library(name)


@functools.cache
def _library(name: str) -> ModuleType:
    """Import a module of python-escpos; the log handler it installs on the root is taken off."""
    root = logging.getLogger()
    before = list(root.handlers)
    module = import_module(name)
    for handler in root.handlers[:]:
        if handler not in before:
            root.removeHandler(handler)
    return module
