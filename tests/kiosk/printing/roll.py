"""A roll of paper: decodes ESC/POS bytes, written apart from the program that makes them.

After the Epson ESC/POS Command Reference; a command not listed here is an error, so that nothing
unexpected is ever sent to a printer.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from PIL import Image

#: Commands of fixed length: their bytes, and how many parameters follow.
FIXED = {
    b"\x1b@": ("initialize", 0),
    b"\x1c.": ("cancel two-byte mode", 0),
    b"\x1bt": ("code page", 1),
    b"\x1bE": ("bold", 1),
    b"\x1ba": ("align", 1),
    b"\x1bd": ("feed lines", 1),
    b"\x1b3": ("line spacing", 1),
    b"\x1b2": ("default line spacing", 0),
    b"\x1d!": ("size", 1),
    b"\x1dr": ("status in turn", 1),
    b"\x10\x04": ("status at once", 1),
}


class Unknown(Exception):
    """These bytes are no command known here."""


@dataclass(frozen=True)
class Token:
    """One command, or a run of text."""

    name: str
    parameters: bytes = b""
    content: bytes = b""


@dataclass
class Printed:
    """One printed line: its text with its blanks, columns used, largest size, and boldness."""

    text: str = ""
    columns: int = 0
    size: int = 1
    bold: bool = False


@dataclass
class Roll:
    """What came out of the printer."""

    lines: list[Printed] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    pictures: list[Image.Image] = field(default_factory=list)
    cuts: int = 0

    @property
    def text(self) -> str:
        """All text without the blanks that centre it, blank lines left out."""
        return "\n".join(each.text.strip() for each in self.lines if each.text.strip())

    def line(self, text: str) -> Printed:
        """Return the line that says just `text`."""
        return next(each for each in self.lines if each.text.strip() == text)


def read_token(stream: bytes) -> tuple[Token, int] | None:
    """Return the first token of `stream` and its length, or None while bytes are missing."""
    if stream[0] == 0x0A:
        return Token("line feed"), 1
    if stream[0] >= 0x20:
        end = next((i for i, byte in enumerate(stream) if byte < 0x20), len(stream))
        return Token("text", content=stream[:end]), end
    if len(stream) < 2:
        return None
    name, count = FIXED.get(stream[:2], ("", 0))
    if name:
        return _whole(Token(name, stream[2 : 2 + count]), 2 + count, stream)
    if stream[:2] == b"\x1dV":
        if len(stream) < 3:
            return None
        return _whole(Token("cut", stream[2:3]), 4 if stream[2] in {65, 66} else 3, stream)
    if stream[:2] == b"\x1d(":
        if len(stream) < 5:
            return None
        size = stream[3] + stream[4] * 256
        kind = {b"k": "symbol", b"L": "graphics"}[stream[2:3]]
        return _whole(Token(kind, stream[2:5], stream[5 : 5 + size]), 5 + size, stream)
    if stream[:2] == b"\x1dv":
        if len(stream) < 8:
            return None
        size = (stream[4] + stream[5] * 256) * (stream[6] + stream[7] * 256)
        return _whole(Token("raster", stream[3:8], stream[8 : 8 + size]), 8 + size, stream)
    if stream[:2] == b"\x1b*":
        if len(stream) < 5:
            return None
        size = (stream[3] + stream[4] * 256) * (3 if stream[2] in {32, 33} else 1)
        return _whole(Token("columns", stream[2:5], stream[5 : 5 + size]), 5 + size, stream)
    raise Unknown(stream[:8])


def _whole(token: Token, length: int, stream: bytes) -> tuple[Token, int] | None:
    return (token, length) if len(stream) >= length else None


def tokens(stream: bytes) -> Iterator[Token]:
    """Take `stream` apart. Raises Unknown, also for a command that is cut off."""
    while stream:
        found = read_token(stream)
        if found is None:
            raise Unknown(stream[:8])
        yield found[0]
        stream = stream[found[1] :]


def unroll(stream: bytes) -> Roll:
    """Print `stream` and return the roll."""
    return develop(list(tokens(stream)))


def develop(commands: list[Token]) -> Roll:
    """Print `commands` and return the roll."""
    roll, line, size, bold, stored = Roll(), Printed(), 1, False, b""
    strips: list[bytes] = []
    for token in commands:
        match token.name:
            case "initialize":
                line, size, bold = Printed(), 1, False
            case "code page":
                assert token.parameters == b"\0"
            case "size":
                size = (token.parameters[0] >> 4) + 1
                assert size == (token.parameters[0] & 7) + 1
            case "bold":
                bold = token.parameters == b"\1"
            case "text":
                text = token.content.decode("cp437")
                line.text += text
                line.columns += len(text) * size
                line.size = max(line.size, size)
                line.bold = line.bold or bold
            case "line feed" if strips and not line.text:
                pass
            case "line feed":
                roll.lines.append(line)
                line = Printed()
            case "symbol" if token.content[:2] == b"1P":
                stored = token.content[3:]
            case "symbol" if token.content[:2] == b"1Q":
                roll.codes.append(stored.decode())
            case "raster":
                wide, high = (
                    token.parameters[1] * 8,
                    token.parameters[3] + token.parameters[4] * 256,
                )
                roll.pictures.append(_picture(wide, high, token.content))
            case "columns":
                strips.append(token.content)
            case "default line spacing" if strips:
                roll.pictures.append(_from_strips(strips))
                strips = []
            case "cut":
                roll.cuts += 1
    if line.text:
        roll.lines.append(line)
    return roll


def _picture(wide: int, high: int, content: bytes) -> Image.Image:
    black_is_one = Image.frombytes("1", (wide, high), content)
    return black_is_one.convert("L").point(lambda dot: 255 - dot)


def _from_strips(strips: list[bytes]) -> Image.Image:
    wide = len(strips[0]) // 3
    picture = Image.new("L", (wide, 24 * len(strips)), 255)
    for row, strip in enumerate(strips):
        for x in range(wide):
            bits = int.from_bytes(strip[3 * x : 3 * x + 3], "big")
            for y in range(24):
                if bits >> (23 - y) & 1:
                    picture.putpixel((x, 24 * row + y), 0)
    return picture
