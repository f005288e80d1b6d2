"""The recorded graph as SVG, laid out in rows without any other program."""

from collections import Counter
from html import escape

from ...colours import BLUE, GREEN
from ..graph import all_behind
from ..rows import laid_out, with_waypoints
from .pictures import quiet, scrolling, shortened, svg, whole

NODES = 60  # that are drawn, those nearest the output
LETTERS = 44  # of a line
LINE, LETTER, BETWEEN = 15, 6.7, 30  # pixels: of a line, of a letter, between rows


def graph_html(node):
    """A shown graph, `minigrad.debug.shown_graph`: what goes in above, the output at the bottom."""
    rows, count = rows_of(node), 0
    for row in rows:
        del row[max(NODES - count, 0) :]
        count += len(row)
    drawn, total = drawing(list(filter(None, rows))), len(all_behind(node))
    told = f"graph of {total} node{'s' if total > 1 else ''}"
    rest = f"the {count} nearest the output are drawn; depth=1 shows parts of a module as one"
    title = f"behind <b>{escape(node.title)}</b> <code>{node.tensor.shape}</code>"
    return whole(told, title, quiet(rest) if count < total else "", scrolling(drawn, told, "36em"))


def rows_of(node):
    """All nodes in rows, the output first, each below the lowest row that uses it.

    Returns
    -------
    list of list of Node
    """
    uses = Counter(other for one in all_behind(node) for other in one.inputs)
    row, waiting, rows = {node: 0}, [node], []
    for one in waiting:  # it grows, row by row: by a node when the last that uses it has its row
        rows += [[] for _ in range(row[one] + 1 - len(rows))]
        rows[row[one]].append(one)
        for other in one.inputs:
            row[other] = row[one] + 1
            uses[other] -= 1
            if not uses[other]:
                waiting.append(other)
    return rows


def drawing(rows):
    """The SVG of rows of nodes."""
    told = {node: [shortened(line, LETTERS) for line in node.lines] for row in rows for node in row}
    edges = [(node, other) for node in told for other in node.inputs if other in told]
    rows, lines = with_waypoints(rows, edges)
    widths = {place: 8 for row in rows for place in row}
    widths |= {node: 14 + LETTER * max(map(len, texts)) for node, texts in told.items()}
    x, y, tall, down = laid_out(rows, lines, widths), {}, {}, 1
    for row in reversed(rows):
        height = max(LINE * len(told.get(place, [""])) for place in row) + 8
        for place in row:
            tall[place] = LINE * len(told[place]) + 8 if place in told else height
            y[place] = down + (height - tall[place]) / 2
        down += height + BETWEEN
    width = max(x[place] + widths[place] / 2 for place in x) + 1
    parts = [arrow(line, x, y, tall) for line in lines]
    parts += [box(node, told[node], x[node], y[node], widths[node], tall[node]) for node in told]
    looks = '<g font-size="11" font-family="monospace" fill="none">'
    spoke = "; ".join(spoken(node) for node in told)
    return svg(width, down - BETWEEN + 1, f"{looks}{''.join(parts)}</g>", spoke)


def spoken(node):
    """'multiply () from leaf, leaf', for those who do not see the lines."""
    inputs = ", ".join(other.title for other in node.inputs)
    return f"{shortened(next(node.lines), LETTERS)}{' from ' + inputs if inputs else ''}"


def arrow(line, x, y, tall):
    """A line from an input down to what uses it, with a point at its end."""
    start, *rest = reversed(line)
    across, down = x[start], y[start] + tall[start]
    drawn = f"M{across:.0f} {down:.0f}"
    for place in rest:
        middle = (down + y[place]) / 2
        drawn += f"C{across:.0f} {middle:.0f} {x[place]:.0f} {middle:.0f}"
        across, down = x[place], y[place] + tall[place]
        drawn += f" {across:.0f} {y[place]:.0f}" + (f"V{down:.0f}" if place != line[0] else "")
    drawn += "m-4 -6l4 6l4 -6"
    return f'<path stroke="currentColor" opacity=".6" d="{drawn}"/>'


def box(node, texts, x, y, width, height):
    """A node: leaves green, what keeps its gradient blue and thick, as `draw_graph` has it."""
    leaf, keeps = node.tensor.creator is None, node.tensor.keeps_grad
    colour = GREEN if leaf else BLUE if keeps else "currentColor"
    left = x - width / 2
    rows = "".join(
        f'<text x="{left + 7:.1f}" y="{y + LINE * (k + 1):.0f}" fill="currentColor">'
        f"{escape(text)}</text>"
        for k, text in enumerate(texts)
    )
    return (
        f'<rect x="{left:.1f}" y="{y:.0f}" width="{width:.1f}" height="{height:.0f}" rx="5"'
        f' stroke="{colour}" stroke-width="{2 if keeps else 1}"/>{rows}'
    )
