"""What every refusal of a weight file has in common."""

import pytest

from models.convert import ConversionError, convert


def assert_refused(source, folder, *words):
    """Converting ``source`` ends in one line that says ``words``, and leaves ``folder`` as it was.

    Both where the destination is new and where an older file would be replaced.
    """
    folder.mkdir(exist_ok=True)
    (folder / "old.npz").write_bytes(b"before")
    for name in ("old.npz", "new.npz"):
        with pytest.raises(ConversionError) as refusal:
            convert(source, folder / name)
        message = str(refusal.value)
        assert "\n" not in message and len(message) < 600
        for word in words:
            assert word in message
    assert [path.name for path in folder.iterdir()] == ["old.npz"]
    assert (folder / "old.npz").read_bytes() == b"before"


def check_converted_or_refused(source, destination):
    """A network or one line of error comes out, nothing else."""
    try:
        convert(source, destination)
    except ConversionError as refusal:
        assert "\n" not in str(refusal)
