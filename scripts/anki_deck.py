"""Write an Anki deck of the questions for each language.

`python scripts/anki_deck.py` writes them into site/, as building the site does. They
are made from pages in which check.py finds no fault.

Anki knows a card by its note's guid. An import updates those whose notes are newer, if
their type has the same id and the same fields, and leaves the others. So guids, note
type ids and the names of fields and template are for ever: were they others, readers
would have each card twice, or an old one for good. Templates and style may change.

Anki knows a deck by its name. A card stays where the reader has it: after a section
is renamed, its new cards go into a new deck, beside the old ones.

If SOURCE_DATE_EPOCH is set, it is the notes' date, and has to grow from deck to deck.
"""

import hashlib
import io
import itertools
import os
import posixpath
import re
import sqlite3
from contextlib import closing
from html import escape, unescape
from pathlib import Path
from string import Template
from textwrap import dedent
from urllib.parse import urlsplit
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import genanki
from markdown import Markdown
from mkdocs.config import load_config
from mkdocs.structure.files import File
from mkdocs.utils import get_build_timestamp

from pages import INCLUDE, LANGUAGES, ROOT, pages, paths_in_order

# For ever, as said above.
NOTE_TYPES = {"en": 1480235117, "zh": 1480235118}
FIELDS = "Question", "Section", "Answer", "Formulas", "Pictures", "Proof", "Address"

FRONT = Template("""\
<div class="side" lang="$language">
<p class="section">{{Section}}</p>
<p class="question">{{Question}}</p>
</div>
""")
BACK = Template("""\
{{FrontSide}}
<hr id="answer">
<div class="side" lang="$language">
{{Answer}}
{{#Formulas}}
<details><summary>$formulas</summary>{{Formulas}}</details>
{{/Formulas}}
{{Pictures}}
<h2>$proof</h2>
{{Proof}}
<p class="address">$whole_answer {{Address}}</p>
</div>
""")
STYLE = Path(__file__).with_suffix(".css")

ANSWER = re.compile(r'^!!! abstract ".*"\n((?: {4}.*\n|\n)+)', re.M)
FIGURE = re.compile(r"^ *<figure\b.*?</figure>$", re.M | re.S)
PARAGRAPH = re.compile(r"(?!<|`{3}|\$\$|#|\||[?!]{3}).")
ANCHOR = re.compile(r'<a\b[^>]* ?href="([^"]*)"[^>]*>(.*?)</a>', re.S)


def name(language):
    """The file's name: both languages fit into one folder of downloads."""
    return f"answers-that-run.{language}.apkg"


def write(folder, root=ROOT):
    """Write the decks of ``root``'s questions into the built site ``folder``."""
    for language in LANGUAGES:
        decks = make_decks(root, language)
        path = folder / language / name(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(package(decks))


def make_decks(root, language):
    """Return the language's deck, without cards, and one below it for each section."""
    # Plugins and hooks are for pages.
    config = load_config(str(root / LANGUAGES[language]), plugins=[], hooks=[])
    url = os.environ.get("SITE_URL", "").rstrip("/")
    cards = Cards(config, root, language, url and f"{url}/{language}/")
    note_type = make_note_type(config, language)
    about = f"<p>{escape(config.site_description)}</p><p>{escape(config.copyright)}</p>"
    decks = {"": genanki.Deck(stable_id(language), config.site_name, about)}
    found = pages(root, language)
    order = [path for path in paths_in_order(root, language) if path in found]
    questions = [path for path in order if found[path].question]
    for place, path in enumerate(questions):
        page, section = found[path], path.split("/")[0]
        overview = found.get(f"{section}/index.md")
        title = overview.meta.get("title", section) if overview else section
        if section not in decks:
            decks[section] = genanki.Deck(
                stable_id(language, section), f"{config.site_name}::{title}"
            )
        note = genanki.Note(
            note_type,
            cards.fields(path, page, title),
            tags=tags(section, page.meta),
            guid=guid(language, path),
            due=place,
        )
        decks[section].add_note(note)
    return list(decks.values())


def make_note_type(config, language):
    words = {**config.extra["words"], "language": language}
    card = {
        "name": "Question",
        "qfmt": FRONT.substitute(words),
        "afmt": BACK.substitute(words),
    }
    return genanki.Model(
        NOTE_TYPES[language],
        config.site_name,
        fields=[{"name": field} for field in FIELDS],
        templates=[card],
        css=STYLE.read_text("utf-8"),
    )


def guid(language, path):
    return genanki.guid_for("answers-that-run", language, path.removesuffix(".md"))


def tags(section, meta):
    """The same in both languages, and nothing that a new title would change."""
    topics = [f"topic::{tag}" for tag in meta["tags"]]
    return [f"section::{section}", f"level::{meta['level']}", *topics]


def stable_id(*names):
    digest = hashlib.sha256("/".join(["answers-that-run", *names]).encode()).digest()
    return 1 << 30 | int.from_bytes(digest[:4]) >> 2  # as genanki has them: 31 bits


class Cards:
    """Turns pages into the fields of notes."""

    def __init__(self, config, root, language, url):
        self.config, self.root, self.language, self.url = config, root, language, url
        options = dict(config.mdx_configs)
        folders = options["pymdownx.snippets"]["base_path"]
        options["pymdownx.snippets"] = {
            **options["pymdownx.snippets"],
            "base_path": [str(root / folder) for folder in folders],
        }
        options["pymdownx.highlight"] = {"line_spans": ""}  # they serve only to copy
        self.markdown = Markdown(
            extensions=config.markdown_extensions, extension_configs=options
        )

    def fields(self, path, page, section):
        why, proof = page.section("why"), page.section("proof")
        answer = re.sub("^    ", "", ANSWER.search(page.body)[1], flags=re.M)
        question = self.html(page.meta["title"], path)
        figures = FIGURE.findall(why + proof)
        return [
            question.removeprefix("<p>").removesuffix("</p>"),
            escape(section),
            self.html(answer, path),
            self.html("\n\n".join(led_to("$$", why)), path),
            "\n".join(self.picture(figure) for figure in figures),
            self.html(led_to("```pycon", proof)[0], path),
            self.address(path),
        ]

    def html(self, text, path):
        """Convert Markdown; let links lead to the site, or, without one, nowhere."""

        def link(match):
            address, words = unescape(match[1]), match[2]
            if urlsplit(address).scheme:
                return match[0]
            if not self.url:
                return words
            target, _, anchor = address.partition("#")
            if target:
                target = posixpath.join(posixpath.dirname(path), target)
            url = self.page_url(posixpath.normpath(target or path))
            return f'<a href="{escape(url)}{anchor and "#" + anchor}">{words}</a>'

        html = self.markdown.reset().convert(text)
        # What may be too wide scrolls, and the keyboard can reach it.
        for wide in "<pre", '<div class="arithmatex"':
            html = html.replace(wide, f'{wide} tabindex="0"')
        return ANCHOR.sub(link, html)

    def picture(self, figure):
        """A figure with its SVG: as a file of its own it could not follow dark."""
        lines = []
        for line in figure.splitlines():
            include = INCLUDE.match(line)
            if include:
                svg = (self.root / "snippets" / include["path"]).read_text("utf-8")
                lines += svg.splitlines()
            else:
                lines.append(line)
        return " ".join(lines)

    def page_url(self, path):
        file = File(
            path,
            self.config.docs_dir,
            self.config.site_dir,
            self.config.use_directory_urls,
        )
        return self.url + file.url.removeprefix("./")  # so MkDocs has the home page

    def address(self, path):
        url = escape(self.page_url(path))
        return f'<a href="{url}">{url}</a>' if self.url else f"{self.language}/{url}"


def led_to(start, text):
    """The blocks with a line ``start``, each with the paragraph before it."""
    blocks = [dedent(block) for block in re.split(r"\n\n+", text.strip("\n"))]
    found = []
    for before, block in itertools.pairwise(["", *blocks]):
        if start in block.splitlines():
            found.append(f"{before}\n\n{block}" if PARAGRAPH.match(before) else block)
    return found


def package(decks):
    """Return the decks as an .apkg: the same bytes for the same SOURCE_DATE_EPOCH."""
    timestamp = get_build_timestamp()
    with closing(sqlite3.connect(":memory:")) as database:
        ids = itertools.count(timestamp * 1000)
        genanki.Package(decks).write_to_db(database.cursor(), timestamp, ids)
        database.commit()
        collection = database.serialize()
    buffer = io.BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        archive.writestr(ZipInfo("collection.anki2"), collection, ZIP_DEFLATED)
        archive.writestr(ZipInfo("media"), "{}")
    return buffer.getvalue()


if __name__ == "__main__":
    write(ROOT / "site")
