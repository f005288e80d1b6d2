"""Where the nodes of a graph stand side by side, once each has its row: for all drawn graphs."""

from statistics import fmean

GAP = 16  # pixels between places of a row


def with_waypoints(rows, edges):
    """Rows in which a line that passes a row has a place of its own there, and the lines.

    Parameters
    ----------
    rows : list of list of node
    edges : iterable of (node, node)
        From a row to one after it.

    Returns
    -------
    rows : list of list
        A waypoint is a tuple, (from, to, row).
    lines : list of list
        The places that each edge visits.
    """
    row_of = {node: number for number, row in enumerate(rows) for node in row}
    rows, lines = [list(row) for row in rows], []
    for start, end in edges:
        between = [(start, end, passed) for passed in range(row_of[start] + 1, row_of[end])]
        for point in between:
            rows[point[2]].append(point)
        lines.append([start, *between, end])
    return rows, lines


def laid_out(rows, lines, widths):
    """Where each place of the rows lies: x of its middle, in pixels from 0 on.

    A place is drawn to the mean of its neighbours, up and down in turn, and keeps the distance
    from the next.
    """
    near = {place: [] for row in rows for place in row}
    for line in lines:
        for one, next_one in zip(line, line[1:]):
            near[one].append(next_one)
            near[next_one].append(one)
    x, row_of = {}, {place: number for number, row in enumerate(rows) for place in row}
    there, back = range(len(rows)), range(len(rows))[::-1]
    order = [*there, *back, *there, *back, *there]
    for turn, number in enumerate(order):
        before = (turn // len(rows)) % 2 == 0  # which of the neighbours have moved last
        wanted = {}
        for place in rows[number]:
            known = [other for other in near[place] if other in x]
            moved = [other for other in known if (row_of[other] < number) == before] or known
            wanted[place] = fmean(x[other] for other in moved) if moved else x.get(place, 0)
        row, right = sorted(rows[number], key=wanted.get), float("-inf")
        for place in row:
            x[place] = max(wanted[place], right + widths[place] / 2)
            right = x[place] + widths[place] / 2 + GAP
        shift = fmean(x[place] - wanted[place] for place in row)
        x |= {place: x[place] - shift for place in row}
    left = min(x[place] - widths[place] / 2 for place in x)
    return {place: middle - left + 1 for place, middle in x.items()}
