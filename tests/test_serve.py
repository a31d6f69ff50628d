"""The served site follows its sources."""

import contextlib
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

import make_site
from pages import ROOT, Page, pages
from reviewed import record

PATIENCE = 180  # seconds, on a busy machine; a build takes a few


def wait_for(address, text):
    """Return whether the page at ``address`` comes to say ``text``."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with contextlib.suppress(OSError):  # not up yet, or busy building
            answer = urllib.request.urlopen(address, timeout=20).read()
            if text in answer.decode():
                return True
        time.sleep(0.2)
    return False


@pytest.fixture
def served(project):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    code = "import make_site, pathlib, sys\n"
    code += "make_site.serve(int(sys.argv[1]), pathlib.Path(sys.argv[2]))"
    command = [sys.executable, "-c", code, str(port), str(project)]
    process = subprocess.Popen(command, cwd=ROOT / "scripts")
    yield f"http://127.0.0.1:{port}/"
    process.terminate()
    process.wait()


def test_edits_show(project, served):
    page = f"{served}zh/gradients/one/"
    assert wait_for(f"{served}en/gradients/one/", "is one, by the gradient")
    assert wait_for(page, "由梯度")
    assert wait_for(served, 'href="zh/index.html"')
    edits = {
        "docs/en/gradients/one.md": ("is one, by", "stays one, by"),
        "docs/zh/gradients/one.md": ("因为", "这是因为"),
        "snippets/gradients/one.py": ("# short of two", "# one short"),
        "snippets/gradients/one.svg": ("M 0 0", "M 7 7"),
    }
    for name, (old, new) in edits.items():
        path = project / name
        text = path.read_text("utf-8")
        path.write_text(text.replace(old, new), "utf-8")
        shows = page.replace("/zh/", "/en/") if "/en/" in name else page
        assert wait_for(shows, new), f"{name}: the edit does not show"


def test_a_taken_port_is_said(project):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SystemExit, match=f"port {port} is taken: PORT="):
            make_site.serve(port, project)


def test_reviewed(project):
    english = project / "docs/en/gradients/one.md"
    english.write_text(english.read_text("utf-8").replace("Yes", "Sure"), "utf-8")
    one, other = (pages(project, lang)["gradients/one.md"] for lang in ("en", "zh"))
    assert other.meta["english"] != one.digest
    record(other, one)
    other = pages(project, "zh")["gradients/one.md"]
    assert other.meta["english"] == one.digest
    assert other.text.count("english:") == 1


def test_a_digest_of_digits_stays_text(project, monkeypatch):
    monkeypatch.setattr(Page, "digest", "123456789012")
    one, other = (pages(project, lang)["gradients/one.md"] for lang in ("en", "zh"))
    record(other, one)
    assert pages(project, "zh")["gradients/one.md"].meta["english"] == one.digest
