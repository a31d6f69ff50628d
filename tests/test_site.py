"""The built site: its links, what it asks for, and what a page weighs."""

import contextlib
import re
import unicodedata
from html import unescape
from types import SimpleNamespace
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from fontTools.ttLib import TTFont

import verified
from built import LIMIT, Document, documents, weight
from pages import LANGUAGES, ROOT, pages


@pytest.fixture(scope="module")
def built(site):
    return documents(site)


def dead_links(built, files):
    """Each link to a page, a file or an anchor that is not there."""
    found = []
    for name, document in built.items():
        for link in document.links + document.loads:
            target = urlsplit(urljoin(f"http://site/{name}", link))
            if urlsplit(link).scheme or name.endswith("404.html"):
                continue  # not ours; and Material's 404 page has absolute links
            path = unquote(target.path).lstrip("/")
            if path.endswith("/") or not path:
                path += "index.html"
            if path not in files or (
                path in built
                and unquote(target.fragment)
                not in {
                    "",
                    *built[path].ids,
                }
            ):
                found.append(f"{name}: {link}")
    return found


def test_every_link_and_anchor_resolves(site, built):
    files = {p.relative_to(site).as_posix() for p in site.rglob("*") if p.is_file()}
    assert dead_links(built, files) == []


def test_a_dead_link_is_noticed():
    built = {
        "en/a/index.html": Document('<a href="../b/#x"><a href="../c/"><img src="d">'),
        "en/b/index.html": Document('<p id="y">'),
    }
    found = dead_links(built, set(built))
    assert found == [
        "en/a/index.html: ../b/#x",
        "en/a/index.html: ../c/",
        "en/a/index.html: d",
    ]


def test_each_page_is_built_in_both_languages(site):
    for language in LANGUAGES:
        for path in pages(ROOT, language):
            name = path.removesuffix(".md").removesuffix("index").rstrip("/")
            assert (site / language / name / "index.html").is_file(), path


def test_twins_have_the_same_ids(built):
    for name, document in built.items():
        assert len(document.ids) == len(set(document.ids)), f"{name}: an id twice"
        if name.startswith("en/") and "404" not in name and "tags/" not in name:
            assert set(document.ids) == set(built["zh" + name[2:]].ids), name


def test_switcher_and_alternate_name_the_twin(built, site):
    for name in built:
        if name.startswith("en/") and "404" not in name:
            text = (site / name).read_text("utf-8")
            twin = name.replace("en/", "zh/", 1).removesuffix("index.html")
            for pattern in (
                r'<link rel="alternate " href="([^"]+)" hreflang="zh">',
                (r'<a href="([^"]+)" hreflang="zh"'),
            ):
                (href,) = re.findall(pattern, text)
                assert urljoin(f"http://site/{name}", href) == f"http://site/{twin}", (
                    name
                )


def outside(built, sources):
    """Each resource that a page, a style sheet or a script of ours loads elsewhere."""
    found = [
        f"{name}: {load}"
        for name, document in built.items()
        for load in document.loads
        if urlsplit(load).netloc
    ]
    for name, text in sources.items():
        for address in re.findall(r"url\([\"']?((?:https?:)?//[^)\"']+)", text):
            found.append(f"{name}: {address}")
    return found


def test_nothing_comes_from_another_host(built, site):
    sources = {
        str(p.relative_to(site)): p.read_text("utf-8") for p in site.rglob("*.css")
    }
    assert outside(built, sources) == []


def test_another_host_is_noticed():
    page = Document('<script src="https://cdn.example/x.js"></script>')
    css = "@font-face { src: url(//fonts.example/x.woff2) }"
    assert outside({"a": page}, {"b": css}) == [
        "a: https://cdn.example/x.js",
        "b: //fonts.example/x.woff2",
    ]


def test_no_page_is_heavy(site, built):
    for name, document in built.items():
        if name[:3] in ("en/", "zh/") and "404" not in name:
            assert weight(site, name, document) <= LIMIT, name


def raw_latex(text):
    """What a reader would see of LaTeX that nothing has converted."""
    code = r"<(pre|code|math|script|style|svg)\b.*?</\1>|<[^>]+>"
    shown = unescape(re.sub(code, "", text, flags=re.S))
    return re.findall(r"\\[A-Za-z(\[]+|\$[^$<\n]*[\\_^][^$<\n]*\$", shown)


def test_raw_latex_is_noticed():
    for text in (
        r"<p>$ \alpha_i $</p>",
        r"\(\sqrt{d}\)",
        "<figcaption>$x_1$</figcaption>",
    ):
        assert raw_latex(text)
    assert not raw_latex(r"<pre>\n</pre> <p>$5 or $10, C:\<code>\x</code></p>")


def test_formulas_are_mathml(site):
    for path in site.rglob("*.html"):
        text = path.read_text("utf-8")
        assert 'class="arithmatex"' not in text, path
        assert not raw_latex(text), path
        assert "<merror" not in text, path


def test_the_font_has_every_character_of_the_formulas(site):
    for language in LANGUAGES:
        font = TTFont(site / language / "assets" / "math.woff2")
        assert "MATH" in font
        known = set(map(chr, font.getBestCmap())) | set("\u2061\u2062\u2063\u2064")
        for path in (site / language).rglob("*.html"):
            for formula in re.findall(
                r"<math.*?</math>", path.read_text("utf-8"), re.S
            ):
                text = unescape(re.sub(r"<[^>]+>", "", formula))
                assert not set(text) - known - {"\n"}, path
                italic = set(filter(None, map(slanted, formula.split("<mi>")[1:])))
                assert italic <= known, path


def slanted(rest):
    """The italic letter that a browser draws for what follows an <mi>, if for any."""
    if not rest.startswith("</mi>", 1):
        return None
    name = unicodedata.name(rest[0]).replace("LETTER ", "").replace("LUNATE ", "")
    name = re.sub("^(GREEK|LATIN)", "MATHEMATICAL ITALIC", name)
    with contextlib.suppress(KeyError):  # there is no italic h
        return unicodedata.lookup(name)


def test_every_answer_says_what_verified_it(site):
    config = SimpleNamespace(config_file_path=str(ROOT / "mkdocs.yml"), extra={})
    verified.on_config(config)
    for language in LANGUAGES:
        for path, page in pages(ROOT, language).items():
            if page.question:
                name = path.removesuffix(".md")
                text = (site / language / name / "index.html").read_text("utf-8")
                assert ", ".join(config.extra["versions"]) + "." in text, path


def test_every_answer_has_what_leads_on(site):
    """Tags, related questions, previous and next, as links."""
    for language in LANGUAGES:
        for path, page in pages(ROOT, language).items():
            if page.question:
                name = path.removesuffix(".md")
                text = (site / language / name / "index.html").read_text("utf-8")
                related = text.partition('id="related"')[2].partition("</ul>")[0]
                assert "<a href=" in related, path
                for mark in 'class="md-tag"', "md-footer__link--prev", "--next":
                    assert mark in text, f"{path}: no {mark}"


def test_root_leads_to_the_languages(site):
    text = (site / "index.html").read_text("utf-8")
    assert 'href="en/index.html"' in text and 'href="zh/index.html"' in text
    assert (site / "404.html").is_file()
