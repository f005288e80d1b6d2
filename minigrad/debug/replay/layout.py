"""Where the nodes of a graph stand: one picture for all passes through one network."""

from dataclasses import dataclass, field
from itertools import count

from ..rows import laid_out, with_waypoints

SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
MOST_NODES = 40  # of more, the operations inside one call of a module are one node
WIDTH, HEIGHT, BELOW = 144, 66, 30  # of a node, and below it, in pixels
LANE = 12  # for an edge that passes a row


@dataclass
class Graph:
    """A network as it is drawn.

    Attributes
    ----------
    nodes : dict of int to dict
        By what a node is, which is the same in every pass: its ``title``, ``label``, ``role``.
    edges : dict of (int, int) to None
        From, to; in the order of appearance.
    """

    nodes: dict = field(default_factory=dict)
    edges: dict = field(default_factory=dict)

    def name_results(self, taken):
        """Call what has no name v₁, v₂, …, as the literature does, in the order of appearance."""
        unnamed = (node for node in self.nodes.values() if node["role"] == "result")
        names = (f"v{str(k).translate(SUBSCRIPTS)}" for k in count(1))
        for node in unnamed:
            if node["label"] is None:
                node["label"] = next(name for name in names if name not in taken)

    def drawn(self):
        """Numbers for the page: nodes with places; edges between their numbers, with bends."""
        places, bends, width, height = placed(self)
        number = {key: k for k, key in enumerate(self.nodes)}
        nodes = [
            {**about, "x": places[key][0], "y": places[key][1]} for key, about in self.nodes.items()
        ]
        edges = [
            {"from": number[start], "to": number[end], "by": bends[start, end]}
            for start, end in self.edges
        ]
        return {"width": width, "height": height, "nodes": nodes, "edges": edges}


def spoken(argument, labels):
    """What an operation's argument is called: "b", but not where a named tensor is "b"."""
    return f"unnamed {argument}" if argument in labels.values() else argument


def placed(graph):
    """Where all stands: what is made from others stands below them.

    Returns
    -------
    places : dict of int to (float, float)
        The upper left corner of every node.
    bends : dict of edge to list of (float, float)
        Where an edge passes rows in which it has no end, beside their nodes.
    width, height : float
    """
    level = levels(graph)
    rows = [[] for _ in range(max(level.values()) + 1)]
    for key in graph.nodes:
        rows[level[key]].append(key)
    rows, lines = with_waypoints(rows, graph.edges)
    widths = {place: WIDTH if place in level else LANE for row in rows for place in row}
    x = laid_out(rows, lines, widths)
    top = {place: BELOW / 2 + k * (HEIGHT + BELOW) for k, row in enumerate(rows) for place in row}
    places = {key: (x[key] - WIDTH / 2, top[key]) for key in graph.nodes}
    bends = {(line[0], line[-1]): [(x[one], top[one]) for one in line[1:-1]] for line in lines}
    width = max(x[place] + widths[place] / 2 for place in x) + 1
    return places, bends, width, len(rows) * (HEIGHT + BELOW)


def levels(graph):
    """The row of every node: below all that it is made from, a leaf just above its first use."""
    level = dict.fromkeys(graph.nodes, 0)
    for _ in graph.nodes:  # most often once: inputs were met before what is made of them
        late = [edge for edge in graph.edges if level[edge[1]] <= level[edge[0]]]
        if not late:
            break
        for start, end in late:
            level[end] = max(level[end], level[start] + 1)
    made = {end for _, end in graph.edges}
    for key in graph.nodes.keys() - made:
        level[key] = min((level[end] for start, end in graph.edges if start == key), default=1) - 1
    return level


class Passes:
    """Sorts the steps of a block into passes, each through one connected network.

    Operations that are made from each other belong together; a sum over what two networks gave
    joins them. Passes that do the same on the same lines are drawn in the same places.
    """

    def __init__(self, steps, labels):
        self.labels = labels
        self.made = {}  # by the output's number, its forward step (or the first that is known)
        for step in steps:
            if step.kind in ("forward", "backward"):
                self.made.setdefault(step.detail.tensors[-1].number, step)
        self.group = {}
        for number, step in self.made.items():
            for seen in step.detail.tensors[:-1]:
                if seen.number in self.made:
                    self.join(number, seen.number)
        self.members = {}
        for number in self.made:
            self.members.setdefault(self.root(number), []).append(number)
        self.keys = {}  # what a node is, as a number: the same in every pass
        self.graphs, self.graph_of, self.node_of = [], {}, {}
        for root, numbers in self.members.items():
            self.add(root, self.inputs_first(numbers))
        for graph in self.graphs:
            graph.name_results(set(labels.values()))

    def root(self, number):
        """Which pass an output belongs to."""
        while self.group.get(number, number) != number:
            number = self.group[number]
        return number

    def join(self, one, other):
        """Two outputs belong to one pass."""
        one, other = sorted((self.root(one), self.root(other)))
        self.group[other] = one

    def inputs_first(self, numbers):
        """The outputs, each after those it is made from: a block may hold a backward sweep only."""
        order = {}
        for number in numbers:
            waiting = [number]
            while waiting:
                inputs = [seen.number for seen in self.made[waiting[-1]].detail.tensors[:-1]]
                missing = [one for one in inputs if one in self.made and one not in order]
                if missing:
                    waiting += missing
                else:
                    order[waiting.pop()] = None
        return list(order)

    def add(self, root, numbers):
        """Give a pass its graph: one that is there and has all its nodes, or a new one."""
        graph, nodes = self.read(numbers)
        for position, known in enumerate(self.graphs):
            small, large = graph, known
            if len(graph.nodes) > len(known.nodes):
                small, large = known, graph
            if (
                small.nodes.keys() <= large.nodes.keys()
                and small.edges.keys() <= large.edges.keys()
            ):
                self.graphs[position] = large
                break
        else:
            position = len(self.graphs)
            self.graphs.append(graph)
        self.graph_of[root], self.node_of[root] = position, nodes

    def read(self, numbers):
        """The `Graph` of some outputs, and which node each tensor number is."""
        for depth in (None, 2, 1, 0):
            graph, nodes = self.read_to(numbers, depth)
            if len(graph.nodes) <= MOST_NODES:
                break
        return graph, nodes

    def read_to(self, numbers, depth):
        """`read` with the calls of modules folded at some depth; None opens them all."""
        graph, nodes, calls = Graph(), {}, {}
        for number in numbers:
            step = self.made[number]
            *inputs, output = step.detail.tensors
            modules = step.detail.modules
            folded = depth is not None and len(modules) > depth
            inside = [self.input_node(graph, nodes, step, seen, folded) for seen in inputs]
            if folded:
                call, title = modules[depth]
                if call not in calls:
                    calls[call] = self.key(graph, "module", title, len(calls))
                key = calls[call]
                about = {"title": title, "role": "block", "label": None}
            else:
                key = self.key(graph, "made", step.operation, step.applied_at, *inside)
                label = self.labels.get(number)
                about = {"title": step.operation, "role": "result", "label": label}
            graph.nodes.setdefault(key, about)
            if folded and not title.startswith(self.labels.get(number, title)):
                graph.nodes[key]["label"] = self.labels[number]
            nodes[number] = key
            for start in inside:
                if start is not None and start != key:
                    graph.edges[start, key] = None
        return graph, nodes

    def key(self, graph, *about):
        """The number of a node that is not in the graph yet, though one like it may be."""
        place = 0
        while self.keys.setdefault((*about, place), len(self.keys)) in graph.nodes:
            place += 1
        return self.keys[*about, place]

    def input_node(self, graph, nodes, step, seen, folded):
        """The node of one input; None for a parameter inside a folded call."""
        if seen.number in nodes:
            return nodes[seen.number]
        if folded and seen.role in ("parameter", "constant"):
            return None
        about = self.labels.get(seen.number), seen.argument, step.operation, step.applied_at
        key = self.key(graph, "leaf", *about)
        number = seen.role == "constant" and seen.value.shape == ()  # says enough itself
        label = self.labels.get(seen.number) or (
            None if number else spoken(seen.argument, self.labels)
        )
        role = "before" if seen.role == "result" else seen.role
        title = f"{seen.made_by} before" if seen.role == "result" else seen.role
        graph.nodes[key] = {"title": title, "role": role, "label": label}
        nodes[seen.number] = key
        return key
