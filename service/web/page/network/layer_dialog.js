// All fields of one layer, in a dialog: its kind, its hyperparameters, its place.

import { h } from "../element.js";
import { field } from "../form/field.js";
import { openDialog } from "../dialog.js";

/** Opens the dialog of the layer at a place. */
export function editLayer(form, index) {
  const { schema, spec, errors } = form;
  const path = ["architecture", "layers", index];
  const family = schema.describe({ $ref: "#/components/schemas/Layer" });
  const close = () => sheet.close();
  const move = (by) => {
    const layers = [...spec.layers];
    const [layer] = layers.splice(index, 1);
    layers.splice(index + by, 0, layer);
    spec.set(["architecture", "layers"], layers, true);
    close();
  };
  const removed = () => {
    spec.set(["architecture", "layers"], spec.layers.toSpliced(index, 1), true);
    close();
  };
  const count = spec.layers.length;
  const sheet = openDialog(`Layer ${index + 1} of ${count}`, [
    field(form, family, path, { name: "type", required: true }),
    h(
      "footer",
      {},
      h(
        "button",
        { type: "button", class: "quiet", disabled: index === 0, onclick: () => move(-1) },
        "Move towards the input",
      ),
      h(
        "button",
        { type: "button", class: "quiet", disabled: index === count - 1, onclick: () => move(1) },
        "Move towards the output",
      ),
      h(
        "button",
        { type: "button", class: "quiet danger", disabled: count === 1, onclick: removed },
        "Remove the layer",
      ),
    ),
  ]);
  errors.render(document);
}
