"""Where the nodes of a graph stand: one picture for all passes through one network."""

from dataclasses import dataclass, field
from itertools import count

SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
MOST_NODES = 40  # of more, the operations inside one call of a module are one node
WIDTH, HEIGHT, BETWEEN, BELOW = 144, 66, 12, 30  # of a node, and around it, in pixels
LANE = 28  # for an edge that passes a row


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
    into, out = neighbours(graph)
    level = {}
    for key in graph.nodes:  # inputs were met before what is made of them
        level[key] = 1 + max((level[other] for other in into[key]), default=-1)
    for key in graph.nodes:  # a leaf stands just above its first use
        if not into[key] and out[key]:
            level[key] = min(level[other] for other in out[key]) - 1
    rows = [[] for _ in range(max(level.values(), default=0) + 1)]
    for key in graph.nodes:
        rows[level[key]].append(key)
    for start, end in graph.edges:
        for passed in range(level[start] + 1, level[end]):
            rows[passed].append((start, end, passed))
    order, lefts = {}, {}
    for row in rows:
        row.sort(key=lambda key: mean_place(key, into, out, order))
        left = -sum(map(room, row)) / 2  # every row about the middle
        for key in row:
            order[key], lefts[key] = left + room(key) / 2, left
            left += room(key)
    widest = max((sum(map(room, row)) for row in rows), default=0) + BETWEEN
    places, bends = {}, {edge: [] for edge in graph.edges}
    for number, row in enumerate(rows):
        top = BELOW / 2 + number * (HEIGHT + BELOW)
        for key in row:
            if isinstance(key, tuple):
                bends[key[:2]].append((widest / 2 + order[key], top))
            else:
                places[key] = widest / 2 + lefts[key] + BETWEEN / 2, top
    return places, bends, widest, len(rows) * (HEIGHT + BELOW)


def room(key):
    """How wide a node is, with the space beside it; of an edge that passes, a lane."""
    return LANE if isinstance(key, tuple) else WIDTH + BETWEEN


def mean_place(key, into, out, order):
    """How far to the right a node belongs: where what it is made from, or a sibling's, stands."""
    if isinstance(key, tuple):
        start, end, passed = key
        return order.get((start, end, passed - 1), order.get(start, 0)) + LANE
    known = [order[other] for other in into[key] if other in order]
    if not known:  # a leaf: beside what its user is made from
        known = [order[one] for other in out[key] for one in into[other] if one in order]
    return sum(known) / len(known) if known else 0


def neighbours(graph):
    """For each node those it is made from, and those made from it."""
    into, out = {key: [] for key in graph.nodes}, {key: [] for key in graph.nodes}
    for start, end in graph.edges:
        into[end].append(start)
        out[start].append(end)
    return into, out


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
            small, large = sorted((graph, known), key=lambda one: len(one.nodes))
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
