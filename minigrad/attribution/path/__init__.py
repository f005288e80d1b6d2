"""The walk along the path: where its points are, what is seen there, and what it sums up to."""
