"""Examinations: an exercise of your own whose numbers follow a seed that you keep."""
