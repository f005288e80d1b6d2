"""``python -m models explain``: a picture or a sentence, as the argument and the weights say."""

import codecs
import io
import sys
from pathlib import Path

from .argument import check_sentence, check_what, is_picture

# Shipped; what explains a sentence, and a picture, unless told.
TEXT_WEIGHTS, PICTURE_WEIGHTS = "sentiment", "mini-inception"
PICTURE_TOLERANCE = 0.05
SENTENCE_STEPS = 50
CHUNK = 256  # lines of a file that are explained before their results are written


def add_explain(commands):
    """Add the command ``explain`` to the command line."""
    command = commands.add_parser(
        "explain", help="score a picture or a sentence and show what the score comes from"
    )
    command.add_argument(
        "what",
        metavar="PHOTO|SENTENCE",
        nargs="?",
        help="a JPEG, PNG, GIF, WebP, AVIF, BMP, TIFF, PPM (PGM, PBM, PFM), JPEG 2000, ICO or "
        "QOI file; or a sentence in quotes",
    )
    command.add_argument(
        "--weights",
        metavar="FILE",
        help="what convert or download wrote, or a shipped name; "
        f"{TEXT_WEIGHTS} for a sentence, {PICTURE_WEIGHTS} for a picture unless told",
    )
    command.add_argument(
        "--file",
        metavar="FILE",
        help="explain each line of a text file (- for stdin), as a line of JSON",
    )
    command.add_argument(
        "--label",
        metavar="NAME|INDEX",
        help="of a picture, the label to explain; the strongest unless told",
    )
    command.add_argument(
        "--labels",
        metavar="FILE",
        help="the names of the classes, one a line, where the weights do not know them",
    )
    command.add_argument(
        "--steps",
        type=int,
        metavar="N",
        help="points on the path from the baseline; unless told, for a picture as many as the "
        f"tolerance takes, for a sentence {SENTENCE_STEPS}",
    )
    command.add_argument(
        "--tolerance",
        type=float,
        metavar="SHARE",
        help="of a picture, how far the filters of any layer may be off; "
        f"{PICTURE_TOLERANCE} unless told",
    )
    command.add_argument("--save", metavar="FIGURE.png", help="also draw the explanation")
    command.add_argument(
        "--page",
        metavar="PAGE.html",
        help="of a picture, also write a web page that stands alone: the path on a slider, every "
        "layer's sums, its strongest filters, and where in the picture they get them from",
    )
    command.set_defaults(run=run_explain)


def run_explain(arguments):
    """Explain what the arguments name; errors are ValueErrors and OSErrors."""
    from .. import load
    from ..sentiment.network import SentimentCNN

    check(arguments)
    if arguments.save:
        from ..output.figures import check_figure_path

        check_figure_path(arguments.save)  # before the long work, not after it
    if arguments.page:
        from .explorer import check_page_path

        check_page_path(arguments.page)
    shipped = PICTURE_WEIGHTS if is_picture(arguments.what) else TEXT_WEIGHTS
    model = load(arguments.weights or shipped)
    if not isinstance(model, SentimentCNN):
        explain_one_picture(model, arguments)
    elif arguments.label is not None or arguments.labels is not None:
        option = "--label" if arguments.labels is None else "--labels"
        raise ValueError(f"{option} is for pictures; a sentence has one score, that of “positive”")
    elif arguments.tolerance is not None:
        raise ValueError(
            "--tolerance is for pictures; of a sentence the filters are exact, and for its words "
            "--steps says how many points are taken"
        )
    elif arguments.page is not None:
        raise ValueError(
            f"--page is for pictures, and “{arguments.what}” is read as a sentence (there is no "
            "such picture); --save draws a sentence"
        )
    elif arguments.file is not None:
        explain_file(model, arguments.file, steps_for_sentences(arguments))
    else:
        check_sentence(arguments.what)
        explain_one_sentence(model, arguments)


def steps_for_sentences(arguments):
    """How many points; the filters need none, as the score is linear in them: the words do."""
    return SENTENCE_STEPS if arguments.steps is None else arguments.steps


def check(arguments):
    """Raise a ValueError if the arguments do not go together."""
    what, file = arguments.what, arguments.file
    if (what is None) == (file is None):
        raise ValueError(
            "give a picture, a sentence in quotes, or --file with a file of sentences; one of them"
        )
    if file is not None and arguments.save:
        raise ValueError("--save draws one sentence; leave out --file")
    if file is not None and arguments.page:
        raise ValueError("--page shows one picture; leave out --file, which is for sentences")
    check_what(what, arguments.weights, TEXT_WEIGHTS)


def explain_one_picture(model, arguments):
    """Print, and draw if told, which filters a picture's score comes from."""
    from ..inception.labels import read_label_file
    from ..output.progress import progress_bar
    from .explorer.photo import check_points, write_photo_page
    from .filters import describe, explain_picture

    if arguments.file is not None:
        raise ValueError(f"--file is for sentences; the weights are {type(model).__name__}'s")
    if arguments.page:
        check_points(arguments.steps)
    if arguments.labels is not None:
        model.labels = read_label_file(arguments.labels, len(model.labels))
    explanation = explain_picture(
        model,
        arguments.what,
        label=arguments.label,
        steps="auto" if arguments.steps is None else arguments.steps,
        tolerance=PICTURE_TOLERANCE if arguments.tolerance is None else arguments.tolerance,
        with_maps=bool(arguments.save),
        for_page=bool(arguments.page),
        progress=progress_bar(),
    )
    print(describe(explanation))
    if arguments.save:
        from .figures import draw_explanation

        draw_explanation(explanation, arguments.save)
        print(f"Figure: {arguments.save}")
    if arguments.page:
        weights = arguments.weights or PICTURE_WEIGHTS
        write_photo_page(arguments.page, explanation, arguments.what, weights)
        print(f"Page: {arguments.page}")


def explain_one_sentence(model, arguments):
    """Print, and draw if told, which words and filters a sentence's score comes from."""
    from .describe_text import describe_sentence, wants_colour
    from .text import explain_sentences

    (explanation,) = explain_sentences(model, [arguments.what], steps_for_sentences(arguments))
    print(describe_sentence(explanation, colour=wants_colour(sys.stdout)))
    if arguments.save:
        from .figures_text import draw_sentence

        draw_sentence(explanation, arguments.save)
        print(f"Figure: {arguments.save}")


def explain_file(model, path, steps):
    """Explain every line of a file: JSON lines on stdout, in order.

    How far it is, and what was skipped, goes to stderr.
    """
    from ..output.console import is_utf8
    from .describe_text import json_line
    from .text import explain_sentences

    lines, ascii_only = lines_of(path), not is_utf8(sys.stdout)
    done = skipped = 0
    for start in range(0, len(lines), CHUNK):
        numbered = list(enumerate(lines[start : start + CHUNK], start + 1))
        usable = [line for line in numbered if usable_line(model, path, *line)]
        skipped += len(numbered) - len(usable)
        if usable:
            texts = [text.strip() for _, text in usable]
            for (number, _), explanation in zip(usable, explain_sentences(model, texts, steps)):
                print(json_line(explanation, number, ascii_only=ascii_only))
        done += len(usable)
        sys.stdout.flush()
        print(
            f"{path}: line {numbered[-1][0]} of {len(lines)}; {done} explained, {skipped} skipped",
            file=sys.stderr,
            flush=True,
        )
    if not done:
        raise ValueError(f"{path}: no sentence in it")


def lines_of(path):
    """The lines of a text file, or of stdin if the path is "-"; a ValueError if it is not UTF-8.

    Where a mark at its beginning says so it may be UTF-16, as some of Windows's programs write.
    """
    data = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = data.decode("utf-16" if marked else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ValueError(
            f"{path}: not a text in UTF-8 (line {line}, byte {error.start}); save it as UTF-8"
        ) from None
    lines = io.StringIO(text, newline=None).read().split("\n")  # whatever ends the lines
    return lines[:-1] if lines[-1] == "" else lines


def usable_line(model, path, number, text):
    """Whether a line can be explained; says on stderr why not."""
    if not text.strip():
        print(f"{path}: line {number} is empty: skipped", file=sys.stderr)
        return False
    try:
        model.tokenize([text])
    except ValueError as error:
        print(f"{path}: line {number} skipped: {' '.join(str(error).split())}", file=sys.stderr)
        return False
    return True
