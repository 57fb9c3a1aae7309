// An answer that is an error (RFC 9457), or none at all: then the status is 0.

const PAUSE = 2;

export class Problem extends Error {
  constructor(status, document = {}, retryAfter = null) {
    super(document.detail ?? document.title ?? "the service cannot be reached");
    this.status = status;
    this.errors = document.errors ?? [];
    this.retryAfter = retryAfter;
  }

  get isUnreachable() {
    return this.status === 0 || this.status === 502 || this.status === 504;
  }

  /** Whether the same may be answered in a moment. */
  get isTransient() {
    return this.isUnreachable || this.status === 429 || this.status === 503;
  }

  /** Milliseconds until it is worth asking again. */
  get retryDelay() {
    return 1000 * (this.retryAfter ?? PAUSE);
  }
}
