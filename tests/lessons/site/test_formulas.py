"""Formulas of the lessons as LaTeX, and every one of them as MathML."""

import re

import pytest

from lessons.classroom import course, formulas

LINES = [
    (lesson.number, line)
    for lesson in course.all_lessons()
    for block in re.findall(r"^# ```math\n(.*?)^# ```$", lesson.source, re.DOTALL | re.MULTILINE)
    for line in re.sub(r"^# ?", "", block, flags=re.MULTILINE).splitlines()
]


@pytest.mark.parametrize(
    "formula, right",
    [
        ("y₁ = relu(x₁ + 2 · x₂ − 1)", r"y_{1} = \mathrm{relu}(x_{1} + 2 \cdot  x_{2} - 1)"),
        ("∂F/∂x_i", r"\frac{\partial F}{\partial x_{i}}"),
        ("∫₀¹ ∂F/∂y dα", r"\int _{0}^{1} \frac{\partial F}{\partial y} \, d\alpha "),
        ("x′ + α · (x − x′)", r"x' + \alpha  \cdot  (x - x')"),
        ("⟨u, Jv⟩ = ⟨Jᵀu, v⟩", r"\langle u, Jv\rangle  = \langle J^{T}u, v\rangle "),
        ("Cond(y)   (Eq. 3)", r"\mathrm{Cond}(y) \qquad \text{(Eq. 3)}"),
        ("dF/dα", r"\frac{dF}{d\alpha }"),
        ("h²", "h^{2}"),
    ],
)
def test_a_formula_is_set(formula, right):
    assert formulas.latex(formula) == right


def test_lines_are_aligned_and_the_rest_of_a_text_stays():
    text = "Here:\n\n```math\na = b\nc = d\n```\n\n    ```math is no fence here"
    found = formulas.set_formulas(text, "$$\n%s\n$$")
    assert "a &= b \\\\\nc &= d" in found and found.startswith("Here:\n\n$$\n")
    assert found.endswith("    ```math is no fence here")


def test_a_name_in_the_line_that_unfolds_a_note_is_code():
    text = "`a` <details><summary>Break it: `b` for\n`c`.</summary>\n\n`d`\n\n</details>"
    found = formulas.set_formulas(text, "$$%s$$")
    assert found.count("`") == 4 and "<code>b</code> for\n<code>c</code>." in found


@pytest.mark.parametrize("number, line", LINES)
def test_every_formula_of_the_course_becomes_mathml(number, line):
    latex2mathml = pytest.importorskip("docutils.utils.math.latex2mathml", reason="the site's")
    assert latex2mathml.tex2mathml(formulas.latex(line), as_block=True).startswith("<math")
    assert re.search(r"[^\x00-\x7f]", re.sub(r"\\text\{.*?\}", "", formulas.latex(line))) is None
