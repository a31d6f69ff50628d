"""A question laid out by `make new` is complete, and fails until it is filled in."""

import doctest
import shutil
import subprocess
import sys

import pytest

import check
import new
from pages import LANGUAGES, ROOT, navigation


@pytest.fixture
def copy(tmp_path):
    for name in "docs", "snippets":
        shutil.copytree(ROOT / name, tmp_path / name)
    for name in LANGUAGES.values():
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def test_what_is_laid_out_fails_only_for_what_is_to_do(copy):
    before = check.check(copy)
    new.lay_out("gradients", "some-noise", copy)
    faults = [fault for fault in check.check(copy) if fault not in before]
    files = {fault.split(":")[0] for fault in faults}
    assert files == {
        "docs/en/gradients/index.md",
        "docs/zh/gradients/index.md",
        "docs/en/gradients/some-noise.md",
        "docs/zh/gradients/some-noise.md",
        "snippets/gradients/some_noise.py",
    }
    expected = "TODO is left", "has changed", "does not lead to [TODO]"
    assert not [f for f in faults if not any(text in f for text in expected)]


def test_the_snippet_runs(copy):
    new.lay_out("gradients", "some-noise", copy)
    text = (copy / "snippets/gradients/some_noise.py").read_text("utf-8")
    namespace = {}
    exec(compile(text, "some_noise.py", "exec"), namespace)
    test = doctest.DocTestParser().get_doctest(
        namespace["__doc__"], namespace, "some_noise", None, 0
    )
    assert doctest.DocTestRunner().run(test) == (0, 2)


def test_ruff_accepts_the_snippet(copy):
    shutil.copy(ROOT / "pyproject.toml", copy)
    new.lay_out("gradients", "some-noise", copy)
    for command in ["check"], ["format", "--check"]:
        target = "snippets/gradients/some_noise.py"
        run = [sys.executable, "-m", "ruff", *command, target]
        subprocess.run(run, cwd=copy, check=True)


def test_navigation(copy):
    new.lay_out("gradients", "some-noise", copy)
    new.lay_out("losses", "focal", copy)
    for language in LANGUAGES:
        *sections, losses, tags = navigation(copy, language)
        (gradients,) = (s for s in sections if s[0][0] == "gradients/index.md")
        assert gradients[0][-1] == "gradients/some-noise.md"
        assert losses == [["losses/index.md", "losses/focal.md"]]
        assert tags == "tags.md"
        assert (copy / f"docs/{language}/losses/index.md").exists()


@pytest.mark.parametrize("section, slug", [("../x", "y"), ("x", "Y"), ("x", "")])
def test_bad_names(copy, section, slug):
    with pytest.raises(ValueError, match="not lower-case"):
        new.lay_out(section, slug, copy)


def test_nothing_is_overwritten(copy):
    new.lay_out("gradients", "some-noise", copy)
    with pytest.raises(ValueError, match="is there already"):
        new.lay_out("gradients", "some-noise", copy)
