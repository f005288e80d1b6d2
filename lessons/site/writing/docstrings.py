"""A Sphinx extension: docstrings written for a terminal, as reStructuredText wants them.

They say ``|x|`` for a magnitude and ``(N, *layer)`` for a shape, where reStructuredText sees a
substitution and emphasis; and a word of a type, as in "array, shape (steps,)", is no reference
to whatever attribute anywhere has that name.
"""

import re

from sphinx.addnodes import pending_xref

MARKUP = re.compile(r"(``.*?``|`.*?`)")
PRIME = re.compile(r"(?<=\bx)'(?!s)")  # of the baseline; typography would make an apostrophe of it
BAR_OR_SHAPE = re.compile(r"\||(?<=, )\*(?=\w+[,)])")


def setup(app):
    """Before napoleon, which reads the docstring after this."""
    app.connect("autodoc-process-docstring", escape, priority=100)
    app.connect("autodoc-skip-member", without_words)
    app.connect("doctree-read", only_exact_references)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def escape(app, what, name, value, options, lines):
    """Escape bars and stars of shapes, set x' with a prime, outside ``code`` and `names`."""
    for number, line in enumerate(lines):
        parts = MARKUP.split(line)
        parts[::2] = [BAR_OR_SHAPE.sub(r"\\\g<0>", PRIME.sub("′", part)) for part in parts[::2]]
        lines[number] = "".join(parts)


def without_words(app, what, name, value, skip, options):
    """Leave out the fields of a named tuple: "Alias for field number 3" says nothing."""
    return (
        True
        if (getattr(value, "__doc__", None) or "").startswith("Alias for field number")
        else None
    )


def only_exact_references(app, doctree):
    """A name is looked for in its own module and class, and nowhere else."""
    for reference in doctree.findall(pending_xref):
        reference.attributes.pop("refspecific", None)
