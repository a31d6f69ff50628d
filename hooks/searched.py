"""Decide what the search finds.

Formulas and sessions stay out of the index: nobody types them, and their fragments
fill the excerpts. Each wording in which a question was asked goes in, as a title of
its own, or every page that names its words in passing would come before the page.
"""

import json
from html import escape
from pathlib import Path

import jieba

LEFT_OUT = "<math", '<div class="language-pycon highlight"'
wordings = {}  # its address: the wording


def on_pre_build(config):
    wordings.clear()


def on_page_content(html, page, config, files):
    for number, wording in enumerate(page.meta.get("asked", []), start=1):
        wordings[f"{page.url}#asked-{number}"] = wording
    for tag in LEFT_OUT:
        html = html.replace(tag, f'{tag} data-search-exclude="true"')
    return html


def on_post_build(config):
    path = Path(config.site_dir, "search", "search_index.json")
    index = json.loads(path.read_text("utf-8"))
    index["docs"] += [
        {"location": address, "title": in_words(escape(wording, False)), "text": ""}
        for address, wording in wordings.items()
    ]
    path.write_text(json.dumps(index, ensure_ascii=False), "utf-8")


def in_words(text):
    """Cut Chinese into words as Material's search does."""
    return "\u200b".join(jieba.cut(text))
