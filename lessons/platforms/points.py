"""What every exercise is worth: one table for all platforms."""

from ..classroom.properties import PENCIL

USUAL = 2  # points of an exercise in code
POINTS = {PENCIL: 1}  # of others, by the exercise's name; change it before `handout --for`


def points_of(lesson):
    """The points of a lesson's exercises.

    Parameters
    ----------
    lesson : lessons.classroom.course.Lesson

    Returns
    -------
    dict of str to number
        By exercise, in the lesson's order.
    """
    return {exercise: POINTS.get(exercise, USUAL) for exercise in lesson.exercises}
