// The light or dark theme: the system's, unless one was chosen.

import { setTheme } from "./palette.js";

const KEY = "trainlet-theme";
const dark = matchMedia("(prefers-color-scheme: dark)");

export const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");

function theme() {
  return localStorage.getItem(KEY) ?? (dark.matches ? "dark" : "light");
}

/** Applies the theme now and on each change, and calls `onChange`. Returns a toggle. */
export function followTheme(onChange) {
  const apply = () => {
    document.documentElement.dataset.theme = theme();
    setTheme(theme());
  };
  const change = () => {
    apply();
    onChange();
  };
  dark.addEventListener("change", change);
  apply();
  return () => {
    localStorage.setItem(KEY, theme() === "dark" ? "light" : "dark");
    change();
  };
}
