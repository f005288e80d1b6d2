"""Wrong answers to lesson 13."""

KEYS = (
    "row of point 2 of example 1",
    "MB if each thread has one point",
    "points that fit into each thread",
    "batch_size",
)


def pencil(*numbers):
    """The dictionary with these numbers."""
    pairs = (f'"{key}": {number}' for key, number in zip(KEYS, numbers))
    return f"{{{', '.join(pairs)}}}"


PENCIL = {
    "example for point": (pencil(5, 60, 3, 9), "row of point"),
    "rows counted from 1": (pencil(8, 60, 3, 9), "row of point"),
    "one thread only": (pencil(7, 30, 3, 9), "MB if each thread"),
    "a part of a point": (pencil(7, 60, 10 / 3, 9), "points that fit"),
    "a point too many": (pencil(7, 60, 4, 9), "points that fit"),
    "all the memory for one thread": (pencil(7, 60, 6, 9), "points that fit"),
    "points, and not rows": (pencil(7, 60, 3, 3), "batch_size"),
    "the rows of both threads": (pencil(7, 60, 3, 18), "batch_size"),
    "not whole points": (pencil(7, 60, 3, 10), "batch_size"),
}

ROWS_WITHIN = {
    "path points for rows": (
        "return max(1, cap // (bytes_per_row * examples * workers))",
        "the largest",
    ),
    "forgets the examples": (
        "return max(examples, cap // (bytes_per_row * workers) * examples)",
        "within the cap",
    ),
    "forgets the workers": (
        "return examples * max(1, cap // (bytes_per_row * examples))",
        "within the cap",
    ),
    "rounds up": (
        "return examples * -(-cap // (bytes_per_row * examples * workers))",
        "within the cap",
    ),
    "no rows at all": (
        "return cap // (bytes_per_row * examples * workers) * examples",
        "at least one",
    ),
    "a fraction": ("return max(examples, cap / (bytes_per_row * workers))", "a whole number"),
    "one point more than fits": (
        "return examples * (1 + cap // (bytes_per_row * examples * workers))",
        "within",
    ),
    "one point only": ("return examples", "the largest"),
    "below the cap, never at it": (
        "return examples * max(1, (cap - 1) // (bytes_per_row * examples * workers))",
        "the largest",
    ),
    "shared out twice": (
        "return max(examples, cap // (bytes_per_row * workers * workers))",
        "the largest",
    ),
}

LOOP = "for weights, products in batches:\n        "

ADD_UP = {
    "weights left out": (LOOP + "total = total + products.sum(axis=0)", "the rule's own"),
    "a mean for the weights": (LOOP + "total = total + products.mean(axis=0)", "the rule's own"),
    "the last batch": (LOOP + "total = weights @ products", "every batch is added"),
    "the first batch": (LOOP + "return weights @ products", "every batch is added"),
    "the mean of the batches": (
        "found = [weights @ products for weights, products in batches]\n"
        "    total = sum(found) / len(found)",
        "every batch is added",
    ),
    "one number for all units": (
        LOOP + "total = total + (weights @ products).sum()",
        "a number for each unit",
    ),
    "all batches kept": (
        "kept = list(batches)\n"
        "    for weights, products in kept:\n"
        "        total = total + weights @ products",
        "an old batch is forgotten",
    ),
    "joined before they are added": (
        "kept = [(weights, products) for weights, products in batches]\n"
        "    weights = np.concatenate([one for one, _ in kept])\n"
        "    total = weights @ np.concatenate([one for _, one in kept])",
        "an old batch is forgotten",
    ),
    "added into the first batch": (
        "first = None\n"
        "    for weights, products in batches:\n"
        "        if first is None: first = products[0]; first *= weights[0]; "
        "first += weights[1:] @ products[1:]\n"
        "        else: first += weights @ products\n"
        "    total = first",
        "nothing is changed in place",
    ),
}

IS_INDEPENDENT = {
    "the batch compared with itself": ("alone[n] = together[n]", "a network that mixes"),
    "a row of the same batch": ("alone[n] = F(x).data[n]", "a network that mixes"),
    "always the first example": ("(alone[n],) = F(x[:1]).data", "an independent network"),
    "one more example each time": ("alone[n] = F(x[: n + 1]).data[n]", "a network that mixes"),
    "the sum of all": ("alone[n] = F(x).data.sum()", "an independent network"),
    "an example without its first axis": (
        "alone[n] = F(x[n]).data",
        "a batch of one example is a batch",
    ),
    "twice the same example": (
        "alone[n] = F(np.stack([x[0], x[n]])).data[1]",
        "a network that mixes",
    ),
}

EXERCISES = {
    "PENCIL": PENCIL,
    "rows_within": ROWS_WITHIN,
    "add_up": ADD_UP,
    "is_independent": IS_INDEPENDENT,
}
