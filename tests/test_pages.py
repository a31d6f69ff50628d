"""Pages and snippets belong together; each check is seen to fail on a fault."""

import re

import pytest

import check
import make_site
import pages

EN, ZH = "docs/en/gradients/one.md", "docs/zh/gradients/one.md"
SNIPPET = "snippets/gradients/one.py"


def test_no_fault():
    assert check.check() == []


def test_no_fault_in_the_sample(project):
    assert check.check(project) == []


def plant(project, name, old, new, both=False):
    """Replace ``old`` in a file, and keep the Chinese page's hash right."""
    for path in (name, name.replace("/en/", "/zh/")) if both else (name,):
        text = (project / path).read_text("utf-8")
        assert old in text
        (project / path).write_text(text.replace(old, new, 1), "utf-8")
    english = pages.pages(project, "en")["gradients/one.md"]
    chinese = (project / ZH).read_text("utf-8")
    chinese = re.sub("english: .*", f"english: {english.digest}", chinese)
    (project / ZH).write_text(chinese, "utf-8")


# file, old, new, in both languages, and what one line must then say
FAULTS = [
    (EN, "one.py:proof", "two.py:proof", True, f"{EN}: no file snippets/gradients/two"),
    (EN, "one.py:proof", "one.py:why", True, f"{EN}: no section why in {SNIPPET}"),
    (EN, '"gradients/one.py:proof"', "gradients/one.py", True, f"{EN}: include not of"),
    (EN, "```pycon\n", "```python\n", True, f"{EN}: gradients/one.py:proof belongs"),
    (EN, ' aria-label="One line."', "", False, f"{EN}: gradients/one.svg lacks"),
    (EN, "## Why\n", "## Reasons\n", False, f"{EN}: sections are not Why"),
    (EN, "# Is one one?", "# Is it?", False, f"{EN}: its heading is not its title"),
    (EN, "level: basic", "level: easy", True, f"{EN}: level is not one of"),
    (EN, "tags: [one]", "tags: one", True, f"{EN}: tags is not a list"),
    (EN, "tags: [one]", "tags: [One two]", True, f"{EN}: tag One two is not"),
    (EN, "Yes:", "Yes " * 60, False, f"{EN}: Short answer has"),
    (ZH, "是：", "是" * 111, False, f"{ZH}: 简答 has"),
    (EN, "one.py:wrong-two", "one.py:proof", True, f"{EN}: not quoted, or no session"),
    (
        EN,
        "### “One is two”",
        "### One is two",
        False,
        f"{EN}: not quoted, or no session",
    ),
    (EN, "### “One is two”", "", False, f"{EN}: no wrong answer"),
    (EN, "```pycon\n", "```text\n", True, f"{EN}: no session in its proof"),
    (EN, "## Why\n", "## Why $x$\n", False, f"{EN}: a formula in a heading"),
    (EN, "asked: [", "asked: : [", False, f"{EN}: front matter: "),
    (EN, "---\n# Is", "# Is", False, f"{EN}: front matter: not closed"),
    (EN, "??? question", "!!! note", True, f"{EN}: 1 follow-up"),
    (EN, "(https://arxiv.org/abs/1502.01852)", "", True, f"{EN}: no reference"),
    (EN, "Because", "TODO", False, f"{EN}: TODO is left"),
    (ZH, "{ #why }", "{ #reason }", False, f"{ZH}: headings differ"),
    (ZH, "### “一", "#### “一", False, f"{ZH}: headings differ"),
    (ZH, "$a = a$", "$a = b$", False, f"{ZH}: formulas differ"),
    (ZH, "../index.md#one", "../index.md", False, f"{ZH}: links differ"),
    (ZH, 'one.py:proof"', 'one.py:code"', False, f"{ZH}: includes differ"),
    (ZH, "??? question", "??? note", False, f"{ZH}: admonitions differ"),
    (ZH, "[一是一吗]", "[一是二吗]", False, f"{ZH}: asked differ"),
    (ZH, "由梯度", "由坡度", False, f"{ZH}: 坡度 for gradient"),
    (ZH, "由梯度", "由此", False, f"{ZH}: {EN} speaks of gradient"),
    (ZH, "因为 ", "因为,", False, f"{ZH}: half-width punctuation"),
    (ZH, "因为 ", "因为x ", False, f"{ZH}: no space"),
    (SNIPPET, "[end:proof]", "[end:prof]", False, f"{SNIPPET}: section prof is closed"),
    (SNIPPET, "--8<-- [end:wrong-two]\n", "", False, "section wrong-two is not closed"),
    (SNIPPET, "# --8<-- [end:code]\n", "", False, f"{SNIPPET}: section code is never"),
    (
        SNIPPET,
        "[start:wrong-two]",
        "[start:proof]",
        False,
        "section proof stands twice",
    ),
    (SNIPPET, '"""Is', 'import yaml\n"""Is', False, f"{SNIPPET}: yaml is imported"),
    (SNIPPET, '"""Is', 'x = """Is', False, f"{SNIPPET}: section proof is no session"),
    (
        SNIPPET,
        ">>> one()\n",
        "one()\n",
        False,
        f"{SNIPPET}: section proof is no session",
    ),
    (
        SNIPPET,
        "  # short of two",
        "  # doctest: +SKIP",
        False,
        f"{SNIPPET}: a session is not",
    ),
]


@pytest.mark.parametrize("name, old, new, both, message", FAULTS)
def test_fault(project, name, old, new, both, message):
    plant(project, name, old, new, both)
    found = check.check(project)
    assert any(message in fault for fault in found), found
    assert all("\n" not in fault for fault in found)


def test_no_twin(project):
    (project / ZH).unlink()
    assert f"{EN}: no twin {ZH}" in " ".join(check.check(project)).replace(
        "docs/", "docs/"
    )


def test_changed_english(project):
    path = project / EN
    path.write_text(path.read_text("utf-8") + "\nMore.\n", "utf-8")
    assert [f for f in check.check(project) if f.startswith(f"{ZH}: {EN} has changed")]


def test_snippet_that_no_page_shows(project):
    (project / "snippets/gradients/two.py").write_text("# nothing\n")
    (project / "snippets/gradients/two.svg").write_text("<svg/>")
    found = " ".join(check.check(project))
    assert "snippets/gradients/two.py: no section to show" in found
    assert "snippets/gradients/two.svg: no page in zh shows it" in found


def test_section_that_no_page_shows(project):
    path = project / SNIPPET
    more = "\n\n# --8<-- [start:more]\nx = 1\n# --8<-- [end:more]\n"
    path.write_text(path.read_text("utf-8") + more, "utf-8")
    found = " ".join(check.check(project))
    assert "gradients/one.py: no page in en shows its section more" in found


def test_overview_that_leaves_a_question_out(project):
    path = project / "docs/en/gradients/index.md"
    path.write_text(path.read_text("utf-8").replace("Is one", "Was one"), "utf-8")
    fault = "docs/en/gradients/index.md: does not lead to [Is one one?](one.md)"
    assert fault in check.check(project)


def test_to_do_in_the_navigation(project):
    path = project / "mkdocs.zh.yml"
    path.write_text(path.read_text("utf-8") + "# TODO\n", "utf-8")
    assert "mkdocs.zh.yml: TODO is left" in check.check(project)


PROSE = [  # what must not be taken for a fault
    ("Because", "It costs $5 a run, then $10.\n\nBecause"),
    ("- A paper.", "- *Weights: a paper on gradient clipping.* A paper."),
    (
        '??? question "And two?"\n    Two.',
        '??? question "And two?"\n    ```sh\n    # Two\n    ls\n    ```',
    ),
    ("<figure data-search-exclude>", "\n\n<figure data-search-exclude>"),
]


@pytest.mark.parametrize("old, new", PROSE)
def test_no_fault_in(project, old, new):
    plant(project, EN, old, new)
    found = [f for f in check.check(project) if "has changed" not in f]
    assert found == []


def test_navigation_out_of_step(project):
    path = project / "mkdocs.zh.yml"
    path.write_text(path.read_text("utf-8").replace("index.md, ", ""), "utf-8")
    assert "mkdocs.zh.yml: its nav is not that of mkdocs.yml" in check.check(project)


# What only the build can see.
BROKEN = [
    ("$a = a$", r"$\frac{a$", r"gradients/one.md: formula"),
    ("../index.md#one", "../index.md#two", "gradients/one.md' contains a link"),
    ("../index.md#one", "../other.md", "gradients/one.md' contains a link"),
]


def test_sample_builds(project):
    assert make_site.build(project / "site", project)


@pytest.mark.parametrize("old, new, message", BROKEN)
def test_broken_build(project, capfd, old, new, message):
    plant(project, EN, old, new, both=True)
    assert not make_site.build(project / "site", project)
    lines = capfd.readouterr().err.splitlines()
    assert [line for line in lines if message in line], lines


def test_a_failed_build_leaves_the_last_one(project, capfd):
    assert make_site.build(project / "site", project)
    plant(project, EN, "$a = a$", r"$\frac{a$", both=True)
    assert not make_site.build(project / "site", project, strict=False)
    assert (project / "site/en/gradients/one/index.html").is_file()
    assert not list(project.glob(".site-*"))


def test_fault_stops_the_build(project, capfd):
    (project / ZH).unlink()
    assert not make_site.build(project / "site", project)
    assert not (project / "site").exists()
    assert f"{EN}: no twin" in capfd.readouterr().err
