// A list of the service, page by page: one request at a time, asked again while there is nothing.

import { get } from "../http/api.js";
import { Problem } from "../http/problem.js";
import { h } from "../element.js";

const PERIOD = 2500;
const PATIENCE = 20_000;

export class PagedList {
  /** `path(cursor)` is asked for and `draw(rows)` shows it; `empty` says that there is nothing, `isMoving(rows)` that they may change. */
  constructor({ path, draw, empty, older, isMoving = () => false }) {
    Object.assign(this, { path, draw, empty, isMoving, rows: [], next: null, asking: null });
    this.state = h("p", { class: "note", role: "status" });
    this.more = h(
      "button",
      { type: "button", class: "quiet", hidden: true, onclick: () => this.load(this.next) },
      older,
    );
  }

  /** Keeps the list fresh for as long as somebody looks. */
  watch(isLooking) {
    clearInterval(this.timer);
    if (!isLooking) return;
    this.load();
    this.timer = setInterval(() => {
      if (!this.asking && (!this.rows.length || this.isMoving(this.rows))) this.load();
    }, PERIOD);
  }

  /** Reads the list, from a cursor on if one is given; the newest question alone is answered. */
  async load(cursor = null) {
    this.asking?.abort();
    const asking = new AbortController();
    this.asking = asking;
    if (!this.rows.length) this.state.textContent = "Reading the list…";
    const late = setTimeout(() => asking.abort(), PATIENCE);
    try {
      const page = await get(this.path(cursor), { signal: asking.signal });
      if (this.asking === asking)
        this.take(cursor ? [...this.rows, ...page.data] : page.data, page.next);
    } catch (problem) {
      if (this.asking === asking) this.fail(problem, asking.signal.aborted);
    } finally {
      clearTimeout(late);
      if (this.asking === asking) this.asking = null;
    }
  }

  /** Rows count as there once they are drawn. */
  take(rows, next) {
    this.draw(rows);
    Object.assign(this, { rows, next });
    this.more.hidden = !next;
    this.state.textContent = rows.length ? "" : this.empty;
  }

  fail(problem, isLate) {
    const is = isLate ? "the service takes very long" : problem.message;
    this.state.textContent = `The list could not be read: ${is}. It is asked for again.`;
    if (!isLate && !(problem instanceof Problem)) throw problem;
  }
}
