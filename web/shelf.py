"""The shelf of uploaded files over HTTP: the office's logo to everybody, the rest by its screen."""

from apiflask import APIBlueprint
from flask import Response, send_file, url_for

from office.errors import Unknown
from office.logo import is_logo, logo_of
from office.shelf import NAME, TYPES, Shelf
from storage.work import Work
from web.house import house

shelf_pages = APIBlueprint("shelf", __name__, enable_openapi=False)

#: Seconds a file is kept by whoever has it: its name changes with its content.
FRESH = 31_536_000


class NoFile(Unknown):
    """There is no such file."""

    code = "not_found"


def shelf() -> Shelf:
    """Return the shelf of this installation."""
    return Shelf(house().folder / "media")


def checked(name: str) -> str:
    """Return the name of a file as it is. Raises NoFile for what can be none."""
    if not NAME.fullmatch(name):
        raise NoFile()
    return name


def file_answer(name: str, kept_by: str) -> Response:
    """Return a file whole or the range asked for, with an ETag. Raises NoFile."""
    path = shelf().path(checked(name))
    if not path.is_file():
        raise NoFile()
    digest, _, kind = name.partition(".")
    answer = send_file(path, mimetype=TYPES[kind], conditional=True, etag=digest)
    answer.headers["Cache-Control"] = f"{kept_by}, max-age={FRESH}, immutable"
    return answer


def logo_address(work: Work, office_id: int) -> str | None:
    """Return where an office's logo is to be had, if it has one."""
    name = logo_of(work, office_id)
    return address_of(name) if name else None


def address_of(logo: str) -> str:
    """Return where the file of a logo is to be had."""
    return url_for("shelf.logo", name=logo)


@shelf_pages.get("/logo/<name>")
def logo(name: str) -> Response:
    """Show an office's logo to whoever asks, in a frame of any site too."""
    with house().store.read() as work:
        if not is_logo(work, checked(name)):
            raise NoFile()
    answer = file_answer(name, "public")
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer
