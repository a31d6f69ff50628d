"""Draw the pictures: `python scripts/draw.py [SNIPPET ...]`, by default all.

A snippet's function ``figure`` draws ``<snippet>.svg`` beside it, and a function
``figure_detail`` draws ``<snippet>.detail.svg``. Each returns a matplotlib figure;
what is saved is SVG that a page can include: it has no size of its own, takes its
colors from the page (so it follows light and dark), and shares no id with another.
"""

import importlib.util
import io
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SNIPPETS = ROOT / "snippets"

STYLE = {
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 9,
    "figure.dpi": 72,
    "font.size": 9,
    "legend.frameon": False,
    "lines.linewidth": 1.6,
    "path.simplify": False,  # or noise in the last bit changes the number of points
    "svg.fonttype": "none",
}
# matplotlib's first colors become the page's own (theme/assets/site.css)
COLORS = {
    "#000000": "currentColor",
    "#ffffff": "var(--md-default-bg-color)",
    "#1f77b4": "var(--pic-0)",
    "#ff7f0e": "var(--pic-1)",
    "#2ca02c": "var(--pic-2)",
    "#d62728": "var(--pic-3)",
    "#9467bd": "var(--pic-4)",
    "#8c564b": "var(--pic-5)",
    "#808080": "var(--pic-gray)",
}


def load(path):
    """Import the snippet at ``path`` under a name of its own."""
    name = "_".join(path.with_suffix("").parts[-2:])
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def draw(path):
    """Return {picture's path: SVG text} for the snippet at ``path``."""
    if not re.search(r"^def figure\w*\(", path.read_text("utf-8"), re.M):
        return {}
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot

    pictures = {}
    for name, function in vars(load(path)).items():
        if callable(function) and (name + "_").startswith("figure_"):
            detail = name.removeprefix("figure").replace("_", ".", 1)
            target = path.with_name(f"{path.stem}{detail}.svg")
            salt = target.relative_to(SNIPPETS.parent).as_posix()
            with pyplot.rc_context({**STYLE, "svg.hashsalt": salt}):
                figure = function()
                text = io.StringIO()
                figure.savefig(
                    text,
                    format="svg",
                    transparent=True,
                    metadata={"Date": None, "Creator": None},
                )
                pyplot.close("all")
            pictures[target] = page_svg(text.getvalue())
    return pictures


def page_svg(svg):
    """Turn matplotlib's SVG file into SVG to include in a page."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<(metadata|style)\b.*?</\1>|<!--.*?-->", "", svg, flags=re.S)
    svg = re.sub(r"\s+", " ", svg)
    box = re.search(r'viewBox="([^"]+)"', svg)[1]
    link = "http://www.w3.org/1999/xlink"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="{link}" '
    head += f'viewBox="{box}" fill="currentColor" stroke-linejoin="round">'
    svg = re.sub(r"<svg[^>]*>", head, svg, count=1)
    used = set(re.findall(r'(?:url\(#|href="#)([^)"]+)', svg))
    svg = re.sub(r' id="([^"]+)"', lambda m: m[0] if m[1] in used else "", svg)
    svg = re.sub(r"font: ([\d.]+px)[^;\"]*", r"font-size: \1", svg)
    svg = re.sub(r" font-family: [^;\"]*;", "", svg)
    svg = re.sub(r"#[0-9a-f]{6}\b", lambda m: COLORS.get(m[0], m[0]), svg)
    svg = re.sub(r' (?:d|x|y|transform)="[^"]*"', round_numbers, svg)
    svg = re.sub(r'<path d="[^"]*" style="fill: none"/>', "", svg)
    svg = svg.replace("> <", "><")
    while "<g></g>" in svg or "<defs></defs>" in svg:
        svg = svg.replace("<g></g>", "").replace("<defs></defs>", "")
    return svg.replace("><", ">\n<").strip() + "\n"


def round_numbers(attribute):
    """Round the numbers in an attribute to a tenth of a point."""
    return (
        re.sub(
            r"-?\d+\.\d+",
            lambda m: (
                f"{float(m[0]):.1f}".removesuffix(".0").replace("-0", "0", 1)
                if abs(float(m[0])) < 0.05
                else f"{float(m[0]):.1f}".removesuffix(".0")
            ),
            attribute[0],
        )
        .replace(" rotate(-0 ", " rotate(0 ")
        .replace(' "', '"')
    )


def main(names):
    paths = [Path(name).resolve() for name in names] or sorted(SNIPPETS.rglob("*.py"))
    for path in paths:
        for target, svg in draw(path).items():
            target.write_text(svg, "utf-8")
            print(target.relative_to(ROOT), f"{len(svg) / 1000:.0f} kB")


if __name__ == "__main__":
    main(sys.argv[1:])
