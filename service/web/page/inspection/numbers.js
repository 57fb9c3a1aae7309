// All that weights and units have to show, fetched when somebody first looks at one.

export { held } from "./weight_fields.js";
export { past } from "./weight_history.js";
