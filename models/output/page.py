"""The frame of every page written here: one file without a network, for small and dark screens."""

from html import escape

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; \
--ink: #1b1b1b; --paper: #ffffff; --line: #c4c4c4; --shade: #f3f3f3; --link: #00538a; }}
@media (prefers-color-scheme: dark) {{
  :root {{ --ink: #e8e8e8; --paper: #16181a; --line: #4a4d50; --shade: #24272a; --link: #74bdf0; }}
}}
body {{ margin: 0 auto; padding: 1rem; max-width: 64rem; \
background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; }}
h1, h2 {{ line-height: 1.2; margin: 1.6em 0 0.5em; }}
a {{ color: var(--link); }}
code, pre {{ background: var(--shade); }}
pre {{ padding: 0.8rem; overflow-x: auto; }}
img {{ max-width: 100%; height: auto; background: #ffffff; }}
{style}</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""


def page_of(title, body, style=""):
    """A page as text.

    Parameters
    ----------
    title : str
        Any text.
    body : str
        HTML.
    style : str, optional
        CSS for what this page has besides.
    """
    return PAGE.format(title=escape(title), body=body, style=style)
