// The plane of two columns: its limits, grids of points, and projections.

const MARGIN = 0.08;

export class Plane {
  /** `axes` are the indices of the two columns; the others have the values of `fill`. */
  constructor(columns, axes, fill, x, y) {
    this.columns = columns;
    this.axes = axes;
    this.fill = fill;
    this.x = x;
    this.y = y;
    this.grids = new Map();
  }

  /** Returns the plane around points; null without two numeric columns. */
  static around(columns, points, axes = [0, 1]) {
    if (columns.length < 2 || !points.length || columns.some((name) => name.includes("=")))
      return null;
    const fill = columns.map(
      (_, index) => points.reduce((sum, point) => sum + point[index], 0) / points.length,
    );
    const [x, y] = axes.map((axis) => limits(points.map((point) => point[axis])));
    const isSimilar = Math.min(x[1] - x[0], y[1] - y[0]) / Math.max(x[1] - x[0], y[1] - y[0]) > 0.6;
    if (columns.length === 2 && isSimilar) {
      const both = [Math.min(x[0], y[0]), Math.max(x[1], y[1])];
      return new Plane(columns, axes, fill, both, both);
    }
    return new Plane(columns, axes, fill, x, y);
  }

  get names() {
    return this.axes.map((axis) => this.columns[axis]);
  }

  get key() {
    return JSON.stringify([this.axes, this.fill, this.x, this.y]);
  }

  /** Returns the raw point at a position of the plane. */
  at(x, y) {
    const point = [...this.fill];
    point[this.axes[0]] = x;
    point[this.axes[1]] = y;
    return point;
  }

  /** Returns `size` × `size` points in rows from the top, at the centers of their cells. */
  grid(size) {
    const points = [];
    for (let row = 0; row < size; row += 1) {
      for (let column = 0; column < size; column += 1) {
        points.push(
          this.at(
            this.x[0] + ((column + 0.5) / size) * (this.x[1] - this.x[0]),
            this.y[1] - ((row + 0.5) / size) * (this.y[1] - this.y[0]),
          ),
        );
      }
    }
    return points;
  }

  /** Returns the request body of a grid; it is cached. */
  body(size) {
    if (!this.grids.has(size)) {
      const points = this.grid(size).map((point) =>
        point.map((value) => Number(value.toPrecision(5))),
      );
      this.grids.set(size, JSON.stringify({ points }));
    }
    return this.grids.get(size);
  }

  /** Returns the position of a point as fractions of width and height from the top left. */
  project(point) {
    return [
      (point[this.axes[0]] - this.x[0]) / (this.x[1] - this.x[0]),
      (this.y[1] - point[this.axes[1]]) / (this.y[1] - this.y[0]),
    ];
  }

  /** Returns x and y at fractions of width and height from the top left. */
  unproject(left, top) {
    return [this.x[0] + left * (this.x[1] - this.x[0]), this.y[1] - top * (this.y[1] - this.y[0])];
  }
}

function limits(values) {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const span = high - low || 2;
  const step = 10 ** Math.floor(Math.log10(span)) / 2;
  return [
    Math.floor((low - MARGIN * span) / step) * step,
    Math.ceil((high + MARGIN * span) / step) * step,
  ];
}
