"""Whose a file is, by the names that course platforms give to what they hand over.

Each pattern is that of a platform's download of all submissions; where none fits, the first folder
or the front of the file's name is the student.
"""

import re
from dataclasses import dataclass
from datetime import datetime

TASK = r"(?:lesson|lektion|exercise|ex|hw|homework|assignment|aufgabe|week|ps|lab)"
# A folder or a file's whole name. `number` tells people of one name apart; `rest` is the name that
# the student gave; of several attempts the one whose `time` is the last counts.
PATTERNS = {
    "Moodle": r"(?P<name>.+?)_(?P<number>\d+)_assignsubmission_[a-z]+(?:_(?P<rest>.*))?",
    "Blackboard": r"(?:.+)_(?P<name>[^_]+)_attempt_(?P<time>\d{4}(?:-\d\d){5})"
    r"(?:_(?P<rest>.+)|\.txt)",
    "Sakai": r"(?P<name>[^,()]+, [^()]+?) ?\((?P<number>[^()]+)\)"
    r"(?:_Submission attachment\(s\)_(?P<rest>.+))?",
    "Brightspace": r"\d+-\d+ - (?P<name>.+?) - (?P<time>.*\d{4}.*)",
    "Brightspace, flat": r"(?P<number>[A-Za-z]?\d{5,})_(?P<name>[^_]+)_"
    r"(?P<time>[\w., ]*\d{4}[^_]*[AaPp]\.?[Mm]\.?)_(?P<rest>.+)",
    "Canvas, anonymous": r"(?:(?P<late>LATE)_)?(?P<name>anon_[^_]+)_\d+_(?P<rest>.+)",
    "Canvas": r"(?P<name>.+?)_(?:(?P<late>LATE)_)?(?P<number>\d+)_\d+_(?P<rest>.+)",
    "repositories": rf"(?:[\w.]+-)*?{TASK}[-_]?\d+-(?P<name>[\w-]+)",
    "repositories, the other way round": rf"(?P<name>[\w-]+?)-{TASK}[-_]?\d+",
}
COMPILED = {platform: re.compile(pattern, re.DOTALL) for platform, pattern in PATTERNS.items()}
COLLECTION = re.compile(r"(?P<title>.+?)[-_]submissions(?:_[\dT_]+)?$", re.IGNORECASE)
AGAIN = re.compile(r"-(\d+)(?=\.)")  # Canvas: before the first dot of a resubmission
# a folder that holds students' folders, or parts of one student's work; no student's name
ABOVE = re.compile(rf"(submitted|submissions?|abgaben?|hand|{TASK}[-_ ]*\d|\d\d_)", re.IGNORECASE)
WITHIN = re.compile(
    rf"(mine|my |work|src|code|notebooks?|lessons?|old|new|final|backup|copy|v\d|solutions?"
    rf"|{TASK}[-_ ]*\d|\d\d_)",
    re.IGNORECASE,
)
# what platforms add of their own accord
PLATFORMS_OWN = re.compile(
    r"(.*_attempt_\d{4}(-\d\d){5}\.txt|grades\.csv|scores\.csv|results?\.json|timestamp\.txt"
    r"|comments\.txt|feedbackText\.html|.*_submissionText\.html|submission_metadata\.ya?ml"
    r"|index\.html)$"
)
TYPED = re.compile(r"(onlinetext\.html|.*_\d+_(text|link)\.html)$")  # into the site
TIMES = ("%b %d, %Y %I%M %p", "%B %d, %Y %I%M %p", "%d %B, %Y %I%M %p", "%d %B %Y %H%M")


@dataclass(frozen=True)
class Owner:
    """Whose a file is: the student, what tells two of one name apart, which attempt, if late."""

    student: str
    number: str = ""
    attempt: str = ""
    late: bool = False


def owner_by_platform(parts, outer, exported, above):
    """The owner by a platform's pattern, or None.

    Parameters
    ----------
    parts : tuple of str
        A file's path inside the folder that is graded.
    outer : str
        The name of that folder.
    exported : dict of str to Owner
        Of a Gradescope export by the names of its folders, see `exported_by_gradescope`.
    above : set of tuple of str
        The folders that hold students' folders; below any other one all is one student's.
    """
    for depth, part in enumerate(parts):
        if part in exported:
            return exported[part]
        if depth and parts[:depth] not in above:
            return None
        owner = owner_of_name((outer, *parts)[depth], part, folder=depth < len(parts) - 1)
        if owner is not None:
            return owner
    return None


def owner_of_name(outer, part, folder):
    """The owner that a folder's or a file's own name says, by a platform's pattern; or None."""
    part = re.sub(r"\.zip$", "", part, flags=re.IGNORECASE)
    if COLLECTION.match(part):
        return None
    collection = COLLECTION.match(outer)
    if folder and collection and part.casefold().startswith(f"{collection[1]}-".casefold()):
        return Owner(part[len(collection[1]) + 1 :])
    for platform, pattern in COMPILED.items():
        found = pattern.fullmatch(part)
        if found and (folder or "rest" in pattern.groupindex) and not WITHIN.match(found["name"]):
            return owner_of_match(found.groupdict(), platform)
    return None


def owner_of_match(groups, platform):
    """What the groups of a pattern say."""
    attempt = as_sortable(groups.get("time") or "")
    if platform.startswith("Canvas"):
        again = AGAIN.search(groups["rest"] or "")
        attempt = f"{int(again[1]):06d}" if again else ""
    number = (groups.get("number") or "") if "Brightspace" not in platform else ""
    return Owner(groups["name"].strip(), number, attempt, bool(groups.get("late")))


def as_sortable(time):
    """A platform's time as text that sorts by time."""
    for form in TIMES:
        try:
            return datetime.strptime(time.replace(":", ""), form).strftime("%Y-%m-%d-%H-%M-%S")
        except ValueError:
            continue
    return time


def exported_by_gradescope(text):
    """{folder: Owner} of a Gradescope export's ``submission_metadata.yml``, which alone has names.

    Parameters
    ----------
    text : str
    """
    found = {}
    for block in re.split(r"^(?=\S)", text, flags=re.MULTILINE):
        folder = re.match(r"[\"']?([\w-]+)[\"']?:", block)
        names = re.findall(r"^\s*(?:- )?:name: *[\"']?(.*?)[\"']?\s*$", block, re.MULTILINE)
        if folder and names:
            created = re.search(r"^\s*:created_at: *[\"']?(.*?)[\"']?\s*$", block, re.MULTILINE)
            found[folder[1]] = Owner(" and ".join(names), "", created[1] if created else "")
    return found
