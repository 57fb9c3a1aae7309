// The panels of the training and of the job, made from what the service says of itself.

import { byId, h } from "../element.js";
import { fieldsOf, frontAndRest } from "./group.js";

const FRONT = ["epochs", "batch_size", "seed", "optimizer", "loss", "regularization"];
const ELSEWHERE = ["architecture", "dataset", "training"];

export function formPanels(form) {
  const { schema } = form;
  const training = schema.describe({ $ref: "#/components/schemas/Training" });
  byId("training").append(...frontAndRest(form, training, ["training"], FRONT));
  const architecture = schema.describe({ $ref: "#/components/schemas/Architecture" });
  const { layers: _, ...properties } = architecture.properties; // the network is drawn
  byId("job").append(
    ...frontAndRest(form, form.spec.root, [], ["name"], ELSEWHERE),
    h(
      "div",
      { class: "fields" },
      fieldsOf(form, { ...architecture, properties }, ["architecture"]),
    ),
  );
}
