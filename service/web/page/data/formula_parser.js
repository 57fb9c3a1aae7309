// A parser for formulas in x1 and x2, which are never evaluated as code. The grammar:
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
const VARIADIC = new Set(["min", "max"]);
const COMPARES = {
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};
const TOKEN = /\s*(?:(\d+\.?\d*(?:e[+-]?\d+)?|\.\d+)|([a-z][a-z0-9]*)|(<=|>=|[-+*/^(),<>]))/iy;
const MAX_LENGTH = 300;

/** An invalid formula, with the index of the character. */
class FormulaError extends Error {
  constructor(message, index) {
    super(`${message} at character ${index + 1}`);
    this.index = index;
  }
}

/** Returns a formula as `{value(x1, x2), isCondition}`. Throws FormulaError. */
export function parse(text) {
  const ascii = text.replaceAll("−", "-").replaceAll("·", "*").replaceAll("²", "^2");
  const reader = new Reader(ascii);
  const node = reader.either();
  if (reader.token)
    throw new FormulaError(`"${reader.token.text}" is not expected`, reader.token.index);
  return { value: node.value, isCondition: node.isCondition };
}

class Reader {
  constructor(text) {
    if (text.length > MAX_LENGTH)
      throw new FormulaError(`must have at most ${MAX_LENGTH} characters`, MAX_LENGTH);
    this.text = text;
    this.index = 0;
    this.next();
  }

  next() {
    TOKEN.lastIndex = this.index;
    const match = TOKEN.exec(this.text);
    if (!match) {
      const rest = this.text.slice(this.index).trimStart();
      if (rest) throw new FormulaError(`"${rest[0]}" is unknown`, this.text.length - rest.length);
      this.token = null;
      return;
    }
    const [whole, number, word, sign] = match;
    this.index = TOKEN.lastIndex;
    this.token = {
      number,
      word: word?.toLowerCase(),
      sign,
      text: whole.trim(),
      index: this.index - whole.trim().length,
    };
  }

  accept(...texts) {
    const { token } = this;
    if (!token || !texts.includes(token.sign ?? token.word)) return null;
    this.next();
    return token.sign ?? token.word;
  }

  require(text) {
    if (!this.accept(text))
      throw new FormulaError(`"${text}" is expected`, this.token?.index ?? this.text.length);
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

  chain(operand, keywords, join, isCondition) {
    let left = operand();
    while (this.accept(...keywords)) {
      const [a, b] = [left, operand()];
      left = { isCondition, value: (x1, x2) => join(a.value(x1, x2), b.value(x1, x2)) };
    }
    return left;
  }

  compare() {
    const left = this.sum();
    const sign = this.accept(...Object.keys(COMPARES));
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

  arithmetic(operand, operations) {
    let left = operand();
    for (
      let sign = this.accept(...Object.keys(operations));
      sign;
      sign = this.accept(...Object.keys(operations))
    ) {
      const [a, b, operation] = [left, operand(), operations[sign]];
      left = { value: (x1, x2) => operation(a.value(x1, x2), b.value(x1, x2)) };
    }
    return left;
  }

  sign() {
    if (!this.accept("-")) return this.power();
    const inner = this.sign();
    return { value: (x1, x2) => -inner.value(x1, x2) };
  }

  power() {
    const base = this.atom();
    if (!this.accept("^")) return base;
    const exponent = this.sign();
    return { value: (x1, x2) => base.value(x1, x2) ** exponent.value(x1, x2) };
  }

  atom() {
    const { token } = this;
    if (!token) throw new FormulaError("the formula is incomplete", this.text.length);
    if (token.number !== undefined) {
      this.next();
      const number = Number(token.number);
      return { value: () => number };
    }
    if (this.accept("(")) {
      const inner = this.either();
      this.require(")");
      return inner;
    }
    if (token.word) return this.named(token);
    throw new FormulaError(`"${token.text}" is not expected`, token.index);
  }

  named(token) {
    this.next();
    if (["x1", "x"].includes(token.word)) return { value: (x1) => x1 };
    if (["x2", "y"].includes(token.word)) return { value: (_, x2) => x2 };
    if (token.word === "pi") return { value: () => Math.PI };
    if (!Object.hasOwn(FUNCTIONS, token.word))
      throw new FormulaError(`"${token.text}" is unknown`, token.index);
    this.require("(");
    const inner = [this.either()];
    while (VARIADIC.has(token.word) && this.accept(",")) inner.push(this.either());
    this.require(")");
    const compute = FUNCTIONS[token.word];
    return { value: (x1, x2) => compute(...inner.map((node) => Number(node.value(x1, x2)))) };
  }
}
