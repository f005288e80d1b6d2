"""A traced block as a page: every step, forward and back, with its source, graph and arrays."""
