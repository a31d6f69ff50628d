"""Print the site: `python scripts/pdf.py [--section S] [--language L] [--form F]`.

Without options it prints everything, in both languages. It builds the site, and writes
into pdf/ files with contents, page numbers and bookmarks. The forms are

    full       the overviews, the answers and the labs, as on the site
    questions  the questions alone, with room to write
    answers    short answers, wrong answers and follow-ups, by the questions' numbers

SITE_URL, if set, is where the site is published: links to what a file leaves out then
lead there.
"""

import argparse
import io
import json
import os
import re
import shutil
import sys
import tempfile
import unicodedata
import warnings
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pikepdf
from bs4 import BeautifulSoup, SoupStrainer
from mkdocs.config import load_config

import browser
import make_site
from pages import LANGUAGES, ROOT, pages, paths_in_order

FORMS = "full", "questions", "answers"
LINES = 8  # to write on: three questions fill a page
STYLE = Path(__file__).with_suffix(".css")
FONT = "apt-get install fonts-noto-cjk (or another font with simplified Chinese)"

# Fonts draw these characters and those below them alike, and a PDF that Chromium
# prints says the upper where the text has the lower. (For most others NFKC tells.)
TWINS = str.maketrans(
    "⺎⺒⺓⺔⺛⺠⻄⻅⻆⻉⻋⻑⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰⼾㬵郞‒⋯",
    "兀巳幺彑旡民西见角贝车長长门青韦页风飞食马骨鬼鱼鸟卤麦黄黾齐齿龙户胶郎–…",
)


# --- what there is to print


@dataclass
class Section:
    number: int
    name: str  # its folder
    title: str
    pages: list  # the path of each page, in the navigation's order


def sections(root, language, form="full"):
    """The sections that a form prints, numbered as the navigation has them: those with
    questions and, after these, the labs, which ask none."""
    known = pages(root, language)
    found, printed = {}, set()
    for path in paths_in_order(root, language):
        name = path.split("/")[0]
        lab = path.endswith(".ipynb") and form == "full"
        if lab or (path in known and known[path].question):
            printed.add(name)
        elif not path.endswith("/index.md"):
            continue
        found.setdefault(name, []).append(path)
    numbered = []
    for name in filter(printed.__contains__, found):
        overview = known.get(f"{name}/index.md")
        title = overview.meta.get("title", name) if overview else name
        numbered.append(Section(len(numbered) + 1, name, title, found[name]))
    return numbered


def choose(root, section, language, form):
    """Check what is asked for; return the languages. Raise ValueError with a hint."""
    names = [known.name for known in sections(root, "en", form)]
    for what, asked, known in (
        ("section", section, names),
        ("language", language, LANGUAGES),
        ("form", form, FORMS),
    ):
        if asked and asked not in known:
            raise ValueError(f"no {what} {asked!r}: there are {', '.join(known)}")
    return [language] if language else list(LANGUAGES)


# --- a page of the site as a part of a document


def address(path):
    """Where the page of a source stands below its language: gradients/initialization"""
    return path.rpartition(".")[0].removesuffix("index").rstrip("/")


def mark(page, name=""):
    """The id, among those of all pages, of a page or of a place on it."""
    return ".".join([*page.split("/"), *filter(None, [name])])


def article(site, language, page):
    """What a page of the built site says, fit to stand among others."""
    source = (site / language / page / "index.html").read_text("utf-8")
    only = SoupStrainer("article")
    soup = BeautifulSoup(source, "html.parser", parse_only=only).article
    for tag in soup.select(
        "script, button, .headerlink, .answer-foot, .md-path, .standing"
    ):
        tag.decompose()
    for tag in soup.find_all("details"):
        tag["open"] = ""
    for level in 5, 4, 3, 2, 1:  # a section's title stands above its questions'
        for tag in soup.find_all(f"h{level}"):
            tag.name = f"h{level + 1}"
    for tag in soup.find_all(True):
        mark_ids(tag, page)
    base = f"http://site/{language}/{page}/"
    for tag in soup.select("[src]"):
        path = urlsplit(urljoin(base, tag["src"])).path.lstrip("/")
        tag["src"] = (site / path).absolute().as_uri()
    for tag in soup.select("a[href]"):
        if not tag["href"].startswith("#"):
            tag["href"] = urljoin(base, tag["href"])
    soup.attrs = {"id": mark(page), "class": "overview"}
    return soup


def mark_ids(tag, page):
    """Make a tag's ids, and what refers to them, differ from those of other pages."""
    for name, value in tag.attrs.items():
        if name in ("id", "for", "aria-labelledby", "aria-describedby"):
            tag[name] = " ".join(mark(page, word) for word in value.split())
        elif name in ("href", "xlink:href") and value.startswith("#"):
            tag[name] = "#" + mark(page, value[1:])
        elif isinstance(value, str) and "url(#" in value:
            tag[name] = re.sub(r"(?<=url\(#)[^)]+", lambda m: mark(page, m[0]), value)


def part(soup, heading):
    """The tags of an article from a heading to the next of its level."""
    found = [soup.find(id=heading)]
    for tag in found[0].find_next_siblings():
        if tag.name == found[0].name:
            break
        found.append(tag)
    return found


def fragment(html):
    return BeautifulSoup(html, "html.parser").contents


def link_up(soup, numbers, language, url):
    """Let links to what the document has lead there, and say its number. The others
    lead to ``url``, where the site is published; without one they become plain text.

    ``numbers`` are those of the articles, by the ids of their tags.
    """
    for tag in soup.select("a[href]"):
        target = urlsplit(tag["href"])
        if target.netloc == "site":
            page = target.path.removeprefix(f"/{language}/").strip("/")
            if mark(page) in numbers:
                tag["href"] = "#" + mark(page, target.fragment)
                tag["data-number"] = numbers[mark(page)]
            elif url:
                tag["href"] = url + target._replace(scheme="", netloc="").geturl()
            else:
                tag.unwrap()
                continue
        place = tag["href"].removeprefix("#")
        if place != tag["href"] and place not in numbers:  # left out in this form
            tag["href"] = "#" + place.rpartition(".")[0]


# --- documents


class Book:
    """What there is in one language, or in one section of it, to be printed."""

    def __init__(self, site, root, language, name=None, form="full"):
        self.site, self.language = site, language
        self.url = os.environ.get("SITE_URL", "").rstrip("/")
        self.config = load_config(str(root / LANGUAGES[language]))
        self.config.hooks["hooks/verified.py"].on_config(self.config)
        self.words = self.config.extra["words"]["pdf"]
        known = sections(root, language, form)
        self.sections = [s for s in known if not name or s.name == name]
        self.subject = self.sections[0].title if name else self.words["everything"]

    def document(self, form, sheet=None):
        """A form's HTML; ``sheet`` says on which page each question was asked."""
        contents = []  # (kind, id, number, title as HTML)
        feet = {}  # what the pages of each name say at their foot
        bodies = []
        for section in self.sections:
            place = f"section-{section.number}"
            contents.append(("part", place, section.number, escape(section.title)))
            feet[place] = f"{section.number}  {section.title}"
            bodies.append([])
            number = 0
            for path in section.pages:
                soup = article(self.site, self.language, address(path))
                if path.endswith("/index.md"):
                    soup["data-number"] = section.number
                    if form == "full":
                        soup.h2.decompose()  # the section's own heading stands there
                        bodies[-1].append(soup)
                    continue
                number += 1
                soup["data-number"] = f"{section.number}.{number}"
                heading = soup.h2.decode_contents()
                contents.append(("", soup["id"], soup["data-number"], heading))
                if form == "full":  # each question has pages of its own
                    name = f"question-{section.number}-{number}"
                    feet[name] = f"{soup['data-number']}  {soup.h2.get_text()}"
                    soup["style"] = f"page: {name}"
                self.shape(soup, form, sheet)
                bodies[-1].append(soup)
        articles = [soup for body in bodies for soup in body]
        numbers = {
            tag["id"]: soup["data-number"]
            for soup in articles
            for tag in (soup, *soup.select("[id]"))
        }
        for soup in articles:
            link_up(soup, numbers, self.language, self.url)
        kind = "" if form == "full" else self.words[form]
        return f"""<!doctype html>
<html lang="{self.language}">
<head>
<meta charset="utf-8">
<title>{escape(self.title(kind))}</title>
{self.styles(feet)}
</head>
<body class="{form}" dir="ltr" data-md-color-scheme="default">
<main class="md-typeset">
{self.cover(kind)}
{self.contents(contents)}
{"".join(map(self.body, self.sections, bodies))}
</main>
</body>
</html>"""

    def title(self, kind):
        parts = filter(None, [self.config.site_name, self.subject, kind])
        return " · ".join(parts)

    def shape(self, soup, form, sheet):
        """Leave of a question's article what a form has of it."""
        page, heading, asked = soup["id"], soup.h2, soup.select_one(".asked")
        heading.insert(
            0, *fragment(f'<span class="number">{soup["data-number"]}</span> ')
        )
        soup["class"] = "question"
        if form == "questions":
            room = f'<div class="room" aria-hidden="true">{"<hr>" * LINES}</div>'
            level = f'<p class="asked">{asked.b}</p>'  # notes word it in Chinese
            kept = [heading, *fragment(level), *fragment(room)]
        elif form == "answers":
            for tag in soup.select("details.example"):  # the code of a picture
                tag.decompose()
            where = self.words["asked_on"].format(sheet[page])
            kept = [
                heading,
                *fragment(f'<p class="asked">{asked.b} {where}</p>'),
                soup.select_one(".admonition.abstract"),
                *part(soup, mark(page, "common-wrong-answers")),
                *part(soup, mark(page, "what-they-ask-next")),
            ]
        else:
            return
        soup.clear()
        soup.extend(kept)

    def styles(self, feet):
        """The style sheets that the site's pages have, and the document's own."""
        home = (self.site / self.language / "index.html").read_text("utf-8")
        links = BeautifulSoup(home, "html.parser", parse_only=SoupStrainer("link"))
        running = "\n".join(
            f"@page {name} {{ @bottom-left {{ content: "
            + json.dumps(text, ensure_ascii=False)
            + " } }"
            for name, text in feet.items()
        )
        own = f"<style>{STYLE.read_text('utf-8')}{running}</style>"
        return "\n".join([*map(str, links.select("link[rel=stylesheet]")), own])

    def cover(self, kind):
        versions = ", ".join(self.config.extra["versions"])
        lines = [f"{self.words['verified']} {versions}.", self.config.copyright]
        if self.url:
            lines.append(f'<a href="{escape(self.url)}">{escape(self.url)}</a>')
        return f"""<header class="cover">
<h1>{escape(self.config.site_name)}</h1>
<p class="subject">{escape(self.subject)}</p>
<p class="kind">{escape(kind)}</p>
<p class="notes">{"<br>".join(lines)}</p>
</header>"""

    def contents(self, entries):
        lines = "\n".join(
            f'<li class="{kind}"><a href="#{place}"><span>{number}</span>'
            f" <span>{title}</span>"
            f' <span data-page="{place}">0</span></a></li>'
            for kind, place, number, title in entries
        )
        return f"""<nav class="contents" aria-labelledby="contents">
<h1 id="contents">{self.words["contents"]}</h1>
<ol>
{lines}
</ol>
</nav>"""

    def body(self, section, articles):
        name = f"section-{section.number}"
        number = f'<span class="number">{section.number}</span>'
        return f"""<section style="page: {name}">
<h1 id="{name}">{number} {escape(section.title)}</h1>
{"".join(map(str, articles))}
</section>"""


# --- printing


def print_twice(chromium, book, html):
    """Print a document, then again with page numbers in its contents.

    Return the PDF, {id: the page it stands on}, and the text that was printed.
    """
    fill = """numbers => {
        for (const place of document.querySelectorAll("[data-page]"))
            place.textContent = numbers[place.dataset.page]
    }"""
    with tempfile.TemporaryDirectory() as folder:
        assets = book.site / book.language / "assets"  # its style sheets and fonts
        shutil.copytree(assets, Path(folder, "assets"))
        source = Path(folder, "book.html")
        source.write_text(html, "utf-8")
        page = chromium.new_page()
        page.set_default_timeout(0)  # a thousand pages take their time
        page.goto(source.as_uri())
        text = page.inner_text("body")
        numbers = landed(page.pdf(prefer_css_page_size=True))
        page.evaluate(fill, numbers)
        pdf = page.pdf(
            prefer_css_page_size=True, print_background=True, outline=True, tagged=True
        )
        page.close()
    if landed(pdf) != numbers:
        raise RuntimeError("the page numbers, filled in, have moved the pages")
    return pdf, numbers, text


def landed(pdf):
    """{id: number of its page} of all that a link in the PDF leads to."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        numbers = {page.objgen: n for n, page in enumerate(document.pages, start=1)}
        return {
            name.removeprefix("/"): numbers[place[0].objgen]
            for name, place in document.Root.Dests.items()
        }


# --- what a search in the PDF finds


def save(pdf, path, text):
    """Write a PDF in which a search finds the characters of its text, not their twins.

    Return the Chinese characters of the text that it lacks, because no font has them.
    """
    known, said = set(text), set()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for font in document.objects:
            if isinstance(font, pikepdf.Dictionary) and "/ToUnicode" in font:
                codes = {
                    code: untwin(string, known)
                    for code, string in read_codes(font.ToUnicode.read_bytes())
                }
                font.ToUnicode.write(write_codes(codes))
                said.update(*codes.values())
        # Code has a tag for each word: packed, they take a quarter of the room.
        packed = pikepdf.ObjectStreamMode.generate
        document.save(path, object_stream_mode=packed)
    chinese = {c for c in known if unicodedata.name(c, "").startswith("CJK UNIFIED")}
    return "".join(sorted(chinese - said))


def untwin(string, known):
    """What a text of the characters ``known`` has where a font says ``string``."""
    twins = string.translate(TWINS), unicodedata.normalize("NFKC", string)
    return next((s for s in (string, *twins) if known.issuperset(s)), string)


def read_codes(table):
    """(code in hexadecimal, its text) of each line of a font's ToUnicode table."""
    for block in re.findall(rb"beginbf(?:char|range)(.*?)endbf", table, re.S):
        for line in block.decode("ascii").strip().splitlines():
            first, *last, digits = re.findall(r"<(\w+)>", line)
            for step in range(int((last or [first])[0], 16) - int(first, 16) + 1):
                code = f"{int(first, 16) + step:0{len(first)}X}"
                text = f"{int(digits, 16) + step:0{len(digits)}X}"
                yield code, bytes.fromhex(text).decode("utf-16-be")


def write_codes(codes):
    """The ToUnicode table of {code in hexadecimal: its text}."""
    lines = [f"<{c}> <{text.encode('utf-16-be').hex()}>" for c, text in codes.items()]
    blocks = [lines[i : i + 100] for i in range(0, len(lines), 100)]  # 100 at most
    width = max(map(len, codes))
    table = [
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
        f"1 begincodespacerange <{'0' * width}> <{'F' * width}> endcodespacerange",
    ]
    for block in blocks:
        table += [f"{len(block)} beginbfchar", *block, "endbfchar"]
    table += ["endcmap CMapName currentdict /CMap defineresource pop end end"]
    return "\n".join(table).encode("ascii")


# --- all of it


def make(chromium, site, target, root=ROOT, section=None, language="en", form="full"):
    """Write a PDF of the built ``site`` into the folder ``target``; return its path."""
    book = Book(site, root, language, section, form)
    sheet = None
    if form == "answers":
        sheet = print_twice(chromium, book, book.document("questions"))[1]
    pdf, _, text = print_twice(chromium, book, book.document(form, sheet))
    kind = form if form != "full" else None
    name = "-".join(filter(None, ["answers-that-run", language, section, kind]))
    path = target / f"{name}.pdf"
    target.mkdir(parents=True, exist_ok=True)
    missing = save(pdf, path, text)
    if missing:
        print(f"{path.name}: no font has {missing}: {FONT}", file=sys.stderr)
    return path


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--section", help="the name of its folder")
    parser.add_argument("--language", help="en or zh")
    parser.add_argument("--form", help=", ".join(FORMS))
    given = parser.parse_args()
    warnings.filterwarnings("ignore", "pkg_resources")  # jieba's, of no use here
    form = given.form or "full"
    try:
        languages = choose(ROOT, given.section, given.language, form)
    except ValueError as error:
        sys.exit(str(error))
    path = browser.find()
    if not path:
        sys.exit(f"no browser: {browser.INSTALL}")
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        site = Path(folder)
        if not make_site.build(site):
            sys.exit(1)
        chromium = playwright.chromium.launch(executable_path=path, args=browser.FLAGS)
        for language in languages:
            made = make(
                chromium,
                site,
                ROOT / "pdf",
                section=given.section,
                language=language,
                form=form,
            )
            print(made.relative_to(ROOT))
        chromium.close()


if __name__ == "__main__":
    main()
