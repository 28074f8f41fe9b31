"""The set-up code: shown on the server's console while there is no office, and good once."""

import os
from pathlib import Path

from office.codes import new_code, tidied
from office.errors import Invalid
from office.people import is_same

FILE = "set_up_code"


class SetUpCodeWrong(Invalid):
    """It is not the code on the server's console."""

    code = "set_up_code_wrong"


def kept_code(folder: Path) -> str:
    """Return the code of this installation, made once, readable by its owner alone."""
    file = folder / FILE
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as made:
            made.write(new_code())
    except FileExistsError:
        pass
    return file.read_text(encoding="ascii")


def spend_code(folder: Path, typed: str) -> None:
    """Use the code up. Raises SetUpCodeWrong, also where somebody else has just used it."""
    check_code(folder, typed)
    try:
        (folder / FILE).unlink()
    except FileNotFoundError as error:
        raise SetUpCodeWrong(fields={"code": "not the one on the console"}) from error


def check_code(folder: Path, typed: str) -> None:
    """Raise SetUpCodeWrong unless this is the code, which stays good."""
    try:
        if not is_same((folder / FILE).read_text(encoding="ascii"), tidied(typed)):
            raise SetUpCodeWrong(fields={"code": "not the one on the console"})
    except FileNotFoundError as error:
        raise SetUpCodeWrong(fields={"code": "not the one on the console"}) from error
