// A dialog with all fields of a layer, and its position in the network.

import { openDialog } from "../dialog.js";
import { h } from "../element.js";
import { field } from "../form/field.js";

const LAYERS = ["architecture", "layers"];

/** Opens the dialog of a layer. */
export function editLayer(form, index) {
  const { schema, spec, errors } = form;
  const family = schema.describe({ $ref: "#/components/schemas/Layer" });
  const count = spec.layers.length;
  const setLayers = (layers) => {
    spec.set(LAYERS, layers, true);
    dialog.close();
  };
  const move = (by) => {
    const layers = spec.layers.toSpliced(index, 1);
    setLayers(layers.toSpliced(index + by, 0, spec.layers[index]));
  };
  const remove = () => setLayers(spec.layers.toSpliced(index, 1));
  const button = (text, disabled, onclick, style = "") =>
    h("button", { type: "button", class: `quiet ${style}`, disabled, onclick }, text);
  const dialog = openDialog(`Layer ${index + 1} of ${count}`, [
    field(form, family, [...LAYERS, index], { name: "type", required: true }),
    h(
      "footer",
      {},
      button("Move towards the input", index === 0, () => move(-1)),
      button("Move towards the output", index === count - 1, () => move(1)),
      button("Remove layer", count === 1, remove, "danger"),
    ),
  ]);
  errors.render(document);
}
