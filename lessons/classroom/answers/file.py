"""What of a student's file an answer needs: found by the names it reads, run, and nothing else.

To judge one exercise, its definition is run and with it every top-level statement that gives a
meaning to a name it reads, and so on. What draws, prints or computes for itself is not. So an
answer may be written in any form: under ``if``, with a decorator, with what was computed above it.
A statement may also change what the answer reads without naming it: a function that fills a list, a
seed. So before an answer counts as wrong, all is run that the student wrote above it: see `own`.

A file may hold a cell that is no Python; only what that cell defines is lost.
"""

import __future__

import ast
import asyncio
import contextlib
import hashlib
import inspect
import linecache
import re
import sys
import types
import warnings
from dataclasses import dataclass

from ..properties import NOT_TRIED, PENCIL
from .names import ANYTHING, Known
from .parts import BLOCK, CELL, parse_at, parts


@dataclass
class Statement:
    """One top-level statement: the names it defines, all that it defines or changes, and reads.

    ``judges`` are the names that it hands to `attempt`; ``rescued`` says that the rest of its cell
    is no Python.
    """

    node: ast.stmt
    judges: set
    defines: set
    binds: set
    reads: set
    rescued: bool


@dataclass(frozen=True)
class Failure:
    """A statement that stopped: the names it should have bound, its line, and the error."""

    names: frozenset
    line: int
    error: BaseException


class StudentsFile:
    """A file as top-level statements, with what is no Python set apart.

    Parameters
    ----------
    source : str
    path : str or os.PathLike
        For tracebacks and debuggers.
    """

    def __init__(self, source, path):
        self.source, self.path, self.broken = source, str(path), []
        with warnings.catch_warnings(action="ignore"):  # of backslashes in texts
            nodes = list(self.parsed())
        self.flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        for node, _ in nodes:
            if isinstance(node, ast.ImportFrom) and node.module == "__future__":
                for one in node.names:
                    feature = getattr(__future__, one.name, None)
                    self.flags |= getattr(feature, "compiler_flag", 0)
        known = Known([node for node, _ in nodes])
        self.statements = [
            Statement(node, known.judged_by(node), *known.names_of(node), rescued)
            for node, rescued in nodes
        ]

    def parsed(self):
        """(statement, whether the rest of its cell is no Python), in order."""
        try:
            tree = ast.parse(self.source, self.path)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            yield from self.parsed_in_parts()
        else:
            yield from ((node, False) for node in tree.body)

    def parsed_in_parts(self):
        """As `parsed`, cell by cell; in a cell that is no Python block by block."""
        cells = parts(self.source, CELL)
        for first, cell in cells:
            nodes, broken = parse_at(first, cell)
            if broken is None:
                yield from ((node, False) for node in nodes)
                continue
            if len(cells) > 1:  # else every block stands for itself
                self.broken.append(broken)
            for start, block in parts(cell, BLOCK):
                nodes, broken = parse_at(first + start, block)
                if broken is not None and len(cells) == 1:
                    self.broken.append(broken)
                yield from ((node, len(cells) > 1) for node in nodes)

    def makers(self, name, rescued=True):
        """The indices of the statements that define or change a name.

        An exercise that stands as it was handed out is none where it is defined otherwise, too.
        """
        known = [
            (index, one)
            for index, one in enumerate(self.statements)
            if name in one.binds and (rescued or not one.rescued)
        ]
        filled = any(
            name in one.defines and not stands_as_handed_out(one, name) for _, one in known
        )
        return [
            index
            for index, one in known
            if not (filled and name in one.defines and stands_as_handed_out(one, name))
        ]

    def tried(self, exercise):
        """Whether a file has an answer of its own to an exercise, in whatever state."""
        found = self.makers(exercise, rescued=False)
        if not found:
            return self.lost(exercise) is not None
        return not all(stands_as_handed_out(self.statements[index], exercise) for index in found)

    def lost(self, name):
        """The broken part that should define a name, or None."""
        definition = re.compile(
            rf"^[ \t]*(?:(?:async +)?def|class) +{name}\b|^[ \t]*{name} *(?::[^=\n]+)?=(?!=)",
            re.MULTILINE,
        )
        return next((part for part in self.broken if definition.search(part.text)), None)

    def own(self, course):
        """The indices of the statements that do not stand so in the course's own file.

        Parameters
        ----------
        course : collection of str
            `marks` of the lesson's code; all of a student's file is the student's without them.
        """
        return [index for index, mark in enumerate(self.marks()) if mark not in course]

    def marks(self):
        """A checksum of every statement: who knows it has not read the statement."""
        return [
            hashlib.sha256(text.encode("utf-8", "replace")).hexdigest() for text in self.texts()
        ]

    def texts(self):
        """The lines of every statement."""
        lines = self.source.split("\n")
        for one in self.statements:
            yield "\n".join(lines[one.node.lineno - 1 : one.node.end_lineno]).strip()

    def needed(self, names, besides=()):
        """The indices of all statements that the meaning of some names rests on.

        What stands below a name's last definition and its last `attempt` comes too late for it,
        unless there is nothing else; of ``besides``, other indices, too.
        """
        found, cut = set(), -1
        for name in names:
            own = self.makers(name, rescued=False)
            judged = [k for k, one in enumerate(self.statements) if name in one.judges]
            cut = max([cut, *own, *judged])
            found.update(own)
        found.update(k for k, one in enumerate(self.statements[: cut + 1]) if ANYTHING & one.binds)
        found.update(k for k in besides if k <= cut)
        seen, todo = {*names}, list(found)
        while todo:
            for name in self.statements[todo.pop()].reads - seen:
                seen.add(name)
                makers = self.makers(name)
                new = {*([k for k in makers if k <= cut] or makers)} - found
                found |= new
                todo += new
        return sorted(found)

    def run(self, names, besides=(), module=None):
        """Run what some names rest on, see `needed`, in a module, a new one unless told.

        Returns
        -------
        found : dict
            By name what was defined.
        failures : list of Failure
            What stopped; the statements after it were run all the same, as a notebook's cells.
        """
        module = module or types.ModuleType("__main__")
        module.__file__ = self.path
        lines = self.source.splitlines(keepends=True)
        linecache.cache[self.path] = len(self.source), None, lines, self.path
        failures = []
        for index in self.needed(names, besides):
            one = self.statements[index]
            try:
                tree = ast.Module([one.node], type_ignores=[])
                code = compile(tree, self.path, "exec", self.flags, dont_inherit=True)
                if code.co_flags & inspect.CO_COROUTINE:
                    asyncio.run(eval(code, vars(module)))
                else:
                    exec(code, vars(module))
            except (Exception, SystemExit) as error:
                failures.append(Failure(frozenset(one.binds), one.node.lineno, error))
        return vars(module), failures


def marks_of(path):
    """`StudentsFile.marks` of a lesson's own file; none where that is kept away from students."""
    found = path.read_text(encoding="utf-8") if path.is_file() else ""
    return StudentsFile(found, "").marks()


@contextlib.contextmanager
def main_module():
    """A new module that is ``__main__`` within it, for what looks itself up there, as pickle."""
    before, module = sys.modules["__main__"], types.ModuleType("__main__")
    depth = sys.getrecursionlimit()  # a file may set it, for all its answers
    sys.modules["__main__"] = module
    try:
        yield module
    finally:
        sys.modules["__main__"] = before
        sys.setrecursionlimit(depth)


def stands_as_handed_out(statement, exercise):
    """Whether a definition of an exercise says that it was not tried."""
    if exercise == PENCIL:
        values = getattr(getattr(statement.node, "value", None), "values", None)
        return bool(values) and all(
            isinstance(one, ast.Constant) and one.value is ... for one in values
        )
    return any(
        isinstance(one, ast.Constant) and one.value == NOT_TRIED + exercise
        for one in ast.walk(statement.node)
    )
