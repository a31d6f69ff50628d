"""Run the labs and store what they print and draw: `python scripts/labs.py [SLUG ...]`.

labs/<language>/<slug>.py is the source, in jupytext's percent format;
docs/<language>/labs/<slug>.ipynb is made of it, with outputs. The code is the same in
both languages, so it is run once, in an empty folder, as on a reader's machine.

How far a printed number may be off on another machine is said in the cell that
prints it: `# within 5 %` or `# within 0.02`; without such a line, not at all. Where
text is drawn at random, `# text: any` says that any will do.
"""

import json
import os
import re
import sys
import tempfile
from dataclasses import dataclass
from functools import cached_property
from time import perf_counter

import jupytext

import draw
from pages import LANGUAGES, ROOT, FrontMatterError, Page

SETTINGS = "labs/matplotlibrc"
NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?:e[-+]?\d+)?")
TOLERANCE = re.compile(r"^# within (?P<number>[\d.]+)(?P<percent> %)?$", re.M)
ANY_TEXT = re.compile(r"^# text: any$", re.M)
# What the site calls matplotlib's colors, for pictures that are also seen elsewhere.
COLORS = {
    **{site: f"var({site[4:-1]}, {mpl})" for mpl, site in draw.COLORS.items()},
    "currentColor": "var(--md-typeset-color, #000000)",
}


@dataclass(frozen=True)
class Lab(Page):
    """A lab's source, read as a page: its text, and its code in fences."""

    @cached_property
    def notebook(self):
        try:
            return jupytext.read(self.path, fmt="py:percent")
        except Exception as error:  # its parts have errors of their own
            problem = " ".join(str(error).split())
            raise FrontMatterError(f"{self.name}: {problem}") from None

    @cached_property
    def text(self):
        meta = self.notebook.metadata.get("english")
        front = f"---\nenglish: '{meta}'\n---\n" if meta else ""
        return front + "\n\n".join(
            f"```python\n{cell.source}\n```"
            if cell.cell_type == "code"
            else cell.source
            for cell in self.notebook.cells
        )

    @cached_property
    def headings(self):
        """Each has its number for an id: in both languages the English gives the id."""
        return [
            (level, title, str(number))
            for number, (level, title, _) in enumerate(super().headings)
        ]

    @property
    def code(self):
        return [c.source for c in self.notebook.cells if c.cell_type == "code"]

    @cached_property
    def stored(self):
        """The path of the notebook with its outputs."""
        language = self.path.parent.name
        labs = self.path.parents[2] / "docs" / language / "labs"
        return labs / f"{self.path.stem}.ipynb"


def labs(root, language):
    """{its file's name: Lab}, in order."""
    return {
        path.name: Lab(path, path.relative_to(root).as_posix())
        for path in sorted((root / "labs" / language).glob("*.py"))
    }


def run(lab):
    """Return the outputs of each code cell of ``lab``, as they are to be stored."""
    from nbclient import NotebookClient

    notebook = jupytext.read(lab.path, fmt="py:percent")
    environment = {
        **os.environ,
        "MATPLOTLIBRC": str(ROOT / SETTINGS),
        "OMP_NUM_THREADS": "1",  # two labs at once, on two cores
        "SOURCE_DATE_EPOCH": "0",
    }
    with tempfile.TemporaryDirectory() as folder:
        client = NotebookClient(
            notebook,
            timeout=600,
            kernel_name="python3",
            resources={"metadata": {"path": folder}},
            extra_arguments=["--IPKernelApp.log_level=ERROR"],
        )
        client.execute(env=environment)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return [
        tidy(cell.outputs, f"{lab.path.stem}-{number}-")
        for number, cell in enumerate(cells, start=1)
    ]


def tidy(outputs, prefix):
    """Keep of a cell's outputs what a reader sees: text, and pictures as SVG."""
    kept = []
    for output in outputs:
        if output.output_type == "stream":
            if kept and kept[-1].get("name") == output.name:  # it came in two parts
                kept[-1]["text"] += output.text
            else:
                kept.append({**output})
        elif "image/svg+xml" in output.data:
            svg = notebook_svg(output.data["image/svg+xml"], f"{prefix}{len(kept)}-")
            kept.append(
                {
                    "output_type": "display_data",
                    "data": {"image/svg+xml": svg},
                    "metadata": {},
                }
            )
        else:
            kept.append({**output, "data": {"text/plain": output.data["text/plain"]}})
    return kept


def notebook_svg(svg, prefix):
    """Turn matplotlib's SVG into SVG that suits the site and a notebook alike.

    On the site it takes the page's colors, light and dark; elsewhere, where these
    have no names, matplotlib's. Its ids are like no other picture's.
    """
    svg = draw.page_svg(svg)
    width, height = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg).groups()
    svg = re.sub(
        r"(<svg[^>]*)>",
        rf'\1 width="{width}pt" height="{height}pt" font-family="sans-serif">',
        svg,
        count=1,
    )
    for color, named in COLORS.items():
        svg = svg.replace(color, named)
    return re.sub(r'( id="|url\(#|href="#)', rf"\g<1>{prefix}", svg)


def store(lab, outputs):
    """Write the notebook of ``lab`` with ``outputs``."""
    outputs = iter(outputs)
    cells = []
    for number, cell in enumerate(lab.notebook.cells, start=1):
        kept = {"cell_type": cell.cell_type, "id": f"cell-{number}", "metadata": {}}
        if cell.cell_type == "code":
            count = sum(c["cell_type"] == "code" for c in cells) + 1
            kept |= {"execution_count": count, "outputs": next(outputs)}
            for output in kept["outputs"]:
                if "execution_count" in output:
                    output["execution_count"] = count
        cells.append({**kept, "source": cell.source.splitlines(keepends=True)})
    notebook = {
        "cells": cells,
        "metadata": {
            "kernelspec": {
                "display_name": "Python 3",
                "language": "python",
                "name": "python3",
            },
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    lab.stored.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(notebook, ensure_ascii=False, indent=1)
    lab.stored.write_text(text + "\n", "utf-8")


def printed(outputs):
    """What the outputs of a cell say, as text."""
    texts = [
        o["text"] if "text" in o else o["data"].get("text/plain", "") for o in outputs
    ]
    return "".join(t if isinstance(t, str) else "".join(t) for t in texts)


def difference(source, stored, now):
    """Say in what a cell prints ``now`` else than it is ``stored``, or return ''."""
    if len(stored) != len(now):
        return f"{len(now)} outputs, stored are {len(stored)}"
    one, other = printed(stored), printed(now)
    if ANY_TEXT.search(source):
        return "" if bool(one) == bool(other) else "nothing is printed"
    shapes = [" ".join(NUMBER.sub("0", text).split()) for text in (one, other)]
    if shapes[0] != shapes[1]:
        return f"prints\n{other}\nstored is\n{one}"
    tolerance = TOLERANCE.search(source)
    for a, b in zip(NUMBER.findall(one), NUMBER.findall(other), strict=True):
        allowed = float(tolerance["number"]) if tolerance else 0
        if tolerance and tolerance["percent"]:
            allowed *= abs(float(a)) / 100
        if abs(float(a) - float(b)) > allowed + 1e-9:
            return f"prints {b}, stored is {a}"
    return ""


def main(slugs):
    found = {language: labs(ROOT, language) for language in LANGUAGES}
    names = [f"{slug}.py" for slug in slugs] or [*found["en"]]
    if unknown := set(names) - found["en"].keys():
        sys.exit(f"no lab labs/en/{', '.join(sorted(unknown))}")
    for name in names:
        start = perf_counter()
        outputs = run(found["en"][name])
        seconds = perf_counter() - start
        for language in LANGUAGES:
            if name in found[language]:
                lab = found[language][name]
                store(lab, outputs)
                size = lab.stored.stat().st_size / 1000
                print(f"{lab.stored.relative_to(ROOT)} {seconds:.0f} s, {size:.0f} kB")
    from check import check  # which itself reads the labs

    stems = [name.removesuffix(".py") for name in names]
    sys.exit("\n".join(x for x in check() if any(s in x for s in stems)) or 0)


if __name__ == "__main__":
    main(sys.argv[1:])
