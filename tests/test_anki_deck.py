"""The Anki decks: a newer one updates a reader's cards, and every card is whole."""

import re
import sqlite3
from contextlib import closing
from html import unescape
from zipfile import ZipFile

import pytest
from anki.collection import Collection, ImportAnkiPackageRequest
from math_core import LatexToMathML

import anki_deck
from built import Document
from pages import FORMULA, LANGUAGES, ROOT, pages

DAY = 86400
URL = "https://example.org/answers"


@pytest.fixture
def collection(tmp_path):
    collection = Collection(str(tmp_path / "collection.anki2"))
    yield collection
    collection.close()


def take(collection, decks, folder):
    """Import decks as Anki's window does, and return what its log says."""
    path = folder / "taken.apkg"
    path.write_bytes(anki_deck.package(decks))
    options = collection._backend.get_import_anki_package_presets()
    request = ImportAnkiPackageRequest(package_path=str(path), options=options)
    log = collection.import_anki_package(request).log
    collection.models._clear_cache()  # Python's, of what the import may have changed
    kinds = "new", "updated", "duplicate", "conflicting", "first_field_match"
    return {kind: len(getattr(log, kind)) for kind in kinds if getattr(log, kind)}


def notes(collection):
    """{question: note} of all that a collection has."""
    found = map(collection.get_note, collection.find_notes(""))
    return {note["Question"]: note for note in found}


def learned(collection):
    """What the reader's answers made of each card."""
    row = "select id, did, type, queue, due, ivl, factor, reps, data from cards"
    return {card: rest for card, *rest in collection.db.all(row)}


def decks_of(collection):
    """{question: its deck's name}"""
    return {
        question: collection.decks.name(note.cards()[0].did)
        for question, note in notes(collection).items()
    }


def edit(project, name, *changes):
    path = project / name
    text = path.read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, "utf-8")


def add(project, slug):
    """Lay out one more question, which differs from the first by its name."""
    for language, config in LANGUAGES.items():
        page = project / f"docs/{language}/gradients/one.md"
        text = page.read_text("utf-8").replace("one one?", f"one {slug}?")
        text = text.replace("一是一吗？", f"一是 {slug} 吗？")
        page.with_stem(slug).write_text(text, "utf-8")
        edit(project, config, ("/one.md", f"/one.md, gradients/{slug}.md"))


def test_a_newer_deck_updates_the_cards(project, collection, tmp_path, monkeypatch):
    add(project, "two")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", f"{20_000 * DAY}")
    assert take(collection, anki_deck.make_decks(project, "en"), tmp_path) == {"new": 2}
    before = notes(collection)
    assert list(before) == ["Is one one?", "Is one two?"]
    top = collection.decks.id_for_name("Answers That Run")
    collection.decks.set_current(top)
    for ease in 4, 1:  # one comes again in days, the other in a minute
        collection.sched.answerCard(collection.sched.getCard(), ease)
    progress = learned(collection)
    assert sorted(collection.db.list("select reps from cards")) == [1, 1]
    assert max(collection.db.list("select ivl from cards")) > 0

    add(project, "three")
    page = "docs/en/gradients/one.md"
    edit(project, page, ("Is one one?", "Is one <1>?"), ("by the", "by the new"))
    edit(project, "snippets/gradients/one.svg", ("M 0 0", "M 7 7"))
    edit(project, "docs/en/gradients/index.md", ("title: One", "title: Ones"))
    style = tmp_path / "new.css"
    style.write_text(".card { color: teal }")
    monkeypatch.setattr(anki_deck, "STYLE", style)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", f"{20_001 * DAY}")
    log = take(collection, anki_deck.make_decks(project, "en"), tmp_path)

    assert log == {"new": 1, "updated": 2}
    after = notes(collection)
    one = after["Is one &lt;1&gt;?"]
    assert one.id == before["Is one one?"].id
    assert "by the new gradient" in one["Answer"]
    assert "M 7 7" in one["Pictures"] and "M 0 0" not in one["Pictures"]
    assert {note["Section"] for note in after.values()} == {"Ones"}
    assert one.tags == ["level::basic", "section::gradients", "topic::one"]
    assert {card: learned(collection)[card] for card in progress} == progress
    assert collection.card_count() == 3
    mine = [t for t in collection.models.all() if t["name"].startswith("Answers")]
    assert [t["name"] for t in mine] == ["Answers That Run"]
    assert mine[0]["css"] == style.read_text()
    # Anki leaves a card in the deck in which the reader has it.
    assert decks_of(collection) == {
        "Is one &lt;1&gt;?": "Answers That Run::One",
        "Is one two?": "Answers That Run::One",
        "Is one three?": "Answers That Run::Ones",
    }


def test_an_older_deck_changes_nothing(project, collection, tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", f"{20_001 * DAY}")
    take(collection, anki_deck.make_decks(project, "en"), tmp_path)
    edit(project, "docs/en/gradients/one.md", ("by the", "by the old"))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", f"{20_000 * DAY}")
    log = take(collection, anki_deck.make_decks(project, "en"), tmp_path)
    assert log == {"duplicate": 1}
    assert "by the gradient" in notes(collection)["Is one one?"]["Answer"]


def test_both_languages_fit_into_one_collection(project, collection, tmp_path):
    add(project, "two")
    for _ in range(2):
        for language in LANGUAGES:
            take(collection, anki_deck.make_decks(project, language), tmp_path)
    assert decks_of(collection) == {
        "Is one one?": "Answers That Run::One",
        "Is one two?": "Answers That Run::One",
        "一是一吗？": "跑得通的答案::一",
        "一是 two 吗？": "跑得通的答案::一",
    }
    types = {note.mid for note in notes(collection).values()}
    assert types == set(anki_deck.NOTE_TYPES.values())


def test_what_is_for_ever():
    """Were one of these others, readers would get each card a second time."""
    assert anki_deck.NOTE_TYPES == {"en": 1480235117, "zh": 1480235118}
    guids = {"en": "g59)&GPIqi", "zh": "eH=47^0R<c"}
    for language, name in ("en", "Answers That Run"), ("zh", "跑得通的答案"):
        decks = anki_deck.make_decks(ROOT, language)
        assert {deck.name.split("::")[0] for deck in decks} == {name}
        found = {note.guid: note for deck in decks for note in deck.notes}
        note = found[guids[language]]
        assert "gradients/zero-initialization/" in note.fields[-1]
        assert note.model.name == name
        assert [field["name"] for field in note.model.fields] == [
            "Question",
            "Section",
            "Answer",
            "Formulas",
            "Pictures",
            "Proof",
            "Address",
        ]
        assert [card["name"] for card in note.model.templates] == ["Question"]


def test_the_same_sources_make_the_same_bytes(project, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", f"{20_000 * DAY}")
    one, other = (
        anki_deck.package(anki_deck.make_decks(project, "en")) for _ in range(2)
    )
    assert one == other


# --- the site's decks


def made(language):
    """{path: its note's fields by name} of the site's questions."""
    paths = {
        anki_deck.guid(language, path): path
        for path, page in pages(ROOT, language).items()
        if page.question
    }
    decks = anki_deck.make_decks(ROOT, language)
    found = [note for deck in decks for note in deck.notes]
    assert sorted(note.guid for note in found) == sorted(paths)
    return {
        paths[note.guid]: dict(zip(anki_deck.FIELDS, note.fields, strict=True))
        for note in found
    }


@pytest.fixture(scope="module")
def cards():
    """The fields of each card, made as for a site at URL."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SITE_URL", URL + "/")
        return {
            (language, path): fields
            for language in LANGUAGES
            for path, fields in made(language).items()
        }


MATHJAX = re.compile(r"\\\((.+?)\\\)|\\\[(.+?)\\\]", re.S)


def raw(html):
    """What a reader would see of Markdown and LaTeX that nothing has converted."""
    hidden = r"<(pre|code|svg)\b.*?</\1>|<[^>]+>"
    shown = unescape(re.sub(hidden, "", MATHJAX.sub("", html), flags=re.S))
    marks = r"\\[A-Za-z(\[]+|\$[^$\n]*[\\_^][^$\n]*\$|\]\(|^[#!?]{3}|`"
    return re.findall(marks, shown, re.M) + re.findall("--8<--", html)


def lacking(html):
    """What a card refers to and does not have: it must be whole by itself."""
    ids = re.findall(r' id="([^"]+)"', html)
    found = [f"id {name} twice" for name in set(ids) if ids.count(name) > 1]
    uses = re.findall(r'xlink:href="#([^"]+)"|url\(#([^)]+)\)', html)
    found += [
        f"no {one or other}" for one, other in uses if {one, other}.isdisjoint(ids)
    ]
    found += re.findall(r"\ssrc=|<link|<script|<style|@import|url\((?!#)[^)]*", html)
    return found + [x for x in Document(html).links if not x.startswith("https://")]


def test_every_card_is_whole(cards):
    converter = LatexToMathML(fancy_error=False)
    for name, fields in cards.items():
        html = "\n".join(fields.values())
        assert raw(html) == [], name
        assert lacking(html) == [], name
        empty = [x for x in fields if not fields[x]]
        assert not set(empty) - {"Formulas", "Pictures"}, name
        for inline, display in MATHJAX.findall(html):
            converter.convert_with_local_state(
                unescape(inline or display), displaystyle=bool(display)
            )


def test_what_a_card_lacks_is_noticed():
    for text in "a $x_1$", r"\frac12", "[a](b.md)", '--8<-- "a.svg"', "??? question":
        assert raw(text), text
    assert not raw(r"<p>\(x_1 &lt; 2\), $5</p><pre>\n</pre>")
    picture = (
        '<svg><path id="a"/><use xlink:href="#{}"/><g clip-path="url(#{})"/></svg>'
    )
    assert not lacking(picture.format("a", "a"))
    for text in (
        picture.format("b", "a"),
        picture.format("a", "b"),
        picture.format("a", "a") * 2,
        '<img src="a.svg">',
        '<a href="../b/">',
    ):
        assert lacking(text), text


def test_every_card_says_what_its_page_does(cards):
    for (language, path), fields in cards.items():
        page = pages(ROOT, language)[path]
        assert page.meta["title"] == unescape(fields["Question"])
        assert page.section("why").count("<figure") == len(
            re.findall("<figure", fields["Pictures"])
        ) - page.section("proof").count("<figure"), path
        shown = " ".join(unescape(fields["Formulas"]).split())
        for formula, _ in FORMULA.findall(page.section("why")):
            assert " ".join(formula.split()) in shown, f"{path}: {formula}"
        assert '<span class="gp">&gt;&gt;&gt; </span>' in fields["Proof"], path
        assert f"{URL}/{language}/{path.removesuffix('.md')}/" in fields["Address"]


def test_a_formula_comes_with_the_paragraph_before_it():
    text = (
        "One.\n\nTwo:\n\n$$\na\n$$\n\n$$\nb\n$$\n\n- Three\n\n    $$\n    c\n    $$\n"
    )
    assert anki_deck.led_to("$$", text) == [
        "Two:\n\n$$\na\n$$",
        "$$\nb\n$$",
        "- Three\n\n$$\nc\n$$",
    ]


def test_links_of_cards_lead_to_the_site(cards, site):
    for name, fields in cards.items():
        for link in Document("\n".join(fields.values())).links:
            if link.startswith(URL):
                target, _, anchor = link.removeprefix(URL + "/").partition("#")
                page = site / target / "index.html"
                assert page.is_file(), f"{name}: {link}"
                assert not anchor or anchor in Document(page.read_text("utf-8")).ids


def test_without_an_address_nothing_leads_to_the_site(project, monkeypatch):
    def fields():
        _, deck = anki_deck.make_decks(project, "en")
        (note,) = deck.notes
        return dict(zip(anki_deck.FIELDS, note.fields, strict=True))

    monkeypatch.setenv("SITE_URL", "")
    assert "<p>Yes: one is one, by" in fields()["Answer"]
    assert fields()["Address"] == "en/gradients/one/"
    monkeypatch.setenv("SITE_URL", URL)
    assert f'<a href="{URL}/en/#one">one</a>' in fields()["Answer"]
    edit(project, "docs/en/gradients/one.md", ("../index.md#one", "#why"))
    assert f'<a href="{URL}/en/gradients/one/#why">one</a>' in fields()["Answer"]
    address = f"{URL}/en/gradients/one/"
    assert fields()["Address"] == f'<a href="{address}">{address}</a>'


def test_the_built_site_has_the_decks(site, tmp_path):
    for language in LANGUAGES:
        path = site / language / anki_deck.name(language)
        with ZipFile(path) as archive:
            archive.extract("collection.anki2", tmp_path)
        with closing(sqlite3.connect(tmp_path / "collection.anki2")) as database:
            ((count,),) = database.execute("select count(*) from cards")
        questions = [p for p in pages(ROOT, language).values() if p.question]
        assert count == len(questions)


# --- what Anki shows


def test_a_card_has_the_colors_of_the_site(cards):
    pattern = r"--(?:pic-\w+): #\w+"
    site = (ROOT / "theme/assets/site.css").read_text("utf-8")
    style = anki_deck.STYLE.read_text("utf-8")
    assert re.findall(pattern, style) == re.findall(pattern, site)
    for name, fields in cards.items():
        for variable in set(re.findall(r"var\((--[-\w]+)", fields["Pictures"])):
            assert style.count(f"  {variable}: ") == 2, f"{name}: {variable}"


@pytest.fixture
def shown(project, collection, chromium, tmp_path, monkeypatch):
    """A function that shows both sides of a card, as Anki's reviewer does."""
    svg = (ROOT / "snippets/gradients/zero_initialization.svg").read_text("utf-8")
    (project / "snippets/gradients/one.svg").write_text(svg, "utf-8")
    monkeypatch.setenv("SITE_URL", URL)
    wide = ">>> one()\n", f">>> one()  # {'wide ' * 12}\n"
    edit(project, "snippets/gradients/one.py", wide)
    formula = "$a = a$", "so\n\n$$\na < b\n$$\n\n"
    for language in LANGUAGES:
        edit(project, f"docs/{language}/gradients/one.md", formula)
        take(collection, anki_deck.make_decks(project, language), tmp_path)
    page = chromium.new_page(viewport={"width": 360, "height": 740})

    def show(question, scheme):
        card = notes(collection)[question].cards()[0].render_output()
        page.set_content(
            f'<html lang="en"><title>Anki</title><style>{card.css}</style>'
            f'<body class="card card1 {scheme}"><main>{card.answer_text}</main>'
        )
        page.eval_on_selector("details", "fold => fold.open = true")
        return page

    yield show
    page.close()


def test_what_is_asked_and_what_is_answered(project, collection, tmp_path, monkeypatch):
    """In front the question and its section; on the back these, and all the rest."""
    monkeypatch.setenv("SITE_URL", URL)
    edit(project, "docs/en/gradients/one.md", ("$a = a$", "so\n\n$$\na < b\n$$\n\n"))
    take(collection, anki_deck.make_decks(project, "en"), tmp_path)
    note = notes(collection)["Is one one?"]
    card = note.cards()[0].render_output()
    for name, field in note.items():
        assert field and field in card.answer_text, name
        assert (field in card.question_text) == (name in ("Question", "Section")), name


@pytest.mark.parametrize("question", ["Is one one?", "一是一吗？"])
def test_a_card_as_shown(shown, question):
    from axe_playwright_python.sync_playwright import Axe

    background = {"": "rgb(255, 255, 255)", "nightMode": "rgb(30, 33, 41)"}
    lines = {"": "rgb(23, 101, 173)", "nightMode": "rgb(111, 177, 245)"}
    for scheme in background:
        page = shown(question, scheme)
        style = "e => [getComputedStyle(e).backgroundColor, getComputedStyle(e).stroke]"
        assert page.eval_on_selector("body", style)[0] == background[scheme]
        line = "svg [style*='stroke: var(--pic-0)']"
        assert page.locator(line).first.evaluate(style)[1] == lines[scheme]
        assert page.locator("svg").bounding_box()["height"] > 100
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        text = page.locator("body").inner_text()
        for part in question, "so\n\n\\[ a < b \\]", ">>> one()  # wide":
            assert part in text
        faults = Axe().run(page).response["violations"]
        assert [f for f in faults if f["impact"] in ("serious", "critical")] == []
