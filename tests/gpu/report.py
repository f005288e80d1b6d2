"""The results of all parts as one table."""

import json

SHOWN_NOTE = 200  # characters of a note in the table; the rest is in the JSON


def read_results(folder, part):
    """What a part has written so far; the last line may have been cut off with its process."""
    path, found = folder / f"{part}.jsonl", []
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found


def markdown(results):
    """A heading with the verdict, and a line for each result: what is right is counted only."""
    lines = ["| part | what | | numbers | note |", "|---|---|---|---|---|"]
    for part, found in results.items():
        right = [one for one in found if one["ok"] and not one["numbers"]]
        if right:
            lines.append(f"| {part} | {len(right)} results | right | | |")
        for one in found:
            if one not in right:
                lines.append(f"| {part} | {' | '.join(cells(one))} |")
    wrong = sum(one["ok"] is False for found in results.values() for one in found)
    verdict = f"{wrong} results are wrong." if wrong else "Nothing is wrong."
    return "\n".join([verdict, "", *lines, ""])


def cells(one):
    """What, whether it is right, the numbers, the beginning of the note."""
    verdict = {None: "", True: "right", False: "**wrong**"}[one["ok"]]
    numbers = ", ".join(f"{name} {value:.4g}" for name, value in one["numbers"].items())
    note = " ".join(one["note"].split()).replace("|", "/")
    return one["what"].replace("|", "/"), verdict, numbers, note[:SHOWN_NOTE]
