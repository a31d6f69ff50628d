"""Record that Chinese pages say what their English pages say now.

`python scripts/reviewed.py docs/zh/gradients/initialization.md ...`: read both
pages first. It writes the hash of the English text into the Chinese front matter.
"""

import re
import sys

from pages import ROOT, pages


def record(chinese, english):
    text = re.sub(r"^english: .*\n", "", chinese.text, count=1, flags=re.M)
    opening, meta, body = text.split("---\n", 2)
    meta += f"english: {english.digest}\n"
    chinese.path.write_text("---\n".join([opening, meta, body]), "utf-8")


def main(names):
    english, chinese = pages(ROOT, "en"), pages(ROOT, "zh")
    for name in names:
        path = (
            re.sub(r"^(\./)?(docs/)?((zh|en)/)?", "", name).removesuffix(".md") + ".md"
        )
        if path not in english or path not in chinese:
            sys.exit(f"{name}: not a page in both languages")
        if "TODO" in chinese[path].body + english[path].body:
            sys.exit(f"{name}: TODO is left")
        record(chinese[path], english[path])


if __name__ == "__main__":
    main(" ".join(sys.argv[1:]).split() or sys.exit(__doc__))
