"""What does a measure say of a part, and what does the score lose? Subsets of filters, set."""
