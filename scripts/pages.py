"""Read the pages, the snippets and what a page includes. No check is made here."""

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yaml
from pymdownx.slugs import slugify

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = {"en": "mkdocs.yml", "zh": "mkdocs.zh.yml"}

MARKER = re.compile(r"^(?P<code># )?--8<-- \[(?P<edge>start|end):(?P<name>.*)\]$")
INCLUDE = re.compile(r'^ *--8<-- "(?P<path>[^":]+)(?::(?P<section>[^"]+))?"$')
HEADING = re.compile(r"^(#{1,6}) (.*?)(?: \{ #([-\w]+) \})?$", re.M)
FENCE = re.compile(r"^ *```.*?^ *```$", re.M | re.S)
ADMONITION = re.compile(r"^ *(?:!!!|\?\?\?\+?) (\w+)", re.M)
# As pymdownx.arithmatex has it: no space inside the dollars, no digit after them.
FORMULA = re.compile(
    r"\$\$(.+?)\$\$|(?<![\\$])\$(?!\s)((?:\\.|[^$\\])+?)(?<!\s)\$(?!\d)", re.S
)
TARGET = r"\]\((?:[^()]|\([^)]*\))*\)"
LINK = re.compile(r"\]\(((?:[^()\s]|\([^)\s]*\))+)\)|<(https?://[^>]+)>")


class FrontMatterError(ValueError):
    """Says which page's front matter cannot be read, and why."""


def slug(title):
    """The id that a heading gets."""
    return slugify(case="lower")(re.sub(r"[*`]", "", title), "-")


@dataclass(frozen=True)
class Page:
    path: Path
    name: str  # its path below the root, as messages say it

    @cached_property
    def text(self):
        return self.path.read_text("utf-8")

    @cached_property
    def meta(self):
        """The front matter, or {}; what is wrong with it is a FrontMatterError."""
        if not self.text.startswith("---\n"):
            return {}
        _, *parts = self.text.split("---\n", 2)
        if len(parts) < 2:
            raise FrontMatterError(f"{self.name}: front matter: not closed")
        try:
            meta = yaml.safe_load(parts[0])
        except yaml.YAMLError as error:
            problem = " ".join(str(error).split())
            raise FrontMatterError(f"{self.name}: front matter: {problem}") from None
        if not isinstance(meta, dict):
            raise FrontMatterError(f"{self.name}: front matter: no names with values")
        return meta

    @cached_property
    def body(self):
        """What follows the front matter."""
        return self.text.split("---\n", 2)[2] if self.meta else self.text

    @cached_property
    def prose(self):
        """The body without code, formulas, references and the attributes of HTML."""
        text = FENCE.sub("", self.body.replace(self.section("references"), ""))
        text = re.sub(r"`[^`\n]+`", "`code`", text)
        text = FORMULA.sub("$", text)
        text = re.sub(r"^ *--8<--.*$", "", text, flags=re.M)
        labels = " ".join(re.findall(r'aria-label="([^"]*)"', text))
        text = re.sub(r"<[^>]+>", "", text)
        return re.sub(rf"{TARGET}|\{{ #[-\w]+ \}}", "", text) + labels

    @property
    def question(self):
        """Whether the page answers a question (others lead to such pages)."""
        return "asked" in self.meta

    @cached_property
    def includes(self):
        """(line, match or None, language of the fence around it) of each include."""
        found, fence = [], None
        for line in self.body.splitlines():
            if line.lstrip().startswith("```"):
                fence = None if fence else line.strip().lstrip("`") or "text"
            elif "--8<--" in line:
                found.append((line.strip(), INCLUDE.match(line), fence))
        return found

    @cached_property
    def headings(self):
        """(level, text, id) of each heading; the id that a slug would give."""
        text = FENCE.sub("", self.body)
        return [
            (len(marks), title, given or slug(title))
            for marks, title, given in HEADING.findall(text)
        ]

    def section(self, heading):
        """The text under the heading with the id ``heading``, or ''."""
        text, level, fenced = "", 0, False
        for line in self.body.splitlines(keepends=True):
            fenced ^= line.lstrip().startswith("```")
            match = None if fenced else HEADING.match(line.rstrip("\n"))
            if match and level and len(match[1]) <= level:
                break
            if level:
                text += line
            elif match and heading == (match[3] or slug(match[2])):
                level = len(match[1])
        return text

    @cached_property
    def formulas(self):
        text = re.sub(r"`[^`\n]+`", "", FENCE.sub("", self.body))
        return [" ".join((a or b).split()) for a, b in FORMULA.findall(text)]

    @cached_property
    def links(self):
        return [a or b for a, b in LINK.findall(FENCE.sub("", self.body))]

    @cached_property
    def admonitions(self):
        return ADMONITION.findall(self.body)

    @cached_property
    def digest(self):
        """Says of a Chinese page from which English text it was made."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:12]


def pages(root, language):
    """{path below the language's folder: Page}, in order."""
    folder = root / "docs" / language
    return {
        path.relative_to(folder).as_posix(): Page(
            path, path.relative_to(root).as_posix()
        )
        for path in sorted(folder.rglob("*.md"))
    }


def sections(text):
    """({name: "pycon" or "python"}, faults) of a snippet's sections."""
    found, faults, opened = {}, [], None
    for line in text.splitlines():
        if "--8<--" not in line:
            continue
        match = MARKER.match(line)
        if not match:
            faults.append(f"not a section marker: {line.strip()}")
            continue
        edge, name = match["edge"], match["name"]
        if edge == "start":
            if name in found:
                faults.append(f"section {name} stands twice")
            if opened:
                faults.append(f"section {opened} is not closed before {name}")
            opened = name
            found[name] = "python" if match["code"] else "pycon"
        elif name != opened:
            faults.append(f"section {name} is closed, but not open")
        else:
            opened = None
    if opened:
        faults.append(f"section {opened} is never closed")
    return found, faults


def navigation(root, language):
    """The paths that the language's navigation names, in order, nested as there."""

    class Loader(yaml.SafeLoader):
        """Reads a MkDocs configuration, whose tags only MkDocs knows."""

    Loader.add_multi_constructor("", lambda loader, suffix, node: None)
    config = yaml.load((root / LANGUAGES[language]).read_text("utf-8"), Loader)

    def paths(items):
        return (
            [
                [paths(value) for value in item.values()]
                if isinstance(item, dict)
                else item
                for item in items
                if item
            ]
            if isinstance(items, list)
            else items
        )

    return paths(config["nav"])


def paths_in_order(root, language):
    """The paths that the language's navigation names, in order."""

    def flat(items):
        for item in items:
            yield from [item] if isinstance(item, str) else flat(item)

    return list(flat(navigation(root, language)))
