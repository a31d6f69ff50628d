"""Record that Chinese pages say what their English pages say now.

`python scripts/reviewed.py docs/zh/gradients/initialization.md ...`: read both
pages first. It writes the hash of the English text into the Chinese front matter,
or header of a lab (labs/zh/….py).
"""

import re
import sys

import yaml

from labs import Lab, labs
from pages import ROOT, pages


def record(chinese, english):
    if isinstance(chinese, Lab):
        text = re.sub(
            r"^#   english: .*\n", "", chinese.path.read_text("utf-8"), flags=re.M
        )
        text = text.replace(
            "# jupyter:\n", f"# jupyter:\n#   english: '{english.digest}'\n", 1
        )
        chinese.path.write_text(text, "utf-8")
        return
    text = re.sub(r"^english: .*\n", "", chinese.text, count=1, flags=re.M)
    opening, meta, body = text.split("---\n", 2)
    meta += yaml.safe_dump({"english": english.digest})  # quoted if all digits
    chinese.path.write_text("---\n".join([opening, meta, body]), "utf-8")


def main(names):
    english, chinese = (pages(ROOT, x) | labs(ROOT, x) for x in ("en", "zh"))
    for name in names:
        path = re.sub(r"^(\./)?(docs/|labs/(?=(zh|en)/))?((zh|en)/)?", "", name)
        if not path.endswith((".md", ".py")):
            path += ".md"
        if path not in english or path not in chinese:
            sys.exit(f"{name}: not a page in both languages")
        if "TODO" in chinese[path].body + english[path].body:
            sys.exit(f"{name}: TODO is left")
        record(chinese[path], english[path])


if __name__ == "__main__":
    main(" ".join(sys.argv[1:]).split() or sys.exit(__doc__))
