"""The office's logo as the dots of a thermal printer."""

import functools
from pathlib import Path

from PIL import Image, ImageOps

#: Most dots high: 12 mm at the usual 8 dots per mm; a slip is paper that somebody pays for.
TALLEST = 96


@functools.lru_cache(maxsize=16)
def logo_dots(file: Path, across: int) -> Image.Image | None:
    """Return a logo in black and white, up to half as wide as the `across` dots of the paper.

    None if it is white all over. Kept, since a file's name is its content's digest. Raises
    OSError where it cannot be read.
    """
    with Image.open(file) as opened:
        colours = opened.convert("RGBA")
    paper = Image.new("RGBA", colours.size, "white")
    paper.alpha_composite(colours)
    # A transparent or white edge is no part of it.
    grey = paper.convert("L")
    box = ImageOps.invert(grey).point(lambda ink: 255 if ink > 8 else 0).getbbox()
    if box is None:
        return None
    # The darkest becomes black: pale dots come out of a thermal printer as dust.
    darkest = next(light for light, dots in enumerate(grey.histogram()) if dots)
    grey = grey.point(lambda light: 255 - (255 - light) * 255 // (255 - darkest))
    grey = ImageOps.contain(grey.crop(box), (across // 2, TALLEST), Image.Resampling.LANCZOS)
    return grey.convert("1").convert("L")
