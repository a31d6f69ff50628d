"""Find the questions that share most tags with a page, for its foot."""

MOST = 4


def related(page, pages):
    """Return up to MOST of ``pages``, most shared tags first, own section first."""
    tags = set(page.meta.get("tags", []))
    section = page.file.src_uri.split("/")[0]

    def nearness(other):
        shared = len(tags & set(other.meta.get("tags", [])))
        return shared, other.file.src_uri.split("/")[0] == section

    others = [p for p in pages if p is not page and "asked" in p.meta]
    others = [p for p in others if nearness(p)[0]]
    return sorted(others, key=nearness, reverse=True)[:MOST]


def on_page_context(context, page, config, nav):
    if "asked" in page.meta:
        context["related"] = related(page, nav.pages)
    return context
