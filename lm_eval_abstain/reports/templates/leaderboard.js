// Ranks the runs on some questions at the target that the reader chooses.

const startLeaderboard = () => {
  const data = dataOf("leaderboard-data");
  const slider = byId("target");
  const field = byId("target-number");
  const sets = byId("leaderboard-set");
  const runs = byId("leaderboard-run");
  const body = byId("leaderboard-table").tBodies[0];
  let target = readTarget(data.target);

  const chosen = () =>
    data.sets[Number(sets.value)].entries
      .map((entry, place) => ({ entry, place }))
      .filter(({ entry }) => runs.value === "" || entry.run === runs.value);

  const ranked = () => {
    const set = data.sets[Number(sets.value)];
    const rows = chosen()
      .filter(({ entry }) => total(entry.scored) > 0)
      .map((row) => {
        const [low, high] = intervalOf(row.entry, target, data.critical);
        return { ...row, low, high, score: scoreOf(row.entry.scored, target) };
      })
      .sort((one, other) => other.score - one.score || one.place - other.place);
    return rows.map((row, place) => {
      const others = rows.filter((other) => other !== row);
      const above = place > 0 ? rows[place - 1] : null;
      return {
        ...row,
        above,
        pair: above && pairOf(set, row, above),
        rank: 1 + rows.filter((other) => other.score > row.score + 1e-12).length,
        best: 1 + others.filter((other) => other.low > row.high).length,
        worst: rows.length - others.filter((other) => other.high < row.low).length,
        overlaps: others.some((other) => other.low <= row.high && row.low <= other.high),
      };
    });
  };

  const pairOf = (set, row, above) => {
    const turned = row.place > above.place;
    const [first, second] = turned ? [above.place, row.place] : [row.place, above.place];
    const cells = set.pairs[`${first},${second}`];
    if (!cells || cells.every((count) => count === 0)) {
      return null;
    }
    return differenceOf(cells, target, data.critical, turned);
  };

  const share = (part, all) => `${((100 * part) / all).toFixed(1)}%`;
  const points = (value) => (Math.abs(value) < 0.0005 ? 0 : value).toFixed(3).replace("-", "−");
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

  const told = ({ entry }) => {
    if (entry.shown === null || entry.shown === target.text) {
      return entry.run;
    }
    return `${entry.run} ◇ scored at ${target.text}`;
  };

  const tableRow = (row, rows) => {
    const { entry } = row;
    const n = total(entry.scored);
    const all = entry.outcomes.reduce((sum, count) => sum + count, 0);
    const silent = entry.outcomes[3] + entry.outcomes[4] + entry.outcomes[5];
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
    const score = element("td", { class: "number" }, points(row.score));
    score.append(element("span", { class: "limits" }, limits(row.low, row.high)));
    const behind = element("td", {});
    if (row.pair) {
      const { n: shared, mean, low, high } = row.pair;
      const open = low <= 0 && high >= 0;
      behind.append(
        `${points(mean)}${open ? ", not told apart" : ""}`,
        element("span", { class: "limits" }, `${limits(low, high)}, ${whole(shared)} documents`),
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
      number(share(entry.scored[0], n)),
      number(share(entry.scored[1], n)),
      number(share(entry.scored[2], n)),
      number(share(silent, all)),
      number(whole(all)),
      behind,
    );
  };

  // A run of which the policy leaves nothing to be scored is not left out of the table.
  const unscored = ({ entry }) => {
    const name = element("th", { scope: "row" }, entry.model);
    name.append(element("span", { class: "run" }, entry.run));
    const all = whole(entry.outcomes.reduce((sum, count) => sum + count, 0));
    const why = element("td", { colspan: "8" }, `none of ${all} documents is left to be scored`);
    return element("tr", {}, element("td", { class: "rank" }, "n/a"), name, why);
  };

  const say = later(400, () => {
    const rows = ranked();
    const first = rows.slice(0, 3).map((row) => `${row.rank}. ${row.entry.model}, ${points(row.score)}`);
    byId("leaderboard-status").textContent = `At t = ${target.text}: ${first.join("; ")}.`;
  });

  const show = () => {
    const rows = ranked();
    const cost = Number(penaltyOf(target).toPrecision(6));
    const price = `a mistake costs ${cost} ${cost === 1 ? "point" : "points"}`;
    byId("target-cost").textContent = price;
    const set = data.sets[Number(sets.value)].name;
    byId("leaderboard-caption").textContent = `${set} at t = ${target.text}: ${price}`;
    const without = chosen().filter(({ entry }) => total(entry.scored) === 0);
    body.replaceChildren(...rows.map((row) => tableRow(row, rows)), ...without.map(unscored));
    say();
  };

  const move = (text) => {
    const read = readTarget(text);
    field.setAttribute("aria-invalid", String(read === null));
    byId("target-error").textContent = read === null ? "Give a target from 0 to below 1." : "";
    if (read !== null) {
      target = read;
      slider.value = target.text;
      if (document.activeElement !== field) {
        field.value = target.text;
      }
      slider.setAttribute("aria-valuetext", `${target.text}, mistakes cost ${penaltyOf(target).toPrecision(3)}`);
      show();
    }
  };

  const choose = () => {
    const labels = [...new Set(data.sets[Number(sets.value)].entries.map((entry) => entry.run))];
    const kept = labels.includes(runs.value) ? runs.value : "";
    fill(runs, [["", "all runs"], ...labels.map((label) => [label, label])], kept);
    show();
  };

  fill(
    sets,
    data.sets.map((set, place) => [String(place), set.group ? `${set.name} (group)` : set.name]),
    "0",
  );
  slider.addEventListener("input", () => move(slider.value));
  field.addEventListener("input", () => move(field.value));
  field.addEventListener("change", () => move(field.value));
  sets.addEventListener("change", choose);
  runs.addEventListener("change", show);
  byId("leaderboard-controls").addEventListener("submit", (event) => event.preventDefault());
  for (const button of document.querySelectorAll("[data-target]")) {
    button.addEventListener("click", () => move(button.dataset.target));
  }
  field.value = target.text;
  choose();
  move(target.text);
  byId("leaderboard-controls").hidden = false;
  byId("leaderboard-table").hidden = false;
};

startLeaderboard();
