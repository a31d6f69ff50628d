// The page that asks: it draws a question, shows its answer, takes the grade.
// window.cards (assets/practice/cards.js) has the questions; schedule.js says when one
// returns; store.js keeps it.
(() => {
  const { cards, sections, tags } = window.cards;
  const at = (name) => document.getElementById(`practice-${name}`);
  const words = JSON.parse(at("words").textContent);
  const root = document.getElementById("practice");
  const grades = [...root.querySelectorAll(".practice-grades button")];
  const filters = at("filters").elements;

  let current; // the card that is asked, or undefined
  let ahead = false; // ask what is not due yet, when nothing else is left
  let done = []; // {card, before, after} of each grade given here, to undo

  // --- words

  const fill = (text, values) =>
    practised.spaced(text.replace(/\{(\w+)\}/g, (_, name) => values[name]));
  const daysFormat = new Intl.NumberFormat(document.documentElement.lang, {
    style: "unit", unit: "day", unitDisplay: "long",
  });
  const days = (number) => practised.spaced(daysFormat.format(number));
  const comesBack = (card) => practised.when(card.due - practised.today());
  const why = ({ reason = "json", about }) => fill(words.why[reason], { about });

  function say(text) {
    at("said").textContent = text;
  }

  // --- which questions

  const FILTERS = {
    section: { names: sections, has: (card) => [card.section] },
    level: {
      names: Object.fromEntries(
        ["basic", "intermediate", "advanced"].map((level) => [level, words[level]]),
      ),
      has: (card) => [card.level],
    },
    tag: { names: tags, has: (card) => card.tags },
  };

  const passes = (card, except) =>
    Object.entries(FILTERS).every(([name, { has }]) => {
      const { value } = filters[name];
      return name === except || !value || has(card).includes(value);
    });

  function layOutFilters() {
    const asked = new URLSearchParams(location.search);
    for (const [name, { names }] of Object.entries(FILTERS)) {
      const options = Object.entries(names);
      if (name === "tag") options.sort(([, a], [, b]) => a.localeCompare(b));
      for (const [value, text] of [["", words.all], ...options]) {
        const option = new Option(text, value);
        option.dataset.name = text;
        filters[name].add(option);
      }
      filters[name].value = asked.get(name) ?? "";
      if (filters[name].selectedIndex < 0) filters[name].value = "";
    }
  }

  // Each option says how many questions it would leave.
  function countFilters() {
    for (const [name, { has }] of Object.entries(FILTERS)) {
      const open = cards.filter((card) => passes(card, name));
      for (const option of filters[name].options) {
        const left = open.filter((c) => !option.value || has(c).includes(option.value));
        option.text = `${option.dataset.name} (${left.length})`;
      }
    }
  }

  function filtered() {
    const query = new URLSearchParams();
    for (const name of Object.keys(FILTERS))
      if (filters[name].value) query.set(name, filters[name].value);
    history.replaceState(null, "", `${query}` ? `?${query}` : location.pathname);
    ahead = false;
    countFilters();
    next();
  }

  // What is due, the longest due first; then what is untouched, in the site's order.
  function queue() {
    const known = practised.cards();
    const today = practised.today();
    const chosen = cards.filter((card) => passes(card));
    const byDay = (a, b) => known.get(a.id).due - known.get(b.id).due;
    const touched = chosen.filter((card) => known.has(card.id)).sort(byDay);
    return [
      ...touched.filter((card) => practised.isDue(known.get(card.id), today)),
      ...chosen.filter((card) => !known.has(card.id)),
      ...touched.filter(({ id }) => {
        const { due, last } = known.get(id);
        return ahead && due > today && last < today;
      }),
    ];
  }

  // --- the card

  function next() {
    ask(queue()[0]);
  }

  function ask(card, answered = false) {
    current = card;
    at("card").hidden = !card;
    at("done").hidden = Boolean(card);
    at("show").hidden = at("aloud").hidden = answered;
    at("answer").hidden = !answered;
    if (card) {
      at("question").textContent = card.title;
      at("short").innerHTML = card.answer; // from our own pages
      at("page").href = card.url;
    }
    refresh();
  }

  function show() {
    ask(current, true);
    at("answer").focus();
  }

  function focusQuestion() {
    (current ? at("question") : at("done").firstElementChild).focus();
  }

  function grade(value) {
    const before = practised.cards().get(current.id);
    const after = schedule.review(before, value, practised.today());
    practised.set([[current.id, after]]);
    done.push({ card: current, before, after });
    next();
    const name = grades[value - 1].firstElementChild.textContent;
    say(fill(words.graded, { grade: name, when: comesBack(after) }));
    focusQuestion();
  }

  function undo() {
    const { card, before } = done.pop();
    practised.set([[card.id, before]]);
    ask(card, true);
    say(fill(words.undone, { title: card.title }));
    at("answer").focus();
  }

  // --- what shows

  function count(some, known) {
    const counts = { due: 0, learning: 0, learnt: 0, untouched: 0, total: some.length };
    for (const { id } of some) {
      counts[practised.standing(known.get(id))] += 1;
      counts.due += practised.isDue(known.get(id));
    }
    return counts;
  }

  // Everything but which card is asked: also when another tab has changed something.
  function refresh() {
    const known = practised.cards();
    const today = practised.today();
    const chosen = cards.filter((card) => passes(card));
    at("counts").textContent = fill(words.counts, count(chosen, known));
    if (current) {
      const card = known.get(current.id);
      at("about").textContent = [
        sections[current.section], words[current.level], words[practised.standing(card)],
      ].join(" · ");
      for (const button of grades) {
        const { due } = schedule.review(card, Number(button.value), today);
        button.children[1].textContent = days(due - today);
      }
    } else {
      const later = chosen.map(({ id }) => known.get(id)).filter(Boolean);
      const soonest = later.sort((a, b) => a.due - b.due)[0];
      at("done").firstElementChild.textContent = soonest
        ? fill(words.done, { when: comesBack(soonest) })
        : words.none;
      at("ahead").hidden = !later.some((card) => card.last < today) || ahead;
    }
    at("undo").hidden = !done.length;
    for (const row of glance) row(known);
    showProblem();
  }

  // The table's rows, as functions that show what is known now
  function layOutGlance() {
    const table = root.querySelector(".practice-glance");
    const row = (part, name, some) => {
      const tr = part.insertRow();
      const th = document.createElement("th");
      const bar = document.createElement("span");
      th.scope = "row";
      bar.className = "practice-bar";
      th.append(name, bar);
      tr.append(th);
      const parts = ["learnt", "learning"].map((standing) => {
        const span = document.createElement("span");
        span.className = `practice-${standing}`;
        bar.append(span);
        return [standing, span];
      });
      const cells = Object.keys(count([], new Map())).map((key) => [key, tr.insertCell()]);
      return (known) => {
        const counts = count(some, known);
        for (const [key, cell] of cells) cell.textContent = counts[key];
        for (const [standing, span] of parts)
          span.style.width = `${(100 * counts[standing]) / counts.total}%`;
      };
    };
    const rows = Object.entries(sections).map(([id, name]) => {
      const link = document.createElement("a");
      link.href = `?section=${id}`;
      link.textContent = name;
      link.onclick = (event) => {
        event.preventDefault();
        filters.section.value = id;
        filtered();
        focusQuestion();
      };
      return row(table.tBodies[0], link, cards.filter((card) => card.section === id));
    });
    return [...rows, row(table.tFoot, words.total, cards)];
  }

  function showProblem() {
    const { problem } = practised;
    at("problem").hidden = !problem;
    if (!problem) return;
    const readable = ["blocked", "full"].includes(problem.reason);
    const text = fill(readable ? words.not_kept : words.unreadable, { why: why(problem) });
    const paragraph = at("problem").firstElementChild;
    if (paragraph.textContent !== text) paragraph.textContent = text; // say it once
    at("download").parentElement.hidden = readable;
  }

  // --- in and out

  function download(text, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  // Add what ``text`` has; of a card that is here too, the later review counts. Throws
  // what is wrong with the text, and then changes nothing.
  function merge(text) {
    const here = practised.cards();
    const later = (a, b) => !b || (a.last - b.last || a.reviews - b.reviews) > 0;
    const read = [...practised.parse(text)];
    const taken = read.filter(([id, card]) => later(card, here.get(id)));
    practised.set(taken);
    return { taken: taken.length, left: read.length - taken.length };
  }

  // Move what cannot be read out of the way, under a name of its own.
  function setAside() {
    const { KEY, raw, save } = practised;
    let number = 1;
    while (localStorage.getItem(`${KEY}/set-aside-${number}`) !== null) number += 1;
    localStorage.setItem(`${KEY}/set-aside-${number}`, raw());
    localStorage.removeItem(KEY);
    save();
  }

  at("export").onclick = () =>
    download(practised.write(practised.cards(), 1), "answers-that-run-practice.json");
  at("download").onclick = () => download(practised.raw(), "answers-that-run-unreadable.json");

  at("set-aside").onclick = () => {
    try {
      setAside();
      say(words.set_aside_done);
    } catch {
      say(fill(words.not_kept, { why: words.why.full }));
    }
    next();
    focusQuestion();
  };

  // The browser's own control for a file speaks the browser's language, not the page's.
  at("import").onclick = () => at("file").click();
  at("file").onchange = async ({ target }) => {
    try {
      // no more than is needed to see that it is too much
      const text = await target.files[0].slice(0, practised.LARGEST + 1).text();
      const counts = merge(text);
      done = [];
      next();
      say(fill(words.imported, counts));
    } catch (refused) {
      say(fill(words.not_imported, { why: why(refused) }));
    }
    target.value = ""; // the same file may be chosen again
  };

  // --- keys and other events

  at("show").onclick = show;
  at("undo").onclick = undo;
  at("ahead").onclick = () => {
    ahead = true;
    next();
    focusQuestion();
  };
  at("filters").onchange = filtered;
  at("filters").onsubmit = (event) => event.preventDefault();
  for (const button of grades) button.onclick = () => grade(Number(button.value));

  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    if (target !== document.body && !root.contains(target)) return;
    if (document.getElementById("__search").checked || target.closest("input, select")) return;
    const answered = !at("answer").hidden;
    if (current && !answered && [" ", "Enter"].includes(key) && !target.closest("a, button")) {
      event.preventDefault();
      show();
    } else if (current && answered && /^[1-4]$/.test(key)) grade(Number(key));
    else if (key === "u" && done.length) undo();
  });

  // Another tab has written, or another day has come.
  function changedElsewhere() {
    const known = practised.cards();
    const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
    done = done.filter(({ card, after }) => same(known.get(card.id), after));
    at("answer").hidden ? next() : refresh();
  }
  addEventListener("storage", changedElsewhere);
  addEventListener("pageshow", changedElsewhere);
  document.addEventListener("visibilitychange", changedElsewhere);

  const glance = layOutGlance();
  layOutFilters();
  countFilters();
  root.hidden = false;
  next();
})();
