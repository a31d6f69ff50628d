"""Build the site in both languages, or serve it.

`python scripts/make_site.py build` or `… serve`.

SITE_URL, if set, is where the site will be published; it is needed only for the
sitemap, canonical links and the links of Anki's cards, every other link is relative.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from mkdocs.livereload import LiveReloadServer

import anki_deck
import check
import offline
from pages import LANGUAGES, ROOT

WATCHED = ["docs", "hooks", "labs", "snippets", "theme", *LANGUAGES.values()]


def build(target=ROOT / "site", root=ROOT, strict=True):
    """Build both languages at once into ``target``; return whether that succeeded.

    If it did not, ``target`` stays as it was. Unless ``strict``, what is at fault is
    said, but stops the build only if there is no page to be shown.
    """
    faults = check.check(root)
    print(*faults, sep="\n", end="\n" * bool(faults), file=sys.stderr)
    if faults and strict:
        return False
    with tempfile.TemporaryDirectory(dir=root, prefix=".site-") as folder:
        if not run_mkdocs(Path(folder), root, strict):
            return False
        if not faults:  # there may be some while serving
            anki_deck.write(Path(folder), root)
        shutil.copytree(root / "theme" / "root", folder, dirs_exist_ok=True)
        if strict and (faults := offline.write(Path(folder))):
            print(*faults, sep="\n", file=sys.stderr)
            return False
        for language in LANGUAGES:
            shutil.rmtree(target / language, ignore_errors=True)
        shutil.copytree(folder, target, dirs_exist_ok=True)
    return True


def run_mkdocs(folder, root, strict):
    """Build each language below ``folder``, all at once; print what went wrong."""
    url = os.environ.get("SITE_URL", "").rstrip("/")
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONUTF8": "1"}
    builds = {}
    for language, config in LANGUAGES.items():
        environment[f"SITE_URL_{language.upper()}"] = url and f"{url}/{language}/"
        # No --quiet: it would hide the warnings from --strict.
        command = [sys.executable, "-m", "mkdocs", "build", "-f", config]
        command += ["-d", str(folder / language), *["--strict"] * strict]
        builds[language] = subprocess.Popen(
            command,
            cwd=root,
            env=dict(environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
    for language, process in builds.items():
        lines = process.communicate()[0].splitlines()
        faults = [x for x in lines if x.startswith(("WARNING", "ERROR", "Error"))]
        for line in faults or (lines if process.returncode else []):
            print(f"docs/{language}: {line}", file=sys.stderr)
    return not any(process.returncode for process in builds.values())


def serve(port=8000, root=ROOT):
    """Serve the site at ``port``, building it again when a source changes."""
    with socket.socket() as taken:
        if taken.connect_ex(("127.0.0.1", port)) == 0:
            sys.exit(f"port {port} is taken: PORT={port + 1} make serve")
    target = root / "site"
    server = LiveReloadServer(
        builder=lambda: build(target, root, strict=False),
        host="127.0.0.1",
        port=port,
        root=str(target),
    )
    target.mkdir(exist_ok=True)
    build(target, root, strict=False)
    for name in WATCHED:
        if (root / name).exists():  # a site need not have labs
            server.watch(str(root / name))
    print(f"Both languages are served on {server.url} (Ctrl-C ends it).", flush=True)
    try:
        server.serve()
    except KeyboardInterrupt:
        server.shutdown()


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["build"]:
            sys.exit(not build())
        case ["serve"]:
            serve(int(os.environ.get("PORT", "8000")))
        case _:
            sys.exit(__doc__)
