"""The course: one percent-format Python file a lesson, and the small shell that runs, checks and
hands them out.
"""
