"""Files that are equal apart from names, comments and blank lines: a fact, not a charge."""

import ast
import hashlib
from collections import defaultdict

from ..classroom.answers.file import StudentsFile
from ..classroom.reading import CourseError, read_code
from .belonging import is_master


def facts(submissions):
    """What an instructor should know of the files that are graded, a line each.

    Parameters
    ----------
    submissions : list of lessons.grading.submissions.Submission

    Returns
    -------
    list of str
        Late ones; the course's own master; files of one lesson that are equal.
    """
    lines, alike = [], defaultdict(list)
    for one in submissions:
        if one.late:
            lines.append(f"{one.shown}: marked late by the platform")
        try:
            text = read_code(one.path)
            mark = print_of(text, one.path, one.lesson)
        except (CourseError, RecursionError, ValueError):
            continue
        if is_master(text, one.lesson):
            lines.append(f"{one.shown}: is the course's solved master, line by line")
        elif mark:
            alike[one.lesson.number, mark].append(one.shown)
    for (number, _), shown in sorted(alike.items()):
        if len(shown) > 1:
            lines.append(
                f"lesson {number}: {', '.join(shown)} are equal apart from names, comments and "
                "blank lines"
            )
    return lines


def print_of(text, path, lesson):
    """A digest that renaming, comments and layout do not change; None if nothing was tried."""
    file = StudentsFile(text, path)
    if not any(file.tried(exercise) for exercise in lesson.exercises):
        return None
    trees = [ast.parse(ast.unparse(one.node)) for one in file.statements]
    own = {name for tree in trees for name in bound_inside(tree)} - set(lesson.exercises)
    names, digest = {}, hashlib.sha256()
    for tree in trees:
        for node in ast.walk(tree):
            for part in ("id", "arg", "name"):
                name = getattr(node, part, None)
                if name in own:
                    setattr(node, part, names.setdefault(name, f"n{len(names)}"))
        digest.update(ast.unparse(tree).encode())
    for part in file.broken:
        digest.update("".join(part.text.split()).encode())
    return digest.hexdigest()


def bound_inside(tree):
    """The names that a file's own functions and statements give a meaning to."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, (ast.arg, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield getattr(node, "arg", None) or node.name
