// Formulas in x1 and x2, read by a small grammar and never evaluated as code:
//
//   either  = both ("or" both)*
//   both    = compare ("and" compare)*
//   compare = sum (("<" | "<=" | ">" | ">=") sum)?
//   sum     = product (("+" | "-") product)*
//   product = sign (("*" | "/") sign)*
//   sign    = "-" sign | power
//   power   = atom ("^" sign)?
//   atom    = number | "x1" | "x2" | "pi" | function "(" either ("," either)* ")" | "(" either ")"

const FUNCTIONS = {
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  exp: Math.exp,
  log: Math.log,
  sqrt: Math.sqrt,
  abs: Math.abs,
  sign: Math.sign,
  floor: Math.floor,
  min: Math.min,
  max: Math.max,
};
const MANY = new Set(["min", "max"]);
const COMPARES = {
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};
const TOKEN = /\s*(?:(\d+\.?\d*(?:e[+-]?\d+)?|\.\d+)|([a-z][a-z0-9]*)|(<=|>=|[-+*/^(),<>]))/iy;
const LONGEST = 300;

/** What is wrong with a formula, and at which character. */
export class FormulaError extends Error {
  constructor(message, place) {
    super(`${message} at character ${place + 1}`);
    this.place = place;
  }
}

/** The formula as `{value(x1, x2), isCondition}`. Raises FormulaError. */
export function parse(text) {
  const reader = new Reader(text.replaceAll("−", "-").replaceAll("·", "*").replaceAll("²", "^2"));
  const node = reader.either();
  if (reader.token)
    throw new FormulaError(`"${reader.token.text}" is not expected`, reader.token.place);
  return { value: node.value, isCondition: node.isCondition };
}

class Reader {
  constructor(text) {
    if (text.length > LONGEST)
      throw new FormulaError(`a formula has up to ${LONGEST} characters, not`, text.length);
    this.text = text;
    this.place = 0;
    this.next();
  }

  next() {
    TOKEN.lastIndex = this.place;
    const found = TOKEN.exec(this.text);
    if (!found) {
      const rest = this.text.slice(this.place).trimStart();
      if (rest) throw new FormulaError(`"${rest[0]}" is not known`, this.text.length - rest.length);
      this.token = null;
      return;
    }
    const [whole, number, word, sign] = found;
    this.place = TOKEN.lastIndex;
    this.token = {
      number,
      word: word?.toLowerCase(),
      sign,
      text: whole.trim(),
      place: this.place - whole.trim().length,
    };
  }

  takes(...texts) {
    const { token } = this;
    if (!token || !texts.includes(token.sign ?? token.word)) return null;
    this.next();
    return token.sign ?? token.word;
  }

  demand(text) {
    if (!this.takes(text))
      throw new FormulaError(`"${text}" is expected`, this.token?.place ?? this.text.length);
  }

  either() {
    return this.chain(
      () => this.both(),
      ["or"],
      (a, b) => a || b,
      true,
    );
  }

  both() {
    return this.chain(
      () => this.compare(),
      ["and"],
      (a, b) => a && b,
      true,
    );
  }

  chain(part, words, join, isCondition) {
    let left = part();
    while (this.takes(...words)) {
      const [one, other] = [left, part()];
      left = { isCondition, value: (x1, x2) => join(one.value(x1, x2), other.value(x1, x2)) };
    }
    return left;
  }

  compare() {
    const left = this.sum();
    const sign = this.takes(...Object.keys(COMPARES));
    if (!sign) return left;
    const right = this.sum();
    return {
      isCondition: true,
      value: (x1, x2) => COMPARES[sign](left.value(x1, x2), right.value(x1, x2)),
    };
  }

  sum() {
    return this.arithmetic(() => this.product(), { "+": (a, b) => a + b, "-": (a, b) => a - b });
  }

  product() {
    return this.arithmetic(() => this.sign(), { "*": (a, b) => a * b, "/": (a, b) => a / b });
  }

  arithmetic(part, operations) {
    let left = part();
    for (
      let sign = this.takes(...Object.keys(operations));
      sign;
      sign = this.takes(...Object.keys(operations))
    ) {
      const [one, other, operation] = [left, part(), operations[sign]];
      left = { value: (x1, x2) => operation(one.value(x1, x2), other.value(x1, x2)) };
    }
    return left;
  }

  sign() {
    if (!this.takes("-")) return this.power();
    const inner = this.sign();
    return { value: (x1, x2) => -inner.value(x1, x2) };
  }

  power() {
    const base = this.atom();
    if (!this.takes("^")) return base;
    const exponent = this.sign();
    return { value: (x1, x2) => base.value(x1, x2) ** exponent.value(x1, x2) };
  }

  atom() {
    const { token } = this;
    if (!token) throw new FormulaError("something is missing", this.text.length);
    if (token.number !== undefined) {
      this.next();
      const number = Number(token.number);
      return { value: () => number };
    }
    if (this.takes("(")) {
      const inner = this.either();
      this.demand(")");
      return inner;
    }
    if (token.word) return this.named(token);
    throw new FormulaError(`"${token.text}" is not expected`, token.place);
  }

  named(token) {
    this.next();
    if (["x1", "x"].includes(token.word)) return { value: (x1) => x1 };
    if (["x2", "y"].includes(token.word)) return { value: (_, x2) => x2 };
    if (token.word === "pi") return { value: () => Math.PI };
    if (!Object.hasOwn(FUNCTIONS, token.word))
      throw new FormulaError(`"${token.text}" is not known`, token.place);
    this.demand("(");
    const inner = [this.either()];
    while (MANY.has(token.word) && this.takes(",")) inner.push(this.either());
    this.demand(")");
    const compute = FUNCTIONS[token.word];
    return { value: (x1, x2) => compute(...inner.map((node) => Number(node.value(x1, x2)))) };
  }
}
