"""Give the practice page its cards, and each question's page the line that says how
it stands with the reader.

The cards are a script rather than data, because a page that is opened from a folder
may load a script, but not ask for data.
"""

import json
import re
from html import escape
from pathlib import Path
from posixpath import dirname
from urllib.parse import urljoin, urlsplit

from mkdocs.exceptions import PluginError
from mkdocs.plugins import event_priority
from mkdocs.utils import get_relative_url

PAGE = "practice.md"
CARDS = "assets/practice/cards.js"
ANSWER = '<div class="admonition abstract">'

navigation = []


def on_nav(nav, config, files):
    navigation[:] = nav.pages


@event_priority(50)  # before asked.py, whose line then comes to stand above this
def on_page_content(html, page, config, files):
    practice = files.get_file_from_path(PAGE)
    if "asked" not in page.meta or not practice:
        return html
    line = standing_line(page.file, practice, config.extra["words"]["standing"])
    return html.replace("</h1>", f"</h1>\n{line}", 1)


def standing_line(file, practice, words):
    """The line that assets/javascripts/practice/tick.js fills."""
    link = get_relative_url(practice.url, file.url) + f"?section={section(file)}"
    texts = "".join(
        f' data-{key}="{escape(words[key])}"'
        for key in ("untouched", "learning", "learnt", "due", "now", "comma", "problem")
    )
    buttons = " ".join(
        f'<button type="button" hidden>{words[key]}</button>'
        for key in ("mark", "forget", "undo")
    )
    return (
        f'<p class="standing" data-card="{identity(file)}" data-search-exclude>'
        f'<a href="{link}">{words["practice"]}</a> '
        f'<span role="status"{texts}></span> '
        f'<span class="standing-set">{buttons}</span></p>'
    )


def on_post_build(config):
    questions = [page for page in navigation if "asked" in page.meta]
    practice = next((p.url for p in navigation if p.file.src_uri == PAGE), None)
    if practice is None:
        return
    names = config.extra.get("tag_names", {})
    data = {"sections": {}, "tags": {}, "cards": []}
    slugs = {name: tag for tag, name in names.items()}  # tagged.py has translated
    for page in questions:
        name = page.parent.title if page.parent else section(page.file)
        data["sections"].setdefault(section(page.file), name)
        tags = {slugs.get(tag, tag): tag for tag in page.meta.get("tags", [])}
        data["tags"] |= tags
        data["cards"].append(
            {
                "id": identity(page.file),
                "title": page.meta["title"],
                "section": section(page.file),
                "level": page.meta["level"],
                "tags": list(tags),
                "answer": moved(short_answer(page), page.url, practice),
                "url": get_relative_url(page.url, practice),
            }
        )
    path = Path(config.site_dir, CARDS)
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    path.write_text(f"window.cards = {text};\n", "utf-8")


def identity(file):
    """What a reader's progress is filed under: the same in both languages."""
    name = file.src_uri.removesuffix(".md")
    if not re.fullmatch(r"[a-z0-9-]+/[a-z0-9-]+", name):  # as store.js has it
        raise PluginError(f"{file.src_uri}: a question's path is section/slug.md")
    return name


def section(file):
    return dirname(file.src_uri)


def short_answer(page):
    """The first admonition of its kind, as rendered."""
    start = page.content.find(ANSWER)
    depth = 0
    for tag in re.finditer(r"<(/?)div\b", page.content[max(start, 0) :]):
        depth += -1 if tag[1] else 1
        if start >= 0 and not depth:
            return page.content[start : start + tag.end()] + ">"
    raise PluginError(f"{page.file.src_uri}: no short answer to practise")


def moved(html, old, new):
    """``html`` of the page at ``old``, its links as the page at ``new`` has them."""

    def move(match):
        target = urlsplit(match[2])
        if target.scheme or target.netloc:
            return match[0]
        path = urljoin("/" + old, match[2]).lstrip("/")
        return f'{match[1]}="{get_relative_url(path, new)}"'

    return re.sub(r'\b(href|src)="([^"]*)"', move, html)
