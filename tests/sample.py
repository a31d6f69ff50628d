"""A project with one question, in which nothing is at fault."""

import hashlib

EN = """\
---
title: Is one one?
asked: [一是一吗]
level: basic
tags: [one]
---
# Is one one?

!!! abstract "Short answer"
    Yes: [one](../index.md#one) is one, by the gradient.

## Why

Because $a = a$.

<figure data-search-exclude>
<div role="img" aria-label="One line.">
--8<-- "gradients/one.svg"
</div>
<figcaption>One.</figcaption>
</figure>

## Proof

```pycon
--8<-- "gradients/one.py:proof"
```

```python
--8<-- "gradients/one.py:code"
```

## Common wrong answers

### “One is two”

```pycon
--8<-- "gradients/one.py:wrong-two"
```

## What they ask next

??? question "And two?"
    Two.

??? question "And three?"
    Three.

## References

- A paper. [arXiv:1502.01852](https://arxiv.org/abs/1502.01852)
"""

ZH = """\
---
title: 一是一吗？
asked: [一是一吗]
level: basic
tags: [one]
english: DIGEST
---
# 一是一吗？ { #is-one-one }

!!! abstract "简答"
    是：由梯度，[一](../index.md#one)就是一。

## 为什么 { #why }

因为 $a = a$。

<figure data-search-exclude>
<div role="img" aria-label="一条线。">
--8<-- "gradients/one.svg"
</div>
<figcaption>一。</figcaption>
</figure>

## 证明 { #proof }

```pycon
--8<-- "gradients/one.py:proof"
```

```python
--8<-- "gradients/one.py:code"
```

## 常见错误回答 { #common-wrong-answers }

### “一是二” { #one-is-two }

```pycon
--8<-- "gradients/one.py:wrong-two"
```

## 追问 { #what-they-ask-next }

??? question "二呢？"
    二。

??? question "三呢？"
    三。

## 参考资料 { #references }

- 一篇论文。[arXiv:1502.01852](https://arxiv.org/abs/1502.01852)
"""

SNIPPET = '''\
"""Is one one?

--8<-- [start:proof]
>>> one()
1

--8<-- [end:proof]

--8<-- [start:wrong-two]
>>> one() - 2  # short of two
-1

--8<-- [end:wrong-two]
"""


# --8<-- [start:code]
def one():
    return 1
# --8<-- [end:code]
'''

INDEX_EN = "# Home\n\n## One\n\n[The question](gradients/one.md)\n"
INDEX_ZH = (
    "---\ntitle: 首页\nenglish: DIGEST\n---\n"
    "# 首页 { #home }\n\n## 一 { #one }\n\n[问题](gradients/one.md)\n"
)


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()[:12]


OVERVIEW = "---\ntitle: One\n---\n# One\n\n[Is one one?](one.md)\n"
OVERVIEW_ZH = (
    "---\ntitle: 一\nenglish: DIGEST\n---\n# 一 { #one }\n\n[一是一吗？](one.md)\n"
)

FILES = {
    "docs/en/gradients/index.md": OVERVIEW,
    "docs/zh/gradients/index.md": OVERVIEW_ZH.replace("DIGEST", digest(OVERVIEW)),
    "docs/en/index.md": INDEX_EN,
    "docs/zh/index.md": INDEX_ZH.replace("DIGEST", digest(INDEX_EN)),
    "docs/en/gradients/one.md": EN,
    "docs/zh/gradients/one.md": ZH.replace("DIGEST", digest(EN)),
    "docs/glossary.yml": "- {en: gradient, zh: [梯度], never: [坡度]}\n",
    "snippets/gradients/one.py": SNIPPET,
    "snippets/gradients/one.svg": '<svg fill="currentColor"><path d="M 0 0"/></svg>\n',
}
