"""One page for the instructor: what the next hour is planned from, without a name on it."""
