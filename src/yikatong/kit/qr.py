"""QR codes (ISO/IEC 18004) as inline SVG without styles of its own."""

import segno


def svg(words: str) -> str:
    """``words`` as an SVG of class ``he-qr``; black modules, no background, a quarter of them may be lost to dirt."""
    made = segno.make(words, error="m", micro=False)
    drawn: str = made.svg_inline(border=2, svgclass="he-qr", lineclass=None, omitsize=True)
    return drawn
