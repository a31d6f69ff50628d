"""The offline copy: opened from the file system, with the network refused."""

import ast
import json
import re
import zipfile
from urllib.parse import unquote, urljoin, urlsplit

import pytest

import make_site
import offline
from built import Document
from pages import LANGUAGES, ROOT, pages
from test_browser import SAID, copied, queries

QUESTION = next(
    path.removesuffix(".md")
    for path, page in pages(ROOT, "en").items()
    if page.question and page.formulas and ".svg" in page.body
)


@pytest.fixture(scope="module")
def copy(site, tmp_path_factory):
    """The folder that the zip unpacks to; its name is one that an address escapes."""
    folder = tmp_path_factory.mktemp("a train 火车 #1")
    with zipfile.ZipFile(site / f"{offline.NAME}.zip") as archive:
        archive.extractall(folder)
    return folder / offline.NAME


@pytest.fixture
def reader(chromium):
    """A page of a browser that has no network; afterwards nothing but files must have
    been asked for, and the console must have been quiet."""
    context = chromium.new_context(permissions=["clipboard-read", "clipboard-write"])
    context.set_default_timeout(120_000)  # ms, on a busy machine
    context.set_offline(True)
    page = context.new_page()
    heard, asked = [], []
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on(
        "requestfailed",
        lambda request: (
            None  # the page was left before it came
            if request.failure == "net::ERR_ABORTED"
            else heard.append(f"failed: {request.url}")
        ),
    )
    page.on("request", lambda request: asked.append(request.url))
    page.asked = asked
    yield page
    context.close()
    assert heard == []
    assert [x for x in asked if not x.startswith(("file:", "blob:", "data:"))] == []


# --- the files


def astray(name, text, files):
    """Each link of a page that names no file of the copy."""
    text = re.sub(r"<svg\b.*?</svg>", "", text, flags=re.DOTALL)  # most of the text
    document = Document(text)
    for link in document.links + document.loads:
        target = urlsplit(urljoin(f"http://copy/{name}", link))
        if target.netloc == "copy" and unquote(target.path)[1:] not in files:
            yield f"{name}: {link}"


def test_every_link_names_a_file(copy):
    files = {p.relative_to(copy).as_posix() for p in copy.rglob("*") if p.is_file()}
    found = [
        fault
        for name in files
        if name.endswith(".html")
        for fault in astray(name, (copy / name).read_text("utf-8"), files)
    ]
    assert found == []


def test_a_link_to_a_folder_is_noticed():
    text = '<a href="../b/"><a href="../b/index.html#x"><a href=".."><img src="c.png">'
    found = list(
        astray("en/a/index.html", text, {"en/a/index.html", "en/b/index.html"})
    )
    assert [fault.partition(": ")[2] for fault in found] == ["../b/", "..", "c.png"]


def test_only_links_are_rewritten():
    files = {"en/a/index.html", "en/b/index.html", "en/index.html", "en/c d/x.svg"}
    changed = {
        '<a href="../b/">': '<a href="../b/index.html">',
        '<a href="..">': '<a href="../index.html">',
        '<a\n title="a > b" href="./?q=x#y">': (
            '<a\n title="a > b" href="./index.html?q=x#y">'
        ),
        "<link rel=next href='../b/#z'>": "<link rel=next href='../b/index.html#z'>",
        '<a class="x" href="../../answers.zip" download>the zip</a>': (
            '<a class="x"  download>the zip</a>'
        ),
        '<link rel="preload" href="../c%20d/x.svg">': "",
        '<script id="__config">': (
            '<script src="../assets/javascripts/offline.js"></script>'
            '<script id="__config">'
        ),
    }
    same = [
        '<p>href="../b/" and &lt;a href="../b/"&gt; in text, a < b, \'c</p>',
        '<!-- <a href="../b/"> -->',
        '<style>a[href="../b/"] { color: red }</style>',
        "<script>write('<a href=\"../b/\">')</script>",
        '<p title=\'<a href="../b/">\' data-href="../b/">',
        '<a href="#here"><a href="https://example.org/"><a href="mailto:a@b.c">',
        '<img src="../c%20d/x.svg"><a href="../b/index.html">',
        '<svg><use xlink:href="#m"/></svg>',
    ]
    rewritten, faults = offline.rewrite(
        "\n".join([*changed, *same]) + "</script>",
        "en/a/index.html",
        files,
    )
    assert rewritten == "\n".join([*changed.values(), *same]) + "</script>"
    assert faults == []


def test_a_dead_link_is_a_fault():
    page = '<a href="../b/"><script src="x.zip"></script>'
    _, faults = offline.rewrite(page, "en/a/index.html", {})
    assert faults == [
        f"en/a/index.html: the offline copy has no file for {link}"
        for link in ("../b/", "x.zip")
    ]


def small_site(folder, *_):
    """Put two pages for each language into the folder, and what else a build has."""
    for name, text in SMALL.items():
        for language in LANGUAGES:
            path = folder / language / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    (folder / "index.html").write_text('<a href="en/">')
    return True


SEARCHED = {
    "config": {"lang": ["en"]},
    "docs": [{"location": "b/#x"}, {"location": ""}],
}
SMALL = {
    "404.html": '<a href="/">',
    "answers.apkg": "",
    "b/index.html": '<a href="..">',
    "index.html": '<a href="b/"><a href="../answers-that-run.zip">',
    "search/search_index.json": json.dumps(SEARCHED),
    "assets/javascripts/x.js.map": "",
    "assets/javascripts/workers/mended.js": "",
    "assets/javascripts/workers/search.1.js": "",
}


def test_what_is_in_the_zip(tmp_path):
    small_site(tmp_path)
    assert offline.write(tmp_path) == []
    with zipfile.ZipFile(tmp_path / "answers-that-run.zip") as archive:
        names = archive.namelist()
        docs = archive.read("answers-that-run/en/search/search_docs.js").decode()
    of_each = [
        "assets/javascripts/offline.js",
        "b/index.html",
        "index.html",
        "search/search_docs.js",
        "search/search_index.js",
    ]
    assert names == [
        f"answers-that-run/{name}"
        for name in ["LICENSE.txt", "README.txt"]
        + [f"en/{name}" for name in of_each]
        + ["index.html"]
        + [f"zh/{name}" for name in of_each]
    ]
    assert '"b/index.html#x"' in docs and '"index.html"' in docs


def test_the_same_site_makes_the_same_zip(tmp_path):
    for folder in "one", "other":
        small_site(tmp_path / folder)
        offline.write(tmp_path / folder)
    one, other = tmp_path.glob("*/answers-that-run.zip")
    assert one.read_bytes() == other.read_bytes()
    with zipfile.ZipFile(one) as archive:
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}


def test_a_fault_stops_the_build(project, monkeypatch, capsys):
    monkeypatch.setattr(make_site, "run_mkdocs", small_site)
    assert make_site.build(project / "site", project)
    assert (project / "site" / "answers-that-run.zip").exists()
    monkeypatch.setitem(SMALL, "b/index.html", '<a href="../c/">')
    assert not make_site.build(project / "new", project)
    assert "en/b/index.html: the offline copy has no file for ../c/" in (
        capsys.readouterr().err
    )
    assert not (project / "new").exists()


def test_names_are_ascii(copy):
    assert all(path.name.isascii() for path in copy.rglob("*"))


# --- what a reader meets


@pytest.mark.parametrize("locale, language", [("zh-CN", "zh"), ("de-DE", "en")])
def test_the_first_page_leads_on(chromium, copy, locale, language):
    with chromium.new_context(locale=locale, offline=True) as context:
        page = context.new_page()
        page.goto((copy / "index.html").as_uri())
        page.wait_for_url((copy / language / "index.html").as_uri())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_are_whole(reader, copy, language):
    """Formulas, pictures, and the switcher, on a page of each kind."""
    home = copy / language
    tops = [path.name for path in home.iterdir() if (path / "index.html").exists()]
    alone = [name for name in tops if len([*(home / name).iterdir()]) == 1]  # as tags/
    labs = [f"labs/{path.parent.name}" for path in home.glob("labs/*/index.html")]
    section = QUESTION.partition("/")[0]
    for name in ["", QUESTION, section, *alone, *labs[:1]]:
        path = copy / language / name / "index.html"
        reader.goto(path.as_uri())
        assert reader.locator("h1").count() == 1, path
        reader.evaluate("document.fonts.ready.then(() => 0)")
        if name == QUESTION:
            assert shown(reader.locator("math")) and shown(reader.locator("figure svg"))
            assert "STIX Two Math" in reader.evaluate(
                """() => [...document.fonts].map(font =>
                    font.status == "loaded" && font.family.replaceAll('"', ""))"""
            )
        other = {"en": "zh", "zh": "en"}[language]
        reader.hover(".md-header .md-select button")
        reader.click(f".md-select__link[hreflang={other}]")
        reader.wait_for_url((copy / other / name / "index.html").as_uri())


def shown(elements):
    """Whether there are some, each of real height."""
    heights = elements.evaluate_all(
        "all => all.map(element => element.getBoundingClientRect().height)"
    )
    return heights and min(heights) > 5


def test_copying(reader, copy):
    """What is copied is the code or the session's input, as test_browser runs it."""
    reader.goto((copy / "en" / QUESTION / "index.html").as_uri())
    blocks = copied(reader)
    assert {session for session, _, _ in blocks} == {True, False}
    for session, shown_text, text in blocks:
        assert ast.parse(text).body
        assert text != shown_text.rstrip() if session else text == shown_text.rstrip()


def test_the_scheme_stays(reader, copy):
    reader.goto((copy / "en" / "index.html").as_uri())
    for _ in range(2):  # as the system has it, light, dark
        reader.locator("[data-md-component=palette] label:visible").click()
    reader.goto((copy / "en" / QUESTION / "index.html").as_uri())
    assert reader.get_attribute("body", "data-md-color-scheme") == "slate"


@pytest.mark.parametrize("language", LANGUAGES)
def test_tags_and_keys_lead_on(reader, copy, language):
    reader.goto((copy / language / QUESTION / "index.html").as_uri())
    reader.locator(".answer-foot .md-tag[href]").first.click()
    reader.wait_for_url(f"{(copy / language / 'tags/index.html').as_uri()}#*")
    assert reader.locator(":target").is_visible()
    reader.go_back()
    reader.keyboard.press("n")
    reader.wait_for_url(lambda url: "tags" not in url and QUESTION not in url)
    assert reader.url.endswith("/index.html")


def test_a_script_may_link_to_a_folder(reader, copy):
    """As the practice page does, whose cards know the addresses that a server has."""
    reader.goto((copy / "en" / QUESTION / "index.html").as_uri())
    reader.evaluate(
        """document.querySelector("h1").innerHTML = '<a href="../../?x#y">Home</a>'"""
    )
    reader.click("h1 a")
    reader.wait_for_url((copy / "en" / "index.html").as_uri() + "?x#y")


def test_practice(reader, copy):
    """What was graded is known on the question's page, and in the other language."""
    reader.goto((copy / "en" / "practice" / "index.html").as_uri())
    reader.keyboard.press("Space")
    page = reader.get_attribute("#practice-page", "href").strip("./")
    reader.keyboard.press("3")
    reader.keyboard.press("u")
    reader.click("#practice-page")
    reader.wait_for_url((copy / "en" / page / "index.html").as_uri())
    assert "Untouched" in reader.inner_text(".standing")
    reader.click(".standing button:visible")
    reader.click(".standing a")
    reader.wait_for_url("**/en/practice/index.html?section=*")
    assert reader.inner_text("tfoot td:nth-of-type(3)") == "1"  # learnt
    reader.goto((copy / "zh" / "practice" / "index.html").as_uri())
    assert reader.inner_text("tfoot td:nth-of-type(3)") == "1"


# --- the search


RESULTS = f"""async queries => {{
    const said = {SAID}
    const box = document.querySelector("[data-md-component=search-query]")
    const shows = (words, done) =>
        said(words) ? done() : requestAnimationFrame(() => shows(words, done))
    const found = {{}}
    box.focus()
    for (const query of queries) {{
        for (const words of ["", query]) {{
            box.value = words
            box.dispatchEvent(new KeyboardEvent("keyup", {{ bubbles: true }}))
            await new Promise(done => shows(words, done))
        }}
        const links = document.querySelectorAll(".md-search-result__item a")
        found[query] = [
            document.querySelector(".md-search-result").innerText,
            ...[...links].map(link => link.href),
        ]
    }}
    return found
}}"""  # what the search says of each query, and where its results lead


@pytest.mark.parametrize("language", LANGUAGES)
def test_search_finds_what_it_finds_online(reader, chromium, url, copy, language):
    home = (copy / language / "index.html").as_uri()
    asked = [query for query, *_ in queries(language)]
    asked = asked[::5]  # each takes a while, and is sought by test_browser as well
    reader.goto(home)
    found = reader.evaluate(RESULTS, asked)
    with chromium.new_context() as context:
        page = context.new_page()
        page.goto(f"{url}{language}/")
        online = page.evaluate(RESULTS, asked)
    for query, (said, *links) in found.items():
        links = [link.replace("index.html", "") for link in links]
        folder = home.removesuffix("index.html")
        links = [link.replace(folder, f"{url}{language}/") for link in links]
        assert links and [said, *links] == online[query], query


def test_search_waits_for_the_reader_and_leads_on(reader, copy):
    reader.goto((copy / "zh" / QUESTION / "index.html").as_uri())
    reader.wait_for_load_state("networkidle")
    assert not [x for x in reader.asked if "search_docs" in x]
    reader.keyboard.press("/")
    reader.wait_for_selector("[data-md-component=search-query]:focus")
    reader.keyboard.type("tf-idf")
    reader.wait_for_selector(".md-search-result__item")
    assert [x for x in reader.asked if "search_docs" in x]
    reader.keyboard.press("Enter")
    reader.wait_for_url("**/index.html?h=*")
    assert reader.locator(".md-content mark").count()
