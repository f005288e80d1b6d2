"""Sphinx's settings for the pages; `lessons.site.build` says where the sources are."""

from importlib.metadata import version as version_of
from pathlib import Path

# sphinx.ext.linkcode asks for it
from lessons.site.writing.sources import linkcode_resolve  # noqa: F401

HERE = Path(__file__).resolve().parent

project = "minigrad"
copyright = "the authors of minigrad, MIT licence"
version = release = version_of("minigrad")
extensions = [
    "myst_parser",  # Markdown
    "sphinx.ext.autodoc",  # docstrings
    "sphinx.ext.napoleon",  # … in numpydoc's form
    "sphinx.ext.linkcode",  # and a link to the source beside them
    "lessons.site.writing.docstrings",
    "lessons.site.writing.mathml",
    "lessons.site.writing.sources",
    "lessons.site.theme",
]
html_math_renderer = "mathml"

# Code is marked as Python where it is Python; what a lesson sets apart is mostly a formula.
highlight_language = "none"
default_role = "py:obj"  # `conductance` in a docstring
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_class_signature = "mixed"
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_use_param = False
add_module_names = False
toc_object_entries_show_parents = "hide"

html_theme = "furo"
html_title = "minigrad"
html_static_path = [str(HERE / "static")]
templates_path = [str(HERE / "templates")]
html_css_files = ["course.css"]
html_js_files = ["keyboard.js"]
html_copy_source = False
html_sidebars = {
    "**": [
        "sidebar/brand.html",
        "sidebar/search.html",
        "sidebar/scroll-start.html",
        "explorer_link.html",
        "sidebar/navigation.html",
        "sidebar/scroll-end.html",
    ]
}
html_show_search_summary = False  # it would have to fetch pages, which a file on disk may not
html_theme_options = {"top_of_page_buttons": []}
# Colours of code that keep a contrast of 7 to 1 on both backgrounds.
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"
