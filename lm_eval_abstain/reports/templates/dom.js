// Makes elements. Texts only ever become text nodes, so markup in them stays text.

const byId = (id) => document.getElementById(id);

const dataOf = (id) => JSON.parse(byId(id).textContent);

const element = (tag, attributes = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    made.setAttribute(name, value);
  }
  made.append(...children.map((child) => (child instanceof Node ? child : String(child))));
  return made;
};

const drawing = (tag, attributes) => {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) {
    made.setAttribute(name, value);
  }
  return made;
};

const fill = (select, choices, chosen = "") => {
  select.replaceChildren(
    ...choices.map(([value, text]) => {
      const option = element("option", { value }, text);
      option.selected = value === chosen;
      return option;
    }),
  );
};

const whole = (number) => number.toLocaleString("en");

const later = (wait, action) => {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(action, wait);
  };
};
