"""Small pictures as HTML: heat maps as PNG, bars as SVG, numbers on tinted cells.

Everywhere blue is above 0, vermilion below 0, and 0 is the page's own colour, light or dark.
"""

import struct
import zlib
from base64 import b64encode
from html import escape

import numpy as np

from ...colours import BLUE, VERMILION, YELLOW

SHADES = 32  # of each sign
NOT_FINITE = 2 * SHADES + 1  # the palette's entry for NaN and the infinities
WIDE = 320  # pixels that a picture takes at most
EDGE = "1px solid rgba(128,128,128,.5)"


def number(value, digits=4):
    """A number as people read it: a few digits of a float and no −0, all of a whole number."""
    return f"{value or 0.0:.{digits}g}" if isinstance(value, (float, complex)) else str(value)


def rgb(colour):
    """The bytes of '#RRGGBB'."""
    return bytes.fromhex(colour[1:])


def shades(plane, strength):
    """Each entry's place in the palette; ``strength`` and more is the full colour."""
    with np.errstate(invalid="ignore", over="ignore"):
        scaled = np.rint(np.clip(plane / (strength or 1), -1, 1) * SHADES) + SHADES
    return np.where(np.isfinite(plane), scaled, NOT_FINITE).astype(np.uint8)


def png(indices):
    """The bytes of a PNG file of palette entries, uint8 (height, width)."""
    signed = range(-SHADES, SHADES + 1)
    palette = b"".join(rgb(VERMILION if k < 0 else BLUE) for k in signed) + rgb(YELLOW)
    opacity = bytes([*(255 * abs(k) // SHADES for k in signed), 255])
    height, width = indices.shape
    rows = np.insert(indices, 0, 0, axis=1)  # each begins with its filter: none
    parts = {
        b"IHDR": struct.pack(">2I5B", width, height, 8, 3, 0, 0, 0),
        b"PLTE": palette,
        b"tRNS": opacity,
        b"IDAT": zlib.compress(rows.tobytes(), 9),
        b"IEND": b"",
    }
    chunks = [
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts.items()
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def heat_map(plane, strength, told, side=112):
    """A plane as an ``<img>``, some ``side`` pixels wide or high, or as wide as it must be."""
    height, width = plane.shape
    cell = max(1, min(16, side // max(height, width)))
    across, down = max(cell, min(16, side // width)), max(cell, min(16, side // height))
    if max(height, width) < 4 * min(height, width):
        across = down = cell  # about square: so are the cells
    source = b64encode(png(shades(plane, strength))).decode()
    return (
        f'<img src="data:image/png;base64,{source}" alt="{escape(told)}" width="{across * width}"'
        f' height="{down * height}" style="image-rendering:pixelated;border:{EDGE};'
        f'max-width:100%;display:block;margin:0"/>'
    )


def svg(width, height, inside, told=""):
    """An ``<svg>``; with nothing told it is passed over by those who do not see it."""
    role = f'role="img" aria-label="{escape(told)}"' if told else 'aria-hidden="true"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {role} width="{width:.0f}" height="{height:.0f}"'
        f' viewBox="0 0 {width:.0f} {height:.0f}" style="display:block">{inside}</svg>'
    )


def rectangle(left, right, top, bottom, colour):
    """A filled rectangle of an SVG."""
    size = f'width="{max(right - left, 0):.1f}" height="{bottom - top:.1f}"'
    return f'<rect x="{left:.1f}" y="{top:.1f}" {size} fill="{colour}"/>'


def bar(value, strength):
    """A value's bar: its ends, from −1 to 1, and its colour; what is not finite fills all."""
    if not np.isfinite(value):
        return -1, 1, YELLOW
    end = value / (strength or 1)
    return min(end, 0), max(end, 0), BLUE if value >= 0 else VERMILION


def bars(values, strength, told):
    """A vector as upright bars on the line of 0; NaN and infinities are yellow."""
    step, drawn = WIDE // max(len(values), 24), ""
    for k, value in enumerate(values.tolist()):
        low, high, colour = bar(value, strength)
        drawn += rectangle(k * step, (k + 1) * step - 1, 30 - 30 * high, 30 - 30 * low, colour)
    zero = f'<path stroke="currentColor" d="M0 30h{step * len(values)}"/>'
    return svg(step * len(values), 60, drawn + zero, told)


def tint(value, strength):
    """The style of a cell behind a number; half as strong as a picture, so one can read it."""
    if np.isfinite(value):
        colour, share = rgb(BLUE if value >= 0 else VERMILION), 0.45 * abs(value / (strength or 1))
    else:
        colour, share = rgb(YELLOW), 0.45
    return f"background:rgba({','.join(map(str, colour))},{share:.2f});"


def number_table(texts, values, strength, told):
    """A small matrix's numbers on tinted cells; wider than a narrow page it scrolls."""
    columns = values.shape[1]
    styles = [tint(value, strength) for value in values.reshape(-1).tolist()]
    cells = [cell(text, style) for text, style in zip(texts, styles)]
    rows = [cells[k : k + columns] for k in range(0, len(cells), columns)]
    drawn = table("".join(f"<tr>{''.join(row)}</tr>" for row in rows), told)
    return scrolling(drawn, told) if columns > 4 else drawn


def bar_table(texts, values, strength, told):
    """A short vector: index, number and bar of each entry in a row of its own."""
    rows = ""
    for k, (text, value) in enumerate(zip(texts, values.tolist())):
        low, high, colour = bar(value, strength)
        drawn = rectangle(40 + 40 * low, 40 + 40 * high, 0, 12, colour)
        drawn = svg(80, 12, drawn + '<path stroke="currentColor" d="M40 0V12"/>')
        rows += f"<tr>{cell(str(k), 'opacity:.8;')}{cell(text)}{cell_of_html(drawn)}</tr>"
    return table(rows, told)


def cell(text, style="", tag="td"):
    """One cell of a table; the text is escaped."""
    return cell_of_html(escape(text), style, tag)


def cell_of_html(inside, style="", tag="td"):
    """One cell of a table; what is inside is HTML."""
    return f'<{tag} style="text-align:right;padding:1px 6px;border:0;{style}">{inside}</{tag}>'


def table(rows, told, head=""):
    """A table of ready rows; ``told`` is what it is for those who do not see it."""
    head = f"<thead>{head}</thead>" if head else ""
    return (
        f'<table aria-label="{escape(told)}" style="border-collapse:collapse;border:{EDGE};'
        f"margin:0;font-size:inherit;font-variant-numeric:tabular-nums;color:inherit;"
        f'background:transparent;table-layout:auto;width:auto">'
        f"{head}<tbody>{rows}</tbody></table>"
    )


def heading(*titles, align="right"):
    """A row of titles."""
    style = f"font-weight:600;text-align:{align};"
    return f"<tr>{''.join(cell(title, style, 'th') for title in titles)}</tr>"


def shortened(text, most=60):
    """At most so many characters."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def quiet(text):
    """A line of small print, escaped; none if there is nothing to say."""
    return text and f'<div style="font-size:85%;opacity:.8">{escape(text)}</div>'


def side_by_side(parts):
    """Pieces in a row that breaks where the page ends."""
    return (
        f'<div style="display:flex;flex-wrap:wrap;gap:6px 14px;align-items:flex-start">'
        f"{''.join(parts)}</div>"
    )


def scrolling(inside, told, height="24em"):
    """What may be larger than the page; by keyboard too."""
    return (
        f'<div role="region" tabindex="0" aria-label="{escape(told)}"'
        f' style="overflow:auto;max-width:100%;max-height:{height}">{inside}</div>'
    )


def whole(kind, title, *parts):
    """The frame of all that is shown of one object: its kind, what it is, then the parts."""
    return (
        f'<div style="font-size:13px;line-height:1.35;color:inherit;max-width:100%">'
        f"<div><b>{escape(kind)}</b> {title}</div>{''.join(parts)}</div>"
    )
