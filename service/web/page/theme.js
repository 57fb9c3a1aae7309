// Light or dark: as the system says, until somebody chooses.

import { setTheme } from "./palette.js";

const KEY = "trainlet-theme";
const dark = matchMedia("(prefers-color-scheme: dark)");

export const stillness = matchMedia("(prefers-reduced-motion: reduce)");

export function theme() {
  return localStorage.getItem(KEY) ?? (dark.matches ? "dark" : "light");
}

/** Applies the theme now and whenever it changes; then `changed` is called. Answers a switch. */
export function followTheme(changed) {
  const apply = () => {
    document.documentElement.dataset.theme = theme();
    setTheme(theme());
  };
  const change = () => {
    apply();
    changed();
  };
  dark.addEventListener("change", change);
  apply();
  return () => {
    localStorage.setItem(KEY, theme() === "dark" ? "light" : "dark");
    change();
  };
}
