// Ranks the runs on some questions at the target that the reader chooses. Every figure was computed
// when the page was made; here they are looked up, ordered and shown.

const startLeaderboard = () => {
  const data = dataOf("leaderboard-data");
  const slider = byId("target");
  const field = byId("target-number");
  const sets = byId("leaderboard-set");
  const runs = byId("leaderboard-run");
  const body = byId("leaderboard-table").tBodies[0];
  let wanted = data.target;

  const set = () => data.sets[Number(sets.value)];
  const grid = () => data.grids[set().grid].targets;

  // The place of a target among those that the page has for these questions; -1 without it.
  const placeOf = (text) => {
    const value = /\d/.test(text) ? Number(text.trim().replace(",", ".")) : NaN;
    return grid().findIndex(([known]) => Number(known) === value);
  };
  const nearest = (text) => {
    const far = grid().map(([known]) => Math.abs(Number(known) - Number(text)));
    return far.indexOf(Math.min(...far));
  };
  const at = () => nearest(wanted);

  // Numbers are packed as the first one and by how much each falls to the next.
  const unpack = (steps, digits) => {
    let sum = 2 * steps[0];
    return steps.map((step) => (sum -= step) / 10 ** digits);
  };
  for (const { entries, pairs } of data.sets) {
    for (const packed of [...entries, ...Object.values(pairs)]) {
      for (const [key, digits] of [["score", 4], ["value", 4], ["low", 3], ["high", 3]]) {
        packed[key] &&= unpack(packed[key], digits);
      }
    }
  }

  const chosen = () =>
    set()
      .entries.map((entry, place) => ({ entry, place }))
      .filter(({ entry }) => runs.value === "" || entry.run === runs.value);

  const ranked = () => {
    const target = at();
    const rows = chosen()
      .filter(({ entry }) => entry.score !== null)
      .map(({ entry, place }) => {
        const [score, low, high] = ["score", "low", "high"].map((key) => entry[key][target]);
        return { entry, place, score, low, high };
      })
      .sort((one, other) => other.score - one.score || one.place - other.place);
    return rows.map((row, place) => {
      const others = rows.filter((other) => other !== row);
      return {
        ...row,
        pair: place > 0 ? pairOf(row, rows[place - 1], target) : null,
        rank: 1 + rows.filter((other) => other.score > row.score).length,
        best: 1 + others.filter((other) => other.low > row.high).length,
        worst: rows.length - others.filter((other) => other.high < row.low).length,
        overlaps: others.some((other) => other.low <= row.high && row.low <= other.high),
      };
    });
  };

  const pairOf = (row, above, target) => {
    const reversed = row.place < above.place;
    const pair = set().pairs[reversed ? `${row.place},${above.place}` : `${above.place},${row.place}`];
    if (!pair) {
      return null;
    }
    const [value, low, high] = ["value", "low", "high"].map((key) => pair[key][target]);
    const limits = reversed ? { value: -value, low: -high, high: -low } : { value, low, high };
    return { ...limits, n: pair.n, apart: pair.apart[target] === "1" };
  };

  const points = (value, digits = 3) => (value || 0).toFixed(digits).replace("-", "−");
  const limits = (low, high) => `${points(low)} to ${points(high)}`;

  const strip = (row, rows) => {
    const left = Math.min(0, ...rows.map((other) => other.low));
    const right = Math.max(0, ...rows.map((other) => other.high));
    const place = (value) => 4 + (112 * (value - left)) / (right - left || 1);
    const picture = drawing("svg", { class: "strip", viewBox: "0 0 120 16", "aria-hidden": "true" });
    const line = (x1, x2, y1, y2, width) =>
      drawing("line", { x1, x2, y1, y2, "stroke-width": width, stroke: "currentColor" });
    const zero = line(place(0), place(0), 1, 15, 1);
    zero.setAttribute("stroke-dasharray", "2 2");
    const dot = drawing("circle", { cx: place(row.score), cy: 8, r: 3.5, fill: "currentColor" });
    picture.append(zero, line(place(row.low), place(row.high), 8, 8, 2), dot);
    return picture;
  };

  const told = ({ entry }) =>
    entry.shown === null || entry.shown === grid()[at()][0]
      ? entry.run
      : `${entry.run} ◇ scored at ${grid()[at()][0]}`;

  const tableRow = (row, rows) => {
    const { entry } = row;
    const rank = element("td", { class: "rank" }, String(row.rank));
    if (row.overlaps) {
      const span = row.best === row.worst ? `${row.best}` : `${row.best}–${row.worst}`;
      rank.append(
        element("span", { "aria-hidden": "true" }, ` ≈ ${span}`),
        element("span", { class: "hidden" }, `, interval overlaps; rank could be ${span}`),
      );
    }
    const name = element("th", { scope: "row" }, entry.model);
    name.append(element("span", { class: "run" }, told(row)));
    const score = element("td", { class: "number" }, points(row.score, 4));
    score.append(element("span", { class: "limits" }, limits(row.low, row.high)));
    const behind = element("td", {});
    if (row.pair) {
      const { n, value, low, high, apart } = row.pair;
      behind.append(
        `${points(value, 4)}${apart ? "" : ", not told apart"}`,
        element("span", { class: "limits" }, `${limits(low, high)}, ${n} documents`),
      );
    }
    const number = (text) => element("td", { class: "number" }, text);
    return element(
      "tr",
      {},
      rank,
      name,
      score,
      element("td", {}, strip(row, rows)),
      ...entry.shares.map(number),
      number(entry.n),
      behind,
    );
  };

  // A run of which the policy leaves nothing to be scored is not left out of the table.
  const unscored = ({ entry }) => {
    const name = element("th", { scope: "row" }, entry.model);
    name.append(element("span", { class: "run" }, entry.run));
    const why = element("td", { colspan: "8" }, `none of ${entry.n} documents is left to be scored`);
    return element("tr", {}, element("td", { class: "rank" }, "n/a"), name, why);
  };

  // Where every run has lost points, to answer nothing would have been better.
  const silent = (rows) =>
    rows.length > 0 && rows.every((row) => row.score < 0)
      ? `At t = ${grid()[at()][0]} a model that never answers would lead: it scores 0.`
      : "";

  const say = later(400, () => {
    const rows = ranked();
    const first = rows.slice(0, 3).map((row) => `${row.rank}. ${row.entry.model}, ${points(row.score, 4)}`);
    byId("leaderboard-status").textContent = `At t = ${grid()[at()][0]}: ${first.join("; ")}. ${silent(rows)}`.trim();
  });

  const show = () => {
    const rows = ranked();
    const [target, cost] = grid()[at()];
    const price = `a mistake costs ${cost} ${cost === "1" ? "point" : "points"}`;
    byId("target-cost").textContent = price;
    byId("leaderboard-caption").textContent = `${set().name} at t = ${target}: ${price}`;
    const silence = byId("leaderboard-silent");
    silence.textContent = silent(rows);
    silence.hidden = silence.textContent === "";
    slider.value = target;
    slider.setAttribute("aria-valuetext", `${target}, ${price}`);
    if (document.activeElement !== field) {
      field.value = target;
    }
    const without = chosen().filter(({ entry }) => entry.score === null);
    body.replaceChildren(...rows.map((row) => tableRow(row, rows)), ...without.map(unscored));
    say();
  };

  const problem = (text) => {
    const value = Number(text.trim().replace(",", "."));
    if (!/\d/.test(text) || !(value >= 0 && value < 1)) {
      return "Give a target from 0 to below 1.";
    }
    const near = grid()[nearest(value)][0];
    return `This page has no figures at ${text} for these questions; the nearest are at ${near}. Make it with --target ${text}.`;
  };

  const move = (text) => {
    const known = placeOf(text) >= 0;
    field.setAttribute("aria-invalid", String(!known));
    byId("target-error").textContent = known ? "" : problem(text);
    if (known) {
      wanted = grid()[placeOf(text)][0];
      show();
    }
  };

  const choose = () => {
    const labels = [...new Set(set().entries.map((entry) => entry.run))];
    const kept = labels.includes(runs.value) ? runs.value : "";
    fill(runs, [["", "all runs"], ...labels.map((label) => [label, label])], kept);
    slider.step = data.grids[set().grid].step;
    move(grid()[at()][0]);
  };

  fill(
    sets,
    data.sets.map((one, place) => [String(place), one.group ? `${one.name} (group)` : one.name]),
    "0",
  );
  slider.addEventListener("input", () => move(grid()[nearest(slider.value)][0]));
  field.addEventListener("input", () => move(field.value));
  field.addEventListener("change", () => move(field.value));
  sets.addEventListener("change", choose);
  runs.addEventListener("change", show);
  byId("leaderboard-controls").addEventListener("submit", (event) => event.preventDefault());
  for (const button of byId("leaderboard-controls").querySelectorAll("[data-target]")) {
    button.addEventListener("click", () => move(button.dataset.target));
  }
  choose();
  byId("leaderboard-controls").hidden = false;
  byId("leaderboard-table").hidden = false;
};

startLeaderboard();
