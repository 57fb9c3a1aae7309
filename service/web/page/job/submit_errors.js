// A refusal: why a job was not taken, where in the form that is, and when it is tried again.

import { byId, h } from "../element.js";
import { nearestField } from "../spec/field_errors.js";

const HEADS = { 0: "The service cannot be reached", 422: "Not yet: the spec has faults" };
const BUSY = new Set([429, 503]);
const SHOWN = 8;
const PAUSE = 5;

export class SubmitErrors {
  /** `again()` submits once more. */
  constructor(again) {
    this.again = again;
    this.box = byId("submit-errors");
  }

  /** Shows a problem; null takes away what is shown. */
  show(problem) {
    clearInterval(this.waiting);
    this.status = problem?.status ?? null;
    this.box.hidden = problem === null;
    this.box.replaceChildren();
    if (!problem) return;
    if (BUSY.has(problem.status)) return this.wait(problem);
    this.box.append(h("strong", {}, HEADS[problem.status] ?? "Not taken"));
    if (!problem.errors.length) this.box.append(h("p", {}, problem.message));
    this.box.append(
      h(
        "ul",
        {},
        problem.errors
          .slice(0, SHOWN)
          .map((error) => h("li", {}, place(error), ` ${error.detail}`)),
      ),
    );
    if (problem.errors[0]?.pointer) focusField(problem.errors[0].pointer.slice(1));
  }

  /** The queue is full or the service busy: count down, and try again. */
  wait(problem) {
    let left = problem.retryAfter ?? PAUSE;
    const told = h("p", {});
    const tell = () => {
      told.textContent = `${problem.message}. Trying again in ${left} s.`;
    };
    const again = h(
      "button",
      { type: "button", class: "quiet", onclick: () => this.again() },
      "Try now",
    );
    const stop = h(
      "button",
      { type: "button", class: "quiet", onclick: () => this.show(null) },
      "Leave it",
    );
    this.box.append(
      h("strong", {}, problem.status === 429 ? "The queue is full" : "The service is busy"),
      told,
      h("div", { class: "row" }, again, stop),
    );
    tell();
    this.waiting = setInterval(() => {
      left -= 1;
      if (left > 0) return tell();
      clearInterval(this.waiting);
      return this.again();
    }, 1000);
  }
}

function place({ pointer, parameter }) {
  const words = (pointer ?? parameter ?? "").replace(/^#\//, "").replaceAll("/", " › ") || "spec";
  return h(
    "button",
    { type: "button", class: "field-link", onclick: () => focusField((pointer ?? "").slice(1)) },
    words,
  );
}

/** Brings the field at a place of the spec before the eyes. */
export function focusField(pointer) {
  const field = nearestField(document, pointer);
  if (!field) return;
  for (let above = field.closest("details"); above; above = above.parentElement.closest("details"))
    above.open = true;
  (field.querySelector("input,select,textarea,button") ?? field).focus();
  field.scrollIntoView({ block: "center" });
}
