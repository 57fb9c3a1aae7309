// All that a pass through the network needs, fetched when somebody first looks inside.

export { backward } from "./backward_pass.js";
export { equations } from "./equations.js";
export { singleStep } from "./single_step.js";
