"""The glossary: its entries, and the words of a lesson's page that lead to them."""

import re
from html import escape

from ...classroom.course import FOLDER

PATH = FOLDER / "guide" / "glossary.md"
ENTRY = re.compile(r"^\*\*(?P<term>[^*]+)\*\* \(lesson (?P<lesson>\d+)\)\. ", re.MULTILINE)
# code, links, HTML, headings, tables and what is bold stay as they are; so does what one clicks to
# unfold a note, for a link inside it would be a second control in the first
KEPT = re.compile(
    r"(^```.*?^```$|`[^`]*`|\[[^\]]*\]\([^)]*\)"
    r"|<summary>.*?</summary>|<a .*?</a>|<[^>]+>"
    r"|^#[^\n]*$|^ {4}[^\n]*$|^\|[^\n]*$|\*\*.+?\*\*)",
    re.DOTALL | re.MULTILINE,
)


def entries(text=None):
    """{term: the lesson that teaches it}, from the glossary's text."""
    text = PATH.read_text(encoding="utf-8") if text is None else text
    return {found["term"]: int(found["lesson"]) for found in ENTRY.finditer(text)}


def known_at(number):
    """The terms that a lesson or one before it teaches: earlier, a word is plain English."""
    return {term for term, lesson in entries().items() if lesson <= number}


def anchor(term):
    """Where a link to a term leads."""
    return "term-" + re.sub(r"\W+", "-", term).strip("-")


def with_anchors(text):
    """The glossary with a place to lead to before each entry."""
    return ENTRY.sub(lambda found: f'<a id="{anchor(found["term"])}"></a>{found.group()}', text)


def pattern(term):
    """What finds a term in prose, in the singular and in the plural, at a sentence's beginning."""
    first = f"[{term[0].upper()}{term[0]}]" if term[0].isalpha() else re.escape(term[0])
    rest = re.escape(term[1:]).replace("\\ ", r"\s+")
    return re.compile(rf"(?<![\w-]){first}{rest}(?:s|es)?(?![\w-])")


def with_links(text, terms, linked):
    """Markdown in which the first occurrence of every term leads to the glossary.

    Parameters
    ----------
    text : str
    terms : iterable of str
    linked : set of str
        Those that the page has a link to already; what is linked here is added.

    Returns
    -------
    str
    """
    pieces = KEPT.split(text)
    for place in range(0, len(pieces), 2):  # the others are kept
        for term in sorted(set(terms) - linked, key=len, reverse=True):
            pieces[place] = linked_once(pieces[place], term, linked)
    return "".join(pieces)


def linked_once(piece, term, linked):
    """A piece of prose with a term's first occurrence linked, unless a link is there already."""
    parts = re.split(r"(<a .*?</a>)", piece)
    for place in range(0, len(parts), 2):
        found = pattern(term).search(parts[place])
        if found:
            linked.add(term)
            link = f'<a class="term" href="guide/glossary.html#{escape(anchor(term))}">'
            start, end = found.span()
            parts[place] = f"{parts[place][:start]}{link}{found.group()}</a>{parts[place][end:]}"
            break
    return "".join(parts)
