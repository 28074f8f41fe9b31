"""The look all pages share: every text can be read, every icon is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOOK = ROOT / "web" / "static" / "web"
SCREENS = ("web", "kiosk", "counter", "display", "surveys", "manager")

#: Text and its ground; AAA asks for a contrast of 7.
TEXTS = [
    *((ink, ground) for ink in ("ink", "ink-soft") for ground in ("paper", "card", "sunken")),
    *((ink, ground) for ink in ("ink", "ink-soft") for ground in ("brand-tint", "called-tint")),
    *((state, f"{state}-tint") for state in ("good", "bad", "warn")),
    *((state, "card") for state in ("good", "bad", "warn", "brand")),
    ("brand", "paper"),
    ("brand", "brand-tint"),
    ("brand-deep", "brand-tint"),
    ("bad", "sunken"),
    ("on-brand", "brand"),
    ("on-called", "called"),
]
#: Edges of what can be used, and its ground; 3 is asked for.
EDGES = [
    *(("line-strong", ground) for ground in ("paper", "card")),
    *(("focus", ground) for ground in ("paper", "card", "sunken", "brand-tint")),
]


def tokens(scheme: str) -> dict[str, str]:
    """Return the colours of a scheme, which builds on the light one."""
    css = (LOOK / "base.css").read_text(encoding="utf-8")
    found: dict[str, str] = {}
    for selector in (":root", scheme):
        start = css.index(f"{selector} {{")
        found |= re.findall(r"--([\w-]+): (#[0-9a-f]{6});", css[start : css.index("}", start)])
    return found


def luminance(colour: str) -> float:
    """Return the relative luminance as WCAG 2.2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours as WCAG 2.2 defines it."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", [":root", ":root.board"])
def test_every_text_reads_on_its_ground(scheme: str) -> None:
    colours = tokens(scheme)
    assert [pair for pair in TEXTS if contrast(colours[pair[0]], colours[pair[1]]) < 7] == []
    assert [pair for pair in EDGES if contrast(colours[pair[0]], colours[pair[1]]) < 3] == []


def test_every_icon_that_a_page_names_is_drawn() -> None:
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (LOOK / "icons.svg").read_text()))
    named = set()
    for screen in SCREENS:
        for file in (ROOT / screen).rglob("*"):
            if file.suffix in {".html", ".js"} and "vendor" not in file.parts:
                text = file.read_text(encoding="utf-8")
                named |= set(re.findall(r"""\bicon\(["']([\w-]+)["'][,)]""", text))
    assert named - drawn == set()
    assert "bell" in named
