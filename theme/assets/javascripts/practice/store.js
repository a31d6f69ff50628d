// What the reader has practised: kept in this browser, shared by both languages.
//
//   {"format": "answers-that-run practice", "version": 1, "cards": {
//     "gradients/initialization": {"last": 20000, "due": 20003, "stability": 2.3,
//                                  "difficulty": 2.1, "reviews": 1, "lapses": 0}}}
//
// Days are counted from 1970 by the reader's own calendar. An export has the same form,
// and both are read by the same strict eye. Cards that the site does not have (any
// more, or yet) are kept.
const practised = (() => {
  const KEY = "answers-that-run/practice";
  const FORMAT = "answers-that-run practice";
  const VERSION = 1;
  const LARGEST = 1_000_000; // characters: thousands of cards
  const LEARNT = 21; // days: from such an interval on, a card is learnt

  const whole = (low, high) => (x) => Number.isInteger(x) && x >= low && x <= high;
  const real = (low, high) => (x) => typeof x === "number" && x >= low && x <= high;
  const FIELDS = {
    last: whole(0, 1e6),
    due: whole(1, 2e6),
    stability: real(0.001, 1e9),
    difficulty: real(1, 10),
    reviews: whole(0, 1e6),
    lapses: whole(0, 1e6),
  };

  // A reason (a key of the words that the pages have for it), and what it is about
  class Refused extends Error {
    constructor(reason, about = "") {
      super(`${reason} ${about}`);
      this.reason = reason;
      this.about = String(about).slice(0, 60);
    }
  }

  const isObject = (x) => typeof x === "object" && x !== null && !Array.isArray(x);

  function only(object, keys, where) {
    if (!isObject(object)) throw new Refused("shape", where);
    for (const key of [...keys, ...Object.keys(object)])
      if (!keys.includes(key) || !Object.hasOwn(object, key))
        throw new Refused("shape", `${where}: ${key}`);
  }

  // The cards in ``text``, as a Map, or Refused.
  function parse(text) {
    if (text.length > LARGEST) throw new Refused("large");
    let data;
    try {
      data = JSON.parse(text);
    } catch {
      throw new Refused("json");
    }
    if (!isObject(data) || data.format !== FORMAT) throw new Refused("foreign");
    if (data.version !== VERSION) throw new Refused("version", data.version);
    only(data, ["format", "version", "cards"], "file");
    if (!isObject(data.cards)) throw new Refused("shape", "cards");
    for (const [id, card] of Object.entries(data.cards)) {
      if (!/^[a-z0-9-]+\/[a-z0-9-]+$/.test(id)) throw new Refused("shape", id);
      only(card, Object.keys(FIELDS), id);
      for (const [name, allows] of Object.entries(FIELDS))
        if (!allows(card[name])) throw new Refused("range", `${id}: ${name}`);
      if (card.due <= card.last) throw new Refused("range", `${id}: due`);
    }
    return new Map(Object.entries(data.cards));
  }

  const write = (cards, space) =>
    JSON.stringify(
      { format: FORMAT, version: VERSION, cards: Object.fromEntries(cards) },
      null,
      space,
    );

  // id: card, or null for one that was forgotten: what could not be written yet
  const unsaved = new Map();
  let problem = null; // why it could not

  function raw() {
    try {
      return localStorage.getItem(KEY);
    } catch {
      throw new Refused("blocked");
    }
  }

  // All cards as they are now: what is stored, which another tab may have changed, and
  // over it what could not be stored.
  function cards() {
    let all = new Map();
    problem = null;
    try {
      const text = raw();
      if (text !== null) all = parse(text);
      if (unsaved.size) problem = new Refused("full");
    } catch (refused) {
      problem = refused;
    }
    for (const [id, card] of unsaved) card ? all.set(id, card) : all.delete(id);
    return all;
  }

  function save() {
    const all = cards();
    if (problem && problem.reason !== "full") return;
    try {
      const text = write(all);
      parse(text); // or it could not be read again
      localStorage.setItem(KEY, text);
      unsaved.clear();
      problem = null;
    } catch {
      problem = new Refused("full");
    }
  }

  // Change some cards, and no others: [[id, card or null]].
  function set(changes) {
    for (const [id, card] of changes) unsaved.set(id, card ?? null);
    save();
  }

  function today(now = new Date()) {
    return Date.UTC(now.getFullYear(), now.getMonth(), now.getDate()) / 86_400_000;
  }

  const isLearnt = (card) => card.due - card.last >= LEARNT;
  const standing = (card) => (!card ? "untouched" : isLearnt(card) ? "learnt" : "learning");
  // Also what a wrong clock dated ahead; one day may be a journey west.
  const isDue = (card, day = today()) =>
    card !== undefined && (card.due <= day || card.last > day + 1);

  // As after a review that made it learnt; it returns in three weeks or more.
  function markLearnt(card, day = today()) {
    const stability = Math.max(card?.stability ?? 0, LEARNT);
    const due = day + Math.min(Math.round(stability), 36500);
    return { difficulty: 1, reviews: 0, lapses: 0, ...card, last: day, due, stability };
  }

  // “tomorrow”, “in 3 days”
  function when(days, language = document.documentElement.lang) {
    const format = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
    return spaced(format.format(days, "day"));
  }
  // Chinese is set apart from digits on these pages.
  const spaced = (text) => text.replace(/\d(?=\p{sc=Han})|\p{sc=Han}(?=\d)/gu, "$& ");

  return {
    KEY, LARGEST, parse, write, raw, cards, save, set,
    today, standing, isDue, markLearnt, when, spaced,
    get problem() {
      return problem;
    },
  };
})();
