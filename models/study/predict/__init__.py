"""What does a measure of a part predict? Subsets of filters set, and the score asked again."""
