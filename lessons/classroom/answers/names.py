"""The names that a top-level statement defines, changes and reads."""

import ast
import symtable

# a statement with one of them may give a meaning to any name
ANYTHING = {"exec", "globals", "locals", "vars", "setattr"}
CHANGE_IN_PLACE = {"numpy", "random", "heapq", "bisect"}  # have functions that change what they get
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


class Known:
    """What is known of a file's names as a whole: where they come from, and who writes them.

    Parameters
    ----------
    nodes : list of ast.stmt
    """

    def __init__(self, nodes):
        # the package of what is imported; the functions of the file, and the globals they write
        self.packages, self.functions, self.writers = {}, set(), {}
        for node in (inner for outer in nodes for inner in own_nodes(outer)):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                for one in node.names:
                    module = getattr(node, "module", None) or one.name
                    name = (one.asname or one.name).partition(".")[0]
                    self.packages[name] = module.partition(".")[0]
            elif isinstance(node, SCOPES[:3]):
                self.functions.add(node.name)
                self.writers.setdefault(node.name, set()).update(
                    name
                    for inner in ast.walk(node)
                    if isinstance(inner, ast.Global)
                    for name in inner.names
                )

    def names_of(self, node):
        """The names that a statement defines, those that it defines or changes, and reads."""
        defines, reads = scoped_names(node)
        binds = set(defines)
        if isinstance(node, ast.AugAssign):
            defines = set()
        for inner in own_nodes(node):
            if isinstance(inner, (ast.Subscript, ast.Attribute)):
                if not isinstance(inner.ctx, ast.Load):
                    binds.add(root(inner))
                if isinstance(inner, ast.Attribute) and (root(inner), inner.attr) == (
                    "sys",
                    "path",
                ):
                    binds |= ANYTHING
            elif isinstance(inner, ast.Call):
                binds |= self.writers.get(root(inner), set())
                if root(inner.func) in ANYTHING:
                    binds |= ANYTHING
            elif isinstance(inner, ast.ImportFrom) and inner.names[0].name == "*":
                binds |= ANYTHING
            elif isinstance(inner, ast.Expr) and isinstance(inner.value, ast.Call):
                binds |= self.changed_by(inner.value)
        return defines, binds - {None}, reads

    def changed_by(self, call):
        """What a call for its effect may change: what has the method, and the data it is given."""
        name = root(call.func)
        changed = set()
        if isinstance(call.func, ast.Attribute) and name not in self.packages:
            changed.add(name)
        if name in self.functions or self.packages.get(name) in CHANGE_IN_PLACE:
            data = {one.id for one in call.args if isinstance(one, ast.Name)}
            changed |= data - self.functions - set(self.packages)
        return changed

    def judged_by(self, node):
        """The names that a statement gives to `attempt`; those calls are taken out of it."""
        found = set()
        for inner in list(own_nodes(node)):
            if is_attempt(inner):
                given = inner.value.args[:1]
                found |= {one.id for one in given if isinstance(one, ast.Name)}
                inner.value = ast.copy_location(ast.Constant(None), inner.value)
        return found


def scoped_names(node):
    """The names that a statement binds at the top level, and those that it reads there."""
    try:
        table = symtable.symtable(ast.unparse(node), "answer", "exec")
    except (SyntaxError, ValueError, RecursionError):
        names = [one for one in ast.walk(node) if isinstance(one, ast.Name)]
        return (
            {one.id for one in names if not isinstance(one.ctx, ast.Load)},
            {one.id for one in names if isinstance(one.ctx, ast.Load)},
        )
    binds = {
        one.get_name() for one in table.get_symbols() if one.is_assigned() or one.is_imported()
    }
    reads, tables = set(), [table]
    while tables:
        inner = tables.pop()
        tables += inner.get_children()
        for one in inner.get_symbols():
            # a class's body looks for a name outside, too, before it binds it
            outside = inner is table or one.is_global() or inner.get_type() == "class"
            if one.is_referenced() and outside:
                reads.add(one.get_name())
    return binds, reads


def own_nodes(node):
    """What is run when a top-level statement is: without the bodies of functions and classes."""
    todo = [node]  # no recursion: a sum of a thousand terms is a thousand deep
    while todo:
        node = todo.pop()
        yield node
        if not isinstance(node, SCOPES):
            todo += ast.iter_child_nodes(node)


def root(node):
    """The name that an expression like ``a.b[0].c(d)`` begins with, or None."""
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else None


def is_attempt(node):
    """Whether a statement is a call of `lessons.attempt`."""
    if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)):
        return False
    called = node.value.func
    return getattr(called, "id", getattr(called, "attr", "")) == "attempt"
