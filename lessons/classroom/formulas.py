"""Formulas that read well as text, set as mathematics: a small part of Unicode to LaTeX.

In a lesson a formula stands in a fence, one a line, so that a script shows it as it is:

    # ```math
    # Cond(y) = ∫₀¹ ∂F/∂y · dy/dα dα      (Eq. 3)
    # ```

What follows three spaces is text. Notebooks and the site are given LaTeX in its place. And in the
line that unfolds a note, which is HTML, names between backticks are given HTML's form.
"""

import re

FENCE = re.compile(r"^```math\n(.*?)\n```$", re.DOTALL | re.MULTILINE)
SUMMARY = re.compile(r"<summary>.*?</summary>", re.DOTALL)
SYMBOLS = {
    "·": r"\cdot ", "×": r"\times ", "−": "-", "∂": r"\partial ", "Σ": r"\sum ", "∫": r"\int ",
    "√": r"\surd ", "Δ": r"\Delta ", "α": r"\alpha ", "σ": r"\sigma ", "ᵀ": "^{T}", "′": "'",
    "⟨": r"\langle ", "⟩": r"\rangle ", "≈": r"\approx ", "≤": r"\le ", "≥": r"\ge ", "≠": r"\ne ",
    "→": r"\to ", "∞": r"\infty ", "…": r"\ldots ", "%": r"\%", "½": r"\frac{1}{2}",
    "⅓": r"\frac{1}{3}", "⅔": r"\frac{2}{3}", "∈": r"\in ", "{": r"\{", "}": r"\}",
}  # fmt: skip
SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉ᵢⱼₖ₊₋", "0123456789ijk+-"))
SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹ⁿ⁻⁺ᵏ", "0123456789n-+k"))
NAME = r"[∂dΔ][A-Za-zα]+[₀-₉]*(?:_\w+)?(?:\(x\(α\)\))?"
TOKEN = re.compile(
    rf"(?P<over>{NAME})/(?P<under>{NAME})"
    r"|(?P<differential>\bd[a-zα](?![\w₀-₉]))"
    rf"|(?P<low>[{''.join(SUBSCRIPTS)}]+)|(?P<high>[{''.join(SUPERSCRIPTS)}]+)"
    r"|_(?P<index>\w+)|(?P<word>[A-Za-z]{2,})|(?P<other>.)"
)
ITALIC = re.compile(r"J[a-z]|[a-z]J")  # a matrix times a vector


def set_formulas(text, form):
    """Markdown with every fence of formulas in another form.

    Parameters
    ----------
    text : str
    form : str
        With ``{}`` for the LaTeX: ``"$$\\n{}\\n$$"`` in notebooks.

    Returns
    -------
    str
    """
    text = set_names_in_summaries(text)
    return FENCE.sub(lambda found: form.replace("%s", latex(found.group(1))), text)


def set_names_in_summaries(text):
    """Markdown in which names in backticks are code in the HTML that unfolds a note, too."""
    return SUMMARY.sub(lambda found: re.sub(r"`([^`]+)`", r"<code>\1</code>", found.group()), text)


def latex(formulas):
    """The LaTeX of one or several lines, aligned at their first sign of equality."""
    lines = [latex_of_line(line) for line in formulas.splitlines() if line.strip()]
    if len(lines) == 1:
        return lines[0]
    rows = [line.replace("=", "&=", 1) if "=" in line else f"& {line}" for line in lines]
    return "\n".join([r"\begin{aligned}", " \\\\\n".join(rows), r"\end{aligned}"])


def latex_of_line(line):
    """The LaTeX of one formula; what follows three spaces is text."""
    formula, _, said = line.strip().partition("   ")
    converted = "".join(latex_of_token(found) for found in TOKEN.finditer(formula))
    return converted + (rf" \qquad \text{{{said.strip()}}}" if said.strip() else "")


def latex_of_token(found):
    """The LaTeX of one name, number or sign."""
    kind, text = found.lastgroup, found.group()
    if kind == "under":
        over, under = (
            latex_of_line(found[part]).removeprefix(r"\, ") for part in ("over", "under")
        )
        return rf"\frac{{{over}}}{{{under}}}"
    if kind == "differential":
        return rf"\, d{SYMBOLS.get(text[1], text[1])}"
    if kind in ("low", "high"):
        digits = SUBSCRIPTS if kind == "low" else SUPERSCRIPTS
        return f"{'_' if kind == 'low' else '^'}{{{''.join(digits[one] for one in text)}}}"
    if kind == "index":
        return f"_{{{found['index']}}}"
    if kind == "word" and re.fullmatch(r"d[A-Za-z]|[dΔ]", text):
        return text
    if kind == "word" and not ITALIC.fullmatch(text):
        return rf"\mathrm{{{text}}}"
    return SYMBOLS.get(text, text)
