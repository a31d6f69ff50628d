"""Lay out a new question: `python scripts/new.py SECTION SLUG`.

It writes the snippet and both pages, and puts them into the navigation; a section
that does not exist yet gets its overview pages as well. What is laid out says TODO
wherever something is to be written, and fails the checks until nothing says so.
"""

import re
import sys
from pathlib import Path

from pages import LANGUAGES, ROOT

NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

SNIPPET = '''\
"""TODO: the question, as the page's title has it

--8<-- [start:proof]
>>> answer()  # TODO: would come out otherwise if the answer were wrong
'TODO'

--8<-- [end:proof]

--8<-- [start:wrong-todo]
>>> answer() == "TODO: what a popular wrong answer predicts"
False

--8<-- [end:wrong-todo]
"""


# --8<-- [start:code]
def answer():
    """TODO: shapes, units, errors raised, the source if there is one."""
    return "TODO"


# --8<-- [end:code]
'''

EN = """\
---
title: TODO
asked: [TODO 中文原题]
level: basic # or intermediate, or advanced
tags: [todo]
---
# TODO

!!! abstract "Short answer"
    TODO: what you would say in thirty seconds, in at most 60 words.

## Why

TODO: the reasons, the derivation, a picture where one says it faster.

## Proof

```pycon
--8<-- "SNIPPET:proof"
```

TODO: what the session shows.

```python
--8<-- "SNIPPET:code"
```

## Common wrong answers

### “TODO wrong”

TODO: why it tempts.

```pycon
--8<-- "SNIPPET:wrong-todo"
```

## What they ask next

??? question "TODO?"
    TODO

??? question "TODO too?"
    TODO

## References

- TODO: authors, title, year, looked up. [arXiv](https://arxiv.org)
"""

ZH = """\
---
title: TODO
asked: [TODO 中文原题]
level: basic # or intermediate, or advanced
tags: [todo]
english: TODO (make reviewed writes it)
---
# TODO { #todo }

!!! abstract "简答"
    TODO：三十秒能说完的答案，最多 110 字。

## 为什么 { #why }

TODO

## 证明 { #proof }

```pycon
--8<-- "SNIPPET:proof"
```

TODO

```python
--8<-- "SNIPPET:code"
```

## 常见错误回答 { #common-wrong-answers }

### “TODO wrong” { #todo-wrong }

TODO

```pycon
--8<-- "SNIPPET:wrong-todo"
```

## 追问 { #what-they-ask-next }

??? question "TODO？"
    TODO

??? question "还有 TODO？"
    TODO

## 参考资料 { #references }

- TODO [arXiv](https://arxiv.org)
"""

OVERVIEW = {
    "en": "---\ntitle: TODO\n---\n# TODO\n\n1. [TODO](SLUG.md) TODO: what one learns\n",
    "zh": "---\ntitle: TODO\nenglish: TODO\n---\n# TODO { #todo }\n\n"
    "1. [TODO](SLUG.md) TODO\n",
}


def lay_out(section, slug, root=ROOT):
    """Write the files; return their paths. Raise ValueError if one is there."""
    for name in section, slug:
        if not NAME.fullmatch(name):
            raise ValueError(f"{name!r} is not lower-case words joined by hyphens")
    snippet = f"{section}/{slug.replace('-', '_')}.py"
    files = {
        f"snippets/{snippet}": SNIPPET,
        f"docs/en/{section}/{slug}.md": EN,
        f"docs/zh/{section}/{slug}.md": ZH,
    }
    for language, text in OVERVIEW.items():
        overview = f"docs/{language}/{section}/index.md"
        if not (root / overview).exists():
            files[overview] = text
    for name in files:
        if (root / name).exists():
            raise ValueError(f"{name} is there already")
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace("SNIPPET", snippet).replace("SLUG", slug), "utf-8")
    for config in LANGUAGES.values():
        path = root / config
        path.write_text(navigate(path.read_text("utf-8"), section, slug), "utf-8")
    return [*files, *LANGUAGES.values()]


def navigate(config, section, slug):
    """Return ``config`` with the page at the end of its section's navigation."""
    entry = f"      - {section}/{slug}.md\n"
    listed = re.findall(rf"^ +- {re.escape(section)}/.*\n", config, re.M)
    if listed:
        return config.replace(listed[-1], listed[-1] + entry)
    new = f"  - TODO {section}:\n      - {section}/index.md\n{entry}"
    before, tags, after = config.rpartition("  - tags.md")
    return before + new + tags + after if tags else config + new


def main(section, slug):
    try:
        written = lay_out(section, slug)
    except ValueError as error:
        sys.exit(f"new: {error}")
    print(*written, sep="\n")
    print("Fill in every TODO; make test says what is left. See CONTRIBUTING.md.")


if __name__ == "__main__":
    if len(sys.argv) != 3 or not all(sys.argv[1:]):
        sys.exit(f"usage: {Path(sys.argv[0]).name} SECTION SLUG, e.g. gradients noise")
    main(*sys.argv[1:])
