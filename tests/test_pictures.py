"""Each picture is what its code draws now."""

import re

import pytest

import draw
from pages import ROOT

SNIPPETS = ROOT / "snippets"
DRAWING = [
    p for p in sorted(SNIPPETS.rglob("*.py")) if "\ndef figure" in p.read_text("utf-8")
]
PLACE = re.compile(r' (?:d|x|y|x1|y1|x2|y2|cx|cy|points|transform)="[^"]*"')
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
COLOR = re.compile(r"(?:fill|stroke)(?:: *|=\")([^;\"]+)")
TOLERANCE = 1.0  # points: what another machine's last digits may move


def difference(one, other):
    """Say in what two pictures differ by more than TOLERANCE, or return ''."""
    # Names of markers and clips are hashes of their coordinates.
    one, other = (re.sub(r"\b[mp][0-9a-f]{10}\b", "id", text) for text in (one, other))
    shapes = [
        PLACE.sub(lambda place: NUMBER.sub("0", place[0]), x) for x in (one, other)
    ]
    if shapes[0] != shapes[1]:
        return "not the same shapes, words or colors"
    places = (" ".join(PLACE.findall(text)) for text in (one, other))
    pairs = zip(*map(NUMBER.findall, places), strict=True)
    far = max((abs(float(a) - float(b)) for a, b in pairs), default=0)
    return f"a coordinate is off by {far}" if far > TOLERANCE else ""


@pytest.mark.parametrize("path", DRAWING, ids=lambda path: path.stem)
def test_drawn(path):
    for target, svg in draw.draw(path).items():
        name = target.relative_to(ROOT).as_posix()
        assert target.exists(), f"{name} is not drawn yet: make draw"
        found = difference(target.read_text("utf-8"), svg)
        assert not found, f"{name}: {found}: make draw, and look at it"


def test_each_picture_has_its_code():
    """A picture with a snippet's name is drawn by it; others are drawn by hand."""
    for picture in SNIPPETS.rglob("*.svg"):
        stem, _, detail = picture.stem.partition(".")
        name = "figure" + ("_" + detail if detail else "")
        snippet = picture.with_name(stem + ".py")
        if "<!-- drawn by hand -->" not in picture.read_text("utf-8"):
            text = snippet.read_text("utf-8") if snippet.exists() else ""
            assert f"\ndef {name}(" in text, f"{picture}: nothing draws it"


def test_pictures_follow_the_page():
    for picture in SNIPPETS.rglob("*.svg"):
        text = picture.read_text("utf-8")
        name = picture.relative_to(ROOT).as_posix()
        assert "<image" not in text, f"{name}: a bitmap stays as it is in the dark"
        fixed = {c for c in COLOR.findall(text) if not c.startswith("var(--")}
        fixed -= {"none", "currentColor"}
        assert not fixed, f"{name}: colors that ignore light and dark: {fixed}"
        assert "currentColor" in text, f"{name}: what has no color of its own is black"
        assert len(text) < 60_000, f"{name}: {len(text)} bytes"


def test_a_fault_is_noticed():
    svg = '<svg><path d="M 1 2 L 3 4"/><text x="1">layer</text></svg>'
    assert not difference(svg, svg.replace("3 4", "3.4 4"))
    assert "off by 9" in difference(svg, svg.replace("3 4", "12 4"))
    assert "not the same" in difference(svg, svg.replace("layer", "step"))
    assert "not the same" in difference(svg, svg.replace(" L 3 4", ""))
    label = '<text x="1" style="opacity: 0.1">0.01</text>'
    assert "not the same" in difference(label, label.replace("0.01", "0.99"))
    assert "not the same" in difference(label, label.replace("0.1", "1.0"))
    assert not difference(label, label)
