"""Make the pages of the labs, which mkdocs-jupyter renders, like all others.

It puts Jupyter's own style sheets, scripts and frames into each page, 600 kB of them.
Of these nothing is kept: only text, code and outputs, marked up as on other pages.
A question's page gets to know the labs that lead to it.
"""

import base64
import json
import posixpath
import re
from collections import defaultdict
from html import escape
from pathlib import Path, PurePosixPath

from bs4 import BeautifulSoup
from markdown.extensions.toc import nest_toc_tokens
from mkdocs.exceptions import PluginError
from mkdocs.structure.toc import get_toc
from pymdownx.slugs import slugify

slug = slugify(case="lower")
leading_to = defaultdict(list)  # a page's file: the labs that link to it


def on_pre_build(config):
    leading_to.clear()


def on_page_content(html, page, config, files):
    if not page.file.src_uri.endswith(".ipynb"):
        return html
    parts = []
    for cell in BeautifulSoup(html, "html.parser").select(".jp-Cell[id]"):
        if text := cell.select_one(".jp-RenderedMarkdown"):
            parts.append(text.decode_contents())
        else:
            code = cell.select_one("pre")
            inner = code.decode_contents().strip().removeprefix("<span></span>")
            lines = "".join(f"<span>{line}\n</span>" for line in inner.split("\n"))
            parts.append(
                '<div class="language-python highlight" data-search-exclude>'
                f"<pre><span></span><code>{lines}</code></pre></div>"
            )
            shows = code.get_text().strip().partition("\n")[0].lstrip("# ")
            for area in cell.select(".jp-OutputArea-output"):
                parts.append(output(area, shows))
    content = BeautifulSoup("\n".join(parts), "html.parser")
    mend_links(content, page, files)
    page.toc = mend_headings(content, page, config)
    content.h1.insert_after(
        BeautifulSoup(
            f'<p class="asked"><a href="{PurePosixPath(page.file.src_uri).name}"'
            f" download>{config.extra['words']['notebook']}</a></p>",
            "html.parser",
        )
    )
    return str(content)


def output(area, shows):
    """What a cell has printed, or drawn; ``shows`` says what the picture shows."""
    if area["data-mime-type"] != "image/svg+xml":
        text = area.pre.decode_contents().strip("\n")
        return f'<pre class="output" data-search-exclude tabindex="0">{text}</pre>'
    svg = base64.b64decode(area.img["src"].partition(",")[2]).decode()
    return (
        '<figure class="drawn" data-search-exclude>'
        f'<div role="img" lang="en" aria-label="{escape(shows)}">{svg}</div></figure>'
    )


def mend_links(content, page, files):
    """Lead to pages as MkDocs does, which does not look into notebooks."""
    for link in content.find_all("a", href=re.compile(r"^(?!\w+:|#)")):
        path, _, anchor = link["href"].partition("#")
        folder = posixpath.dirname(page.file.src_uri)
        target = files.get_file_from_path(
            posixpath.normpath(posixpath.join(folder, path))
        )
        if not target:
            raise PluginError(f"{page.file.src_uri}: no page {link['href']}")
        link["href"] = target.url_relative_to(page.file) + ("#" + anchor) * bool(anchor)
        if page not in leading_to[target]:
            leading_to[target].append(page)


def mend_headings(content, page, config):
    """Give headings the ids of the English lab, and Material's link to themselves."""
    english = Path(config.docs_dir).parent / "en" / page.file.src_uri
    ids = []
    for cell in json.loads(english.read_text("utf-8"))["cells"]:
        if cell["cell_type"] == "markdown":
            titles = re.findall(r"^#+ (.*)", "".join(cell["source"]), re.M)
            ids += [slug(re.sub(r"[*`]", "", title), "-") for title in titles]
    tokens = []
    headings = content.find_all(re.compile(r"^h[1-6]$"))
    for heading, heading["id"] in zip(headings, ids, strict=True):
        heading.select_one(".anchor-link").decompose()
        name = heading.get_text()
        tokens.append(
            {"level": int(heading.name[1]), "id": heading["id"], "name": name}
        )
        permalink = content.new_tag("a", href=f"#{heading['id']}", string="¶")
        permalink["class"] = "headerlink"
        permalink["title"] = config.mdx_configs["toc"]["permalink_title"]
        heading.append(permalink)
    return get_toc(nest_toc_tokens(tokens))


def on_page_context(context, page, config, nav):
    context["labs"] = leading_to[page.file] if "asked" in page.meta else []
    return context
