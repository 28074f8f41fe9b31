"""Pages that only somebody with a right may open; others are shown the door they need."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from office.errors import Forbidden
from office.people import Right
from web.access import CredentialsMissing, asking, signed_in
from web.house import house

Given = ParamSpec("Given")
Page = Callable[Given, ResponseReturnValue]

#: The doors: sign in as a person, or link the device.
SIGN_IN = "web.sign_in_page"
LINK = "web.link_page"


def page_for(right: Right, door: str = SIGN_IN) -> Callable[[Page[Given]], Page[Given]]:
    """Show the page to whoever has `right`; send others to `door`."""

    def decorate(page: Page[Given]) -> Page[Given]:
        @wraps(page)
        def guarded(*args: Given.args, **kwargs: Given.kwargs) -> ResponseReturnValue:
            now = house().clock.now()
            with house().store.read() as work:
                try:
                    asking(work, now, right)
                except CredentialsMissing:
                    return redirect(url_for(door, next=request.path))
                except Forbidden:
                    if signed_in(work, now) is not None:
                        raise
                    return redirect(url_for(door, next=request.path))
            return page(*args, **kwargs)

        return guarded

    return decorate
