// On a question's page: where it stands with the reader, and how to set that.
(() => {
  const line = document.querySelector(".standing");
  if (!line) return; // a site without the practice page
  const [said, learnt, forget, undo] = line.querySelectorAll("[role=status], button");
  const { card: id } = line.dataset;
  let before; // the card before the last change made here

  function show() {
    const card = practised.cards().get(id);
    const { problem } = practised;
    const standing = problem ? "problem" : practised.standing(card);
    const texts = [said.dataset[standing]];
    if (card && !problem) {
      const when = practised.when(card.due - practised.today());
      texts.push(practised.isDue(card) ? said.dataset.now : said.dataset.due.replace("{when}", when));
    }
    said.textContent = texts.join(said.dataset.comma);
    line.dataset.standing = standing;
    learnt.hidden = problem || standing === "learnt";
    forget.hidden = problem || standing === "untouched";
    undo.hidden = problem || before === undefined;
  }

  function change(after) {
    before = practised.cards().get(id) ?? null;
    practised.set([[id, after(before)]]);
    show();
    undo.focus();
  }

  learnt.onclick = () => change((card) => practised.markLearnt(card));
  forget.onclick = () => change(() => null);
  undo.onclick = () => {
    practised.set([[id, before]]);
    before = undefined;
    show();
    (learnt.hidden ? forget : learnt).focus();
  };
  addEventListener("storage", () => {
    before = undefined; // what another tab has done is not to be undone here
    show();
  });
  addEventListener("pageshow", show); // back from another page, or on another day
  show();
})();
