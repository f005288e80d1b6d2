"""Characters that look alike or are not seen: the same words as in plain signs."""

import unicodedata

import pytest

from models.sentiment.marks import plain
from models.sentiment.words import tokens_of

APOSTROPHES = (
    "’ ‘ ‛ ´ ` ʼ ʻ ʽ ′ ՚ ꞌ ＇ \x91 \x92 &#39; &apos; &rsquo; &#8217; &#x2019; &#146; â€™ â€˜"
)


@pytest.mark.parametrize("mark", [*APOSTROPHES.split(" "), "â\x80\x99"], ids=ascii)
def test_whatever_stands_for_an_apostrophe_is_one(mark):
    plainly = "This film isn't Bob's; I can't say they'd, we'll, I'm or you've won."
    assert tokens_of(plainly.replace("'", mark)) == tokens_of(plainly)
    assert "n't" in tokens_of(plainly)


SAME = {
    "soft hyphen": ("a won\u00adder\u00adful film", "a wonderful film"),
    "zero-width space": ("a won\u200bderful film", "a wonderful film"),
    "joiners": ("a won\u200dder\u200cful\u2060 film", "a wonderful film"),
    "byte order mark": ("\ufeffa wonderful\ufeff film", "a wonderful film"),
    "directions": ("\u202aa\u200e wonderful\u202c \u2066film\u2069", "a wonderful film"),
    "spaces": ("a\u00a0wonderful\u202ffilm\u3000by\u2009him", "a wonderful film by him"),
    "controls": ("a \0wonderful\x1b film\x7f", "a wonderful film"),
    "full width": ("ａ ｗｏｎｄｅｒｆｕｌ　ｆｉｌｍ！", "a wonderful film!"),
    "bold": ("a 𝐰𝐨𝐧𝐝𝐞𝐫𝐟𝐮𝐥 𝓯𝓲𝓵𝓶", "a wonderful film"),
    "ligatures": ("a ﬁne ﬂawed oﬀer, diﬃcult, waﬄe", "a fine flawed offer, difficult, waffle"),
    "long s": ("a waſte", "a waste"),
    "dotted I": ("WİT", "wit"),
    "hyphens": ("well‐acted, well‑made, well−meant", "well-acted, well-made, well-meant"),
    "dashes": ("slow — really ― so – \x96 \x97", "slow -- really -- so -- -- --"),
    "ellipses": ("so… \x85 so.... so.......", "so ... ... so ... so ..."),
    "quotes": (
        "a “fine” «good» »bad« „slow“ ”dull” film",
        'a "fine" "good" "bad" "slow" "dull" film',
    ),
    "quotes apart": ("« fine » “ good ”", "`` fine '' `` good ''"),
    "quotes of Windows": ("a \x93fine\x94 film", 'a "fine" film'),
    "quotes after a dash": ("slow—“fine”—dull", 'slow -- "fine" -- dull'),
    "single quotes": ("a ‘fine’ film, ‘90s ‘em", "a ` fine ' film , ` 90s 'em"),
    "entities": ("&quot;fun&quot; &amp; big&nbsp;&lt;3", '"fun" & big <3'),
    "line breaks": ("a film.<br /><br>I <i>loved</i> it<BR/>", "a film. I loved it"),
    "sentences together": ("boring.Not good!Really?No", "boring. Not good! Really? No"),
    "misread accents": ("a clichÃ©d cafÃ© â€œfineâ€\x9d ðŸ˜€", "a clichéd café “fine” 😀"),
    "emoji": ("good❤️film 👍🏽", "good ❤ film 👍🏽"),
}


@pytest.mark.parametrize("typed, plainly", SAME.values(), ids=SAME)
def test_what_looks_the_same_has_the_same_words(typed, plainly):
    assert tokens_of(typed) == tokens_of(plainly)
    assert tokens_of(" ".join(tokens_of(typed))) == tokens_of(typed)


@pytest.mark.parametrize("text", ["naïve clichéd café", "Ångstr", "señor", "Việt Nam", "g̃uarani"])
def test_an_accent_is_part_of_its_letter_however_it_is_written(text):
    composed, apart = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    assert tokens_of(apart) == tokens_of(composed) == composed.lower().split()


def test_an_accent_that_no_character_has_with_its_letter_is_a_letter():
    assert tokens_of("x̂ हिन्दी, ไม่ดี m̄-n̄") == ["x̂", "हिन्दी", ",", "ไม่ดี", "m̄-n̄"]


@pytest.mark.parametrize(
    "text",
    [
        "plain words, 'quoted' `so' ``too''; 3 < 4 & 5 > 2 -- really...",
        "AT&T; R&B <3 a<b x&y;z <not a tag> &nosuchentity;",
        "CAFÉ and IRMÃ, ½ of n² ©",
        "映画 très bon 😀 Москва",
    ],
)
def test_what_means_something_else_stays(text):
    assert plain(text) == text


def test_a_capital_accent_before_a_quote_is_no_misread_letter():
    assert tokens_of("“CAFÉ” “IRMÃ” É’s") == "`` café '' `` irmã '' é 's".split()


def test_every_character_goes_through():
    codes = range(0, 0x110000, 37)
    for start in range(0, len(codes), 500):
        text = "".join(map(chr, codes[start : start + 500]))
        words = tokens_of(text)
        assert tokens_of(" ".join(words)) == words
        assert not any(word.isspace() or not word for word in words)


@pytest.mark.data
def test_the_treebanks_sentences_keep_their_words_in_any_typography(rng):
    from tests.helpers.data import data_path

    lines = data_path("text", "stsa.binary.test").read_text(encoding="utf-8").splitlines()
    disguises = {"'": "’´ʼ′＇\x92", "-": "‐‑−－", " ": " \u00a0\u2009\u3000", "--": "–—\x97―"}
    for line in lines[::8]:
        words = line.split(" ", 1)[1].split()
        disguised = []
        for word in words:
            for plainly, others in disguises.items():
                if word == plainly or plainly in "'-":
                    word = word.replace(plainly, rng.choice(list(others)))
            middle = len(word) // 2
            if word.isalpha() and middle:
                word = (
                    word[:middle] + rng.choice(["", "\u00ad", "\u200d", "\ufeff"]) + word[middle:]
                )
            disguised.append(unicodedata.normalize(rng.choice(["NFC", "NFD"]), word))
        assert tokens_of(
            "".join(word + rng.choice(list(disguises[" "])) for word in disguised)
        ) == (tokens_of(" ".join(words)))
