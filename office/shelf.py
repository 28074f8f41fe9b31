"""The shelf: uploaded pictures and videos as files, each checked by its content and named by it.

No name that anybody sent ever becomes a path: a file is called by the SHA-256 of its content and
the type that its content shows. Pictures are decoded and encoded anew, which drops whatever else
was in them; of videos the container is recognised (browsers decide about the rest, and tell).
"""

import hashlib
import io
import os
import re
import shutil
import struct
import tempfile
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageOps

from office.errors import Conflict, Invalid

#: Every name a file can have.
NAME = re.compile(r"[0-9a-f]{64}\.(jpg|png|mp4|webm)")
TYPES = {"jpg": "image/jpeg", "png": "image/png", "mp4": "video/mp4", "webm": "video/webm"}
#: Pictures that are read; what is kept is one of TYPES.
READ = ("JPEG", "PNG", "WEBP")
#: Pixels that a picture may have, and edges of what is kept: a 4K screen shows no more.
MOST_PIXELS = 50_000_000
EDGES = (3840, 2160)
LOGO_EDGES = (1200, 600)
#: Largest picture as it is sent, in bytes.
LARGEST_PICTURE = 25 * 1024 * 1024
#: Read at a time.
BLOCK = 256 * 1024
#: Left of the disk for the office itself.
LEFT_FREE = 500 * 1024 * 1024
#: What is being uploaded; after so many seconds, what an upload left behind.
PART = "part-"
ABANDONED = 3600
#: Brands of ISO media files that browsers play (ISO/IEC 14496-12 section 4.3; https://mp4ra.org).
BRANDS = (b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"dash")
EBML = b"\x1a\x45\xdf\xa3"


class TypeRefused(Invalid):
    """The content is no picture or video that screens show."""

    code = "media_type_refused"


class TooLarge(Invalid):
    """The file has more bytes, or the picture more pixels, than are taken."""

    code = "media_too_large"


class SpaceFull(Conflict):
    """The office's share of the disk is used up, or the disk nearly is."""

    code = "media_space_full"


class UploadCutOff(Invalid):
    """Not all of the file arrived."""

    code = "upload_cut_off"


@dataclass(frozen=True)
class Stored:
    """A file on the shelf."""

    name: str
    #: "picture" or "video".
    kind: str
    bytes: int


@dataclass(frozen=True)
class Shelf:
    """The folder of the files."""

    folder: Path

    def path(self, name: str) -> Path:
        """Return where a file lies, or would. Raises TypeRefused for what is no name of ours."""
        if not NAME.fullmatch(name):
            raise TypeRefused()
        return self.folder / name

    def free(self) -> int:
        """Return the bytes that the disk has left for media."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return max(shutil.disk_usage(self.folder).free - LEFT_FREE, 0)

    @contextmanager
    def receive(
        self, read: Callable[[int], bytes], length: int | None, largest: int, room: int
    ) -> Iterator[Path]:
        """Take from `read` a file of `length` bytes, if that is known, and give where it lies now.

        It has at most `largest` bytes, and `room` is left for it. Raises TooLarge, SpaceFull or
        UploadCutOff; whatever happens, nothing is left behind but what `settle` took.
        """
        room = min(room, self.free())
        if length is not None:
            _check_size(length, largest, room)
        with self._part() as part:
            size = 0
            with part.open("wb") as out:
                while block := read(BLOCK):
                    size += len(block)
                    _check_size(size, largest, room)
                    out.write(block)
            if length is not None and size != length:
                raise UploadCutOff()
            yield part

    def settle(self, part: Path) -> Stored:
        """Put what was received on the shelf by its content. Raises TypeRefused or TooLarge."""
        size = part.stat().st_size
        with part.open("rb") as sent:
            container = video_type(sent.read(64))
            if container is not None:
                sent.seek(0)
                digest = hashlib.file_digest(sent, "sha256")
                os.fsync(sent.fileno())
        if container is None:
            if size > LARGEST_PICTURE:
                raise TooLarge(limit=LARGEST_PICTURE // 2**20)
            return self._keep(*encoded(part.read_bytes(), EDGES))
        name = f"{digest.hexdigest()}.{container}"
        part.chmod(0o644)
        part.replace(self.path(name))
        return Stored(name, "video", size)

    def settle_logo(self, part: Path) -> Stored:
        """Put what was received on the shelf as a logo. Raises TypeRefused or TooLarge."""
        if part.stat().st_size > LARGEST_PICTURE:
            raise TooLarge(limit=LARGEST_PICTURE // 2**20)
        return self._keep(*encoded(part.read_bytes(), LOGO_EDGES))

    def sweep(self, kept: Collection[str]) -> None:
        """Delete files that are not among `kept`, and what an upload cut off left long ago.

        New files stay a while: the row that names one may be about to be written.
        """
        if not self.folder.is_dir():
            return
        for file in self.folder.iterdir():
            if file.name not in kept and time.time() - file.stat().st_mtime > ABANDONED:
                file.unlink(missing_ok=True)

    def drop(self, name: str) -> None:
        """Delete a file that nothing names any more."""
        self.path(name).unlink(missing_ok=True)

    def _keep(self, content: bytes, kind: str) -> Stored:
        name = f"{hashlib.sha256(content).hexdigest()}.{kind}"
        with self._part() as part:
            part.write_bytes(content)
            part.chmod(0o644)
            part.replace(self.path(name))
        return Stored(name, "picture", len(content))

    @contextmanager
    def _part(self) -> Iterator[Path]:
        """Give a new file's path; whatever is still there afterwards is deleted."""
        self.folder.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=PART, dir=self.folder)
        os.close(descriptor)
        try:
            yield Path(name)
        finally:
            Path(name).unlink(missing_ok=True)


def video_type(head: bytes) -> str | None:
    """Return "mp4" or "webm" by the first bytes of a file, or None."""
    if head[4:8] == b"ftyp" and head[8:12] in BRANDS:
        return "mp4"
    # An EBML header names what the file is within its first bytes: WebM, not any Matroska.
    if head.startswith(EBML) and b"\x42\x82\x84webm" in head[:64]:
        return "webm"
    return None


def encoded(sent: bytes, edges: tuple[int, int]) -> tuple[bytes, str]:
    """Return a picture encoded anew within `edges`, upright, and its type.

    Nothing but its pixels is kept. Raises TypeRefused or TooLarge.
    """
    try:
        with Image.open(io.BytesIO(sent), formats=READ) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise TooLarge(limit=MOST_PIXELS // 1_000_000)
            picture.load()
            upright = ImageOps.exif_transpose(picture)
            clear = upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info
            plain = upright.convert("RGBA" if clear else "RGB")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooLarge(limit=MOST_PIXELS // 1_000_000) from error
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, struct.error) as error:
        raise TypeRefused() from error
    plain.thumbnail(edges, Image.Resampling.LANCZOS)
    # A new picture has none of the old one's notes.
    bare = Image.new(plain.mode, plain.size)
    bare.paste(plain)
    out = io.BytesIO()
    if clear:
        bare.save(out, "PNG", optimize=True)
        return out.getvalue(), "png"
    bare.save(out, "JPEG", quality=88, optimize=True)
    return out.getvalue(), "jpg"


def _check_size(size: int, largest: int, room: int) -> None:
    if size > largest:
        raise TooLarge(limit=largest // 2**20)
    if size > room:
        raise SpaceFull()
