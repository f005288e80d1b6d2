"""An explorer's page as its tests meet it: the data in it, and what a browser shows of them."""

import base64
import io
import json
import re

import numpy as np


def data_in(page):
    """What the page of this text holds."""
    return json.loads(re.search(r'id="data">(.*?)</script>', page, re.DOTALL).group(1))


def numbers(text, dtype):
    """The whole numbers that the page holds in base64."""
    return np.frombuffer(base64.b64decode(text), dtype)


def values_of(grid):
    """A map's cells, in units of the score."""
    cells = numbers(grid["values"], np.int8).reshape(grid["rows"], grid["columns"])
    return cells * grid["unit"]


def addresses_in(page):
    """What the page links to; it asks for nothing outside."""
    assert set(re.findall(r"https?://[^\s\"'`<>)]+", page)) == {"http://www.w3.org/2000/svg"}
    assert not re.search(r"\bsrc=|@import|\burl\(|\bfetch\(|XMLHttpRequest|\bimport\(", page)
    return re.findall(r'href="([^"]*)"', page)


def shown(tab, selector):
    """The numbers in the elements that the selector finds."""
    return [
        float(text.replace("−", "-").replace(" %", ""))
        for text in tab.locator(selector).all_inner_texts()
        if text.strip()
    ]


def assert_shown(tab, selector, expected):
    """Four significant digits, or four decimals below 1."""
    got, expected = np.array(shown(tab, selector)), np.array(expected)
    assert got.shape == expected.shape
    digit = 10.0 ** (np.floor(np.log10(np.maximum(np.abs(expected), 0.1))) - 3)
    assert (np.abs(got - expected) <= 0.51 * digit).all(), (selector, got, expected)


def painted(tab, canvas):
    """The pixels of a canvas, (height, width, 3)."""
    from PIL import Image

    png = tab.evaluate("(id) => document.getElementById(id).toDataURL()", canvas).partition(",")[2]
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(png))).convert("RGB"))


def assert_readable(tab, width, axe):
    """Nothing sticks out or is too small, every drawing has a description, axe finds no barrier."""
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    assert tab.evaluate(
        "[...document.querySelectorAll('.table')].every((one) => "
        "one.scrollWidth <= one.clientWidth)"
    )
    for drawn in tab.locator("canvas:visible, svg:visible").all():
        box = drawn.bounding_box()
        assert box["width"] >= 90 and box["x"] >= 0 and box["x"] + box["width"] <= width
        assert len(drawn.get_attribute("aria-label")) > 10
    found = axe.run(tab)
    assert found.violations_count == 0, found.generate_report()
