"""What is said where no numbers are given now: one wording for every screen, in any language.

`shutSentence` in web/static/web/page.js makes the sentence of it.
"""

from flask_babel import force_locale
from flask_babel import gettext as _


def shut_words(language: str | None = None) -> dict[str, str]:
    """Return the parts of the sentence in `language`, or in the page's own."""
    if language is not None:
        with force_locale(language):
            return shut_words()
    return {
        "shut": _("The office gives out no numbers now."),
        "opens": _("It opens again today at {time}."),
        "opens_on": _("It opens again on {day} at {time}."),
    }
