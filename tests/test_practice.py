"""The page that asks: its schedule, what it keeps, and a session in a browser."""

import gzip
import json
import random
import re
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from urllib.parse import unquote, urljoin, urlsplit

import fsrs
import pytest
from mkdocs.exceptions import PluginError

import practice
from built import Document
from pages import LANGUAGES, ROOT, pages

SCRIPTS = ROOT / "theme" / "assets" / "javascripts" / "practice"
KEY = "answers-that-run/practice"
AGAIN, HARD, GOOD, EASY = 1, 2, 3, 4


@pytest.fixture
def context(chromium):
    context = chromium.new_context(reduced_motion="reduce")
    context.set_default_timeout(120_000)  # ms, on a busy machine
    yield context
    context.close()


@pytest.fixture
def page(context):
    """A page of the browser; afterwards nothing must have gone wrong in it, and
    nothing been asked of the network but what the first page's host has."""
    page = context.new_page()
    heard, hosts = [], set()
    page.on(
        "console",
        lambda m: heard.append(m.text) if m.type in ("error", "warning") else None,
    )
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("request", lambda request: hosts.add(urlsplit(request.url)[:2]))
    page.heard = heard
    yield page
    assert heard == []
    assert len({host for host in hosts if host[0] not in ("blob", "data")}) <= 1


# --- the schedule


WALK = """histories => histories.map(history => {
    let card, day = 20000
    return history.map(([grade, days]) => {
        day += days
        return (card = schedule.review(card, grade, day))
    })
})"""


def walk(page, *histories):
    """The card after each review, of each history [(grade, days since the last)]."""
    page.add_script_tag(path=SCRIPTS / "schedule.js")
    return page.evaluate(WALK, histories)


def test_schedule_as_published(page):
    """The figures that the tests of py-fsrs, ts-fsrs and fsrs-rs have for FSRS-6."""
    grades = [GOOD] * 6 + [AGAIN] * 2 + [GOOD] * 5
    intervals = [0, 2, 11, 46, 163, 498, 0, 0, 2, 4, 7, 12, 21]
    history = list(zip(grades, [0, *intervals], strict=False))
    firsts = [[(grade, 0)] for grade in (AGAIN, HARD, GOOD, EASY)]
    memory = [(AGAIN, 0), (GOOD, 0), (GOOD, 1), (GOOD, 3), (GOOD, 8), (GOOD, 21)]
    first, second, *one = walk(page, history, memory, *firsts)
    # Where 0 is published, a learning step of minutes was next: we have none.
    ours = [c["due"] - c["last"] for c in first]
    assert [a if b else 0 for a, b in zip(ours, intervals, strict=True)] == intervals
    assert (first[-1]["reviews"], first[-1]["lapses"]) == (13, 2)
    assert second[-1]["stability"] == pytest.approx(53.62691, abs=1e-4)
    assert second[-1]["difficulty"] == pytest.approx(6.3574867, abs=1e-4)
    assert [c["lapses"] for (c,) in one] == [0] * 4  # nothing was known yet
    assert [c["stability"] for (c,) in one] == [0.212, 1.2931, 2.3065, 8.2956]
    difficulties = [6.4133, 5.11217071, 2.11810397, 1.0]
    assert [c["difficulty"] for (c,) in one] == pytest.approx(difficulties, abs=1e-7)


def test_schedule_as_fsrs_has_it(page):
    scheduler = fsrs.Scheduler(
        learning_steps=(), relearning_steps=(), enable_fuzzing=False
    )
    chance = random.Random(0)
    histories, expected = [], []
    for _ in range(300):
        card, now, interval = fsrs.Card(), datetime(2026, 1, 1, tzinfo=UTC), 0
        history, states = [], []
        for _ in range(12):
            waits = 0, 1, interval, interval // 2, interval * 2, chance.randint(0, 400)
            wait = chance.choice(waits) if states else 0
            grade = chance.choices([AGAIN, HARD, GOOD, EASY], [2, 2, 4, 2])[0]
            now += timedelta(days=wait)
            card, _ = scheduler.review_card(card, fsrs.Rating(grade), now)
            interval = (card.due - card.last_review).days
            history.append((grade, wait))
            states.append((interval, card.stability, card.difficulty))
        histories.append(history)
        expected.append(states)
    for cards, states in zip(walk(page, *histories), expected, strict=True):
        for card, (interval, *memory) in zip(cards, states, strict=True):
            assert card["due"] - card["last"] == interval
            ours = [card["stability"], card["difficulty"]]
            assert ours == pytest.approx(memory, rel=1e-9)


EXTREMES = """() => {
    const all = (names, ranges, card = {}) => names.length == 0 ? [card]
        : ranges[names[0]].flatMap(x =>
            all(names.slice(1), ranges, { ...card, [names[0]]: x }))
    const ranges = {
        last: [0, 20000, 1e6], stability: [0.001, 1e9], difficulty: [1, 10],
        reviews: [0, 1e6], lapses: [0, 1e6],
    }
    const before = all(Object.keys(ranges), ranges)
        .map(card => ({ ...card, due: card.last + 1 }))
    const read = card => practised.parse(practised.write(new Map([["a/b", card]])))
    before.forEach(read)
    const after = before.flatMap(card => [0, 20000, 1e6].flatMap(day => [
        practised.markLearnt(card, day),
        ...[1, 2, 3, 4].map(grade => schedule.review(card, grade, day)),
    ]))
    after.forEach(read)
    return after.length
}"""


def test_what_can_be_read_can_be_read_after_a_review(page):
    """Else one odd card of an import would make all unreadable."""
    for name in "schedule", "store":
        page.add_script_tag(path=SCRIPTS / f"{name}.js")
    assert page.evaluate(EXTREMES) == 48 * 3 * 5


def test_a_clock_that_went_wrong(page):
    page.add_script_tag(path=SCRIPTS / "store.js")
    due = "cards => cards.map(card => practised.isDue(card, 20000))"
    dates = [(19990, 20000), (19990, 20001), (20001, 20005), (20002, 20005)]
    assert page.evaluate(due, [card(*days) for days in dates]) == [
        True,
        False,
        False,  # reviewed in a zone where it was tomorrow already
        True,  # else it would come back only when that day has come
    ]


def test_a_day_is_the_readers_own(chromium):
    """At 16:30 in London the next day has begun in Shanghai."""
    found = []
    for zone in "Europe/London", "Asia/Shanghai", "America/Los_Angeles":
        context = chromium.new_context(timezone_id=zone)
        page = context.new_page()
        page.add_script_tag(path=SCRIPTS / "store.js")
        found.append(page.evaluate("practised.today(new Date('2026-03-08T16:30Z'))"))
        context.close()
    day = (datetime(2026, 3, 8) - datetime(1970, 1, 1)).days
    assert found == [day, day + 1, day]


# --- the cards


def cards(site, language):
    text = (site / language / practice.CARDS).read_text("utf-8")
    return json.loads(text.removeprefix("window.cards = ").removesuffix(";\n"))


def test_every_question_has_a_card(site):
    english, chinese = (cards(site, language) for language in LANGUAGES)
    for language, data in ("en", english), ("zh", chinese):
        titles = {
            path.removesuffix(".md"): page.meta["title"]
            for path, page in pages(ROOT, language).items()
            if page.question
        }
        assert {card["id"]: card["title"] for card in data["cards"]} == titles
    for key in "id", "section", "level", "tags":
        one, other = ([c[key] for c in data["cards"]] for data in (english, chinese))
        assert one == other
    assert english["tags"].keys() == chinese["tags"].keys()
    assert english["sections"].keys() == chinese["sections"].keys()
    assert chinese["sections"]["gradients"] == "梯度与初始化"
    assert chinese["tags"]["momentum"] == "动量"


def test_links_of_the_answers_resolve(site):
    for language in LANGUAGES:
        ids = {}
        for card in cards(site, language)["cards"]:
            assert card["answer"].count("<div") == card["answer"].count("</div>")
            for link in [card["url"], *Document(card["answer"]).links]:
                target = urlsplit(urljoin("http://site/practice/", link))
                if target.netloc != "site":
                    continue
                name = unquote(target.path).lstrip("/") + "index.html"
                if name not in ids:
                    text = (site / language / name).read_text("utf-8")
                    ids[name] = {"", *re.findall(r'\bid="([^"]+)"', text)}
                assert target.fragment in ids[name], f"{card['id']}: {link}"


ANSWER = '<div class="admonition abstract"><p>x</p><div>y<div>z</div></div></div>'


def question(content, **meta):
    """A page as MkDocs has it, in a navigation without sections."""
    file = SimpleNamespace(src_uri="a/one.md")
    meta = {"asked": ["?"], "title": "One?", "level": "basic", **meta}
    return SimpleNamespace(
        content=content, file=file, meta=meta, url="a/one/", parent=None
    )


def build(folder, *questions, **extra):
    """What the hook writes for ``questions``."""
    file = SimpleNamespace(src_uri=practice.PAGE)
    pages = [*questions, SimpleNamespace(file=file, meta={}, url="practice/")]
    practice.on_nav(SimpleNamespace(pages=pages), None, None)
    practice.on_post_build(SimpleNamespace(site_dir=folder / "en", extra=extra))
    return cards(folder, "en")


def test_what_a_card_has(tmp_path):
    """The first short answer, whole; tags by the ids that both languages share."""
    content = f"<div>before</div>{ANSWER}<div>after</div>{ANSWER[:-6]}"
    page = question(content, tags=["动量", "x"])
    assert build(tmp_path, page, tag_names={"momentum": "动量"}) == {
        "sections": {"a": "a"},
        "tags": {"momentum": "动量", "x": "x"},
        "cards": [
            {
                "id": "a/one",
                "title": "One?",
                "section": "a",
                "level": "basic",
                "tags": ["momentum", "x"],
                "answer": ANSWER,
                "url": "../a/one/",
            }
        ],
    }


def test_a_question_without_a_short_answer_is_named(tmp_path):
    for content in (
        "<p>Nothing.</p>",
        '<div class="admonition note"></div>',
        ANSWER[:-6],
    ):
        with pytest.raises(PluginError, match=r"a/one\.md: no short answer"):
            build(tmp_path, question(content))


@pytest.mark.parametrize("name", ["one.md", "a/b/one.md", "a/One.md", "a/one_two.md"])
def test_a_name_that_the_store_would_refuse_is_refused(tmp_path, name):
    page = question(ANSWER)
    page.file.src_uri = name
    with pytest.raises(PluginError, match=rf"{name}: a question's path"):
        build(tmp_path, page)


def test_links_move_with_the_answer():
    html = (
        '<a href="../two/#x"><a href="#why"><a href="https://a.b/c"><img src="p.png">'
    )
    assert practice.moved(html, "a/one/", "practice/") == (
        '<a href="../a/two/#x"><a href="../a/one/#why"><a href="https://a.b/c">'
        '<img src="../a/one/p.png">'
    )


def test_the_search_finds_no_controls(site):
    for language, word in ("en", "Mark as learnt"), ("zh", "标为已掌握"):
        index = json.loads(
            (site / language / "search" / "search_index.json").read_text("utf-8")
        )
        found = [doc["location"] for doc in index["docs"] if word in doc["text"]]
        assert [x for x in found if not x.startswith("practice/")] == []


def test_the_tick_is_small():
    names = "store.js", "tick.js"
    size = sum(len(gzip.compress((SCRIPTS / name).read_bytes())) for name in names)
    assert size <= 3000


# --- a session


def stored(page):
    text = page.evaluate("key => localStorage.getItem(key)", KEY)
    return json.loads(text)["cards"] if text else {}


def store(page, cards, key=KEY):
    page.evaluate(
        "([key, text]) => localStorage.setItem(key, text)", [key, record(cards)]
    )


def record(cards, **other):
    data = {"format": "answers-that-run practice", "version": 1, "cards": cards}
    return json.dumps(data | other)


def card(last, due, **other):
    values = {"stability": 2.5, "difficulty": 5, "reviews": 1, "lapses": 0}
    return {"last": last, "due": due, **values, **other}


def today(page):
    return page.evaluate("practised.today()")


def asked(page):
    """The id of the card that is asked."""
    title = page.inner_text("#practice-question")
    return page.evaluate(
        "title => window.cards.cards.find(card => card.title == title).id", title
    )


def glance(page, row="tfoot tr"):
    """The numbers of a row: due, learning, learnt, untouched, total."""
    cells = page.locator(f".practice-glance {row} td").all_inner_texts()
    return [int(cell) for cell in cells]


def focused(page):
    return page.evaluate("document.activeElement.id")


def test_a_session_by_keyboard_in_both_languages(page, url):
    page.clock.set_fixed_time("2030-05-10T21:00:00")
    page.goto(f"{url}en/practice/")
    total = len(page.evaluate("window.cards.cards"))
    first = asked(page)
    assert glance(page) == [0, 0, 0, total, total]
    page.keyboard.press("3")  # not before the answer has been seen
    assert asked(page) == first and stored(page) == {}
    page.keyboard.press("Space")
    assert focused(page) == "practice-answer"
    assert page.locator("#practice-short .abstract").is_visible()
    buttons = page.locator(".practice-grades button").all_inner_texts()
    assert [re.findall(r"\d+ days?", text) for text in buttons] == [
        [x] for x in ("1 day", "1 day", "2 days", "8 days")
    ]
    page.keyboard.press("3")
    second = asked(page)
    assert second != first and focused(page) == "practice-question"
    assert page.inner_text("#practice-said") == "Good: comes back in 2 days."
    page.keyboard.press("Enter")
    page.keyboard.press("4")
    assert glance(page) == [0, 2, 0, total - 2, total]
    page.keyboard.press("u")  # the answer is open again
    assert asked(page) == second and stored(page).keys() == {first}
    page.keyboard.press("1")
    kept = stored(page)
    assert kept[second]["due"] - kept[second]["last"] == 1
    page.goto(f"{url}zh/practice/")
    assert glance(page) == [0, 2, 0, total - 2, total]
    third = asked(page)
    assert third not in kept

    page.clock.set_fixed_time("2030-05-11T00:10:00")  # three hours on, the next day
    page.reload()
    assert asked(page) == second
    assert glance(page)[0] == 1
    page.keyboard.press("Space")
    page.keyboard.press("2")
    assert asked(page) == third


def test_undo_on_an_untouched_card_leaves_it_untouched(page, url):
    page.goto(f"{url}en/practice/")
    page.keyboard.press("Space")
    page.keyboard.press("4")
    page.click("#practice-undo")
    assert stored(page) == {}
    assert not page.locator("#practice-undo").is_visible()


def test_keys_leave_lists_and_the_search_alone(page, url):
    page.goto(f"{url}en/practice/")
    page.keyboard.press("Space")
    page.focus("[name=tag]")
    page.keyboard.press("3")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("/")
    page.wait_for_selector("[data-md-component=search-query]:focus")
    page.keyboard.type("1 u")
    page.keyboard.press("Control+1")
    assert stored(page) == {}
    page.keyboard.press("Escape")
    page.focus("#practice-answer")
    page.keyboard.press("Control+3")
    assert stored(page) == {}
    page.keyboard.press("3")
    assert len(stored(page)) == 1


def test_filters(page, url):
    page.goto(f"{url}zh/practice/?section=gradients&level=nonsense")
    everything = page.evaluate("window.cards.cards")
    here = [c for c in everything if c["section"] == "gradients"]
    assert page.inner_text("[name=level] option:checked").startswith("全部")
    basic = [c for c in here if c["level"] == "basic"]
    option = page.locator("[name=level] option[value=basic]")
    assert option.inner_text() == f"基础 ({len(basic)})"
    page.select_option("[name=level]", "basic")
    assert page.url.endswith("?section=gradients&level=basic")
    page.reload()
    seen = []
    for _ in basic:
        seen.append(asked(page))
        page.keyboard.press("Space")
        page.keyboard.press("4")
    assert seen == [c["id"] for c in basic]
    assert page.locator("#practice-done").is_visible()
    assert "下一题 8 天后到期" in page.inner_text("#practice-done")
    assert not page.locator("#practice-ahead").is_visible()  # all were asked today
    page.evaluate("document.querySelector('[name=level]').focus()")
    page.select_option("[name=level]", "")
    assert asked(page) in [c["id"] for c in here if c not in basic]
    page.click(".practice-glance tbody a >> nth=0")
    assert page.url.endswith(f"?section={everything[0]['section']}")


def test_the_longest_due_comes_first(page, url):
    page.goto(f"{url}en/practice/")
    day = today(page)
    ids = page.evaluate("window.cards.cards.map(card => card.id)")
    dues = [day, day - 5, day + 1]
    store(page, {i: card(day - 9, due) for i, due in zip(ids, dues, strict=False)})
    page.reload()
    order = []
    for _ in range(3):
        order.append(asked(page))
        page.keyboard.press("Space")
        page.keyboard.press("3")
    assert order == [ids[1], ids[0], ids[3]]


def test_ahead_of_time(page, url):
    page.goto(f"{url}en/practice/")
    day = today(page)
    ids = page.evaluate("window.cards.cards.map(card => card.id)")
    known = {i: card(day - 2, day + 2 + n) for n, i in enumerate(reversed(ids))}
    known[ids[0]] = card(day, day + 1)  # asked today
    store(page, known)
    page.reload()
    assert "tomorrow" in page.inner_text("#practice-done")
    page.click("#practice-ahead")
    assert asked(page) == ids[-1]  # the soonest of those not asked today


def test_a_site_built_anew(page, url, site):
    """What the site no longer has is kept; what is new is untouched."""
    data = cards(site, "en")
    new = data["cards"][0] | {"id": "news/new", "title": "New?"}
    data["cards"] = [new, *data["cards"][2:]]
    page.route(
        f"**/{practice.CARDS}",
        lambda route: route.fulfill(
            body=f"window.cards = {json.dumps(data)}", content_type="text/javascript"
        ),
    )
    page.goto(f"{url}en/practice/")
    day = today(page)
    gone = {"gone/card": card(day - 3, day)}
    store(page, gone)
    page.reload()
    assert page.inner_text("#practice-question") == "New?"
    page.keyboard.press("Space")
    page.keyboard.press("3")
    assert stored(page).keys() == {"gone/card", "news/new"}
    assert stored(page)["gone/card"] == gone["gone/card"]
    assert glance(page)[1] == 1  # counted are the cards that there are


def test_two_tabs(page, context, url):
    page.goto(f"{url}en/practice/")
    other = context.new_page()
    other.goto(f"{url}zh/practice/?section=optimization")
    first, second = asked(page), asked(other)
    page.keyboard.press("Space")
    other.keyboard.press("Space")
    other.keyboard.press("4")
    page.wait_for_function(
        "document.querySelector('tfoot td:nth-of-type(2)').innerText == 1"
    )
    assert asked(page) == first  # its answer is open
    page.keyboard.press("3")
    assert stored(page).keys() == {first, second}
    # what another tab has changed since cannot be undone here
    store(other, {first: card(1, 2)})
    page.wait_for_selector("#practice-undo", state="hidden")
    page.keyboard.press("u")
    assert stored(page)[first] == card(1, 2)


# --- in and out


def choose(page, text):
    """Import ``text``; return what the page says."""
    page.evaluate("document.getElementById('practice-said').textContent = ''")
    data = text if isinstance(text, bytes) else text.encode()
    file = {"name": "x.json", "mimeType": "application/json", "buffer": data}
    page.set_input_files("#practice-file", file)
    page.wait_for_function("document.getElementById('practice-said').textContent")
    return page.inner_text("#practice-said")


def test_export_and_import(page, url):
    page.goto(f"{url}en/practice/")
    page.keyboard.press("Space")
    page.keyboard.press("2")
    one = stored(page)
    known = {**one, "gone/card": card(5, 9)}
    store(page, known)
    with page.expect_download() as download:
        page.click("#practice-export")
    assert download.value.suggested_filename == "answers-that-run-practice.json"
    exported = download.value.path().read_text("utf-8")
    assert json.loads(exported)["cards"] == known
    page.evaluate("localStorage.clear()")
    page.reload()
    said = choose(page, exported)
    assert said == "Imported: 2 taken from the file, 0 left as they were here."
    assert stored(page) == known


def test_import_takes_the_later_review(page, url):
    page.goto(f"{url}en/practice/")
    here = {"a/older": card(10, 12), "a/later": card(20, 22), "a/same": card(7, 9)}
    file = {
        "a/older": card(11, 13),
        "a/later": card(19, 40),
        "a/same": card(7, 10, reviews=2),
        "a/new": card(1, 2),
    }
    store(page, here)
    said = choose(page, record(file))
    assert said == "Imported: 3 taken from the file, 1 left as they were here."
    assert stored(page) == file | {"a/later": here["a/later"]}
    assert "0 taken" in choose(page, record(file))


GOOD_CARD = card(10, 12)
REFUSED = {  # what is wrong: the reason that the page gives, a file
    "empty": ("json", ""),
    "cut off": ("json", record({"a/b": GOOD_CARD})[:-3]),
    "bytes": ("json", b"\xff\xfe\x00PK"),
    "a list": ("foreign", "[]"),
    "null": ("foreign", "null"),
    "another program": ("foreign", '{"format": "anki", "version": 1, "cards": {}}'),
    "a later version": ("version", record({}, version=2)),
    "version as text": ("version", record({}, version="1")),
    "more": ("shape", record({}, settings={})),
    "no cards": ("shape", '{"format": "answers-that-run practice", "version": 1}'),
    "cards as list": ("shape", record([GOOD_CARD])),
    "card as null": ("shape", record({"a/b": None})),
    "id": ("shape", record({"../b": GOOD_CARD})),
    "one bad of two": ("shape", record({"a/b": GOOD_CARD, "a/c": {}})),
    "unknown field": ("shape", record({"a/b": GOOD_CARD | {"x": 1}})),
    "__proto__ as id": (
        "shape",
        '{"format": "answers-that-run practice", "version": 1,'
        ' "cards": {"__proto__": {"polluted": true}}}',
    ),
    "__proto__ in a card": (
        "shape",
        record({"a/b": GOOD_CARD}).replace('"lapses": 0', '"__proto__": {"lapses": 0}'),
    ),
    "constructor": ("shape", record({"constructor": GOOD_CARD})),
    "text for a number": ("range", record({"a/b": card("10", 12)})),
    "a fraction of a day": ("range", record({"a/b": card(10.5, 12)})),
    "due before": ("range", record({"a/b": card(12, 12)})),
    "too far": ("range", record({"a/b": card(10, 10**8)})),
    "negative": ("range", record({"a/b": card(10, 12, lapses=-1)})),
    "no stability": ("range", record({"a/b": card(10, 12, stability=0)})),
    "infinite": ("range", record({"a/b": GOOD_CARD}).replace("2.5", "1e999")),
    "null number": ("range", record({"a/b": card(10, 12, stability=None)})),
    "difficulty": ("range", record({"a/b": card(10, 12, difficulty=11)})),
    "too large": ("large", record({"a/b": GOOD_CARD}) + " " * 1_000_000),
}


def test_what_is_not_an_export_is_refused_whole(page, url):
    page.goto(f"{url}en/practice/")
    known = {"a/b": card(5, 9)}
    store(page, known)
    words = json.loads(page.inner_text("#practice-words"))
    for what, (reason, text) in REFUSED.items():
        said = choose(page, text)
        start = words["not_imported"].partition("{why}")[0]
        start += words["why"][reason].partition("{about}")[0]
        assert said.startswith(start), (what, said)
        assert stored(page) == known, what
    assert page.evaluate("({}).polluted") is None
    assert "version 2," in choose(page, REFUSED["a later version"][1])
    assert "“a/c: last”" in choose(page, REFUSED["one bad of two"][1])


@pytest.mark.parametrize("text", ["{broken", record({}, version=2), record({"x": 1})])
def test_what_cannot_be_read_is_kept(page, url, text):
    page.goto(f"{url}en/practice/")
    page.evaluate("([key, text]) => localStorage.setItem(key, text)", [KEY, text])
    raw = f"localStorage.getItem('{KEY}')"
    page.reload()
    assert page.locator("#practice-problem").is_visible()
    first = asked(page)
    page.keyboard.press("Space")
    page.keyboard.press("3")  # still usable
    assert asked(page) != first
    assert page.evaluate(raw) == text
    with page.expect_download() as download:
        page.click("#practice-download")
    assert download.value.path().read_text("utf-8") == text
    page.evaluate(f"localStorage.setItem('{KEY}/set-aside-1', 'earlier')")
    page.click("#practice-set-aside")
    assert not page.locator("#practice-problem").is_visible()
    aside = f"[1, 2].map(n => localStorage.getItem(`{KEY}/set-aside-${{n}}`))"
    assert page.evaluate(aside) == ["earlier", text]
    assert stored(page).keys() == {first}  # what was graded meanwhile


BLOCKED = """Object.defineProperty(window, "localStorage", {
    get() { throw new Error("blocked") }
})"""
FULL = "Storage.prototype.setItem = () => { throw new Error('full') }"


@pytest.mark.parametrize("script", [BLOCKED, FULL])
def test_without_storage(page, url, script):
    page.add_init_script(script)
    page.goto(f"{url}en/practice/")
    first = asked(page)
    page.keyboard.press("Space")
    page.keyboard.press("3")
    assert asked(page) != first
    assert "until this page is closed" in page.inner_text("#practice-problem")
    assert not page.locator("#practice-set-aside").is_visible()
    with page.expect_download() as download:
        page.click("#practice-export")
    exported = json.loads(download.value.path().read_text("utf-8"))
    assert exported["cards"].keys() == {first}
    page.keyboard.press("u")
    assert asked(page) == first
    page.heard[:] = [x for x in page.heard if x != "blocked"]  # Material's own scripts


def test_a_full_store_that_has_room_again(page, url):
    page.goto(f"{url}en/practice/")
    page.evaluate(f"() => {{ window.kept = Storage.prototype.setItem; {FULL} }}")
    for _ in range(2):
        page.keyboard.press("Space")
        page.keyboard.press("3")
        page.evaluate("() => { Storage.prototype.setItem = window.kept }")
    assert len(stored(page)) == 2
    assert not page.locator("#practice-problem").is_visible()


# --- where it stands, on a question's page


def test_the_tick(page, url):
    page.clock.set_fixed_time("2030-05-10T12:00:00")
    address = f"{url}en/gradients/initialization/"
    page.goto(address)
    line = page.locator(".standing")
    said = line.locator("[role=status]")
    mark, forget, undo = (
        line.get_by_role("button", name=name)
        for name in ("Mark as learnt", "Forget", "Undo")
    )
    assert said.inner_text() == "Untouched"
    assert not forget.is_visible() and not undo.is_visible()
    mark.click()
    assert said.inner_text() == "Learnt, due in 21 days"
    assert undo.evaluate("e => e == document.activeElement")
    known = stored(page)["gradients/initialization"]
    assert known["due"] - known["last"] == 21
    undo.click()
    assert said.inner_text() == "Untouched" and stored(page) == {}
    assert mark.evaluate("e => e == document.activeElement")
    assert not undo.is_visible()
    day = today(page)
    studied = card(day - 3, day, reviews=4, lapses=2)
    store(page, {"gradients/initialization": studied, "a/b": card(1, 2)})
    page.goto(address.replace("/en/", "/zh/"))
    assert said.inner_text() == "学习中，该复习了"
    page.get_by_role("button", name="清除记录").click()
    assert stored(page).keys() == {"a/b"}
    page.get_by_role("button", name="撤销").click()
    assert stored(page)["gradients/initialization"] == studied
    page.get_by_role("button", name="标为已掌握").click()
    known = stored(page)["gradients/initialization"]
    assert (known["due"], known["reviews"], known["lapses"]) == (day + 21, 4, 2)
    page.clock.set_fixed_time("2030-05-30T12:00:00")
    page.reload()
    assert said.inner_text() == "已掌握，明天复习"
    page.click(".standing a")
    assert page.url == f"{url}zh/practice/?section=gradients"
    page.evaluate("([key, text]) => localStorage.setItem(key, text)", [KEY, "{"])
    page.goto(address)
    assert said.inner_text() == "see the practice page"
    assert line.locator("button:visible").count() == 0


def test_a_marked_question_can_be_asked(page, url):
    """What the tick writes is what the practice page reads."""
    page.goto(f"{url}en/gradients/initialization/")
    page.get_by_role("button", name="Mark as learnt").click()
    page.goto(f"{url}en/practice/?section=gradients")
    assert not page.locator("#practice-problem").is_visible()
    assert glance(page)[2] == 1


@pytest.mark.parametrize("width", [360, 1280])
def test_the_tick_moves_nothing(page, url, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{url}en/gradients/initialization/")
    day = today(page)
    store(page, {"gradients/initialization": card(day - 3, day + 10)})
    lines = """before => {
        const answer = document.querySelector(".abstract")
        for (const part of document.querySelectorAll(".standing :is(span, button)")) {
            if (part.role == "status") part.textContent = ""
            if (part.type == "button") part.hidden = true
        }
        const unfilled = answer.offsetTop
        dispatchEvent(new Event("storage"))
        return [unfilled, answer.offsetTop]
    }"""
    unfilled, filled = page.evaluate(lines)
    assert "due in 10 days" in page.inner_text(".standing")
    assert unfilled == filled


# --- where it is read


def test_from_a_folder(page, site):
    failed = []
    page.on("requestfailed", lambda request: failed.append(request.url))
    page.goto((site / "en" / "practice" / "index.html").as_uri())
    page.select_option("[name=level]", "basic")
    first = asked(page)
    page.keyboard.press("Space")
    page.keyboard.press("3")
    page.reload()
    assert page.locator("[name=level]").input_value() == "basic"
    assert asked(page) != first and stored(page).keys() == {first}
    # Material looks for a copy of the search index as a script; nothing else lacks.
    assert {name.rpartition("/")[2] for name in failed} <= {"search_index.js"}
    page.goto((site / "zh" / first / "index.html").as_uri())
    assert page.inner_text(".standing [role=status]").startswith("学习中")
    known = "Failed to load|search_index|font at|crossorigin"
    page.heard[:] = [x for x in page.heard if not re.search(known, x)]


def test_without_javascript(chromium, url):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{url}en/practice/")
    assert page.locator("noscript p").is_visible()
    assert not page.locator("#practice").is_visible()
    page.goto(f"{url}en/gradients/initialization/")
    assert page.inner_text(".standing").strip() == "Practice"
    context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sideways_scroll_with_any_answer(page, url, language):
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{url}{language}/practice/")
    page.keyboard.press("Space")
    wide = page.evaluate(
        """() => window.cards.cards.filter(card => {
            document.getElementById("practice-question").textContent = card.title
            document.getElementById("practice-short").innerHTML = card.answer
            return document.documentElement.scrollWidth > 360
                || [...document.querySelectorAll("#practice *")].some(e =>
                    e.getBoundingClientRect().right > 361
                    && !e.closest("pre, .formula, .md-typeset__scrollwrap"))
        }).map(card => card.id)"""
    )
    assert wide == []


def test_the_next_question_is_in_sight(page, url):
    """On a phone, after a grade far below: neither behind the header nor covered."""
    page.set_viewport_size({"width": 360, "height": 640})
    page.goto(f"{url}en/practice/")
    for _ in range(2):
        page.click("#practice-show")
        page.click(".practice-grades button[value='3']")
        top = """async () => {
            for (let n = 0; n < 3; n++) await new Promise(requestAnimationFrame)
            const question = document.getElementById("practice-question")
            const { left, top, right } = question.getBoundingClientRect()
            return [left + 5, (left + right) / 2].every(x =>
                document.elementFromPoint(x, top + 5) == question)
        }"""
        assert page.evaluate(top)


def test_accessible(chromium, url):
    """With an answer, a message and numbers; tests/test_browser.py has the rest."""
    from axe_playwright_python.sync_playwright import Axe

    found = []
    for scheme, palette in ("light", "default"), ("dark", "slate"):
        context = chromium.new_context(color_scheme=scheme, reduced_motion="reduce")
        page = context.new_page()
        page.goto(f"{url}en/practice/")
        page.wait_for_selector(f"body[data-md-color-scheme={palette}]")
        page.keyboard.press("Space")
        page.keyboard.press("3")
        page.evaluate("key => localStorage.setItem(key, '{')", KEY)
        page.keyboard.press("Space")
        page.keyboard.press("3")
        page.keyboard.press("Space")
        assert page.locator("#practice-problem").is_visible()
        report = Axe().run(page, None, {"resultTypes": ["violations"]}).response
        found += [
            f"{scheme}: {fault['id']}: {node['html'][:120]}"
            for fault in report["violations"]
            if fault["impact"] in ("serious", "critical")
            for node in fault["nodes"]
        ]
        context.close()
    assert found == []
