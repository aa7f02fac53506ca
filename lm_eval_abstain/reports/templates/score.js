// Scores and intervals from counts, by the formulas of lm_eval_abstain.statistics.

// A target as a fraction of whole numbers, so that 0.9 costs 9 and not 9.000000000000002.
const readTarget = (text) => {
  const match = /^0?(?:\.(\d{0,6}))?$/.exec(text.trim().replace(",", "."));
  if (!match || text.trim() === "" || text.trim() === ".") {
    return null;
  }
  const digits = (match[1] || "").replace(/0+$/, "");
  const below = 10 ** digits.length;
  const above = Number(digits || 0);
  return { text: digits ? `0.${digits}` : "0", value: above / below, above, rest: below - above };
};

const penaltyOf = (target) => target.above / target.rest;

const total = (scored) => scored[0] + scored[1] + scored[2];

const scoreOf = ([correct, wrong, abstained], target) =>
  (correct * target.rest - wrong * target.above) / (target.rest * (correct + wrong + abstained));

// What z² more documents of one kind would make of a mean: as in `bootstrap` of the package, an
// interval covers that, as nothing is known of kinds that were not seen.
const widen = (low, high, sum, n, square, points) => [
  Math.min(low, ...points.map((point) => (sum + square * point) / (n + square))),
  Math.max(high, ...points.map((point) => (sum + square * point) / (n + square))),
];

// The interval of a score: normal, with the variance within each subject.
const intervalOf = (entry, target, square) => {
  const [correct, wrong] = entry.scored;
  const [cc, cw, ww] = entry.spread;
  const n = total(entry.scored);
  const cost = penaltyOf(target);
  const mean = scoreOf(entry.scored, target);
  const variance = correct + cost ** 2 * wrong - (cc - 2 * cost * cw + cost ** 2 * ww);
  const half = Math.sqrt((square * Math.max(0, variance)) / n ** 2);
  const [low, high] = widen(mean - half, mean + half, mean * n, n, square, [1, 0, -cost]);
  return [Math.max(-cost, low), Math.min(1, high)];
};

// The score of one run less that of another, on the documents that both have. `cells` has nine
// counts: in row i and column j the documents scored as i in the first run and as j in the second.
const differenceOf = (cells, target, square, turned) => {
  const cost = penaltyOf(target);
  const points = [1, -cost, 0];
  const steps = cells.map((count, place) => {
    const step = points[Math.floor(place / 3)] - points[place % 3];
    return turned ? -step : step;
  });
  const n = cells.reduce((sum, count) => sum + count, 0);
  const sum = cells.reduce((before, count, place) => before + count * steps[place], 0);
  const squares = cells.reduce((before, count, place) => before + count * steps[place] ** 2, 0);
  const mean = sum / n;
  const half = Math.sqrt((square * Math.max(0, squares / n - mean ** 2)) / n);
  const [low, high] = widen(mean - half, mean + half, sum, n, square, steps);
  return { n, mean, low, high };
};
