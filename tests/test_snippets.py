"""Each snippet passes alone: its file in an empty folder, `python -m doctest`."""

import contextlib
import io
import os
import runpy
import shutil
import sys

import pytest

from pages import ROOT

SNIPPETS = sorted((ROOT / "snippets").rglob("*.py"))


def doctest_alone(path, folder):
    """Do `python -m doctest FILE` in ``folder``; return exit code and output."""
    name = shutil.copy(path, folder)
    os.chdir(folder)
    ours = [str(ROOT), *(str(ROOT / name) for name in ("hooks", "scripts", "tests"))]
    sys.path[:] = [path for path in sys.path if path not in ours]
    sys.argv = ["doctest", os.path.basename(name)]
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        try:
            runpy.run_module("doctest", run_name="__main__", alter_sys=True)
            code = 0
        except SystemExit as exit:
            code = exit.code
    return code, output.getvalue()


@pytest.mark.parametrize("path", SNIPPETS, ids=lambda path: path.stem)
def test_alone(fresh_python, path, tmp_path):
    code, output = fresh_python.submit(doctest_alone, path, tmp_path).result()
    assert code in (0, None), output


def test_alone_notices_a_failure(fresh_python, tmp_path):
    source = tmp_path / "source" / "wrong.py"
    source.parent.mkdir()
    source.write_text('""">>> 1 + 1\n3\n"""\n')
    code, output = fresh_python.submit(doctest_alone, source, tmp_path).result()
    assert code == 1 and "Expected:\n    3" in output


def test_alone_notices_a_helper(fresh_python, tmp_path):
    """A snippet that leans on another file of the project is not self-contained."""
    source = tmp_path / "source" / "leaning.py"
    source.parent.mkdir()
    source.write_text('"""\n>>> import check\n>>> 1\n1\n"""\n')
    code, output = fresh_python.submit(doctest_alone, source, tmp_path).result()
    assert code == 1 and "ModuleNotFoundError" in output
