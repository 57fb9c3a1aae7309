// All that weights and units have to show, fetched when somebody first looks at one.

export { held } from "./held.js";
export { past } from "./past.js";
