"""The running text: what stands at the foot of every board, page after page, in each language."""

from datetime import datetime

from office.errors import Invalid
from office.journal import Kind, append_change
from office.people import Actor
from office.place import Names, Office
from storage.work import Work

#: The longest text, in characters: at a board's pace some two minutes.
LONGEST = 600


def write_running_text(
    work: Work, office: Office, actor: Actor, now: datetime, texts: Names
) -> None:
    """Let the boards show `texts` from now on, in the office's turn; none leaves the foot empty.

    A line of its own is a sentence of its own. Raises Invalid.
    """
    kept = {locale: tidy for locale, text in texts.items() if (tidy := _tidy(text))}
    if any(len(text) > LONGEST for text in kept.values()):
        raise Invalid(fields={"running_text": f"at most {LONGEST} characters"})
    if kept == office.running_text:
        return
    former, office.running_text = {"texts": office.running_text}, kept
    present = {"texts": kept}
    append_change(
        work, office, Kind.OFFICE_CHANGED, actor, now, former, present, part="running_text"
    )


def _tidy(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)
