// A paged list of the service: one request at a time, retried while the list is empty.

import { h } from "../element.js";
import { get } from "../http/api.js";
import { Problem } from "../http/problem.js";

const POLL_INTERVAL_MS = 2500;
const TIMEOUT_MS = 20_000;

export class PagedList {
  /**
   * `path(cursor)` is requested and `draw(rows)` shows the rows. `empty` and `older` are texts;
   * `isChanging(rows)` says whether rows may change without the user.
   */
  constructor({ path, draw, empty, older, isChanging = () => false }) {
    Object.assign(this, { path, draw, empty, isChanging, rows: [], next: null, request: null });
    this.state = h("p", { class: "note", role: "status" });
    this.more = h(
      "button",
      { type: "button", class: "quiet", hidden: true, onclick: () => this.load(this.next) },
      older,
    );
  }

  setVisible(isVisible) {
    clearInterval(this.timer);
    if (!isVisible) return;
    this.load();
    this.timer = setInterval(() => {
      if (!this.request && (!this.rows.length || this.isChanging(this.rows))) this.load();
    }, POLL_INTERVAL_MS);
  }

  /** Loads the first page, or the page of a cursor; a newer request replaces an older one. */
  async load(cursor = null) {
    this.request?.abort();
    const request = new AbortController();
    this.request = request;
    if (!this.rows.length) this.state.textContent = "Loading the list…";
    const timeout = setTimeout(() => request.abort(), TIMEOUT_MS);
    try {
      const page = await get(this.path(cursor), { signal: request.signal });
      if (this.request !== request) return;
      this.setRows(cursor ? [...this.rows, ...page.data] : page.data, page.next);
    } catch (problem) {
      if (this.request === request) this.showError(problem, request.signal.aborted);
    } finally {
      clearTimeout(timeout);
      if (this.request === request) this.request = null;
    }
  }

  /** Draws the rows first: rows that cannot be drawn are loaded again. */
  setRows(rows, next) {
    this.draw(rows);
    Object.assign(this, { rows, next });
    this.more.hidden = !next;
    this.state.textContent = rows.length ? "" : this.empty;
  }

  showError(problem, isTimeout) {
    const reason = isTimeout ? "the request timed out" : problem.message;
    this.state.textContent = `The list could not be loaded: ${reason}. Retrying.`;
    if (!isTimeout && !(problem instanceof Problem)) throw problem;
  }
}
