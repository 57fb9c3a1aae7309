// The errors of a rejected submission, with links to their fields, and the retry of a busy service.

import { byId, h } from "../element.js";
import { ancestors, nearestField } from "../spec/field_errors.js";

const TITLES = { 0: "The service cannot be reached", 422: "The spec has errors" };
const BUSY_STATUSES = new Set([429, 503]);
const MAX_ERRORS = 8;
const RETRY_SECONDS = 5;

export class SubmitErrors {
  /** `retry()` submits the spec again. */
  constructor(retry) {
    this.retry = retry;
    this.box = byId("submit-errors");
  }

  /** Shows a problem; null removes the one that is shown. */
  show(problem) {
    clearInterval(this.timer);
    this.status = problem?.status ?? null;
    this.box.hidden = problem === null;
    this.box.replaceChildren();
    if (!problem) return;
    if (BUSY_STATUSES.has(problem.status)) this.countDown(problem);
    else this.list(problem);
  }

  list(problem) {
    const errors = problem.errors.slice(0, MAX_ERRORS);
    this.box.append(h("strong", {}, TITLES[problem.status] ?? "The job was rejected"));
    if (!errors.length) this.box.append(h("p", {}, problem.message));
    const items = errors.map((error) => h("li", {}, fieldLink(error), ` ${error.detail}`));
    this.box.append(h("ul", {}, items));
    if (errors[0]?.pointer) focusField(errors[0].pointer.slice(1));
  }

  /** Counts down until the next attempt. */
  countDown(problem) {
    let seconds = problem.retryAfter ?? RETRY_SECONDS;
    const text = h("p", {});
    const refresh = () => {
      text.textContent = `${problem.message}. Retrying in ${seconds} s.`;
    };
    const button = (label, onclick) =>
      h("button", { type: "button", class: "quiet", onclick }, label);
    this.box.append(
      h("strong", {}, problem.status === 429 ? "The queue is full" : "The service is busy"),
      text,
      h(
        "div",
        { class: "row" },
        button("Retry now", () => this.retry()),
        button("Dismiss", () => this.show(null)),
      ),
    );
    refresh();
    this.timer = setInterval(() => {
      seconds -= 1;
      if (seconds > 0) return refresh();
      clearInterval(this.timer);
      return this.retry();
    }, 1000);
  }
}

function fieldLink({ pointer, parameter }) {
  const location = (pointer ?? parameter ?? "").replace(/^#\//, "").replaceAll("/", " › ");
  const onclick = () => focusField((pointer ?? "").slice(1));
  return h("button", { type: "button", class: "field-link", onclick }, location || "spec");
}

/** Focuses the field at a location of the spec, and opens the disclosures around it. */
export function focusField(pointer) {
  const field = nearestField(document, pointer);
  if (!field) return;
  for (const details of ancestors(field, "details")) details.open = true;
  (field.querySelector("input,select,textarea,button") ?? field).focus();
  field.scrollIntoView({ block: "center" });
}
