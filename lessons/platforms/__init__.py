"""The course as instructors' platforms take it: ``python -m lessons handout DIR --for PLATFORM``."""
