"""A page as a picture: a PDF read, a PNG written, by a process of its own."""

import io
import sys

import pypdfium2


def drawn(pdf: bytes, dots: int) -> bytes:
    """Return the first page of a PDF as a PNG with so many dots for each inch."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        image = document[0].render(scale=dots / 72).to_pil().convert("RGB")
        written = io.BytesIO()
        image.save(written, "PNG", dpi=(dots, dots))
        return written.getvalue()
    finally:
        document.close()


if __name__ == "__main__":
    sys.stdout.buffer.write(drawn(sys.stdin.buffer.read(), int(sys.argv[1])))
