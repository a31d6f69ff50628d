"""What is printed: a page, from a browser, and the PDFs of scripts/pdf.py."""

import copy
import io
import posixpath
import re
import sys
import unicodedata
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader

import browser
import pdf
from pages import LANGUAGES, ROOT, pages

A4 = 210 / 25.4 * 72, 297 / 25.4 * 72  # points
# The section with fewest pages: what holds of one holds of all.
SECTION = min(pdf.sections(ROOT, "en"), key=lambda section: len(section.pages)).name


def plain(text):
    """A text without spaces and ligatures, to be found whatever its lines are."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def page_texts(reader, running=()):
    """The text of each page, without the number and the title at its foot."""
    texts = []
    for number, page in enumerate(reader.pages, start=1):
        text = plain(page.extract_text()).removeprefix(str(number))
        for title in running:
            text = text.removeprefix(plain(title))
        texts.append(text)
    return texts


def article(site, language, path):
    """What the site says on a page, without what is not printed."""
    page = site / language / pdf.address(path) / "index.html"
    article = BeautifulSoup(page.read_text("utf-8"), "html.parser").article
    screen = ".headerlink, .answer-foot, .md-path, .standing, p:has(> [download])"
    for tag in article.select(screen):
        tag.decompose()
    return article


def pieces(tag):
    """A tag's text, in pieces that stand together in print: formulas are extracted in
    an order of their own, and a reference's link is followed by its address."""
    tag = copy.copy(tag)
    for inner in tag.select("math, a, p, ul, ol, .highlight"):
        inner.replace_with("\N{REPLACEMENT CHARACTER}")
    return map(plain, tag.get_text().split("\N{REPLACEMENT CHARACTER}"))


# --- PDFs


@pytest.fixture(
    scope="module", params=[("en", SECTION), ("zh", SECTION), ("zh", "labs")]
)
def printed(request, chromium, site, tmp_path_factory):
    """A section's PDF in its full form, and what the site says of the section."""
    (language, name), folder = request.param, tmp_path_factory.mktemp("pdf")
    path = pdf.make(chromium, site, folder, ROOT, name, language)
    assert path.name == f"answers-that-run-{language}-{name}.pdf"
    section = next(s for s in pdf.sections(ROOT, language) if s.name == name)
    reader = PdfReader(path)
    articles = {path: article(site, language, path) for path in section.pages}
    feet, number = {}, 0  # what stands at the foot of each article's pages
    for page, said in articles.items():
        feet[page] = f"{section.number} {section.title}"
        if not page.endswith("/index.md"):
            number += 1
            feet[page] = f"{section.number}.{number} {said.h1.get_text()}"
    return SimpleNamespace(
        path=path,
        language=language,
        section=section,
        reader=reader,
        texts=page_texts(reader, feet.values()),
        articles=articles,
        feet=feet,
    )


def test_everything_is_in_the_pdf(printed):
    """Headings, text with and without formulas, code, folded answers, pictures."""
    text = "".join(printed.texts)
    for page in printed.articles.values():
        for tag in page.select("h1, h2, h3, summary, p, li, th, td, a, pre, text"):
            for words in pieces(tag):
                assert words in text, tag
    assert len(text) > 1000


def test_formulas_are_in_the_pdf(printed):
    text = "".join(printed.texts)
    formulas = [m for a in printed.articles.values() for m in a.select("math")]
    for formula in formulas:
        for symbol in formula.select("mi, mn"):
            assert plain(symbol.get_text()) in text, formula
    if formulas:
        assert any("STIX" in name for name in fonts(printed.reader))


def test_code_is_unbroken_where_it_fits(printed):
    for article in printed.articles.values():
        for block in article.select("pre"):
            code = block.get_text()
            long = len(code.splitlines()) > 25
            for part in code.split("\n\n") if long else [code]:
                if len(part.splitlines()) <= 60:
                    assert any(plain(part) in text for text in printed.texts), part


def test_contents_name_the_right_pages(printed):
    entries = [plain(f"{printed.section.number} {printed.section.title}")]
    questions = [page for page in printed.articles.values() if page.select(".asked")]
    for number, page in enumerate(questions, start=1):
        entries.append(plain(f"{printed.section.number}.{number} {page.h1.get_text()}"))
    body = list(enumerate(printed.texts, start=1))[2:]  # after title and contents
    pages = [next(n for n, text in body if entry in text) for entry in entries]
    contents = "".join(f"{e}{n}" for e, n in zip(entries, pages, strict=True))
    assert contents in printed.texts[1]
    outline = plain("".join(titles(printed.reader.outline)))
    assert all(entry in outline for entry in entries)


def test_feet_and_links_name_the_question(printed):
    reader, feet = printed.reader, printed.feet
    starts = {
        reader.get_destination_page_number(place): plain(feet[page])
        for page in feet
        for name, place in reader.named_destinations.items()
        if name == "/" + pdf.mark(pdf.address(page))
    }
    assert len(starts) >= len(feet) - 1  # nothing need lead to an overview
    foot = plain(f"{printed.section.number} {printed.section.title}")
    for number, page in enumerate(reader.pages):
        foot = starts.get(number, foot)
        if number > 1:  # after title and contents
            assert plain(page.extract_text()).startswith(f"{number + 1}{foot}")
    for page, said in printed.articles.items():
        for link in said.select("a[href^='../']"):
            path = posixpath.join(pdf.address(page), link["href"])
            path = posixpath.normpath(path.partition("#")[0]) + ".md"
            if path in feet:
                number = feet[path].split()[0]
                assert plain(f"{link.get_text()}→{number}") in "".join(printed.texts)


def titles(outline):
    for item in outline:
        yield from titles(item) if isinstance(item, list) else [item.title]


def test_links_lead_to_their_place(printed):
    """Each link inside leads to a page that is there; none to the machine's files."""
    reader, inside = printed.reader, 0
    places = {
        name: reader.get_destination_page_number(place)
        for name, place in reader.named_destinations.items()
    }
    for page in reader.pages:
        for link in page.get("/Annots", []):
            link = link.get_object()
            if "/Dest" in link:
                assert link["/Dest"] in places
                inside += 1
            else:
                assert re.match("https?://(?!site/)", link["/A"]["/URI"]), link
    assert inside >= 2 * len(printed.section.pages) - 1  # contents, overview
    for path, article in printed.articles.items():
        place = "/" + pdf.mark(pdf.address(path))
        if article.select(".asked"):
            assert plain(article.h1.get_text()) in printed.texts[places[place]]


def fonts(reader):
    return {
        str(font.get_object().get("/BaseFont", "/Type3")): font.get_object()
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()
    }


def test_paper_and_fonts(printed):
    reader = printed.reader
    for page in reader.pages:
        assert [float(x) for x in page.mediabox[2:]] == pytest.approx(A4, abs=1)
    for text, page in zip(printed.texts, reader.pages, strict=True):
        assert text or page.images, "a page is blank"
    assert reader.trailer["/Root"]["/Lang"] == printed.language
    assert printed.section.title in reader.metadata.title
    for name, font in fonts(reader).items():
        if font["/Subtype"] == "/Type0":
            (font,) = font["/DescendantFonts"]
            descriptor = font.get_object()["/FontDescriptor"].get_object()
            assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor), name
        else:
            assert font["/Subtype"] == "/Type3", name  # drawn by the file itself


@pytest.mark.parametrize("language", LANGUAGES)
def test_questions_and_answers(chromium, site, language, tmp_path):
    """The same numbers in both; the questions tell no answer, the answers where each
    was asked."""
    readers = {
        form: PdfReader(
            pdf.make(chromium, site, tmp_path, ROOT, SECTION, language, form)
        )
        for form in ("questions", "answers")
    }
    texts = {form: page_texts(reader) for form, reader in readers.items()}
    questions, answers = ("".join(texts[form]) for form in texts)
    section = next(s for s in pdf.sections(ROOT, language) if s.name == SECTION)
    words, number = pdf.Book(site, ROOT, language, SECTION).words, 0
    for path in section.pages:
        page = article(site, language, path)
        if not page.select(".asked"):
            continue
        number += 1
        asked = plain(f"{section.number}.{number} {page.h1.get_text()}")
        sheets = [n for n, text in enumerate(texts["questions"], 1) if asked in text]
        assert len(sheets) == 2  # in the contents, and where there is room to write
        level = page.select_one(".asked b").get_text()
        assert asked + plain(level) in questions
        assert asked + plain(level + words["asked_on"].format(sheets[1])) in answers
        parts = page.select(".admonition.abstract p, h3, details.question summary")
        assert len(parts) > 4
        for piece in (piece for tag in parts for piece in pieces(tag)):
            assert piece in answers
            assert len(piece) < 9 or piece not in questions  # an "and" may be
        assert plain(page.find(id="proof").get_text()) not in texts["answers"][-1]
    if language == "en":  # the notes' words are for who reads Chinese
        assert not re.search("[\u4e00-\u9fff]", questions)
    for reader in readers.values():
        outline = "\n".join(titles(reader.outline))
        assert len(re.findall(r"^\d+\.\d+ ", outline, re.M)) == number


def test_page_numbers_that_move_the_pages_are_noticed(chromium, site):
    book = SimpleNamespace(site=site, language="en")
    html = """<style>p:not(:empty) { break-after: page }</style>
        <a href="#x">x</a> <p data-page="x"></p> <h1 id="x">x</h1>"""
    with pytest.raises(RuntimeError, match="moved"):
        pdf.print_twice(chromium, book, html)


# --- what a search in a PDF finds


def test_twins():
    assert pdf.untwin("⻔", {"门"}) == "门"
    assert pdf.untwin("⻄", {"西"}) == "西"
    assert pdf.untwin("⼀", {"一"}) == "一"
    assert pdf.untwin("⼾", {"户"}) == "户"
    assert pdf.untwin("⻔", {"⻔", "门"}) == "⻔"
    assert pdf.untwin("x", set()) == "x"


def test_tables_of_characters():
    table = b"""2 beginbfchar
<3F> <2F9B>
<CF> <D835DEFF>
endbfchar
1 beginbfrange
<55> <57> <8FD8>
endbfrange"""
    codes = dict(pdf.read_codes(table))
    assert codes == {"3F": "⾛", "CF": "𝛿", "55": "还", "56": "这", "57": "迚"}
    assert dict(pdf.read_codes(pdf.write_codes(codes))) == codes


def test_a_character_that_no_font_has_is_told(chromium, tmp_path):
    page = chromium.new_page()
    page.set_content('<html lang="zh"><a href="#x">门</a><h1 id="x">一</h1>')
    printed = page.pdf()
    page.close()
    path = tmp_path / "x.pdf"
    assert pdf.save(printed, path, "门一龘") == "龘"
    assert "门" in PdfReader(path).pages[0].extract_text()


# --- pages among others


def test_links(site):
    html = (
        '<p><a href="http://site/en/a/b/">1</a><a href="http://site/en/a/b/#out">2</a>'
        '<a href="http://site/en/a/b/#in">3</a><a href="http://site/en/c/#d">4</a>'
        '<a href="https://arxiv.org/abs/1">5</a></p>'
    )
    for url, other in ("", None), ("https://x.org/y", "https://x.org/y/en/c/#d"):
        soup = BeautifulSoup(html, "html.parser")
        pdf.link_up(soup, {"a.b": "1.2", "a.b.in": "1.2"}, "en", url)
        links = {tag.get_text(): tag["href"] for tag in soup.select("a")}
        assert links.pop("4", None) == other
        assert list(links.values()) == [
            "#a.b",
            "#a.b",
            "#a.b.in",
            "https://arxiv.org/abs/1",
        ]
        assert soup.get_text() == "12345"
        assert [tag["data-number"] for tag in soup.select("[data-number]")] == (
            ["1.2"] * 3
        )


def test_ids_differ_from_page_to_page():
    soup = BeautifulSoup(
        '<g id="m" clip-path="url(#c)" style="fill: url(#f); stroke: red">'
        '<use xlink:href="#m"></use><p aria-labelledby="m n" class="m"></p></g>',
        "html.parser",
    )
    for tag in soup.find_all(True):
        pdf.mark_ids(tag, "a/b")
    assert str(soup) == (
        '<g clip-path="url(#a.b.c)" id="a.b.m" style="fill: url(#a.b.f); stroke: red">'
        '<use xlink:href="#a.b.m"></use>'
        '<p aria-labelledby="a.b.m a.b.n" class="m"></p></g>'
    )


def test_sections_are_those_with_questions_and_the_labs():
    known = pages(ROOT, "en")
    found = pdf.sections(ROOT, "en")
    assert [section.number for section in found] == list(range(1, len(found) + 1))
    printed = {path for section in found for path in section.pages}
    assert {path for path, page in known.items() if page.question} <= printed
    assert "index.md" not in printed and "tags.md" not in printed
    assert [section.name for section in found][-1] == "labs"
    assert pdf.sections(ROOT, "en", "questions") == found[:-1]  # labs ask none


@pytest.mark.parametrize("name", [None, ""])  # make pdf says ""
def test_without_a_section_everything_is_printed(site, name):
    book = pdf.Book(site, ROOT, "en", name)
    assert book.sections == pdf.sections(ROOT, "en")
    assert book.subject == "The whole site"


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["--section", "x"], "no section 'x': there are .*" + SECTION),
        (["--language", "fr"], "no language 'fr': there are en, zh"),
        (["--section", "labs", "--form", "questions"], "no section 'labs': there are "),
        (["--form", "x"], "no form 'x': there are full, questions, answers"),
        (["--section", "", "--language", "", "--form", ""], "no browser: .*CHROMIUM"),
    ],
)
def test_what_cannot_be_printed_is_told(monkeypatch, arguments, said):
    monkeypatch.setattr(sys, "argv", ["pdf.py", *arguments])
    monkeypatch.setattr(browser, "find", lambda: None)
    with pytest.raises(SystemExit, match=said):
        pdf.main()


# --- a page, printed by its reader


COLORS = """scheme => {
    document.body.dataset.mdColorScheme = scheme
    const root = getComputedStyle(document.documentElement)
    const all = [...document.querySelectorAll("body, h1, article a, code span")]
    const styles = all.map(e => getComputedStyle(e))
    const colors = styles.map(s => s.color + s.backgroundColor)
    return [root.colorScheme, ...colors]
}"""


@pytest.mark.parametrize("language, script", [("en", True), ("zh", False)])
def test_a_page_prints_light_and_unfolded(chromium, site, url, language, script):
    section = next(s for s in pdf.sections(ROOT, language) if s.name == SECTION)
    said = article(site, language, section.pages[-1])
    name = pdf.address(section.pages[-1])
    context = chromium.new_context(color_scheme="dark", java_script_enabled=script)
    page = context.new_page()
    page.goto(f"{url}{language}/{name}/")
    folded = page.locator("details:not([open])").count()
    assert folded
    data = page.pdf(prefer_css_page_size=True, print_background=True)
    assert page.locator("details:not([open])").count() == folded
    if script:
        # what Material does for a browser to which print.css says nothing
        for event, closed in ("beforeprint", 0), ("afterprint", folded):
            page.evaluate("name => dispatchEvent(new Event(name))", event)
            assert page.locator("details:not([open])").count() == closed
        page.emulate_media(media="print")
        dark, light = (page.evaluate(COLORS, scheme) for scheme in ("slate", "default"))
        assert dark == light
        assert "only" in dark[0]
    context.close()
    reader = PdfReader(io.BytesIO(data))
    assert [float(x) for x in reader.pages[0].mediabox[2:]] == pytest.approx(A4, abs=1)
    text = "".join(page.extract_text() for page in reader.pages)
    text = plain(text.translate(pdf.TWINS))
    assert text.startswith(plain(said.h1.get_text()))  # nothing stands above it
    for tag in said.select("details > summary, details > p"):
        for words in pieces(tag):
            assert words in text


def test_a_lab_prints_its_knobs_in_one_line_and_no_download(chromium, url):
    page = chromium.new_page()
    page.goto(f"{url}en/labs/racing-optimizers/")
    (knobs,) = page.locator("table:has(th:text('knob'))").all()
    names = knobs.locator("td:first-child").all_inner_texts()
    reader = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    page.close()
    text = "\n".join(page.extract_text() for page in reader.pages)
    assert len(names) > 4
    for name in names:
        assert re.search(rf"^\s*{name}\b", text[text.index("knob") :], re.M)
    assert "Download" not in text


CODE = """<div class="highlight"><pre><span></span><code>{}</code></pre></div>"""
ANNOUNCED = (
    "<h2>HERE</h2>{}",
    "<p>HERE</p>{}",
    "<details class=example open><summary>HERE</summary>{}</details>",
)


def begun(chromium, url, block):
    """How many lines of a block stand on the page where it is announced, by how much
    of the page is left."""
    page = chromium.new_page()
    page.goto(f"{url}en/")
    page.evaluate(
        """block => {
            const blocks = []
            for (let height = 300; height < 1000; height += 20)
                blocks.push(`<div style="break-before: page; height: ${height}px"></div>
                    ${block}`)
            document.querySelector("article").innerHTML = blocks.join("")
        }""",
        block,
    )
    reader = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    page.close()
    texts = [page.extract_text() for page in reader.pages]
    found = [text.count("x = 1") for text in texts if "HERE" in text]
    assert len(found) == 35
    return found


@pytest.mark.parametrize("announced", ANNOUNCED)
def test_code_fills_pages_and_follows_what_announces_it(chromium, url, announced):
    """Up to 25 lines of code are in one piece; more may break where a line is empty.
    All begins on the page of what announces it."""
    part = "<span><b>x = 1</b>\n</span>" * 12
    short = announced.format(CODE.format(part * 2))
    long = announced.format(CODE.format("<span>\n</span>".join([part] * 4)))
    whole = announced.format(CODE.format(part * 4))
    assert set(begun(chromium, url, short)) == {24}
    assert set(begun(chromium, url, long)) == {12, 24, 36, 48}
    assert set(begun(chromium, url, whole)) == {48}


def test_references_stay_together(chromium, url):
    block = f"<h2 id=references>HERE</h2><ul>{'<li>x = 1</li>' * 8}</ul>"
    assert set(begun(chromium, url, block)) == {8}


def test_roots_do_not_hang(chromium, url):
    """Chromium's square root, taller than a small letter, would reach far below it."""
    page = chromium.new_page()
    page.goto(f"{url}en/")
    low, size = page.evaluate(
        """async () => {
            document.querySelector("article").innerHTML =
                "<math><msqrt><mi>n</mi></msqrt></math>"
            await document.fonts.load("20px 'STIX Two Math'")
            const root = document.querySelector("msqrt")
            const bottoms = [root, root.firstChild].map(
                e => e.getBoundingClientRect().bottom)
            const size = parseFloat(getComputedStyle(root).fontSize)
            return [bottoms[0] - bottoms[1], size]
        }"""
    )
    page.close()
    assert low < 0.45 * size
