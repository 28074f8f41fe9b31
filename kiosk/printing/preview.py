"""The slip as a piece of a page: for the preview, and for the ticket on the screen."""

import functools
from pathlib import Path

import segno
from jinja2 import Environment, FileSystemLoader, Template
from markupsafe import Markup

from kiosk.printing.slip import Slip

TEMPLATES = Path(__file__).parent.parent / "templates"


def slip_html(slip: Slip) -> Markup:
    """Return `slip` as HTML, to be styled by kiosk/slip.css; no script, no inline style."""
    return Markup(_template().render(slip=slip, qr_svg=qr_svg))


def qr_svg(content: str) -> Markup:
    """Return a QR code of `content` as inline SVG that scales with its box."""
    code = segno.make_qr(content, error="m")
    svg = code.svg_inline(border=4, dark="#000", light="#fff", omitsize=True, svgclass="slip__code")
    return Markup(svg)


@functools.cache
def _environment() -> Environment:
    return Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)


def _template() -> Template:
    return _environment().get_template("kiosk/slip.html")
