"""Characters that look alike, or are not seen, as the ones that the treebank is written in.

A text from a phone, a page or an old file says the same as one typed in plain signs, and has to
have the same words: else "isn´t" has no n't in it, and the sentence loses its negation.
"""

import html
import re
import unicodedata
from functools import lru_cache

APOSTROPHES = "’‛´ʼʻʽ′ʹ՚ꞌ›"
HYPHENS = "\u2010\u2011\u2212\u2043"
DASHES = "\u2012–—―"
PLAIN = {
    **dict.fromkeys(APOSTROPHES, "'"),
    **dict.fromkeys(HYPHENS, "-"),
    **dict.fromkeys(DASHES, "--"),
    "…": "...",
    "⋯": "...",
    "\u200b": "",  # zero-width space: a place where a long word may break
}
OPENING, CLOSING = "“„‟«〝", "”»″〞"  # double quotes, by themselves
SINGLE = "‘‚‹"  # these open, or are an apostrophe that an editor turned the wrong way
SHORTENED = re.compile(r"(?:em|til|tis|twas|cause|cuz|n|bout|round)(?!\w)", re.IGNORECASE)
BOUNDARY_BEFORE, BOUNDARY_AFTER = " \t\r\n([{-'`", " \t\r\n)]}.,;:!?-'"

# Written another way, the same character: letters of full width, bold, in a ligature.
SAME = ("<wide>", "<narrow>", "<font>", "<noBreak>", "<compat>")

# UTF-8 that was read as if it were Windows's own encoding: â€™ for ’, Ã© for é. Not É” or Ã’,
# which somebody may have written.
MISREAD = re.compile(
    "[ÂÃ][\x80-\xbf€‚ƒ„†‡ˆ‰Š‹ŒŽ•˜™š›œžŸ]|â[€\x80][^\x00-\x7f]|ð[Ÿ\x9f][^\x00-\x7f]{2}"
)
ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});", re.IGNORECASE)
TAG = re.compile(r"</?(?:br|p|i|b|em|strong|div|span|a)(?:\s[^<>]*)?/?>", re.IGNORECASE)
# Accents and vowel signs that no single character has together with their letter: Python's \w
# leaves them out, the treebank's own tokeniser counts them as letters.
ACCENTS = "".join(
    chr(code)
    for code in (*range(0x300, 0x3100), *range(0xA66F, 0xAC00), *range(0xFE20, 0xFE30))
    if unicodedata.category(chr(code)).startswith("M")
)
BACKTICK = re.compile(r"(?<=\w)`(?=\w)")
QUOTE = re.compile(f"[{OPENING}{CLOSING}{SINGLE}]")
SENTENCES_TOGETHER = re.compile(r"(?<=[a-z]{2}[.!?])(?=[A-Z][a-z])")


def plain(text):
    """A text without marks of markup and typography, as the treebank's authors typed.

    HTML's entities and line breaks become what they stand for, apostrophes straight, quotes
    `` and '' (single ones ` and '), dashes --, accents one character with their letter; what
    is not seen (soft hyphens, joiners, zero-width spaces, marks of direction) goes. Plain text
    stays as it is.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
    """
    text = ENTITY.sub(_entity, TAG.sub(" ", text))
    if not text.isascii():
        text = MISREAD.sub(_as_utf8, text)
        text = unicodedata.normalize("NFC", "".join(map(_plain, text)))
        text = QUOTE.sub(_quote, text).replace("İ", "I")
    elif not text.isprintable():
        text = "".join(map(_plain, text))
    return SENTENCES_TOGETHER.sub(" ", BACKTICK.sub("'", text))


@lru_cache(maxsize=4096)
def _plain(character):
    """What stands for one character."""
    if character in PLAIN:
        return PLAIN[character]
    code, category = ord(character), unicodedata.category(character)
    if 0x80 <= code < 0xA0:  # no one types these: they are quotes and dashes of Windows's encoding
        meant = bytes([code]).decode("cp1252", errors="ignore")
        return _plain(meant) if meant else " "
    if category == "Cc":
        return character if character.isspace() else " "
    if category == "Cf" or 0xFE00 <= code < 0xFE10:  # not seen: joiners, directions, variants
        return ""
    if unicodedata.decomposition(character).startswith(SAME):
        same = unicodedata.normalize("NFKC", character)
        if not same[0].isspace():  # a space that carries an accent: ¨
            return "".join(map(_plain, same))
    return character


def _entity(match):
    """What an entity of HTML stands for; itself if it is none."""
    return html.unescape(match.group())


def _as_utf8(match):
    """Characters as the UTF-8 that their bytes are, or as they stand."""
    try:
        return b"".join(map(_byte, match.group())).decode("utf-8")
    except UnicodeError:
        return match.group()


def _byte(character):
    """The byte that was read as this character, in Windows's encoding or in Latin 1."""
    return character.encode("cp1252" if ord(character) > 0xFF else "latin-1")


def _quote(match):
    """`` or '', by where a quote stands; between spaces, by its own form.

    „German“ closes with the mark that opens “English”, and ”Swedish” opens with the other.
    A single one opens before a word that is not a shortened one, as in ‘em.
    """
    text, mark, end = match.string, match.group(), match.end()
    before = text[match.start() - 1] if match.start() else " "
    after = text[end] if end < len(text) else " "
    opens, closes = before in BOUNDARY_BEFORE, after in BOUNDARY_AFTER
    if mark in SINGLE:
        return " ` " if opens and not closes and not SHORTENED.match(text, end) else "'"
    if opens == closes:
        opens = mark in OPENING
    return " `` " if opens else " '' "
