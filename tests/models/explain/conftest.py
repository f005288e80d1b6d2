"""What the tests of a photo's page share: a drawn picture, explained, and its page."""

import pytest

import models
from models.explain import explain_picture
from models.explain.explorer import photo
from tests.helpers.explorer_pages import data_in


@pytest.fixture(scope="module")
def boat(tmp_path_factory):
    pytest.importorskip("PIL", reason="drawing pictures needs Pillow")
    from models.scenes import sailboat

    path = tmp_path_factory.mktemp("my pictures") / "my boat.png"
    sailboat(96).save(path)
    return path


@pytest.fixture(scope="module")
def model():
    return models.load("mini-inception")


@pytest.fixture(scope="module")
def explained(model, boat):
    """An explanation with what the page needs, as a line integral between few points."""
    return explain_picture(model, boat, tolerance=0.3, for_page=True)


@pytest.fixture(scope="module")
def by_points(model, boat):
    """The same by the chain rule, at six points that have no ends among them."""
    return explain_picture(model, boat, steps=6, for_page=True)


@pytest.fixture(scope="module")
def page(explained, boat, tmp_path_factory):
    path = tmp_path_factory.mktemp("pages") / "page.html"
    photo.write_photo_page(path, explained, boat, "mini-inception")
    return path


@pytest.fixture(scope="module")
def data(page):
    return data_in(page.read_text(encoding="utf-8"))
