// The plane that is drawn: two columns of the data, a square around the points, grids over it.

const MARGIN = 0.08;

export class Plane {
  /** `axes` are the places of the two columns; all others are held at `fill`. */
  constructor(columns, axes, fill, x, y) {
    this.columns = columns;
    this.axes = axes;
    this.fill = fill;
    this.x = x;
    this.y = y;
    this.grids = new Map();
  }

  /** The plane around points; null where there are no two columns of numbers. */
  static around(columns, points, axes = [0, 1]) {
    if (columns.length < 2 || !points.length || columns.some((name) => name.includes("=")))
      return null;
    const fill = columns.map(
      (_, place) => points.reduce((sum, point) => sum + point[place], 0) / points.length,
    );
    const [x, y] = axes.map((axis) => reach(points.map((point) => point[axis])));
    const alike = Math.min(x[1] - x[0], y[1] - y[0]) / Math.max(x[1] - x[0], y[1] - y[0]) > 0.6;
    if (columns.length === 2 && alike) {
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

  /** The point of the data at a place of the plane. */
  at(x, y) {
    const point = [...this.fill];
    point[this.axes[0]] = x;
    point[this.axes[1]] = y;
    return point;
  }

  /** Points in rows from the top, `size` × `size`, at the middles of their cells. */
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

  /** The body of a request for a grid, written once. */
  body(size) {
    if (!this.grids.has(size)) {
      const points = this.grid(size).map((point) =>
        point.map((value) => Number(value.toPrecision(5))),
      );
      this.grids.set(size, JSON.stringify({ points }));
    }
    return this.grids.get(size);
  }

  /** Where a point lies, as shares of width and height from the top left. */
  place(point) {
    return [
      (point[this.axes[0]] - this.x[0]) / (this.x[1] - this.x[0]),
      (this.y[1] - point[this.axes[1]]) / (this.y[1] - this.y[0]),
    ];
  }

  /** The x and y at shares of width and height from the top left. */
  inverse(across, down) {
    return [
      this.x[0] + across * (this.x[1] - this.x[0]),
      this.y[1] - down * (this.y[1] - this.y[0]),
    ];
  }
}

function reach(values) {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const span = high - low || 2;
  const step = 10 ** Math.floor(Math.log10(span)) / 2;
  return [
    Math.floor((low - MARGIN * span) / step) * step,
    Math.ceil((high + MARGIN * span) / step) * step,
  ];
}
