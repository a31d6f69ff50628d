"""Point the language switcher, and each page's rel=alternate, at the page's twin.

Both languages have the same paths, so no script has to look for the twin.
"""


def on_page_context(context, page, config, nav):
    for alternate in config.extra["alternate"]:
        alternate["link"] = f"../{alternate['lang']}/{page.url}"
    return context
