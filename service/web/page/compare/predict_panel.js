// The prediction panel: predictions of a model, its feature importance, and its downloads.

import { h } from "../element.js";
import { post } from "../http/api.js";
import { DrawingPad } from "../images/drawing_pad.js";
import { downloads } from "./downloads.js";
import { pointFields, pointList } from "./point_inputs.js";
import { predictionResult } from "./prediction_result.js";

const MAX_FIELDS = 30;
const IMAGE_PIXELS = 64;

export class PredictPanel {
  constructor(schema) {
    this.schema = schema;
    this.element = h("section", { class: "card", "aria-labelledby": "predict-title" });
    this.show(null);
  }

  show(model) {
    this.model = model;
    const name = model ? `Predict with ${model.name} ${model.version}` : "Predict";
    const title = h("h2", { id: "predict-title" }, name);
    if (!model) {
      const hint = "Choose a model to predict with it and to download it.";
      this.element.replaceChildren(title, h("p", { class: "note" }, hint));
      return;
    }
    this.result = h("div", { class: "prediction", role: "status", "aria-live": "polite" });
    this.element.replaceChildren(
      title,
      this.inputs(),
      this.result,
      this.importance(),
      downloads(model, this.schema),
    );
  }

  inputs() {
    const { columns } = this.model;
    const onPoints = (points) => this.predict(points);
    if (columns.length === IMAGE_PIXELS)
      return new DrawingPad((pixels) => onPoints([pixels])).element;
    const list = pointList(columns, onPoints);
    if (columns.length > MAX_FIELDS) return list;
    const batch = h("details", { class: "more" }, h("summary", {}, "Several points at once"), list);
    return h("div", {}, pointFields(columns, onPoints), batch);
  }

  /** The permutation feature importance, requested when it is opened. */
  importance() {
    const content = h("div", {});
    const load = async () => {
      if (!element.open || content.hasChildNodes()) return;
      content.append(h("p", { class: "note" }, "Shuffling the columns…"));
      try {
        const [{ featureImportance }, explanation] = await Promise.all([
          import("../inspection/explanations.js"),
          post(`${this.model.links.self}/explain`, {}),
        ]);
        content.replaceChildren(...featureImportance(explanation));
      } catch (problem) {
        content.replaceChildren(h("p", { class: "error" }, problem.message));
      }
    };
    const element = h(
      "details",
      { class: "more", ontoggle: load },
      h("summary", {}, "Permutation feature importance"),
      content,
    );
    return element;
  }

  async predict(points) {
    this.request?.abort();
    this.request = new AbortController();
    const { signal } = this.request;
    try {
      const path = `${this.model.links.self}/predict`;
      const prediction = await post(path, { points }, { signal });
      this.result.replaceChildren(predictionResult(prediction, this.model.labels ?? []));
    } catch (problem) {
      if (signal.aborted) return;
      this.result.replaceChildren(h("p", { class: "error" }, errorText(problem)));
    }
  }
}

function errorText({ errors = [], message }) {
  const [error] = errors;
  if (!error) return message;
  return `${(error.pointer ?? "").replace("#/points/", "point ")} ${error.detail}`;
}
