"""Check pages and snippets against each other, before anything is built.

`python scripts/check.py` prints each fault in one line that names the file.
"""

import ast
import re
import sys
from doctest import DocTestParser

import yaml

from check_labs import check_labs
from labs import labs
from pages import LANGUAGES, ROOT, TARGET, FrontMatterError, navigation, pages, sections

USED = {"the standard library", "numpy", "torch", "matplotlib (in a function)"}
PACKAGES = sys.stdlib_module_names | {"numpy", "torch"}
LEVELS = ("basic", "intermediate", "advanced")
HEADINGS = {
    "en": [
        "Why",
        "Proof",
        "Common wrong answers",
        "What they ask next",
        "References",
    ],
    "zh": ["为什么", "证明", "常见错误回答", "追问", "参考资料"],
}
SHORT_ANSWER = {"en": "Short answer", "zh": "简答"}
MOST_WORDS = {"en": 60, "zh": 110}
HAN = r"\u4e00-\u9fff"
LATIN = "A-Za-z0-9"


def check(root=ROOT):
    """Return every fault found below ``root``."""
    try:
        return check_all(root)
    except FrontMatterError as fault:
        return [str(fault)]


def check_all(root):
    english, chinese = pages(root, "en"), pages(root, "zh")
    glossary = yaml.safe_load((root / "docs" / "glossary.yml").read_text("utf-8"))
    faults = check_snippets(root)
    for language, found in ("en", english), ("zh", chinese):
        for path, page in found.items():
            faults += check_includes(root, page)
            if page.question:
                faults += check_question(page, language)
                faults += check_files(root, path, page)
            if "TODO" in page.text:
                faults.append(f"{page.name}: TODO is left")
        faults += check_shown(root, language, found)
        faults += check_overviews(found)
    faults += check_labs(root)
    english, chinese = english | labs(root, "en"), chinese | labs(root, "zh")
    for path in sorted(english.keys() ^ chinese.keys()):
        have, lack = ("en", "zh") if path in english else ("zh", "en")
        folder = "docs" if path.endswith(".md") else "labs"
        faults.append(f"{folder}/{have}/{path}: no twin {folder}/{lack}/{path}")
    for path in sorted(english.keys() & chinese.keys()):
        faults += check_twins(english[path], chinese[path])
        faults += check_terms(english[path], chinese[path], glossary)
    for page in chinese.values():
        faults += check_chinese(page)
    for config in LANGUAGES.values():
        if "TODO" in (root / config).read_text("utf-8"):
            faults.append(f"{config}: TODO is left")
    if navigation(root, "en") != navigation(root, "zh"):
        faults.append("mkdocs.zh.yml: its nav is not that of mkdocs.yml")
    return faults


def check_snippets(root):
    faults = []
    for path in sorted((root / "snippets").rglob("*.py")):
        name = path.relative_to(root).as_posix()
        text = path.read_text("utf-8")
        known, wrong = sections(text)
        faults += [f"{name}: {fault}" for fault in wrong]
        faults += [f"{name}: {fault}" for fault in check_code(text, known)]
        for option in re.findall(r"# *doctest: *(.*)", text):
            faults.append(f"{name}: a session is not to be excused by {option}")
        if "TODO" in text:
            faults.append(f"{name}: TODO is left")
    return faults


def check_code(text, known):
    """Sessions are where doctest runs them, and nothing strange is imported."""
    tree = ast.parse(text)
    docstring = ast.get_docstring(tree, clean=False) or ""
    for section, language in known.items():
        start = docstring.partition(f"[start:{section}]\n")[2]
        session = start.partition(f"--8<-- [end:{section}]")[0]
        try:
            examples = DocTestParser().get_examples(session)
        except ValueError as error:
            yield f"section {section}: {error}"
        else:
            if language == "pycon" and not examples:
                yield f"section {section} is no session in the file's docstring"
    inside = {
        inner
        for outer in ast.walk(tree)
        if isinstance(outer, ast.FunctionDef)
        for inner in ast.walk(outer)
    }
    for node in ast.walk(tree):
        names = [alias.name for alias in getattr(node, "names", [])]
        if isinstance(node, ast.ImportFrom):
            names = [node.module]
        elif not isinstance(node, ast.Import):
            continue
        for package in {name.split(".")[0] for name in names}:
            allowed = PACKAGES | ({"matplotlib"} if node in inside else set())
            if package not in allowed:
                yield f"{package} is imported: only {', '.join(sorted(USED))} are"


def check_includes(root, page):
    """Each include is quoted, exists, and stands in a fence of its kind."""
    faults = []
    for line, include, fence in page.includes:
        if not include:
            faults.append(
                f'{page.name}: include not of the form --8<-- "file:section": {line}'
            )
            continue
        path, section = include["path"], include["section"]
        source = root / "snippets" / path
        if not source.is_file():
            faults.append(f"{page.name}: no file snippets/{path}")
        elif source.suffix == ".svg":
            if not re.search(
                r'<figure data-search-exclude>\s*<div role="img" aria-label="[^"]+">'
                r"\s*" + re.escape(line),
                page.body,
            ):
                faults.append(
                    f"{page.name}: {path} lacks a figure, or words for"
                    " those who cannot see it"
                )
        else:
            known = sections(source.read_text("utf-8"))[0]
            if section not in known:
                faults.append(f"{page.name}: no section {section} in snippets/{path}")
            elif fence != known[section]:
                faults.append(
                    f"{page.name}: {path}:{section} belongs into a fence"
                    f" ```{known[section]}"
                )
    return faults


def check_question(page, language):
    """A question's page has the parts that a reader counts on."""
    faults = []

    def fault(text):
        faults.append(f"{page.name}: {text}")

    meta = page.meta
    top = [title for level, title, _ in page.headings if level == 1]
    if top != [meta.get("title")]:
        fault("its heading is not its title")
    if meta.get("level") not in LEVELS:
        fault(f"level is not one of {', '.join(LEVELS)}")
    for key in "asked", "tags":
        if not isinstance(meta.get(key), list) or not meta[key]:
            fault(f"{key} is not a list")
    for tag in meta.get("tags", []):
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", str(tag)):
            fault(f"tag {tag} is not lower-case words joined by hyphens")
    second = [title for level, title, _ in page.headings if level == 2]
    if second != HEADINGS[language]:
        fault(f"sections are not {', '.join(HEADINGS[language])}")
    answer = re.search(
        rf'^!!! abstract "{SHORT_ANSWER[language]}"\n((?: {{4}}.*\n|\n)+)',
        page.body,
        re.M,
    )
    if not answer:
        fault(f"no {SHORT_ANSWER[language]}")
    elif count(answer[1], language) > MOST_WORDS[language]:
        fault(
            f"{SHORT_ANSWER[language]} has {count(answer[1], language)} words,"
            f" not at most {MOST_WORDS[language]}"
        )
    if any("$" in title for _, title, _ in page.headings):
        fault("a formula in a heading stays raw in the table of contents")
    if "```pycon" not in page.section("proof"):
        fault("no session in its proof")
    wrong = re.split(r"^### ", page.section("common-wrong-answers"), flags=re.M)[1:]
    if not wrong:
        fault("no wrong answer")
    for answer in wrong:
        title = answer.splitlines()[0]
        if not re.match("“.*”", title) or not re.search("--8<--.*:wrong", answer):
            fault(f"not quoted, or no session wrong-… shows it fail: {title}")
    asked = re.findall(r"^\?\?\? question ", page.section("what-they-ask-next"), re.M)
    if not 2 <= len(asked) <= 4:
        fault(f"{len(asked)} follow-up questions, not two to four")
    if not re.search(r"^- .*\]\(https?:", page.section("references"), re.M):
        fault("no reference with a link")
    return faults


def count(text, language):
    """Count words; in Chinese each character and mark, and each Latin word."""
    text = re.sub(TARGET, "", text)
    if language == "zh":
        return len(
            re.findall(
                rf"[{HAN}，。；：、？！“”（）]|[^\s{HAN}，。；：、？！“”（）]+",
                text,
            )
        )
    return len(text.split())


def check_files(root, path, page):
    """A question has its snippet, named as the page is."""
    snippet = "snippets/" + path.removesuffix(".md").replace("-", "_") + ".py"
    if not (root / snippet).is_file():
        return [f"{page.name}: no snippet {snippet}"]
    return []


def check_overviews(found):
    """A section's overview leads to each of its questions, by its title."""
    faults = []
    for path, page in found.items():
        section, _, name = path.rpartition("/")
        overview = found.get(f"{section}/index.md")
        link = f"[{page.meta.get('title')}]({name})"
        if page.question and overview and link not in overview.body:
            faults.append(f"{overview.name}: does not lead to {link}")
    return faults


def check_shown(root, language, found):
    """Each section of each snippet, and each picture, is shown."""
    shown = {
        (include["path"], include["section"])
        for page in found.values()
        for _, include, _ in page.includes
        if include
    }
    faults = []
    for path in sorted((root / "snippets").rglob("*.*")):
        name = path.relative_to(root / "snippets").as_posix()
        if path.suffix == ".svg" and (name, None) not in shown:
            faults.append(f"snippets/{name}: no page in {language} shows it")
        elif path.suffix == ".py":
            known = sections(path.read_text("utf-8"))[0]
            for section in known:
                if (name, section) not in shown:
                    faults.append(
                        f"snippets/{name}: no page in {language} shows"
                        f" its section {section}"
                    )
            if not known:
                faults.append(f"snippets/{name}: no section to show")
    return faults


def check_twins(english, chinese):
    """A page and its twin agree in all but the language."""
    faults = []

    def compare(what, one, other):
        if one != other:
            faults.append(
                f"{chinese.name}: {what} differ from {english.name}:"
                f" {difference(one, other)}"
            )

    for key in "asked", "level", "tags":
        compare(key, english.meta.get(key), chinese.meta.get(key))
    for what in "headings", "includes", "admonitions":
        one, other = (getattr(page, what) for page in (english, chinese))
        if what == "headings":
            one, other = ([f"{'#' * h[0]} {h[2]}" for h in x] for x in (one, other))
        elif what == "includes":
            one, other = ([line for line, *_ in x] for x in (one, other))
        compare(what, one, other)
    for what in "formulas", "links":  # their order is the sentence's
        one, other = (set(getattr(page, what)) for page in (english, chinese))
        compare(what, one, other)
    if chinese.meta.get("english") != english.digest:
        faults.append(
            f"{chinese.name}: {english.name} has changed; look at the"
            f" Chinese, then: make reviewed PAGE={chinese.name}"
        )
    return faults


def difference(one, other):
    """Name the first thing in which two lists or sets differ."""
    if isinstance(one, set):
        return ", ".join(sorted(one ^ other)[:2])
    if not isinstance(one, list) or not isinstance(other, list):
        return f"{one} / {other}"
    for a, b in zip(one, other, strict=False):
        if a != b:
            return f"{a} / {b}"
    return ", ".join(str(x) for x in (one + other)[min(len(one), len(other)) :][:2])


def check_terms(english, chinese, glossary):
    """What the glossary has a rendering for is rendered so."""
    faults = []
    for term in glossary:
        for never in term.get("never", []):
            if re.search(never, chinese.prose):
                faults.append(
                    f"{chinese.name}: {never} for {term['en']};"
                    f" the glossary has {term['zh'][0]}"
                )
        words = rf"\b{re.escape(term['en'])}(?:e?s)?\b"
        if re.search(words, english.prose, re.I) and not any(
            rendering in chinese.prose for rendering in term["zh"]
        ):
            faults.append(
                f"{chinese.name}: {english.name} speaks of {term['en']},"
                f" this not of {' or '.join(term['zh'])}"
            )
    return faults


def check_chinese(page):
    """Chinese punctuation, and a space between Chinese and Latin."""
    text = page.prose
    rules = {
        "half-width punctuation": rf"[{HAN}][,;:?!().]|[()][{HAN}]|[,;:?!] ?[{HAN}]",
        "no space between Chinese and Latin": rf"[{HAN}][{LATIN}]|[{LATIN}%][{HAN}]",
    }
    return [
        f"{page.name}: {rule}: …{text[max(0, m.start() - 8) : m.end() + 8]!r}…"
        for rule, pattern in rules.items()
        if (m := re.search(pattern, text))
    ]


if __name__ == "__main__":
    found = check()
    print(*found, sep="\n", file=sys.stderr)
    sys.exit(bool(found))
