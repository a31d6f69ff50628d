"""Turn LaTeX into MathML while the site is built, so that no page needs a script.

``pymdownx.arithmatex`` marks the formulas; math-core converts them. The font comes
from the package ziamath (STIX Two Math, under the Open Font License), cut down to
the characters that the site's formulas use.
"""

import html as entities
import io
import re
import unicodedata
from importlib.resources import files as resources
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from math_core import LatexError, LatexToMathML
from mkdocs.exceptions import PluginError

MARKED = re.compile(
    r'<(?P<tag>span|div) class="arithmatex">\\[\[(](?P<latex>.*?)\\[\])]</(?P=tag)>'
    r"(?P<mark>[,.;:)，。；：、！？）”]*)",
    re.DOTALL,
)
FONT = "assets/math.woff2"
# A browser draws the single letter of an <mi> in italics, which are characters apart.
# (Not NFKC: it takes the curly theta, a letter of its own, for the plain one.)
ITALIC = {
    chr(int(unicodedata.decomposition(chr(code)).split()[1], 16)): chr(code)
    for code in [0x210E, *range(0x1D434, 0x1D468), *range(0x1D6E2, 0x1D71C)]
    if unicodedata.decomposition(chr(code))
}

converter = LatexToMathML(fancy_error=False)
characters = set()


def on_pre_build(config):
    characters.clear()


def on_page_content(html, page, config, files):
    def convert(formula):
        latex = entities.unescape(formula["latex"]).strip()
        display = formula["tag"] == "div"
        try:
            mathml = converter.convert_with_local_state(latex, displaystyle=display)
        except LatexError as error:
            name = page.file.src_uri
            raise PluginError(
                f"{name}: formula {latex!r} does not parse: {error}"
            ) from None
        text = entities.unescape(re.sub(r"<[^>]+>", "", mathml))
        characters.update(text, (ITALIC[c] for c in text if c in ITALIC))
        if formula["tag"] == "div":
            # A wide formula scrolls in a box of its own, which the keyboard can reach.
            return f'<div class="formula" tabindex="0">{mathml}</div>{formula["mark"]}'
        if formula["mark"]:  # no line is to start with a comma
            return f'<span class="unbroken">{mathml}{formula["mark"]}</span>'
        return mathml

    html = MARKED.sub(convert, html)
    page.meta["formulas"] = "<math" in html
    return html


def on_post_build(config):
    font = Path(config.site_dir, FONT)
    font.parent.mkdir(parents=True, exist_ok=True)
    font.write_bytes(cut_down(frozenset(characters)))


def cut_down(characters):
    """Return STIX Two Math as woff2 with only ``characters`` and their variants."""
    source = resources("ziamath") / "fonts" / "STIXTwoMath-Regular.ttf"
    # The same characters make the same bytes: no time of the build in them.
    font = TTFont(io.BytesIO(source.read_bytes()), recalcTimestamp=False)
    options = subset.Options(flavor="woff2", notdef_outline=True)
    # Stylistic sets and alternates double the size and are never asked for.
    options.layout_features = ["ssty", "kern", "ccmp"]
    options.hinting = False
    subsetter = subset.Subsetter(options)
    always = "0123456789\N{SQUARE ROOT}"  # a root's sign is not in its text
    subsetter.populate(text="".join(sorted(characters)) + always)
    subsetter.subset(font)
    target = io.BytesIO()
    font.flavor = "woff2"
    font.save(target)
    return target.getvalue()
