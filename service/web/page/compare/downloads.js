// Downloads of a model in each of its formats.

import { h } from "../element.js";
import { download } from "../http/download.js";

/** Returns a button per file; plots are offered if the service draws them. */
export function downloads(model, schema) {
  const error = h("p", { class: "error" });
  const buttons = filesOf(model, schema).map(({ label, path, name, type }) => {
    const onclick = async () => {
      error.textContent = "";
      try {
        await download(path, name, type);
      } catch (problem) {
        error.textContent = `${label}: ${problem.message}`;
      }
    };
    return h("button", { type: "button", class: "quiet", onclick }, label);
  });
  return h(
    "div",
    { class: "downloads" },
    h("h3", {}, "Download"),
    h("div", { class: "row" }, buttons),
    error,
  );
}

function filesOf({ links, name, version, job }, schema) {
  const stem = `${name}-${version}`;
  const files = [
    {
      label: "Weights",
      path: links.weights,
      name: `${stem}.safetensors`,
      type: "application/octet-stream",
    },
    { label: "ONNX", path: links.onnx, name: `${stem}.onnx` },
    { label: "Python file", path: links.standalone, name: `${stem}.py` },
  ];
  if (!job) return files;
  const history = {
    label: "History as CSV",
    path: `/v1/jobs/${job}/history`,
    name: `${stem}.csv`,
    type: "text/csv",
  };
  const plots = plotNames(schema).map((plot) => ({
    label: plot,
    path: `/v1/jobs/${job}/${plot}`,
    name: `${stem}-${plot}`,
  }));
  return [...files, history, ...plots];
}

function plotNames(schema) {
  return Object.keys(schema.document.paths)
    .map((path) => path.split("/").at(-1))
    .filter((name) => /\.(png|gif)$/.test(name));
}
