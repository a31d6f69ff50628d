"""The labs run as they are stored; each check is seen to fail on a planted fault."""

import json
import os
import re

import pytest
from bs4 import BeautifulSoup
from jupytext.cli import jupytext

import check
import labs
import make_site
from built import Document
from pages import LANGUAGES, ROOT, pages

LABS = labs.labs(ROOT, "en")

HEADER = """\
# ---
# jupyter:
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---
"""
CELLS = """
# %% [markdown]
# # {title}
#
# [{link}](../gradients/one.md)

# %%
# Knobs
SEED = 0

# %%
# from snippets/gradients/one.py
def one():
    return 1

# %%
# within 0.1
print("is", one())
"""
OUTPUTS = [
    [],
    [],
    [{"output_type": "stream", "name": "stdout", "text": "is 1\n"}],
]
ERROR = {"output_type": "error", "ename": "OSError", "evalue": "no", "traceback": []}
PICTURE = {
    "output_type": "display_data",
    "data": {"image/svg+xml": "<svg>" + " " * 300_000},
    "metadata": {},
}
EN, ZH = "labs/en/two.py", "labs/zh/two.py"
STORED = "docs/en/labs/two.ipynb"


@pytest.fixture
def project(project):
    """The sample project with a lab."""
    for name, title, link in (EN, "Of two", "One"), (ZH, "论二", "一"):
        path = project / name
        path.parent.mkdir(parents=True)
        path.write_text(HEADER + CELLS.format(title=title, link=link), "utf-8")
    for config in LANGUAGES.values():
        text = (project / config).read_text("utf-8")
        text = text.replace("gradients/one.md]", "gradients/one.md, labs/two.ipynb]")
        (project / config).write_text(text, "utf-8")
    settle(project)
    return project


def settle(project, outputs=OUTPUTS):
    """Store the labs with ``outputs``, the Chinese one as looked at."""
    english = labs.labs(project, "en")["two.py"]
    header = f"# jupyter:\n#   english: '{english.digest}'\n"
    text = re.sub("#   english: .*\n", "", (project / ZH).read_text("utf-8"))
    (project / ZH).write_text(text.replace("# jupyter:\n", header), "utf-8")
    for language in LANGUAGES:
        labs.store(labs.labs(project, language)["two.py"], outputs)


@pytest.mark.parametrize("name", LABS)
def test_prints_what_is_stored(name):
    outputs = labs.run(LABS[name])
    for language in LANGUAGES:
        lab = labs.labs(ROOT, language)[name]
        cells = json.loads(lab.stored.read_text("utf-8"))["cells"]
        cells = [cell for cell in cells if cell["cell_type"] == "code"]
        for number, (cell, now) in enumerate(zip(cells, outputs, strict=True), 1):
            found = labs.difference("".join(cell["source"]), cell["outputs"], now)
            assert not found, f"{lab.name}, code cell {number}: {found}"


def test_a_lab_that_raises_is_noticed(project):
    text = (project / EN).read_text("utf-8").replace("one())", "1 / 0)")
    (project / EN).write_text(text, "utf-8")
    with pytest.raises(Exception, match="ZeroDivisionError"):
        labs.run(labs.labs(project, "en")["two.py"])


def test_runs_and_draws(project):
    """Text and pictures come out as they are stored, twice the same."""
    drawing = (
        "# A line.\n%config InlineBackend.figure_formats = ['svg']\n"
        "from matplotlib import pyplot\npyplot.plot([1, 2])\npyplot.show()\n"
    )
    path = project / EN
    text = path.read_text("utf-8")
    parts = "print(1, flush=True)\nfor _ in range(10**7): pass\nprint(2)"
    path.write_text(f"{text}\n# %%\n{drawing}\n# %%\n{parts}\n# %%\n3\n", "utf-8")
    lab = labs.labs(project, "en")["two.py"]
    outputs = labs.run(lab)
    assert [labs.printed(cell) for cell in outputs] == [
        "",
        "",
        "is 1\n",
        "",
        "1\n2\n",
        "3",
    ]
    assert [len(cell) for cell in outputs] == [0, 0, 1, 1, 1, 1]
    svg = outputs[3][0]["data"]["image/svg+xml"]
    assert "var(--pic-0, #1f77b4)" in svg and "<metadata" not in svg
    used = re.findall(r'(?:url\(#|href="#)([^)"]+)', svg)
    assert used and all(name.startswith("two-4-0-") for name in used)
    assert labs.run(lab) == outputs


@pytest.mark.parametrize(
    ("source", "stored", "now", "said"),
    [
        ("print(1)", "a 1.5 b", "a  1.5 b", ""),
        ("print(1)", "a 1.5 b", "a 1.6 b", "prints 1.6, stored is 1.5"),
        ("# within 0.1\n1", "a 1.5 b", "a 1.6 b", ""),
        ("# within 0.1\n1", "a 1.5 b", "a -1.5 b", "prints -1.5, stored is 1.5"),
        ("# within 5 %\n1", "100 1e-3", "104 1.04e-3", ""),
        ("# within 5 %\n1", "100 1e-3", "100 1.06e-3", "prints 1.06e-3, stored is"),
        ("# within 5 %\n1", "a 1", "b 1", "prints\nb 1\nstored is\na 1"),
        ("# within 5 %\n1", "1", "1 1", "prints\n1 1\nstored is\n1"),
        ("# text: any\n1", "to be", "or not", ""),
        ("# text: any\n1", "to be", "", "nothing is printed"),
    ],
)
def test_differences(source, stored, now, said):
    one, other = (
        [{"output_type": "stream", "name": "stdout", "text": text}]
        for text in (stored, now)
    )
    found = labs.difference(source, one, other)
    assert found.startswith(said) if said else found == ""


def test_a_missing_picture_is_noticed():
    assert labs.difference("", OUTPUTS[2], []) == "0 outputs, stored are 1"


def test_no_fault_in_the_sample(project):
    assert check.check(project) == []
    assert make_site.build(project / "site", project)
    page = (project / "site/zh/labs/two/index.html").read_text("utf-8")
    assert 'href="../../gradients/one/"' in page
    page = (project / "site/zh/gradients/one/index.html").read_text("utf-8")
    assert '<a href="../../labs/two/">论二</a>' in page


# file, old, new, is it stored anew, and what one line must then say
FAULTS = [
    (EN, "SEED = 0", "SEED = 1", True, f"{ZH}: code cell 1 is not that of {EN}"),
    (EN, "# %%\n# Knobs", "# Knobs", True, f"{ZH}: its cells are not those of {EN}"),
    (EN, "# # Of two", "# ## Of two", True, f"{ZH}: headings differ from {EN}"),
    (ZH, "one.md", "index.md", True, f"{ZH}: links differ from {EN}"),
    (EN, "display_name: ", "display: ", False, f"{EN}: "),
    (EN, "# # Of two", "# # 2?", False, f"{STORED}: not made of what {EN} is now"),
    (EN, "# # Of two", "# # 2?", False, f"{ZH}: {EN} has changed; look at"),
    (EN, "one.md", "three.md", True, f"{EN}: no page ../gradients/three.md"),
    (EN, "return 1", "return 2", True, f"{EN}: not as in snippets/gradients/one.py: d"),
    (EN, "gradients/one.py", "one.py", True, f"{EN}: no file snippets/one.py"),
    (EN, "# # Of two", "# # TODO", True, f"{EN}: TODO is left"),
    (EN, "# # Of two", "# # $2$?", True, f"{EN}: a notebook's formulas"),
    (STORED, '"execution_count": 2', '"execution_count": 4', False, f"{STORED}: code"),
    (ZH, "# [一]", "# 梯度gradient[一]", True, f"{ZH}: no space between Chinese"),
]


@pytest.mark.parametrize(("name", "old", "new", "anew", "said"), FAULTS)
def test_faults_are_noticed(project, name, old, new, anew, said):
    text = (project / name).read_text("utf-8")
    assert old in text
    (project / name).write_text(text.replace(old, new, 1), "utf-8")
    if anew:
        settle(project)
    assert [x for x in check.check(project) if x.startswith(said)]


@pytest.mark.parametrize(
    ("output", "said"),
    [
        (ERROR, "raises OSError: no"),
        ({**OUTPUTS[2][0], "name": "stderr"}, "warns: is 1"),
        (PICTURE, "300005 bytes of pictures, more than 300000"),
    ],
)
def test_faulty_outputs_stop_the_build(project, output, said, capfd):
    settle(project, [*OUTPUTS[:2], [output]])
    assert not make_site.build(project / "site", project)
    assert f"{STORED}: " in capfd.readouterr().err
    assert [x for x in check.check(project) if x.endswith(said)]
    assert not (project / "site").exists()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (EN, f"{ZH}: no twin {EN}"),
        (ZH, f"{EN}: no twin {ZH}"),
        (EN, f"{STORED}: no source {EN}"),
        (STORED, f"{EN}: {STORED} is not made yet: make labs LAB=two"),
    ],
)
def test_missing_files_stop_the_build(project, name, said, capfd):
    (project / name).unlink()
    assert not make_site.build(project / "site", project)
    assert said in capfd.readouterr().err


def test_a_picture_says_what_it_shows(project):
    picture = {**PICTURE, "data": {"image/svg+xml": "<svg>"}}
    for name in EN, ZH:
        text = (project / name).read_text("utf-8").replace("# within 0.1\n", "")
        (project / name).write_text(text, "utf-8")
    settle(project, [*OUTPUTS[:2], [picture]])
    said = f"{STORED}: code cell 3: no first line that says what it draws"
    assert said in check.check(project)


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_are_like_others(site, language):
    """Nothing of Jupyter's is left, and the notebook stands beside its page."""
    for lab in labs.labs(ROOT, language).values():
        folder = site / language / "labs" / lab.path.stem
        text = (folder / "index.html").read_text("utf-8")
        content = text.partition("<article")[2].partition("</article>")[0]
        assert not re.search(r"<style|<script|jp-|clipboard-copy", content)
        prose = re.sub(r"<(pre|code|svg)\b.*?</\1>", "", content, flags=re.S)
        assert "**" not in prose, f"{lab.name}: not bold, as “：**” before a letter"
        assert lab.stored.name in Document(content).links
        stored = lab.stored.read_text("utf-8")
        assert (folder / lab.stored.name).read_text("utf-8") == stored
        assert content.count("<svg") == stored.count("<svg xmlns")
        blocks = BeautifulSoup(content, "html.parser").select(".highlight code")
        assert all(block.parent.span.get_text() == "" for block in blocks)
        lines = [[tag.get_text() for tag in block.children] for block in blocks]
        assert lines == [f"{code}\n".splitlines(keepends=True) for code in lab.code]


@pytest.mark.parametrize("language", LANGUAGES)
def test_questions_lead_to_their_labs(site, language):
    for lab in labs.labs(ROOT, language).values():
        questions = [
            name.removeprefix("../").removesuffix(".md")
            for name in (link.partition("#")[0] for link in lab.links)
            if name.startswith("../")
            and pages(ROOT, language)[name.removeprefix("../")].question
        ]
        assert questions, f"{lab.name} leads to no question"
        for question in questions:
            page = (site / language / question / "index.html").read_text("utf-8")
            assert f'href="../../labs/{lab.path.stem}/"' in page


def test_jupytext_pairs_them(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    for language in LANGUAGES:
        for lab in labs.labs(ROOT, language).values():
            jupytext(["--paired-paths", str(lab.stored.relative_to(ROOT))])
            paired = capsys.readouterr().out.strip()
            assert os.path.samefile(paired, lab.path), lab.name
