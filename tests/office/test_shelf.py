"""The shelf: what is taken, by its content alone, and what is refused without a trace."""

import io
import os
from pathlib import Path

import pytest
from PIL import Image

from office.shelf import (
    BLOCK,
    EDGES,
    NAME,
    Shelf,
    SpaceFull,
    Stored,
    TooLarge,
    TypeRefused,
    UploadCutOff,
    encoded,
    video_type,
)

MP4 = b"\0\0\0\x18ftypisom\0\0\0\0isommp42" + b"\0" * 40
WEBM = b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm\x42\x87\x81\x04" + b"\0" * 40
MATROSKA = WEBM.replace(b"\x84webm", b"\x88matroska")


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30), mode: str = "RGB") -> bytes:
    """Return a picture's bytes."""
    out = io.BytesIO()
    Image.new(mode, size, 1 if mode == "P" else None).save(out, kind)
    return out.getvalue()


def put(
    shelf: Shelf,
    sent: bytes,
    length: int | None = None,
    largest: int = 10**6,
    room: int = 10**6,
) -> Stored:
    """Receive and settle what was sent."""
    with shelf.receive(io.BytesIO(sent).read, length, largest, room) as part:
        return shelf.settle(part)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """An empty shelf."""
    return Shelf(tmp_path / "media")


@pytest.mark.parametrize(
    ("sent", "kind", "ending"),
    [
        (picture("JPEG"), "picture", "jpg"),
        (picture("PNG"), "picture", "jpg"),
        (picture("PNG", mode="RGBA"), "picture", "png"),
        (picture("WEBP"), "picture", "jpg"),
        (picture("PNG", mode="P"), "picture", "jpg"),
        (picture("PNG", mode="I;16"), "picture", "jpg"),
        (picture("JPEG", mode="CMYK"), "picture", "jpg"),
        (MP4, "video", "mp4"),
        (WEBM, "video", "webm"),
    ],
)
def test_what_comes_is_known_by_its_content(
    shelf: Shelf, sent: bytes, kind: str, ending: str
) -> None:
    stored = put(shelf, sent, len(sent))
    assert stored.kind == kind and stored.name.endswith(f".{ending}")
    assert NAME.fullmatch(stored.name)
    assert [each.name for each in shelf.folder.iterdir()] == [stored.name]
    assert shelf.path(stored.name).stat().st_size == stored.bytes


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<!doctype html><script>alert(1)</script>",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 60,
        picture("PNG")[:60],
        picture("GIF"),
        picture("TIFF"),
        MATROSKA,
        MP4.replace(b"isom", b"qt  "),
        b"MZ" + b"\0" * 100,
    ],
)
def test_anything_else_is_refused_and_leaves_nothing(shelf: Shelf, sent: bytes) -> None:
    with pytest.raises(TypeRefused):
        put(shelf, sent, len(sent))
    assert list(shelf.folder.iterdir()) == []


def test_a_picture_keeps_nothing_but_its_pixels_and_stands_upright() -> None:
    out = io.BytesIO()
    notes = Image.Exif()
    notes[0x0112] = 6
    notes[0x010E] = "taken at home"
    Image.new("RGB", (40, 30)).save(out, "JPEG", exif=notes, comment=b"<script>")
    content, _ = encoded(out.getvalue(), EDGES)
    assert b"home" not in content and b"script" not in content
    with Image.open(io.BytesIO(content)) as kept:
        assert kept.size == (30, 40) and not kept.getexif()


def test_a_picture_is_made_no_larger_than_the_largest_screen() -> None:
    content, _ = encoded(picture("PNG", (6000, 3000)), EDGES)
    with Image.open(io.BytesIO(content)) as kept:
        assert kept.size == (3840, 1920)


def test_a_bomb_of_few_bytes_and_many_pixels_is_refused() -> None:
    for size in ((8000, 8000), (14000, 14000)):
        bomb = picture("PNG", size, "1")
        assert len(bomb) < 100_000
        with pytest.raises(TooLarge):
            encoded(bomb, EDGES)


def test_too_much_is_refused_before_and_while_it_comes(shelf: Shelf) -> None:
    large = MP4 + b"\0" * 4 * BLOCK
    for length in (len(large), None):
        with pytest.raises(TooLarge):
            put(shelf, large, length, largest=2 * BLOCK)
        with pytest.raises(SpaceFull):
            put(shelf, large, length, largest=10**8, room=2 * BLOCK)
    assert list(shelf.folder.iterdir()) == []


def test_an_upload_cut_off_leaves_nothing_behind(shelf: Shelf) -> None:
    with pytest.raises(UploadCutOff):
        put(shelf, MP4, len(MP4) + 1)

    def breaking(_most: int) -> bytes:
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError), shelf.receive(breaking, 100, 10**6, 10**6):
        pass
    assert list(shelf.folder.iterdir()) == []


@pytest.mark.parametrize(
    "name",
    [
        "../antrean.db",
        "/etc/passwd",
        "..%2fsecret_key",
        "a" * 5000,
        "a" * 64 + ".png\0.html",
        "a" * 64 + ".png\n",
        "A" * 64 + ".png",
        "é" * 64 + ".png",
        "a" * 64 + ".svg",
        "",
    ],
)
def test_no_name_but_our_own_is_a_path(shelf: Shelf, name: str) -> None:
    with pytest.raises(TypeRefused):
        shelf.path(name)


def test_sweeping_spares_what_is_named_and_what_is_new(shelf: Shelf) -> None:
    named, spent, fresh = (put(shelf, MP4 + each).name for each in (b"1", b"2", b"3"))
    left = shelf.folder / "part-old"
    left.write_bytes(b"half")
    for old in (named, spent, left.name):
        os.utime(shelf.folder / old, (0, 0))
    shelf.sweep([named])
    assert {each.name for each in shelf.folder.iterdir()} == {named, fresh}


def test_the_same_video_is_kept_once(shelf: Shelf) -> None:
    assert put(shelf, MP4) == put(shelf, MP4)
    assert len(list(shelf.folder.iterdir())) == 1


def test_a_video_is_known_by_few_bytes() -> None:
    assert video_type(MP4[:12]) == "mp4"
    assert video_type(b"") is None
