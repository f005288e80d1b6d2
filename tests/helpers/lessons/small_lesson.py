"""The smallest lesson that has everything: a question, a figure, an exercise, output.

For tests of what is made of lessons.
"""

from lessons.classroom.course import Lesson

LESSON = '''# %% [markdown]
# # Lesson 1: A line
#
# About 5 minutes.
#
# At the end you have doubled a number.
#
# **A question first.** What is twice x′?
#
#     y = 2 x′        (Eq. 1)

# %%
import matplotlib.pyplot as plt

from lessons import figures
from lessons.classroom.checking import attempt
from lessons.classroom.properties import require

# %% [markdown]
# ## A picture

# %%
print("printed first")
figure, axis = plt.subplots(figsize=(3, 2))
axis.plot([0, 1], [0, 2])
figures.tidy(axis, "Twice as high", "x", "y")
figures.save(figure, "01_line.png")
print("printed last")


# %%
def double(x):
    """Twice x."""
    # exercise: double
    # hint: a sum will do
    # solution
    return x + x + 0
    # end solution


def check_double(double):
    require(double(3) == 6, "doubling", "3 did not become 6.")


attempt(double, check_double)
'''

# LESSON.replace(*DRAWING): without a figure
DRAWING = (LESSON[LESSON.index("figure, axis") : LESSON.index('print("printed last")')], "")


def lesson_of(folder, text=LESSON):
    """The lesson as a file in a folder."""
    path = folder / "01_a_line.py"
    path.write_text(text, encoding="utf-8")
    return Lesson(path)
