// An answer that is an error (RFC 9457), or none at all: then the status is 0.

export class Problem extends Error {
  constructor(status, document = {}, retryAfter = null) {
    super(document.detail ?? document.title ?? "the service cannot be reached");
    this.status = status;
    this.errors = document.errors ?? [];
    this.retryAfter = retryAfter;
  }

  get isAway() {
    return this.status === 0 || this.status === 502 || this.status === 504;
  }
}
