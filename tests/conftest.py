import functools
import http.server
import multiprocessing
import os
import shutil
import sys
import threading
from concurrent.futures import ProcessPoolExecutor

import filelock
import pytest

import browser
import make_site
from pages import ROOT


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The folder of the built site, built once for all of xdist's workers."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    target, done = shared / "site", shared / "site.built"
    with filelock.FileLock(shared / "site.lock"):
        if not done.exists():
            assert make_site.build(target), "the site does not build"
            done.touch()
    return target


class Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        """Keep quiet about a page that is left in the middle of a download."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@pytest.fixture(scope="session")
def url(site):
    """The address of the built site, served below a path, as it may be."""
    handler = functools.partial(Handler, directory=site.parent)
    with Server(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/{site.name}/"
        server.shutdown()


@pytest.fixture(scope="session")
def chromium():
    """A headless Chromium. Without one: a failure in CI, elsewhere a skip."""
    path = browser.find()
    if not path:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(
            f"no browser: {browser.INSTALL}"
        )
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=browser.FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def fresh_python():
    """A pool in which each task has a process of its own.

    Where the system can fork, they fork from one that has done no more than import
    torch: the import takes longer than most snippets.
    """
    forks = "forkserver" in multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if forks else "spawn")
    if forks:
        context.set_forkserver_preload(["numpy", "torch", "torch._dynamo"])
    with ProcessPoolExecutor(1, context, max_tasks_per_child=1) as pool:
        yield pool


@pytest.fixture
def project(tmp_path):
    """A copy of the project with one question of its own, to plant faults in."""
    from sample import FILES

    for name in "hooks", "theme":
        shutil.copytree(ROOT / name, tmp_path / name)
    for name in "mkdocs.yml", "mkdocs.zh.yml":
        text = (ROOT / name).read_text("utf-8").partition("\nnav:")[0]
        (tmp_path / name).write_text(
            text + "\nnav: [index.md, gradients/index.md, gradients/one.md]\n"
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return tmp_path
