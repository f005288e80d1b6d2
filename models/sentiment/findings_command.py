"""``python -m models findings``: the paper's findings about sentences, as text and as figures."""

import json
from pathlib import Path

from ..explain.command import TEXT_WEIGHTS
from ..explain.describe_text import signed


def add_findings(commands):
    """Add the command ``findings`` to the command line."""
    treebank = "the Stanford Sentiment Treebank"
    command = commands.add_parser(
        "findings", help=f"the paper's two findings about sentences, computed on {treebank}"
    )
    command.add_argument(
        "--data",
        metavar="FOLDER",
        required=True,
        help="where stsa.binary.test, .dev and .train are",
    )
    command.add_argument(
        "--out",
        metavar="FOLDER",
        required=True,
        help="where findings.json, findings.md and two figures are written",
    )
    command.add_argument(
        "--weights",
        metavar="FILE",
        default=TEXT_WEIGHTS,
        help=f"a sentiment network; {TEXT_WEIGHTS} unless told",
    )
    command.add_argument(
        "--sentences", type=int, default=4000, metavar="N", help="4000 unless told"
    )
    command.set_defaults(run=run_findings)


def run_findings(arguments):
    """Compute the findings and write them; of the sentences only where they stand is written."""
    from .. import load
    from ..output.figures import check_figure_path
    from ..output.progress import progress_bar
    from .findings import find
    from .network import SentimentCNN
    from .treebank import first_sentences

    out = Path(arguments.out)
    if not out.is_dir():
        raise ValueError(f"{out}: no such folder; make it first")
    check_figure_path(out / "division_of_labour.png")
    model = load(arguments.weights)
    if not isinstance(model, SentimentCNN):
        raise ValueError(
            f"{arguments.weights}: the weights are {type(model).__name__}'s; "
            "findings are about a sentiment network"
        )
    sentences = first_sentences(arguments.data, arguments.sentences)
    report, conductance = find(model, sentences, progress_bar())
    from .figures_findings import draw_division_of_labour, draw_negation

    data = json.dumps(report, indent=1, ensure_ascii=False) + "\n"
    (out / "findings.json").write_text(data, encoding="utf-8")
    text = markdown(report)
    (out / "findings.md").write_text(text, encoding="utf-8")
    labour = report["division_of_labour"]
    draw_division_of_labour(conductance, labour, out / "division_of_labour.png")
    draw_negation(report["negation"], out / "negation.png")
    print(text, end="")
    written = "findings.json, findings.md, division_of_labour.png and negation.png"
    print(f"\nWritten: {written} in {out}")


def markdown(report):
    """The findings as a short Markdown text.

    Parameters
    ----------
    report : dict
        As `models.sentiment.findings.find` gives it.

    Returns
    -------
    str
    """
    labour, negation = report["division_of_labour"], report["negation"]
    files = ", ".join(f"{count} of {name}" for name, count in report["files"].items())
    lines = [
        "# Two findings about a sentiment network",
        "",
        f"{labour['sentences']} sentences ({files}), {labour['filters']} filters, "
        "from a baseline of padding. The filters' sum strays from "
        f"F(x) − F(x′) by at most {report['largest_gap_of_the_filters_sum']:.2g}.",
        "",
        "## Division of labour",
        "",
        *labour_lines(labour),
        "",
        "## Negation",
        "",
    ]
    for name, title in (("not_good", "this is not good"), ("not_bad", "this is not bad")):
        lines += [*negation_lines(negation[name], title, negation["base_rate"]), ""]
    filters = negation["negation_filters"]
    named = ", ".join(f"{one['filter']} ({one['side']}, {one['share']:.0%})" for one in filters[:8])
    named = f": {named}" if filters else ""
    more = " and more" if len(filters) > 8 else ""
    lines += [
        f"Of all filters {len(filters)} have more negations in their strongest sentences, "
        f"for or against, than chance gives any of them (p < 0.01 over all){named}{more}.",
        "",
        f"Negations: {', '.join(negation['words'])}.",
    ]
    return "\n".join(lines) + "\n"


def labour_lines(labour):
    """What is counted of the network, of untrained ones beside it, and what follows from that."""
    of_weight = f"{labour['nonzero_with_the_sign_of_the_output_weight']:.1%}"
    return [
        f"Of the {labour['filters_with_a_sign']} filters that have any conductance of at least "
        f"{labour['zero_below']}, **{labour['one_sided']} ({labour['one_sided_share']:.1%})** "
        f"have at least {labour['one_sided_at']:.0%} of their signs on one side: "
        f"{labour['for_positive']} for “positive”, {labour['for_negative']} for “negative”. "
        f"The median filter has {labour['median_one_sidedness']:.1%} on its side; "
        f"{labour['nonzero_share']:.1%} of all conductances are not zero.",
        "",
        "Beside it networks of the same form and words with random weights. "
        "How large their conductances are means nothing, so they are counted twice: "
        "with the same threshold, and with one of their own, below which as large a share of their "
        "conductances lies as in this network.",
        "",
        *labour_table(labour),
        "",
        "Behind the filters the network is linear: a filter's conductance is its output weight "
        "times y(x) − y(x′), and has the weight's sign unless padding excites the filter more "
        f"than the sentence does (here {of_weight} of the conductances that are not zero have it). "
        "The maximum over a sentence's windows is seldom below what padding gives, and never where "
        "the filter is silent for padding, so an untrained network is largely one-sided already: "
        "the count by itself does not show that filters have learnt to divide the labour.",
    ]


def labour_table(labour):
    """The network beside the untrained ones, by both thresholds."""
    rows = [("this network", labour["silent_for_padding"], labour, "")]
    for one in labour["untrained"]:
        name = f"untrained, seed {one['seed']}"
        rows.append((name, one["silent_for_padding"], one["same_threshold"], ", the same"))
        rows.append((name, one["silent_for_padding"], one["same_share"], ", its own"))
    lines = [
        "| network | silent for padding | zero below | counted as zero | one-sided |",
        "|---|---|---|---|---|",
    ]
    for name, silent, numbers, how in rows:
        zero = f"{numbers['zero_below']:.2g}{how} | {1 - numbers['nonzero_share']:.1%}"
        count = f"{numbers['one_sided']} of {numbers['filters_with_a_sign']}"
        count += f", {numbers['one_sided_share']:.1%}"
        lines.append(f"| {name} | {silent} of {numbers['filters']} | {zero} | {count} |")
    return lines


def negation_lines(found, title, base_rate):
    """The paragraph and the table of one sentence."""
    filters, top = found["filters"], found["sentences"]
    without = title.replace("not ", "")
    text = (
        f"“{title}” scores {signed(found['score'], 2)}, "
        f"“{without}” {signed(found['score_without_not'], 2)}."
    )
    if not filters or not top["top"]:
        text += (
            " No filter whose window holds “not” became stronger by it, "
            "or none of those counts in any sentence."
        )
        return [text]
    text += (
        f" The {len(filters)} filters below are those whose window holds “not” and that it "
        f"strengthened most, for or against. Of the {top['top']} sentences with the highest "
        f"conductance in them together {top['negated']} (**{top['share']:.0%}**) hold a negation; "
        f"of all sentences {base_rate:.1%} do (so many by chance: p = {top['chance']:.1g}), "
        f"of those as long as these {top['rate_of_as_long']:.1%}."
    )
    last = "its strongest sentences with a negation"
    lines = [
        text,
        "",
        f"| filter | conductance | without “not” | window | {last} |",
        "|---|---|---|---|---|",
    ]
    for one in filters:
        values = f"{signed(one['conductance'], 3)} | {signed(one['conductance_without_not'], 3)}"
        window = " ".join(one["window"])
        lines.append(f"| {one['filter']} | {values} | {window} | {one['share']:.0%} |")
    return lines
