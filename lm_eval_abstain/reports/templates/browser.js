// Shows the samples that the page holds, a page at a time.

const startBrowser = () => {
  const data = dataOf("browser-data");
  const size = 20;
  const kinds = { abstention: "read as an abstention", answer: "read as the answer", confidence: "read as the confidence" };
  const controls = {
    model: [byId("browser-model"), data.models, "all models"],
    questions: [byId("browser-questions"), data.questions, "all tasks"],
    run: [byId("browser-run"), data.runs, "all runs"],
    outcome: [byId("browser-outcome"), data.outcomes, "all outcomes"],
  };
  const text = byId("browser-text");
  let page = 0;

  const words = (pieces) => pieces.filter((piece) => piece[1] !== "cut").map((piece) => piece[0]).join("");

  const searched = new Map();
  const haystack = (sample) => {
    if (!searched.has(sample)) {
      const parts = [words(sample.prompt), ...sample.responses.map(words), sample.gold, sample.document];
      parts.push(...sample.options.map((option) => option[0]), ...sample.facts.map((fact) => fact[1]));
      searched.set(sample, parts.join("\n").toLowerCase());
    }
    return searched.get(sample);
  };

  const found = () => {
    const wanted = text.value.trim().toLowerCase();
    return data.samples.filter(
      (sample) =>
        Object.entries(controls).every(
          ([key, [select]]) => select.value === "" || sample[key] === Number(select.value),
        ) &&
        (wanted === "" || haystack(sample).includes(wanted)),
    );
  };

  const shownText = (pieces) =>
    element(
      "div",
      { class: "text", dir: "auto" },
      ...pieces.map(([piece, kind]) => {
        if (kind === "") {
          return piece;
        }
        if (kind === "cut") {
          return element("span", { class: "cut" }, `\n[… ${piece} …]\n`);
        }
        const note = element("span", { class: "hidden" }, ` (${kinds[kind]}) `);
        return element("mark", { title: kinds[kind] }, piece, note);
      }),
    );

  const optionTable = (options) => {
    const headings = ["Option", "Log-likelihood", "Probability", "What it is"];
    const head = headings.map((heading, place) =>
      element("th", place === 1 || place === 2 ? { scope: "col", class: "number" } : { scope: "col" }, heading),
    );
    const rows = options.map(([option, loglik, probability, what]) =>
      element(
        "tr",
        {},
        element("th", { scope: "row", dir: "auto" }, option),
        element("td", { class: "number" }, loglik),
        element("td", { class: "number" }, probability),
        element("td", {}, what),
      ),
    );
    const table = element("table", {}, element("caption", {}, "Options"));
    table.append(element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...rows));
    return element("div", { class: "scroll" }, table);
  };

  const content = (sample) => {
    const made = element("div", { class: "sample" });
    const part = (heading, ...children) => made.append(element("h3", {}, heading), ...children);
    if (sample.prompt.length > 0) {
      part("Prompt", shownText(sample.prompt));
    }
    sample.responses.forEach((response, place) => {
      const number = sample.responses.length > 1 ? ` ${place + 1}` : "";
      part(`Response${number}`, response.length > 0 ? shownText(response) : "(empty)");
    });
    if (sample.options.length > 0) {
      made.append(optionTable(sample.options));
    }
    part("Right answer", shownText([[sample.gold, ""]]));
    if (sample.facts.length > 0) {
      const facts = sample.facts.map(([name, value]) =>
        element("div", {}, element("dt", {}, name), element("dd", { dir: "auto" }, value)),
      );
      part("What was read", element("dl", {}, ...facts));
    }
    return made;
  };

  const item = (sample) => {
    const outcome = data.outcomes[sample.outcome];
    const run = sample.run < 0 ? "" : `, ${data.runs[sample.run]}`;
    const start = sample.responses.length > 0 ? words(sample.responses[0]).slice(0, 200) : words(sample.prompt).slice(-200);
    const summary = element(
      "summary",
      {},
      element("span", { class: `badge badge-${outcome}` }, outcome),
      `${data.models[sample.model]}, ${data.questions[sample.questions]}, document ${sample.document}${run}`,
      element("span", { class: "start", dir: "auto" }, start),
    );
    const details = element("details", {}, summary);
    details.addEventListener("toggle", () => {
      if (details.open && details.children.length === 1) {
        details.append(content(sample));
      }
    });
    return element("li", {}, details);
  };

  const show = () => {
    const samples = found();
    const pages = Math.max(1, Math.ceil(samples.length / size));
    page = Math.min(page, pages - 1);
    const first = page * size;
    byId("browser-list").replaceChildren(...samples.slice(first, first + size).map(item));
    const last = Math.min(first + size, samples.length);
    byId("browser-status").textContent =
      samples.length === 0
        ? "No sample on this page is like that."
        : `Samples ${whole(first + 1)} to ${whole(last)} of ${whole(samples.length)} that match.`;
    byId("browser-page").textContent = `Page ${page + 1} of ${pages}`;
    byId("browser-previous").disabled = page === 0;
    byId("browser-next").disabled = page === pages - 1;
  };

  const again = () => {
    page = 0;
    show();
  };

  const turn = (step) => {
    page += step;
    show();
    byId("browser-status").scrollIntoView({ block: "nearest" });
  };

  for (const [key, [select, names, every]] of Object.entries(controls)) {
    const used = new Set(data.samples.map((sample) => sample[key]));
    const choices = names.map((name, place) => [String(place), name]).filter(([place]) => used.has(Number(place)));
    fill(select, [["", every], ...choices]);
    select.addEventListener("change", again);
  }
  text.addEventListener("input", later(150, again));
  byId("browser-controls").addEventListener("submit", (event) => event.preventDefault());
  byId("browser-previous").addEventListener("click", () => turn(-1));
  byId("browser-next").addEventListener("click", () => turn(1));
  byId("browser-controls").hidden = false;
  byId("browser-pages").hidden = false;
  show();
};

if (byId("browser-list")) {
  startBrowser();
}
