"""The page "A network of your own, from PyTorch" says what the programs say."""

from pathlib import Path

import lessons
from models import convert
from models.graph.pictures import PRESETS

PAGE = Path(lessons.__file__).parent / "guide" / "own_network.md"


def test_every_preset_has_its_row():
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    rows = [
        line for line in lines if line.startswith("| `") and " | RGB" in line.replace("BGR", "RGB")
    ]
    assert [row.split("`")[1] for row in rows] == list(PRESETS)


def test_the_errors_it_quotes_are_those_of_the_converter():
    text = PAGE.read_text(encoding="utf-8")
    quoted = [row.split('"')[1] for row in text.splitlines() if row.startswith('| "')]
    assert len(quoted) == 6
    folders = Path(convert.__file__).parent, Path(convert.__file__).parents[1] / "graph"
    paths = [path for folder in folders for path in sorted(folder.rglob("*.py"))]
    source = "".join(path.read_text(encoding="utf-8") for path in paths)
    source = "".join(source.replace('"\n', '" ').replace('f"', '"').split())
    for message in quoted:
        for part in message.split(" …: "):
            words = "".join(part.split()).replace("axis2", "axis{axis+1}")
            assert words in source.replace('""', ""), part


def test_its_code_compiles():
    text = PAGE.read_text(encoding="utf-8")
    code = text.split("```python\n")[1].split("```")[0]
    compile(code, str(PAGE), "exec")
