// DOM elements from expressions; text is never parsed as markup.

const SVG = "http://www.w3.org/2000/svg";

export function h(tag, attributes = {}, ...children) {
  return withContent(document.createElement(tag), attributes, children);
}

export function s(tag, attributes = {}, ...children) {
  return withContent(document.createElementNS(SVG, tag), attributes, children);
}

function withContent(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "checked") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

/** Returns a container that scrolls, with the keyboard too. */
export function scrollable(name, ...children) {
  return h(
    "div",
    { class: "scroll", tabindex: "0", role: "group", "aria-label": name },
    ...children,
  );
}

export function byId(id) {
  return document.getElementById(id);
}

/** Announces a text to screen readers. */
export function announce(text) {
  byId("live").textContent = text;
}

/** Returns a button with an icon; screen readers read its name. */
export function iconButton(name, path, attributes = {}) {
  const drawing = s("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }, s("path", { d: path }));
  return h(
    "button",
    { type: "button", class: "icon-button", "aria-label": name, title: name, ...attributes },
    drawing,
  );
}

export const ICONS = {
  plus: "M8 3v10M3 8h10",
  minus: "M3 8h10",
  close: "M4 4l8 8M12 4l-8 8",
  dots: "M3.5 8h.01M8 8h.01M12.5 8h.01",
  play: "M5 3.5v9l7-4.5z",
  pause: "M5.5 4v8M10.5 4v8",
  step: "M4.5 3.5v9l5-4.5zM12 3.5v9",
  stop: "M4.5 4.5h7v7h-7z",
  back: "M10 4l-4 4 4 4",
  forward: "M6 4l4 4-4 4",
  fork: "M5 3v10M5 9c0-3 6-2 6-6M11 3l-2 2M11 3l2 2",
  again: "M12.5 8A4.5 4.5 0 1 1 11 4.6M11 2.5v2.5H8.5",
  copy: "M6 6h7v7H6zM10 6V3H3v7h3",
};
