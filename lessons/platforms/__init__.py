"""What instructors' platforms take: ``python -m lessons handout DIR --for PLATFORM``."""
