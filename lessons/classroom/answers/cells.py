"""A notebook's cells as Python code in percent format, as Jupyter itself would run them."""

import ast
import re
import textwrap

# cells whose text IPython runs as Python, whatever else these do
RUN_AS_PYTHON = {"time", "timeit", "capture", "prun", "debug", "memit"}
CELL_MAGIC = re.compile(r"\s*%%(\w+)[^\n]*(?:\n|$)")
# a command to IPython or to the shell, help, or what a command gives: files = !ls
COMMAND = re.compile(r"([ \t]*)(?:[%!?/,;]|[\w.,* ()\[\]]+= *[%!]\w|[\w.%]+\?{1,2}\s*$)")
WRITES = re.compile(
    r"^# %%writefile +(?:-a +)?['\"]?([\w.-]+\.py)['\"]?[ \t]*\n((?:#.*(?:\n|$))*)", re.M
)


def as_percent(cells):
    """A notebook's list of cells as one text; what is no code stands in comments."""
    texts = []
    for cell in cells:
        source = cell["source"]
        source = source if isinstance(source, str) else "".join(source)
        source = source.replace("\r\n", "\n").replace("\r", "\n")
        if cell["cell_type"] == "code":
            texts.append(f"# %%\n{plain_python(source)}\n")
        else:
            texts.append(f"# %% [{cell['cell_type']}]\n{commented(source)}\n")
    return "\n".join(texts)


def plain_python(source):
    """A code cell without IPython's own commands; one that is Python already stays as it is."""
    magic = CELL_MAGIC.match(source)
    if magic:
        if magic[1] not in RUN_AS_PYTHON:
            return commented(source)
        return f"# {magic[0].strip()}\n{plain_python(source[magic.end() :])}"
    try:
        ast.parse(source)
    except (SyntaxError, ValueError):
        source = textwrap.dedent(source)
        lines, goes_on = [], False
        for line in source.split("\n"):
            command = COMMAND.match(line)
            if goes_on:
                lines.append(f"# {line}")
            else:
                lines.append(f"{command[1]}pass  # {line.strip()}" if command else line)
            goes_on = (goes_on or bool(command)) and line.endswith("\\")
        return "\n".join(lines)
    return source


def commented(text):
    """Every line as a comment."""
    return "\n".join(f"# {line}".rstrip() for line in text.split("\n"))


def written_modules(code):
    """{file name: text} of the cells that write a module: ``%%writefile mine.py``."""
    return {
        found[1]: re.sub(r"^# ?", "", found[2], flags=re.MULTILINE)
        for found in WRITES.finditer(code)
    }
