"""Show a question's level and the words in which it was asked, above its answer.

They are put into the page's content, not its template, because the search indexes
only content: a Chinese wording then finds the page on the English site too.
"""

from html import escape


def on_page_content(html, page, config, files):
    if "asked" not in page.meta:
        return html
    words = config.extra["words"]
    asked = " / ".join(
        f'<span lang="zh">{escape(q)}</span>' for q in page.meta["asked"]
    )
    level = words[page.meta["level"]]
    line = f'<p class="asked"><b>{level}</b> {words["asked"]}: {asked}</p>'
    return html.replace("</h1>", f"</h1>\n{line}", 1)
