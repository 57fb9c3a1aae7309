// Problem documents (RFC 9457); the status is 0 if the service cannot be reached.

const RETRY_SECONDS = 2;

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

  /** Whether the same request may succeed later. */
  get isTransient() {
    return this.isUnreachable || this.status === 429 || this.status === 503;
  }

  /** Milliseconds until the next attempt. */
  get retryDelay() {
    return 1000 * (this.retryAfter ?? RETRY_SECONDS);
  }
}

/** Returns the detail of an error's first field, or its message. */
export function errorDetail(error) {
  return error.errors?.[0]?.detail ?? error.message;
}
