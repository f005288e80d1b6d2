"""What a notebook shows, taken apart: its tree, its texts, its tables, its pictures."""

import base64
import re
import zlib
from xml.etree import ElementTree

import numpy as np

import minigrad as mg
from minigrad.attribution import conductance

from .networks import SmoothNet

SVG = "{http://www.w3.org/2000/svg}"


def shown(thing):
    """The HTML of anything, parsed; it is one well-formed element, small, and quiet."""
    html = thing._repr_html_()
    assert len(html.encode()) < 100_000
    addresses = set(re.findall(r"\w+://[^\s\"<)]*", html))
    assert addresses <= {"http://www.w3.org/2000/svg"}
    tree = ElementTree.fromstring(html)
    tags = {element.tag.split("}")[-1] for element in tree.iter()}
    assert not tags & {"script", "style", "link", "iframe", "object"}
    for element in tree.iter():
        assert not [key for key in element.attrib if key.startswith("on")]
        if element.tag == "img":
            assert element.get("src").startswith("data:image/png;base64,") and element.get("alt")
        if element.tag.endswith("}svg"):
            hidden = element.get("aria-hidden") == "true"
            assert hidden or element.get("role") == "img" and element.get("aria-label")
    return tree


def text_of(tree):
    return " ".join(" ".join(tree.itertext()).split())


def cells_of(tree):
    """The texts of all tables' cells, in rows."""
    return [[" ".join(cell.itertext()) for cell in row] for row in tree.iter("tr")]


def pixels_of(image):
    """The palette's entries in an <img>, by a reader of our own: (height, width)."""
    data = base64.b64decode(image.get("src").split(",")[1])
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    chunks, at = {}, 8
    while at < len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        assert int.from_bytes(data[at + 8 + length :][:4], "big") == zlib.crc32(kind + body)
        chunks[kind] = body
        at += 12 + length
    width, height = (int.from_bytes(chunks[b"IHDR"][k : k + 4], "big") for k in (0, 4))
    rows = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8).reshape(height, width + 1)
    assert not rows[:, 0].any()
    return rows[:, 1:]


def everything():
    """One of each, in a state in which there is much to show."""
    net = SmoothNet()
    x = mg.Tensor(net.example()[0], requires_grad=True, name="x", tangent=net.example()[0])
    score = net(x)
    score.sum().backward()
    found = conductance(net, *net.example(), steps=4, keep_terms=True)
    with mg.trace(collect=True) as seen:
        mg.relu(x).sum().backward()
    graph = mg.shown_graph(score)
    return [x, score, score.creator, mg.Parameter(net.stem), found, found.terms["top"], seen, graph]
