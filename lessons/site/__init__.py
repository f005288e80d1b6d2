"""The course as web pages that need no network: ``python -m lessons site``.

The lessons are run once and written as Markdown with what they print and draw; Sphinx, with
myst-parser for Markdown, autodoc for the reference and the theme Furo, makes pages of that.
It was weighed against

- **sphinx-gallery**: runs scripts of the same ``# %%`` form, but reads the text between them
  as reStructuredText, where ours is Markdown, and has no place for an exercise to be folded.
- **myst-nb** and **nbsphinx**: show notebooks. A lesson would be run by a Jupyter kernel, where
  a tensor's repr says that it was made in /tmp/ipykernel_12/34.py; run as the file that it is,
  it names the lesson and the line. Their caches ask whether the notebook has changed, and not
  whether the package that it imports has. nbsphinx also needs the program pandoc.
- **MkDocs** and **markdown-it alone**: smaller, and enough for the lessons, but the reference
  then needs a second tool for docstrings, and equations a script in the browser.

Equations become MathML while the pages are built (`mathml`): every browser of today shows it,
and neither a script nor a font has to be fetched. Furo takes the system's fonts and follows
its choice of light or dark.
"""
