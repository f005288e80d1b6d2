"""What must hold of finished pages: links lead somewhere, pictures have texts."""

from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit


class Page(HTMLParser):
    """What one HTML page refers to.

    Attributes
    ----------
    ids : set of str
        Where a link into the page may lead.
    links, loaded : list of str
        Where its links lead; what the browser loads with it: pictures, scripts, styles.
    without_text : list of str
        Pictures without an alternative text.
    """

    def __init__(self, text):
        super().__init__()
        self.ids, self.links, self.loaded, self.without_text = set(), [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.ids |= {attrs[key] for key in ("id", "name") if attrs.get(key)}
        if tag == "a" and attrs.get("href"):
            self.links.append(attrs["href"])
        elif (
            tag == "link"
            and attrs.get("href")
            and {"stylesheet", "icon", "preload"} & set(attrs.get("rel", "").split())
        ):
            self.loaded.append(attrs["href"])
        elif tag in ("img", "script", "iframe", "source", "video", "audio") and attrs.get("src"):
            self.loaded.append(attrs["src"])
        if tag == "img" and not (attrs.get("alt") or "").strip():
            self.without_text.append(attrs.get("src", ""))

    handle_startendtag = handle_starttag


def complaints(folder):
    """What is wrong with the pages of a folder.

    Parameters
    ----------
    folder : pathlib.Path
        Of HTML pages.

    Returns
    -------
    list of str
        One line a fault, with the page; empty if all is well.
    """
    folder = Path(folder).resolve()
    pages = {
        path: Page(path.read_text(encoding="utf-8")) for path in sorted(folder.rglob("*.html"))
    }
    found = []
    for path, page in pages.items():
        name = path.relative_to(folder).as_posix()
        found += [
            f"{name}: the picture {source} has no alternative text" for source in page.without_text
        ]
        for target in page.loaded:
            if urlsplit(target).netloc or urlsplit(target).scheme not in ("", "data"):
                found.append(f"{name}: {target} would be fetched from the network")
        for target in (*page.loaded, *page.links):
            parts = urlsplit(target)
            if parts.scheme or parts.netloc:
                continue
            file = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if not file.is_file():
                found.append(f"{name}: {target} leads nowhere")
            elif (
                file in pages and parts.fragment and unquote(parts.fragment) not in pages[file].ids
            ):
                found.append(f"{name}: {target}: no such place on that page")
    return found
