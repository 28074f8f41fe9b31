"""Brings the sentences of each screen's code and templates into its translators' catalogues."""

import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
#: The code is written in English; these are the languages it is translated to.
LOCALES = ("id",)
SCREENS = ("counter", "display", "kiosk", "manager", "surveys", "web")
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
KEYWORDS = {**DEFAULT_KEYWORDS, "_l": None}
TITLE = b"# Indonesian translations of Antrean.\n"


def catalogues() -> Iterator[tuple[str, Path]]:
    """Return each screen that says anything, and its catalogue of each language, there or not."""
    for screen in SCREENS:
        for locale in LOCALES:
            file = ROOT / screen / "translations" / locale / "LC_MESSAGES" / "messages.po"
            if file.exists() or any(message.id for message in written(screen)):
                yield screen, file


def written(screen: str) -> Catalog:
    """Return every sentence that the code and the templates of `screen` say."""
    found = Catalog()
    for _file, _line, message, _comments, context in extract_from_dir(
        ROOT / screen, METHODS, keywords=KEYWORDS
    ):
        found.add(message, context=context)
    return found


def translated(file: Path, locale: str = LOCALES[0]) -> Catalog:
    """Return what the translators wrote in `file`, which need not be there yet."""
    if not file.exists():
        return Catalog(locale=locale)
    with file.open("rb") as opened:
        return read_po(opened, locale=locale)


def lacking(screen: str, file: Path) -> list[str]:
    """Return the sentences of `screen` without a translation in `file`."""
    known = translated(file)
    missing = []
    for message in written(screen):
        if message.id:
            there = known.get(message.id, message.context)
            if there is None or there.fuzzy or not all(_texts(there.string)):
                missing.append(_texts(message.id)[0])
    return sorted(missing)


def spent(screen: str, file: Path) -> list[str]:
    """Return the translations in `file` of sentences that `screen` does not say any more."""
    said = written(screen)
    return sorted(
        _texts(message.id)[0]
        for message in translated(file)
        if message.id and said.get(message.id, message.context) is None
    )


def bring(screen: str, file: Path) -> None:
    """Add to `file` what is new, take from it what is not said any more, keep the rest."""
    known = translated(file)
    template = written(screen)
    for message in template:
        there = known.get(message.id, message.context) if message.id else None
        if there is not None:
            message.string = there.string
    template.locale = known.locale
    template.project, template.version = "Antrean", "0.1"
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as opened:
        opened.write(TITLE)
        opened.write(_head(template))
        write_po(opened, template, width=100, sort_output=True, omit_header=True)


def _head(catalogue: Catalog) -> bytes:
    """Return the few header lines that readers of catalogues need, and no dates."""
    lines = (
        f"Project-Id-Version: {catalogue.project} {catalogue.version}",
        f"Language: {catalogue.locale}",
        f"Plural-Forms: {catalogue.plural_forms}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
    )
    return "\n".join(['msgid ""', 'msgstr ""', *(f'"{line}\\n"' for line in lines), "\n"]).encode()


def _texts(value: object) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, (tuple, list)) else (str(value),)


def main() -> int:
    """Bring every catalogue up to date and tell what waits for a translator."""
    waiting = 0
    for screen, file in catalogues():
        bring(screen, file)
        for message in lacking(screen, file):
            waiting += 1
            print(f"{file.relative_to(ROOT)}: {message}")
    return 1 if waiting else 0


if __name__ == "__main__":
    sys.exit(main())
