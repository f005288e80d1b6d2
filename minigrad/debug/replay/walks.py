"""What a page has of a walk along a path: a row for each point, a column for each unit."""

import numpy as np

from .snapshot import rounded

MOST_UNITS = 12  # of a layer


class Walks:
    """The products along paths: which belong to one integral, and which units are shown."""

    def __init__(self, steps):
        self.steps, self.walk_of, self.last = steps, {}, {}
        latest = {}  # by name: its walk, and the last α
        for place, step in enumerate(steps):
            if step.kind == "product":
                name, alphas = step.detail.product["name"], step.detail.alphas
                walk, alpha = latest.get(name, (None, np.inf))
                if alphas[0] <= alpha and step.detail.product["way"] != "final":
                    walk = place
                latest[name] = walk, alphas[-1]
                self.walk_of[place] = walk
                self.last[walk] = step.detail.product["running"][-1]

    def data(self, place):
        """What the page has of a product: a row for each point, a column for each unit."""
        step, walk = self.steps[place], self.walk_of[place]
        product = step.detail.product
        shape = product["running"].shape[1:]
        last = np.nan_to_num(abs(self.last[walk].astype(float))).reshape(-1)
        units = np.sort(np.argsort(-last, kind="stable")[:MOST_UNITS])
        found = {
            "walk": walk,
            "name": product["name"],
            "final": product["way"] == "final",
            "folded": product["folded"],
            "difference": product["way"] == "line integral",
            "alphas": [rounded(alpha) for alpha in step.detail.alphas],
            "weights": [rounded(weight) for weight in product["weights"].tolist()],
            "units": [unit_name(product, shape, unit) for unit in units],
            "hidden": len(last) - len(units),
        }
        for key in ("dF_dy", "dy", "term", "running"):
            if key in product:
                rows = product[key].reshape(len(found["alphas"]), -1)[:, units].tolist()
                found[key] = [[rounded(value) for value in row] for row in rows]
        return found


def unit_name(product, shape, unit):
    """'y[0]', with the example where there are several; 'mixed4a, filter 12'."""
    example, *place = (int(part) for part in np.unravel_index(unit, shape))
    where = ", ".join(map(str, place if shape[0] == 1 and place else (example, *place)))
    if product["folded"]:
        return f"{product['name']}, filter {where}"
    return f"{product['name']}[{where}]"
