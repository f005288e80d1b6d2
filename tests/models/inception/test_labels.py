"""Class names: complete, in their order, and found by index, by name and by a part of the name."""

import numpy as np
import pytest

from models.inception.labels import LabelError, find_label, read_label_file, read_labels

from ...helpers.data import data_path


@pytest.fixture(scope="module")
def imagenet():
    return read_labels("imagenet.txt")


@pytest.mark.parametrize("name, count", [("imagenet.txt", 1000), ("inception5h.txt", 1001)])
def test_files_hold_clean_names(name, count):
    labels = read_labels(name)
    assert isinstance(labels, tuple) and len(labels) == count
    assert all(label and label == " ".join(label.split()) for label in labels)


def test_the_two_orders(imagenet):
    assert imagenet[:3] == ("tench", "goldfish", "great white shark")
    assert (imagenet[207], imagenet[576], imagenet[999]) == (
        "golden retriever",
        "gondola",
        "toilet tissue",
    )
    assert read_labels("inception5h.txt")[:3] == ("dummy", "kit fox", "English setter")


@pytest.mark.data
def test_names_are_those_of_the_data_set(imagenet):
    for number, line in enumerate(
        data_path("imagenet-labels.txt").read_text(encoding="utf-8").splitlines()
    ):
        assert line.split(" ", 2)[0] == str(number) and line.split(" ", 2)[2] == imagenet[number]
    assert data_path("inception5h-labels.txt").read_text(encoding="utf-8").splitlines() == list(
        read_labels("inception5h.txt")
    )


@pytest.mark.parametrize(
    "name", ["imagenet", "", "../specifications.py", "../labels/imagenet.txt", None]
)
def test_an_unknown_file_is_refused_with_the_known_ones(name):
    with pytest.raises(LabelError, match=r"there are imagenet\.txt, inception5h\.txt"):
        read_labels(name)


@pytest.mark.parametrize(
    "query", [0, 207, 999, np.int64(5), np.array(7), "0", "207", " 207\n", "+3", "007"]
)
def test_an_index_is_itself(imagenet, query):
    assert find_label(imagenet, query) == int(query)


@pytest.mark.parametrize(
    "query, index",
    [
        ("golden retriever", 207),
        ("Golden_Retriever", 207),
        ("  GOLDEN   retriever ", 207),
        ("jack-o'-lantern", 607),
        ("gondola", 576),
        ("retriever, golden", None),
        ("great white", 2),
        ("carpenter", 477),
        ("maltese", 153),
    ],
)
def test_names_and_unique_parts(imagenet, query, index):
    if index is None:
        with pytest.raises(LabelError, match="no label is called"):
            find_label(imagenet, query)
    else:
        assert find_label(imagenet, query) == index


def test_every_unique_name_finds_itself(imagenet):
    for labels in (imagenet, read_labels("inception5h.txt")):
        for index, name in enumerate(labels):
            if labels.count(name) == 1:
                assert find_label(labels, name) == index


def test_capitals_decide_only_where_nothing_else_does(imagenet):
    assert (find_label(imagenet, "Cardigan"), find_label(imagenet, " cardigan")) == (264, 474)
    with pytest.raises(LabelError, match=r"'CARDIGAN' may be Cardigan \(264\), cardigan \(474\)"):
        find_label(imagenet, "CARDIGAN")


def test_an_exact_name_wins_over_parts():
    assert find_label(("tiger shark", "tiger", "tiger cat"), "tiger") == 1
    with pytest.raises(LabelError, match=r"'tiger ' may be tiger shark \(0\), tiger cat \(1\)"):
        find_label(("tiger shark", "tiger cat"), "tiger ")


@pytest.mark.parametrize("name, first, second", [("crane", 134, 517), ("maillot", 638, 639)])
def test_the_same_name_twice_says_both_indices(imagenet, name, first, second):
    with pytest.raises(
        LabelError, match=rf"{name} \({first}\), {name} \({second}\): give the index"
    ):
        find_label(imagenet, name)
    assert find_label(imagenet, str(first)) == first


def test_many_matches_are_counted(imagenet):
    with pytest.raises(LabelError, match=r"and \d+ more") as refusal:
        find_label(imagenet, "e")
    assert len(str(refusal.value)) < 500


@pytest.mark.parametrize(
    "query", [-1, 1000, "-1", "1000", 10**30, "999999999999999999", np.int64(-1000)]
)
def test_an_index_out_of_range_is_refused(imagenet, query):
    with pytest.raises(LabelError, match=r"no label has the index .*indices run from 0 to 999"):
        find_label(imagenet, query)


def test_a_misspelt_name_lists_the_nearest(imagenet):
    with pytest.raises(
        LabelError,
        match=r"no label is called 'goldn retriver'; the nearest: .*golden retriever \(207\)",
    ):
        find_label(imagenet, "goldn retriver")
    with pytest.raises(LabelError, match="none is near"):
        find_label(imagenet, "qqqqqq")


@pytest.mark.parametrize(
    "query", ["", "   ", "_", None, 1.0, True, ["crane"], b"crane", np.array([1, 2]), "x" * 100_000]
)
def test_other_queries_are_refused_in_one_short_line(imagenet, query):
    with pytest.raises(LabelError) as refusal:
        find_label(imagenet, query)
    assert "\n" not in str(refusal.value) and len(str(refusal.value)) < 300


# A file of one's own -----------------------------------------------------------------------------


def test_file_of_ones_own(tmp_path):
    path = tmp_path / "my labels.txt"
    path.write_bytes("\ufeffMöwe\r\ngrey  heron \r\nn02 duck, drake".encode())
    assert read_label_file(path, 3) == ("Möwe", "grey heron", "n02 duck, drake")


@pytest.mark.parametrize(
    "content, words",
    [
        (b"", "0 labels, expected 3"),
        (b"a\nb\n", "2 labels, expected 3, one a line"),
        (b"a\nb\nc\nd\n", "4 labels, expected 3"),
        (b"a\n\nc\n", "line 2 is '', expected a class's name"),
        (b"a\nb\x00c\nd", "line 2 is 'b\\\\x00c'"),
        (b"a\nM\xf6we\nc", "line 2 is not UTF-8"),
    ],
)
def test_broken_file_of_ones_own(content, words, tmp_path):
    path = tmp_path / "labels.txt"
    path.write_bytes(content)
    with pytest.raises(LabelError, match=words):
        read_label_file(path, 3)


def test_a_name_may_stand_twice_as_imagenets_crane_does(tmp_path):
    path = tmp_path / "labels.txt"
    path.write_text("crane\nheron\ncrane\n", encoding="utf-8")
    labels = read_label_file(path, 3)
    assert labels == ("crane", "heron", "crane")
    with pytest.raises(LabelError, match=r"crane \(0\), crane \(2\)"):
        find_label(labels, "crane")
    assert find_label(labels, "2") == 2


def test_no_file_of_ones_own(tmp_path):
    with pytest.raises(LabelError, match="no such file of labels"):
        read_label_file(tmp_path / "none.txt", 3)
    with pytest.raises(LabelError, match="not a plain file"):
        read_label_file(tmp_path, 3)
