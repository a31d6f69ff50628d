// When a question returns: FSRS-6 with its default parameters, as published in
// https://github.com/open-spaced-repetition/fsrs4anki/wiki/The-Algorithm
// It follows Ye, Su, Cao: “A Stochastic Shortest Path Algorithm for Optimizing Spaced
// Repetition Scheduling”, KDD 2022, https://doi.org/10.1145/3534678.3539081
//
// Of a memory it keeps two numbers: its stability S, the days after which it is
// recalled with a probability of 90 %, and its difficulty D, from 1 to 10. Days are
// whole. There are no learning steps, so each review sets an interval of at least a
// day, and no random “fuzz”: a grade does what its button says.
const schedule = (() => {
  const [AGAIN, HARD, GOOD, EASY] = [1, 2, 3, 4]; // the grades G
  const LONGEST = 36500; // days
  const w = [
    0.212, 1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194, 0.001, 1.8722, 0.1666, 0.796,
    1.4835, 0.0614, 0.2629, 1.6483, 0.6014, 1.8729, 0.5425, 0.0912, 0.0658, 0.1542,
  ];
  const { exp, max, min, round } = Math;
  const clamp = (x, low, high) => min(max(x, low), high);

  // R(t, S): the probability of recall after t days
  const FACTOR = 0.9 ** (-1 / w[20]) - 1;
  const recall = (days, S) => (1 + (FACTOR * days) / S) ** -w[20];

  // D₀(G), before it is kept within 1 and 10
  const firstDifficulty = (G) => w[4] - exp(w[5] * (G - 1)) + 1;

  // D′(D, G): a step by the grade, damped near 10, drawn a little towards D₀(4)
  const nextDifficulty = (D, G) =>
    w[7] * firstDifficulty(EASY) +
    (1 - w[7]) * (D - (w[6] * (G - 3) * (10 - D)) / 9);

  // S′ᵣ(D, S, R, G): recalled
  const recalled = (D, S, R, G) =>
    S *
    (1 +
      exp(w[8]) * (11 - D) * S ** -w[9] * (exp(w[10] * (1 - R)) - 1) *
      (G === HARD ? w[15] : 1) * (G === EASY ? w[16] : 1));

  // S′f(D, S, R): forgotten
  const forgotten = (D, S, R) =>
    min(
      w[11] * D ** -w[12] * ((S + 1) ** w[13] - 1) * exp(w[14] * (1 - R)),
      S / exp(w[17] * w[18]),
    );

  // S′(S, G): reviewed once more on the same day
  const sameDay = (S, G) => {
    const increase = exp(w[17] * (G - 3 + w[18])) * S ** -w[19];
    return S * (G === AGAIN ? increase : max(increase, 1));
  };

  function nextStability({ difficulty: D, stability: S, last }, G, today) {
    const days = max(today - last, 0); // a clock may have been set back
    if (days === 0) return sameDay(S, G);
    const R = recall(days, S);
    return G === AGAIN ? forgotten(D, S, R) : recalled(D, S, R, G);
  }

  // What is known of a card after a review; ``card`` is undefined before the first.
  // It stays within the bounds that store.js reads.
  function review(card, grade, today) {
    const S = card ? nextStability(card, grade, today) : w[grade - 1];
    const D = card ? nextDifficulty(card.difficulty, grade) : firstDifficulty(grade);
    const stability = clamp(S, 0.001, 1e9);
    return {
      last: today,
      // I(r, S) = S, because the recall that is asked for, r, is 90 %
      due: today + clamp(round(stability), 1, LONGEST),
      stability,
      difficulty: clamp(D, 1, 10),
      reviews: min((card?.reviews ?? 0) + 1, 1e6),
      lapses: min((card?.lapses ?? 0) + (card && grade === AGAIN ? 1 : 0), 1e6),
    };
  }

  return { review, grades: { again: AGAIN, hard: HARD, good: GOOD, easy: EASY } };
})();
