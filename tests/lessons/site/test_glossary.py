"""The words of the course: each explained once, taught by the lesson it names, not used before."""

import re

import pytest

pytest.importorskip("jupytext")

from lessons.classroom import course
from lessons.classroom.reading import jupytext
from lessons.site.writing import glossary

TERMS = glossary.entries()
LESSONS = {lesson.number: lesson for lesson in course.all_lessons()}
# plain English, too, and in that sense they may stand anywhere
EVERYDAY = {"cut", "map", "order", "unit"}


def prose(lesson):
    """A lesson's sentences: no code, formulas, tables, headings."""
    cells = jupytext().reads(lesson.student_copy(), fmt="py:percent").cells
    text = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    pieces = glossary.KEPT.split(text)
    kept = [piece for piece in pieces[1::2] if piece.startswith(("**", "<summary>"))]
    return " ".join([*pieces[0::2], *(piece.strip("*") for piece in kept)])


def test_the_glossary_is_in_order_and_every_entry_has_a_lesson():
    terms = list(TERMS)
    assert len(terms) >= 30
    assert terms == sorted(terms, key=lambda term: term.replace("x′", "x").lower())
    assert set(TERMS.values()) <= set(LESSONS)
    paragraphs = glossary.PATH.read_text(encoding="utf-8").count("\n**")
    assert paragraphs == len(terms)  # none that cannot be read


@pytest.mark.parametrize("term", TERMS)
def test_a_term_is_taught_where_the_glossary_says(term):
    assert glossary.pattern(term).search(prose(LESSONS[TERMS[term]]))


@pytest.mark.parametrize("number", LESSONS)
def test_no_term_is_used_before_its_lesson(number):
    used = {term for term in TERMS if glossary.pattern(term).search(prose(LESSONS[number]))}
    early = {term: TERMS[term] for term in used - EVERYDAY if TERMS[term] > number}
    assert early == {}


def test_a_word_is_no_term_before_its_lesson():
    assert "cut" in glossary.known_at(11) and "cut" not in glossary.known_at(10)
    assert glossary.known_at(len(LESSONS)) == set(TERMS)


def test_a_word_is_linked_once_and_nothing_but_words():
    text = (
        "A unit, two units; `unit` and [unit](a.md).\n\n# Unit\n\n"
        "```python\nunit\n```\n\n**unit** and <b title='unit'>this</b>.\n\nUnits-free filters.\n\n"
        "<details><summary>A cut?</summary>\n\nA <a href='b'>cut</a>.\n</details>"
    )
    linked = set()
    found = glossary.with_links(text, ["unit", "filter", "cut"], linked)
    assert linked == {"unit", "filter"}  # a cut stands only where no link may be
    assert found.count('<a class="term"') == 2
    assert 'A <a class="term" href="guide/glossary.html#term-unit">unit</a>, two units' in found
    assert re.sub(r'<a class="term"[^>]*>(.*?)</a>', r"\1", found) == text
    assert glossary.with_links("A unit.", ["unit"], linked) == "A unit."


def test_an_entry_has_a_place_to_lead_to():
    text = "# Words\n\n**path point** (lesson 3). Where.\n"
    assert '<a id="term-path-point"></a>**path point** (lesson 3).' in glossary.with_anchors(text)
