"""Show a question's level and the words in which it was asked, above its answer."""

from html import escape


def on_page_content(html, page, config, files):
    if "asked" not in page.meta:
        return html
    words = config.extra["words"]
    asked = " / ".join(
        f'<span lang="zh" id="asked-{number}">{escape(wording)}</span>'
        for number, wording in enumerate(page.meta["asked"], start=1)
    )
    level = words[page.meta["level"]]
    line = f'<p class="asked"><b>{level}</b> {words["asked"]}: {asked}</p>'
    return html.replace("</h1>", f"</h1>\n{line}", 1)
