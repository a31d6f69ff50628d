"""Measure the build, the tests and a page, each beside a reference.

Nothing passes or fails here: a figure means something only beside the reference that
the same run measured. What cannot be measured, for want of a tool, is said in a line.
"""

import argparse
import contextlib
import doctest
import functools
import gzip
import http.server
import importlib.util
import io
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import threading
import zipfile
from collections import Counter
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

import browser
import labs
import make_site
import offline
from built import LIMIT, documents, weight
from pages import LANGUAGES, ROOT, pages

ZENSICAL, KATEX = "zensical==0.0.73", "katex@0.19.1"
SLOW = 2  # seconds that no snippet should take
SLOWDOWN, LATENCY, SPEED = 4, 150, 1.6  # a phone: processor; milliseconds; Mbit/s
TITLES = {
    "build": "Build, both languages",
    "tests": "Tests",
    "labs": "Labs",
    "weight": "Weight, compressed, with all that a page loads",
    "offline": "Offline copy",
    "page": "First visit",
}

KATEX_SITE = """
INHERIT: mkdocs.yml
hooks: [{hooks}]
extra_css: [assets/site.css, katex/katex.min.css]
extra_javascript: [katex/katex.min.js, katex/contrib/auto-render.min.js, katex/go.js]
"""
KATEX_GO = """
for (const formula of document.querySelectorAll(".arithmatex"))
  renderMathInElement(formula);
"""
# Notes when a formula last changed its size.
WATCH = """
window.settled = 0;
window.formulas = () => document.querySelectorAll("math:not(.katex *), .katex-html");
let before = "";
const look = () => {
  const boxes = [...formulas()].map((formula) => formula.getBoundingClientRect());
  const sizes = boxes.map(({ width, height }) => [width, height]).join();
  if (sizes !== before) [before, settled] = [sizes, performance.now()];
  requestAnimationFrame(look);
};
look();
"""
# When that was, in seconds, how many formulas there are, and the bytes of each request.
RESULT = """async () => {
  await document.fonts.ready;
  await new Promise(requestAnimationFrame);
  const requests = ["navigation", "resource"].flatMap(
    (kind) => performance.getEntriesByType(kind));
  return [settled / 1000, formulas().length, requests.map((r) => r.encodedBodySize)];
}"""


class MissingError(Exception):
    """Something is not there to be measured, or to measure with."""


def run(*command, cwd=ROOT, check=True):
    """Run a command and return the last line it prints, or raise what went wrong."""
    program = shutil.which(command[0])
    if not program:
        raise MissingError(f"there is no {command[0]}")
    done = subprocess.run(
        [program, *command[1:]],
        cwd=cwd,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    lines = done.stdout.strip().splitlines() or ["it says nothing"]
    if check and done.returncode:
        error = next((line for line in lines if "error" in line.lower()), lines[-1])
        raise MissingError(f"{' '.join(command[1:4])}: {error}")
    return lines[-1]


def seconds(function, *arguments, clock=perf_counter):
    start = clock()
    function(*arguments)
    return clock() - start


def row(name, figure, remark):
    print(f"  {name:<30} {figure:<24} {remark}")


def spread(figures):
    return f"{median(figures):.2f} s ({min(figures):.2f} to {max(figures):.2f})"


def copied(target):
    """Copy what a build reads into the new folder ``target``."""
    for name in "docs", "hooks", "labs", "snippets", "theme":
        shutil.copytree(ROOT / name, target / name)
    for name in (*LANGUAGES.values(), "pyproject.toml"):
        shutil.copy(ROOT / name, target)
    return target


# --- the build


def zensical(folder):
    """Build both languages with Zensical; return the function that did it."""
    home = ROOT / ".venv-zensical"
    python = str(home / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))
    if not os.path.exists(python):
        run(sys.executable, "-m", "venv", str(home))
    run(python, "-m", "pip", "install", "--quiet", ZENSICAL)
    for template in (copied(folder) / "theme").rglob("*.html"):
        template.unlink()  # Zensical stops at a variable that only a hook defines

    def build():
        for config in LANGUAGES.values():
            run(python, "-m", "zensical", "build", "--clean", "-f", config, cwd=folder)

    build()
    return build


def bench_build(site, folder, times):
    """The time from sources to pages, of both languages, with every start."""
    builds = {f"mkdocs=={version('mkdocs')}": functools.partial(make_site.build, site)}
    try:
        builds[ZENSICAL] = zensical(folder)
    except MissingError as missing:
        print(f"  {ZENSICAL} not measured: {missing}")
    rounds = [[seconds(build) for build in builds.values()] for _ in range(times)]
    count = sum(len(pages(ROOT, language)) for language in LANGUAGES)
    for name, figures in zip(builds, zip(*rounds, strict=True), strict=True):
        each = f"{median(figures) / count * 1000:.0f} ms a page"
        row(name, each, f"{count} pages in {spread(figures)}")
    if ZENSICAL in builds:
        print("  Zensical: one language after the other, without our templates, hooks")
        print(
            "  (so no MathML, no related questions, no twins) and jieba's Chinese words"
        )


# --- the tests


def sessions(path):
    """Load a snippet and run its sessions."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = sys.modules[path.stem] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with contextlib.redirect_stdout(io.StringIO()):
        failed, _ = doctest.testmod(module)
    if failed:
        print(f"  {path.stem}: {failed} examples fail, so its time says little")


def import_torch():
    import torch._dynamo  # as an optimizer would

    torch.set_num_threads(1)


def bench_tests():
    """The suite's time, and what its snippets take in one process with nothing else."""
    start = perf_counter()
    summary = run(sys.executable, "-m", "pytest", "-n", "auto", check=False)
    row("pytest -n auto", f"{perf_counter() - start:.1f} s", summary.strip("= "))
    importing, taken = seconds(import_torch, clock=process_time), {}
    for path in sorted((ROOT / "snippets").rglob("*.py")):
        taken[path.stem] = seconds(sessions, path, clock=process_time)
    alone = f"{importing + sum(taken.values()):.1f} s of CPU"
    row("torch and each session, once", alone, f"{importing:.1f} s to import torch")
    for name in sorted(taken, key=taken.get, reverse=True)[:3]:
        row(f"  {name}", f"{taken[name]:.2f} s of CPU", "among the slowest")
    over = sum(figure > SLOW for figure in taken.values())
    print(f"  {over} of {len(taken)} snippets take more than {SLOW} s of CPU")


# --- the labs


def bench_labs(site):
    """What a lab takes, and its page's weight beside what Jupyter makes of it."""
    from mkdocs_jupyter.convert import nb2html

    for lab in labs.labs(ROOT, "en").values():
        taken = f"{seconds(labs.run, lab):.1f} s on one core"
        name = f"labs/{lab.path.stem}"
        page = (site / "en" / name / "index.html").read_bytes()
        jupyter = nb2html(str(lab.stored)).encode()
        sizes = [f"{len(gzip.compress(x)) / 1000:.0f} kB" for x in (page, jupyter)]
        row(
            name,
            taken,
            "page {}, compressed; by mkdocs-jupyter alone {}".format(*sizes),
        )


# --- a page


def bench_weight(name, site):
    """Bytes as the tests count them: all that a page loads, compressed, no index."""
    weights = {
        path.removesuffix("/index.html"): weight(site, path, document)
        for path, document in documents(site).items()
        if path.split("/")[0] in LANGUAGES and "404" not in path
    }
    for path in f"en/{name}", max(weights, key=weights.get):
        share = f"{weights[path] / LIMIT:.0%} of the {LIMIT / 1000:.0f} kB allowed"
        row(path, f"{weights[path] / 1000:.1f} kB", share)
    for language in LANGUAGES:
        index = site / language / "search" / "search_index.json"
        size = f"{len(gzip.compress(index.read_bytes())) / 1000:.1f} kB"
        row(f"search index, {language}", size, "loaded only when the reader searches")


def bench_offline(site):
    """The zip's bytes and what takes them, beside what they unpack to."""
    packed, unpacked = Counter(), Counter()
    with zipfile.ZipFile(site / f"{offline.NAME}.zip") as archive:
        for entry in archive.infolist():
            kind = "search" if "/search/" in entry.filename else "the rest"
            kind = "pages" if entry.filename.endswith(".html") else kind
            packed[kind] += entry.compress_size
            unpacked[kind] += entry.file_size
    size = (site / f"{offline.NAME}.zip").stat().st_size / 1e6
    whole = f"{unpacked.total() / 1e6:.1f} MB unpacked"
    row(f"{offline.NAME}.zip", f"{size:.2f} MB", whole)
    for kind, figure in packed.most_common():
        row(f"  {kind}", f"{figure / 1e6:.2f} MB", f"{unpacked[kind] / 1e6:.1f} MB")


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves files that are compressed already."""

    def end_headers(self):
        self.send_header("Content-Encoding", "gzip")
        super().end_headers()

    def log_message(self, *arguments):
        pass


@contextlib.contextmanager
def chromium():
    """A headless Chromium."""
    from playwright.sync_api import Error, sync_playwright

    path = browser.find()
    if not path:
        raise MissingError(f"there is no Chromium: {browser.INSTALL}")
    try:
        with sync_playwright() as playwright:
            yield playwright.chromium.launch(executable_path=path, args=browser.FLAGS)
    except Error as error:
        raise MissingError(str(error).splitlines()[0]) from None


def load(chrome, url):
    """Load a page as a phone does that has nothing cached; return what RESULT says."""
    view = {"width": 360, "height": 740}
    with chrome.new_context(viewport=view, is_mobile=True) as context:
        page = context.new_page()
        page.add_init_script(WATCH)
        rate = SPEED * 1e6 / 8
        network = {"offline": False, "latency": LATENCY}
        network |= {"downloadThroughput": rate, "uploadThroughput": rate}
        tools = context.new_cdp_session(page)
        tools.send("Network.emulateNetworkConditions", network)
        tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
        page.goto(url, wait_until="networkidle")
        page.wait_for_timeout(2000)  # the search's worker may start after a pause
        return page.evaluate(RESULT)


def katex(folder, target):
    """Build the English site with KaTeX in place of what renders the formulas."""
    theme = copied(folder) / "theme" / "katex"
    run("npm", "pack", KATEX, cwd=folder)
    shutil.unpack_archive(next(folder.glob("katex-*.tgz")), folder)
    shutil.copytree(folder / "package" / "dist", theme)
    (theme / "go.js").write_text(KATEX_GO)
    with (theme / "katex.min.css").open("a") as style:
        style.write(".katex math{font-family:math}")  # not ours, which is left out
    hooks = {f"hooks/{path.name}" for path in (folder / "hooks").glob("*.py")}
    hooks = ", ".join(sorted(hooks - {"hooks/formulas.py"}))
    (folder / "katex.yml").write_text(KATEX_SITE.format(hooks=hooks))
    command = "-m", "mkdocs", "build", "-f", "katex.yml", "-d", str(target)
    run(sys.executable, *command, cwd=folder)


def bench_page(name, folder, times):
    """What a page costs its first reader. This compresses the site that is served."""
    served = folder / "served"
    sites = {"as built": "site/en", f"with {KATEX}": "katex"}
    try:
        katex(folder / "katex", served / "katex")
    except MissingError as missing:
        print(f"  {sites.popitem()[0]} not measured: {missing}")
    for path in filter(Path.is_file, served.rglob("*")):
        path.write_bytes(gzip.compress(path.read_bytes()))
    handler = functools.partial(Handler, directory=served)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    with chromium() as chrome:
        print(f"  en/{name}, {times} times, in Chromium {chrome.version},")
        print(
            f"  CPU {SLOWDOWN} times slower, {SPEED} Mbit/s, {LATENCY} ms, empty cache"
        )
        rounds = [
            [load(chrome, f"{url}/{site}/{name}/") for site in sites.values()]
            for _ in range(times)
        ]
    server.shutdown()
    for site, loads in zip(sites, zip(*rounds, strict=True), strict=True):
        settled, formulas, requests = zip(*loads, strict=True)
        sent = max(requests, key=sum)
        weight = f"{sum(sent) / 1000:.1f} kB in {len(sent)} requests"
        row(site, weight, f"{formulas[0]} formulas laid out in {spread(settled)}")


def typical(site):
    """The question whose English page is of median size."""
    names = [path[:-3] for path, page in pages(ROOT, "en").items() if page.question]
    names.sort(key=lambda name: (site / "en" / name / "index.html").stat().st_size)
    return names[len(names) // 2]


def main(name, skip, times):
    versions = ", ".join(f"{x} {version(x)}" for x in ("mkdocs-material", "torch"))
    system = f"{platform.system()}, {os.cpu_count()} cores"
    print(f"Python {platform.python_version()}, {versions}; {system}")
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        site = folder / "served" / "site"
        built = make_site.build(site)
        if not built:
            print("The site does not build: only the tests are measured.")
        elif name and not (site / "en" / name / "index.html").exists():
            sys.exit(f"There is no page docs/en/{name}.md.")
        else:
            name = name or typical(site)
        parts = {
            "build": lambda: bench_build(site, folder / "zensical", times),
            "tests": bench_tests,
            "labs": lambda: bench_labs(site),
            "weight": lambda: bench_weight(name, site),
            "offline": lambda: bench_offline(site),
            "page": lambda: bench_page(name, folder, times),
        }
        for part, measure in parts.items():
            if part in skip or (part != "tests" and not built):
                continue
            print(f"\n{TITLES[part]}", flush=True)
            try:
                measure()
            except MissingError as missing:
                print(f"  not measured: {missing}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("name", nargs="?", help="a page, else one of median size")
    parser.add_argument("--skip", nargs="+", choices=TITLES, default=[])
    parser.add_argument("--times", type=int, default=5, help="for each median")
    main(**vars(parser.parse_args()))
