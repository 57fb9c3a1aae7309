// The training panel and the job panel, built from the OpenAPI document.

import { byId, h } from "../element.js";
import { fieldsOf, frequentAndRest } from "./sections.js";

const FREQUENT = ["epochs", "batch_size", "seed", "optimizer", "loss", "regularization"];
const EXCLUDED = ["architecture", "dataset", "training"];

export function formPanels(form) {
  const { schema } = form;
  const training = schema.describe({ $ref: "#/components/schemas/Training" });
  byId("training").append(...frequentAndRest(form, training, ["training"], FREQUENT));
  const architecture = schema.describe({ $ref: "#/components/schemas/Architecture" });
  const { layers: _, ...properties } = architecture.properties; // the network diagram has them
  byId("job").append(
    ...frequentAndRest(form, form.spec.root, [], ["name"], EXCLUDED),
    h(
      "div",
      { class: "fields" },
      fieldsOf(form, { ...architecture, properties }, ["architecture"]),
    ),
  );
}
