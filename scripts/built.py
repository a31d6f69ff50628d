"""Read the built site: a page's ids, links and resources, and what it weighs."""

import gzip
import re
from html.parser import HTMLParser

LIMIT = 200_000  # bytes, compressed: a page with all it loads but the search index


class Document(HTMLParser):
    """The ids, the links and the loaded resources of a page."""

    def __init__(self, text):
        super().__init__()
        self.ids, self.links, self.loads = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if "id" in attributes:
            self.ids.append(attributes["id"])
        if tag == "a" and attributes.get("href"):
            self.links.append(attributes["href"])
        if tag == "link" and attributes.get("rel", "").strip() in (
            "stylesheet",
            "icon",
            "preload",
        ):
            self.loads.append(attributes["href"])
        if tag in ("script", "img", "iframe", "source") and attributes.get("src"):
            self.loads.append(attributes["src"])


def documents(folder):
    """{path below the folder: Document} of every page."""
    return {
        path.relative_to(folder).as_posix(): Document(path.read_text("utf-8"))
        for path in sorted(folder.rglob("*.html"))
    }


def weight(site, name, document):
    """What a page loads, compressed, with the search workers that its script starts."""
    paths = {(site / name).parent / load for load in document.loads}
    text = (site / name).read_text("utf-8")
    mended, original = re.search(r'"search": "([^"?]+)[?]([^"]+)"', text).groups()
    worker = (site / name).parent / mended
    paths |= {site / name, worker, worker.parent / original}
    if "<math" in text:
        paths.add(site / name.split("/")[0] / "assets" / "math.woff2")
    return sum(
        len(data if path.suffix == ".woff2" else gzip.compress(data))
        for path in {path.resolve() for path in paths}
        for data in [path.read_bytes()]
    )
