"""The course at work: its files, running and checking a lesson, the learner's progress."""
