"""Give the tags of a page the names that its language has for them."""

from mkdocs.plugins import event_priority


@event_priority(100)  # before the tags plugin reads them
def on_page_markdown(markdown, page, config, files):
    names = config.extra.get("tag_names", {})
    if "tags" in page.meta:
        page.meta["tags"] = [names.get(tag, tag) for tag in page.meta["tags"]]
    return markdown
