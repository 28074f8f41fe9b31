"""What the board says, in both languages at once: a waiting room has readers of either."""

from flask_babel import force_locale
from flask_babel import lazy_gettext as _l

from web.languages import LOCALES
from web.shut import shut_words

WORDS = {
    "ask": _l("How were you served?"),
    "ask_thanks": _l("Thank you for your answer."),
    "again": _l("Called again"),
    "calling": _l("Now calling"),
    "chime_only": _l("Chime only, no voice"),
    "closed": _l("closed"),
    "connecting": _l("Connecting ..."),
    "counter": _l("Counter"),
    "empty": _l("No calls yet"),
    "last": _l("Last call"),
    "last_known": _l("Connection lost"),
    "latest": _l("Latest"),
    "missed": _l("Missed: please tell our staff"),
    "nine_in_ten": _l("under {time} for 9 in 10"),
    "no_new": _l("no new numbers"),
    "number": _l("Number"),
    "open": _l("open"),
    "recent": _l("Last calls"),
    "pair": _l("Link this screen"),
    "pair_how": _l("A manager types this code under Settings, Screens."),
    "please_come": _l("Please come here"),
    "rehearsal": _l("Rehearsal"),
    "served_here": _l("Being served"),
    "serving": _l("Now serving"),
    "silent": _l("Sound is off – touch the screen or press any key to turn it on"),
    "stale": _l("Connection lost. As of {time}"),
    "suspended": _l("suspended"),
    "updated": _l("As of {time}"),
    "usually": _l("usually {time}"),
    "score_1": _l("Very dissatisfied"),
    "score_2": _l("Dissatisfied"),
    "score_3": _l("Satisfied"),
    "score_4": _l("Very satisfied"),
    "wait_unknown": _l("wait not known"),
    "waiting": _l("Still waiting"),
}


def words_in_both() -> dict[str, dict[str, str]]:
    """Return the board's words by language."""
    spoken = {}
    for locale in LOCALES:
        with force_locale(locale):
            spoken[locale] = {name: str(word) for name, word in WORDS.items()} | shut_words()
    return spoken
