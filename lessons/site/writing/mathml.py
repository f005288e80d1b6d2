"""A Sphinx extension: equations as MathML, by docutils' own converter."""

import re

from docutils import nodes
from docutils.utils.math import MathError
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.errors import ExtensionError

# The sheet of styles sets the size, so that it is the same with every font.
LARGE = r'<mo\1 class="large" largeop="false">\2</mo>'


def setup(app):
    """Register the renderer; ``html_math_renderer = "mathml"`` chooses it."""
    app.add_html_math_renderer(
        "mathml", inline_renderers=(visit_inline, None), block_renderers=(visit_block, None)
    )
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def visit_inline(translator, node):
    translator.body.append(mathml(node, as_block=False))
    raise nodes.SkipNode


def visit_block(translator, node):
    # A long equation scrolls by itself and does not widen the page.
    translator.body.append(f'<div class="math">{mathml(node, as_block=True)}</div>\n')
    raise nodes.SkipNode


def mathml(node, as_block):
    """The MathML of one equation; an ExtensionError names the LaTeX that cannot be converted."""
    try:
        found = tex2mathml(node.astext(), as_block=as_block)
    except MathError as error:
        raise ExtensionError(
            f"this equation cannot be written as MathML: {node.astext()!r}: {error}"
        ) from None
    found = found.replace(">'<", ">′<")  # a prime
    return re.sub(r"<mo([^>]*)>([∫∑])</mo>", LARGE, found) if as_block else found
