"""What refusals say beside fields."""

import ast
from collections.abc import Iterator
from pathlib import Path

from web import refusals

ROOT = Path(__file__).resolve().parent.parent.parent
#: What only the API can get wrong, or a page that offers no such choice.
OF_THE_API = {
    *("access, correction or deletion", "done or refused", "open, done or dropped", "a period"),
    *("exact, # or #", "identity_shown or letter", "not in the list", "one of the list"),
    *("no account has this number", "no service has this code"),
    *("not accepted", "unknown", "needed with the number", "only a device taps"),
    *("a service stands in it twice", "each service once", "no such group", "seven days"),
}


def said_of_fields() -> Iterator[str]:
    """Yield what the code says of fields beside a refusal without words of its own."""
    for file in ROOT.glob("*/**/*.py"):
        if file.relative_to(ROOT).parts[0] not in ("office", "manager", "display", "surveys"):
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Invalid":
                for keyword in node.keywords:
                    if isinstance(keyword.value, ast.Dict):
                        yield from filter(None, map(_text, keyword.value.values))


def _text(node: ast.AST) -> str:
    """Return a string of the code with # for what is filled in; nothing where it is none."""
    if isinstance(node, ast.List):
        return _text(node.elts[0])
    if isinstance(node, ast.Constant):
        return refusals.NUMBER.sub("#", str(node.value))
    if isinstance(node, ast.JoinedStr):
        parts = (each.value if isinstance(each, ast.Constant) else "#" for each in node.values)
        return refusals.NUMBER.sub("#", "".join(map(str, parts)))
    return ""


def test_what_is_said_of_a_field_has_words() -> None:
    told = set(said_of_fields())
    assert len(told) > 20
    assert told - set(refusals.FIELD_SENTENCES) - OF_THE_API == set()
