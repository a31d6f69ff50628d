"""What MkDocs calls while it builds."""

import json
from types import SimpleNamespace

import pytest
from mkdocs.config import load_config
from mkdocs.exceptions import PluginError

import asked
import formulas
import related
import searched
import tagged
import verified
from pages import ROOT, pages


def page(uri, **meta):
    return SimpleNamespace(meta=meta, file=SimpleNamespace(src_uri=uri))


def test_related_by_tags_then_section():
    here = page("a/here.md", asked=["?"], tags=["x", "y"])
    both = page("b/both.md", asked=["?"], tags=["y", "x"])
    near = page("a/near.md", asked=["?"], tags=["x"])
    far = page("b/far.md", asked=["?"], tags=["x"])
    none = page("a/none.md", asked=["?"], tags=["z"])
    overview = page("a/index.md", tags=["x", "y"])
    pages = [overview, none, far, here, near, both]
    assert related.related(here, pages) == [both, near, far]
    assert len(related.related(here, [both] * 9)) == related.MOST


def test_versions_are_the_pins():
    config = SimpleNamespace(config_file_path=str(ROOT / "mkdocs.yml"), extra={})
    verified.on_config(config)
    pins = (ROOT / "pyproject.toml").read_text("utf-8")
    assert [v.split()[0] for v in config.extra["versions"]] == ["torch", "numpy"]
    for version in config.extra["versions"]:
        assert '"' + version.replace(" ", "==") + '"' in pins


def test_asked_stands_below_the_heading():
    words = {"asked": "Asked as", "basic": "Basic"}
    config = SimpleNamespace(extra={"words": words})
    question = page("a.md", asked=["一<二", "三"], level="basic")
    html = asked.on_page_content("<h1>T</h1><p>x</p>", question, config, [])
    assert html.startswith('<h1>T</h1>\n<p class="asked"><b>Basic</b> Asked as: ')
    assert "一&lt;二</span> / <span" in html
    assert asked.on_page_content("<h1>T</h1>", page("a.md"), config, []) == "<h1>T</h1>"


def test_search_reads_wordings_but_no_formulas_or_sessions(tmp_path):
    question = page("a.md", asked=["RNN梯度<爆炸"])
    question.url = "a/"
    searched.on_pre_build(None)
    formula = searched.on_page_content("<math><mi>x</mi></math>", question, None, [])
    assert formula == '<math data-search-exclude="true"><mi>x</mi></math>'
    index = tmp_path / "search" / "search_index.json"
    index.parent.mkdir()
    index.write_text('{"docs": [{"location": "a/"}]}', "utf-8")
    searched.on_post_build(SimpleNamespace(site_dir=tmp_path))
    _, wording = json.loads(index.read_text("utf-8"))["docs"]
    assert wording["location"] == "a/#asked-1"
    assert wording["title"].replace("\u200b", "|") == "RNN|梯度|&|lt|;|爆炸"


def test_every_tag_has_a_chinese_name():
    names = load_config(str(ROOT / "mkdocs.zh.yml")).extra["tag_names"]
    config = SimpleNamespace(extra={"tag_names": names})
    tags = {tag for p in pages(ROOT, "zh").values() for tag in p.meta.get("tags", [])}
    assert tags == set(names)
    question = page("a.md", tags=["momentum", "unheard-of"])
    tagged.on_page_markdown("", question, config, [])
    assert question.meta["tags"] == ["动量", "unheard-of"]


def convert(html):
    return formulas.on_page_content(html, page("a/b.md"), None, None)


def test_formulas():
    inline = convert(r'<span class="arithmatex">\(a &lt; b\)</span>, so')
    assert (
        inline.startswith('<span class="unbroken"><math>') and ",</span> so" in inline
    )
    assert {"<", "a", "\N{MATHEMATICAL ITALIC SMALL A}"} <= formulas.characters
    display = convert('<div class="arithmatex">\\[\n\\frac{1}{2}\n\\]</div>')
    assert display.startswith(
        '<div class="formula" tabindex="0"><math display="block">'
    )
    assert "<mfrac>" in display


def test_a_bad_formula_names_page_and_formula():
    with pytest.raises(PluginError, match=r"a/b\.md: formula '\\\\frac\{1' does not"):
        convert(r'<span class="arithmatex">\(\frac{1\)</span>')
