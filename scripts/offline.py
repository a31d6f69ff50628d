"""Make the offline copy: one zip of the built site that opens without a server.

`make site` makes it with the site; `python scripts/offline.py` alone, from site/.

A browser that opens a file shows a folder as a list of files, so each link to a
folder is made to name its index.html; and it lets a page fetch nothing, nor start
a worker from another file, so offline.js brings the search what it needs.
"""

import json
import posixpath
import re
import sys
import zipfile
from fnmatch import fnmatchcase
from html import unescape
from pathlib import Path
from urllib.parse import unquote

from pages import LANGUAGES, ROOT

NAME = "answers-that-run"  # of the zip, and of the one folder in it
LEFT_OUT = (  # what no page asks for when opened from a file; and what is downloaded
    "*/404.html",
    "*/assets/javascripts/lunr/*",
    "*/assets/javascripts/workers/*",
    "*/search/search_index.json",
    "*/sitemap.xml",
    "*/tags.json",
    "*.apkg",
    "*.gz",
    "*.map",
    "*.zip",
)
README = """\
Answers That Run

Unpack all of the zip, then open index.html in a browser: nothing here needs a
server or a network. The browser keeps your practice apart from that on the site;
export and import carry it over. The decks for Anki are not in this copy.
LICENSE.txt says what you may do with it.

跑得通的答案

先把压缩包全部解压，再用浏览器打开 index.html，不需要服务器，也不需要联网。
练习进度由浏览器保存，与网站上的进度是分开的，可以用导出、导入搬过去。
Anki 牌组不在这份副本里。许可条款见 LICENSE.txt。
"""

QUOTED = r"""(?:[^>"']|"[^"]*"|'[^']*')*"""  # a tag's attributes
PARTS = re.compile(  # what is no tag is skipped: a script's text, a style sheet's
    rf"<!--.*?-->|<style\b.*?</style\s*>|(<script\b{QUOTED}>).*?</script\s*>"
    rf"|(<[a-z]{QUOTED}>)",
    re.DOTALL | re.IGNORECASE,
)
ATTRIBUTE = re.compile(r"""([^\s"'<>/=]+)=("[^"]*"|'[^']*')""")
ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)
CONFIG = '<script id="__config"'  # the first of Material's scripts at a page's end


def write(site):
    """Write the zip into the folder of the built site, or return what is at fault."""
    files = {"index.html": (site / "index.html").read_bytes()}
    for language in LANGUAGES:
        for path in filter(Path.is_file, (site / language).rglob("*")):
            name = path.relative_to(site).as_posix()
            if not left_out(name):
                files[name] = path.read_bytes()
        files |= search(site, language)
    faults = []
    for name in filter(lambda name: name.endswith(".html"), files):
        page, wrong = rewrite(files[name].decode(), name, files)
        files[name] = page.encode()
        faults += wrong
    files["README.txt"] = README.encode()
    files["LICENSE.txt"] = (ROOT / "LICENSE").read_bytes()
    if not faults:
        pack(site / f"{NAME}.zip", files)
    return faults


def left_out(name):
    return any(fnmatchcase(name, pattern) for pattern in LEFT_OUT)


def search(site, language):
    """{name: bytes} of what Material and offline.js search with in this language."""
    home = site / language
    index = json.loads((home / "search" / "search_index.json").read_text("utf-8"))
    for entry in index["docs"]:  # a page, or with # a section of it
        entry["location"] = re.sub("(^|/)(?=#|$)", r"\1index.html", entry["location"])
    scripts = home / "assets" / "javascripts"
    (original,) = (scripts / "workers").glob("search.*.js")
    mended = scripts / "workers" / "mended.js"
    worker = (
        f"{original.read_text('utf-8')}\n"
        "self.importScripts = () => {}; // what the following imports is here already\n"
        f"{mended.read_text('utf-8')}"
    )
    script = Path(__file__).with_suffix(".js").read_text("utf-8")
    texts = {
        scripts / "offline.js": f"const searchWorker = {as_js(worker)};\n{script}",
        home / "search" / "search_index.js": (  # Material's name for it, and its place
            f"const __index = {as_js({'config': index['config']})};\n"
        ),
        home / "search" / "search_docs.js": (
            f"const searchDocs = {as_js(index['docs'])};\n"
        ),
    }
    return {
        path.relative_to(site).as_posix(): text.encode() for path, text in texts.items()
    }


def as_js(value):
    return json.dumps(value, ensure_ascii=False)


def rewrite(page, name, files):
    """Return the HTML of a page as the copy has it, and what is at fault with it.

    A link to what is left out of the copy becomes plain text.
    """
    faults = []

    def part(match):
        tag = match[1] or match[2] or ""
        if "href=" not in tag and "src=" not in tag:
            return match[0]
        if 'rel="preload"' in tag:
            return ""  # a page opened from a file is refused it, but not the font
        is_link = re.match(r"<a\s", tag, re.IGNORECASE)

        def attribute(match):
            key, quoted = match.groups()
            link, mark = quoted[1:-1], quoted[0]
            path, rest = re.fullmatch(r"([^?#]*)(.*)", link, re.DOTALL).groups()
            if key.lower() not in ("href", "src") or not path or ELSEWHERE.match(path):
                return match[0]
            target = posixpath.join(posixpath.dirname(name), unquote(unescape(path)))
            target = posixpath.normpath(target)
            if target in files:
                return match[0]
            if posixpath.join(target, "index.html") in files:
                path = path.removesuffix("/") + "/index.html"
                return f"{key}={mark}{path}{rest}{mark}"
            if is_link and left_out(target):
                return ""
            faults.append(f"{name}: the offline copy has no file for {link}")
            return match[0]

        return ATTRIBUTE.sub(attribute, tag) + match[0][len(tag) :]

    page = PARTS.sub(part, page)
    source = "../" * (name.count("/") - 1) + "assets/javascripts/offline.js"
    return page.replace(CONFIG, f'<script src="{source}"></script>{CONFIG}', 1), faults


def pack(target, files):
    """Zip what ``files`` maps names to; the same files make the same bytes."""
    with zipfile.ZipFile(target, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(f"{NAME}/{name}")  # dated 1980
            entry.create_system = 3  # Unix, wherever this runs,
            entry.external_attr = 0o100644 << 16  # so that these are permissions
            archive.writestr(entry, files[name], zipfile.ZIP_DEFLATED)


if __name__ == "__main__":
    sys.exit("\n".join(write(ROOT / "site")) or None)
