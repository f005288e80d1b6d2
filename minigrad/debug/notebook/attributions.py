"""An Attribution and its Terms as HTML: bars by layer, the strongest filters, each factor."""

import numpy as np

from ...attribution.result import Attribution
from ...colours import BLUE, GREY, VERMILION
from ...machine.backend import to_numpy
from .arrays import MOST, expression, stepping, told_range
from .pictures import (
    cell,
    cell_of_html,
    heading,
    heat_map,
    number,
    quiet,
    rectangle,
    scrolling,
    side_by_side,
    svg,
    table,
    whole,
)

LAYERS = 30
POINTS = 60  # of a path
UNITS = 64
OPEN = 3  # layers whose filters are shown without a click
BAR = 180  # pixels of a layer's bar


@np.errstate(all="ignore")  # what is infinite is shown as such
def attribution_html(found):
    """What each layer's filters add and take away, with the errors, and the strongest of them.

    Of several examples the first is shown.
    """
    examples = len(next(iter(found.values()))) if len(found) else 0
    if not examples:
        return whole("Attribution", f"of {len(found)} layers and {examples} examples")
    one = first_example(found)
    layers = list(one)[:LAYERS]
    said = [f"the first of {examples} examples"] if examples > 1 else []
    said += [f"{len(found) - LAYERS} more layers"] if len(found) > LAYERS else []
    said += ["NOT converged within the tolerance"] if found.converged is False else []
    title = f"of {len(found)} layer{'s' if len(found) > 1 else ''}"
    if one.difference is not None:
        title += f"; F(x) − F(x′) = <b>{one.difference[0]:.4g}</b>, the dashed line"
    return whole(
        "Attribution",
        title,
        quiet("; ".join(said)),
        quiet("blue: filters for the score; vermilion: filters against it; ◆ their total"),
        scrolling(layer_table(one, layers), "bars by layer"),
        filter_list(one, layers),
    )


def first_example(found):
    """The attribution of the first example alone, so that no more is summed or fetched."""
    errors = found._errors
    return Attribution(
        {layer: values[:1] for layer, values in found.items()},
        None if found.difference is None else found.difference[:1],
        errors=None if errors is None else {layer: errors[layer][:1] for layer in found},
    )


def layer_table(one, layers):
    """One row for each layer: a bar, the total, its distance from the difference, the error."""
    sums = {layer: one.per_filter(layer)[0].astype(np.float64) for layer in layers}
    totals = {layer: one.total(layer)[0] for layer in layers}
    marks = [s[s > 0].sum() for s in sums.values()] + [s[s < 0].sum() for s in sums.values()]
    marks += [*totals.values(), 0.0, 0.0 if one.difference is None else one.difference[0]]
    finite = [mark for mark in marks if np.isfinite(mark)]
    ends = min(finite), max(finite)
    titles = ["layer", "filters", "against · for", "total"]
    titles += ["completeness error"] if one.difference is not None else []
    titles += ["± error"] if one._errors is not None else []
    rows = ""
    for layer in layers:
        cells = [cell(repr(layer)[:40], "text-align:left;"), cell(str(sums[layer].size))]
        drawn = layer_bar(sums[layer], totals[layer], one.difference, ends, layer)
        cells += [cell_of_html(drawn, "padding:0 6px;"), cell(f"{totals[layer]:.4g}")]
        if one.difference is not None:
            cells.append(cell(f"{100 * one.completeness_error(layer)[0]:.3g} %"))
        if one._errors is not None:
            cells.append(cell(f"{100 * one.relative_error(layer)[0]:.3g} %"))
        rows += f"<tr>{''.join(cells)}</tr>"
    return table(rows, "the layers' sums", heading(*titles))


def layer_bar(sums, total, difference, ends, layer):
    """What is for the score to the right of 0, what is against it to the left, and the total."""
    low, high = ends
    scale = (BAR - 12) / ((high - low) or 1)
    added, taken = sums[sums > 0].sum(), sums[sums < 0].sum()
    told = f"{layer!r}: {added:.4g} for, {taken:.4g} against, total {total:.4g}"
    marks = [0.0, added, taken, total, 0.0 if difference is None else difference[0]]
    places = [6 + scale * (mark - low) if np.isfinite(mark) else 0 for mark in marks]
    zero, right, left, middle, dashed = places
    drawn = rectangle(zero, right, 4, 18, BLUE) + rectangle(left, zero, 4, 18, VERMILION)
    drawn += f'<path stroke="currentColor" opacity=".6" d="M{zero:.1f} 0V22"/>'
    if difference is not None:
        drawn += f'<path stroke="{GREY}" stroke-dasharray="4 2" d="M{dashed:.1f} 0V22"/>'
    drawn += f'<path fill="currentColor" d="M{middle:.1f} 7l4 4l-4 4l-4 -4z"/>'
    return svg(BAR, 22, drawn, told)


def filter_list(one, layers):
    """The strongest filters of each layer, folded where there are many layers."""
    rows = ""
    for layer in layers:
        lists = [", ".join(told_filters(one, layer, some)) for some in one.strongest(layer, 4)]
        cells = "".join(cell(text or "none", "text-align:left;") for text in lists)
        rows += f"<tr>{cell(repr(layer)[:40], 'text-align:left;')}{cells}</tr>"
    head = heading("layer", "for the score", "against it", align="left")
    shown = scrolling(table(rows, "the strongest filters", head), "strongest filters")
    is_open = ' open=""' if len(layers) <= OPEN else ""
    return (
        f"<details{is_open}><summary>the strongest filters of each layer: "
        f"index, sum{' ± error' if one._errors is not None else ''}</summary>{shown}</details>"
    )


def told_filters(one, layer, filters):
    """'12: +2.05 ± 0.03' for each."""
    for index, value in filters:
        error = "" if one._errors is None else f" ± {one.error(layer)[0, index]:.1g}"
        yield f"{index}: {value:+.4g}{error}"


@np.errstate(all="ignore")
def terms_html(terms):
    """The factors of one layer at every α: the strongest unit in numbers, many as heat maps.

    Of several examples the first is shown, of a large layer every second, fourth … position.
    """
    alpha, weight = to_numpy(terms.alpha), to_numpy(terms.weight)
    steps, examples, *layer = terms.term.shape
    title = f"of {steps} steps, layer <code>{tuple(layer)}</code>"
    if not terms.term.size:
        return whole("Terms", f"{title}: no entries")
    units = stepping(layer, MOST // steps)
    index = (slice(None, None, 1), 0, *units)
    arrays = {"∂F/∂y": terms.dF_dy, "dy/dα": terms.dy_dalpha, "product": terms.term}
    parts = {name: to_numpy(array[index]) for name, array in arrays.items()}
    shape = parts["product"].shape[1:]
    parts = {name: part.reshape(len(part), -1) for name, part in parts.items()}
    sums = np.abs(np.nan_to_num(weight @ parts["product"]))
    order = np.argsort(-sums, kind="stable")[:UNITS]
    unit = [int(k) for k in np.unravel_index(order[0], shape)]
    unit = [k * one.step for k, one in zip(unit, units)]
    columns = {name: part[:, order[0]] for name, part in parts.items()}
    columns = {"α": alpha, "weight": weight, **columns}
    lines = zip(*(column[:POINTS].tolist() for column in columns.values()))
    rows = "".join(f"<tr>{''.join(cell(number(value)) for value in line)}</tr>" for line in lines)
    total = float(weight @ columns["product"])
    read = f"a slice of it, {expression(index)}; " if sums.size < terms.term[0, 0].size else ""
    which = "the strongest unit of the slice" if read else "the strongest unit"
    told = f"{which}, {expression(unit)}: Σ weight · product = {number(total)}"
    shown = scrolling(table(rows, told, heading(*columns)), told, "16em")
    rest = f"; the first {POINTS} of {len(alpha)} points" if len(alpha) > POINTS else ""
    maps = [terms_map(name, part[:, order]) for name, part in parts.items()]
    many = f"{read}α goes down, the {len(order)} strongest units across"
    table_part = f"<div>{quiet(told + rest)}{shown}</div>"
    first = f"{title}{', the first example' if examples > 1 else ''}"
    return whole("Terms", first, side_by_side([table_part, side_by_side(maps)]), quiet(many))


def terms_map(name, part):
    """One factor, steps × units, on its own scale."""
    thin = part[:: -(-len(part) // 32)].astype(np.float64)
    finite = np.abs(thin[np.isfinite(thin)])
    told = f"{name}, {told_range(part)}"
    drawn = heat_map(thin, finite.max(initial=0), f"heat map of {told}", 192)
    return f"<div>{quiet(told)}{drawn}</div>"
