// What the service says of itself: components of its OpenAPI document, in the words of a form.

const MORE = [
  "description",
  "default",
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "exclusiveMaximum",
  "minItems",
  "maxItems",
];

export class Schema {
  constructor(document) {
    this.document = document;
    this.components = document.components.schemas;
  }

  /** The node itself, with what stands beside its reference. */
  resolve(node) {
    if (!node.$ref) return node;
    const { $ref, ...beside } = node;
    return { ...this.resolve(this.components[$ref.split("/").pop()]), ...beside };
  }

  /**
   * The node as a form sees it: `kind` is object, family, list, choice, boolean, integer, number,
   * text or json; `nullable` tells whether null is allowed as well.
   */
  describe(node) {
    const found = this.resolve(node);
    const choices = found.anyOf ?? [];
    const nullable = choices.some((choice) => choice.type === "null");
    const others = choices.filter((choice) => choice.type !== "null");
    if (!choices.length) return { ...this.plain(found), nullable: false };
    const beside = Object.fromEntries(
      MORE.filter((name) => name in found).map((name) => [name, found[name]]),
    );
    if (others.length === 1) return { ...this.describe({ ...others[0], ...beside }), nullable };
    return { ...this.union(found, others), ...beside, nullable };
  }

  plain(found) {
    if (found.oneOf) return this.family(found, []);
    if (found.enum) return { ...found, kind: "choice" };
    if (found.type === "object" && found.properties) return { ...found, kind: "object" };
    if (found.type === "array") return { ...found, kind: "list", items: found.items };
    if (["boolean", "integer", "number"].includes(found.type))
      return { ...found, kind: found.type };
    return { ...found, kind: found.type === "string" ? "text" : "json" };
  }

  union(found, others) {
    const parts = others.map((other) => this.resolve(other));
    const families = parts.flatMap((part) =>
      part.oneOf ? [part] : (part.anyOf ?? []).filter((one) => one.oneOf),
    );
    const words = parts.flatMap((part) => (part.enum ? part.enum : []));
    const isFamily =
      families.length === 1 && parts.every((part) => part.enum || part.oneOf || part.anyOf);
    if (isFamily) {
      const kinds = Object.keys(families[0].discriminator.mapping);
      return this.family(
        families[0],
        words.filter((word) => !kinds.includes(word)),
      );
    }
    if (parts.every((part) => ["integer", "number"].includes(part.type))) return { kind: "number" };
    return { kind: "json", texts: parts.some((part) => part.type === "string") };
  }

  family(found, words) {
    const { propertyName, mapping } = found.discriminator;
    return {
      description: found.description,
      default: found.default,
      kind: "family",
      propertyName,
      mapping,
      words,
    };
  }

  /** The schema of one member of a family. */
  member(family, type) {
    return this.describe({ $ref: family.mapping[type] });
  }

  /** The fields of an object: `[name, described, isRequired]`, without the discriminator. */
  fields(object) {
    const required = new Set(object.required ?? []);
    return Object.entries(object.properties)
      .filter(([, node]) => !("const" in node))
      .map(([name, node]) => [name, this.describe(node), required.has(name)]);
  }

  /** A first value for what has no default. */
  initialValue(described) {
    if (described.default !== undefined) return structuredClone(described.default);
    switch (described.kind) {
      case "object":
        return this.initialObject(described);
      case "family":
        return this.initialMember(described, Object.keys(described.mapping)[0]);
      case "choice":
        return described.enum[0];
      case "boolean":
        return false;
      case "integer":
        return within(described, 4);
      case "number":
        return within(described, 0.001);
      case "list":
        return Array.from({ length: described.minItems ?? 0 }, () =>
          this.initialValue(this.describe(described.items)),
        );
      default:
        return "";
    }
  }

  initialObject(described) {
    const needed = this.fields(described).filter(([, , required]) => required);
    return Object.fromEntries(needed.map(([name, field]) => [name, this.initialValue(field)]));
  }

  /** A member of a family as short as it can be said. */
  initialMember(family, type) {
    if (family.words.includes(type)) return type;
    const fields = this.initialObject(this.member(family, type));
    return Object.keys(fields).length ? { type, ...fields } : type;
  }

  /** The same value without what the defaults say anyway. */
  withoutDefaults(described, value) {
    if (described.kind === "family" && value !== null && typeof value === "object") {
      const member = described.mapping[value.type] ? this.member(described, value.type) : null;
      if (!member) return value;
      const { type, ...fields } = value;
      const kept = this.withoutDefaults(member, fields);
      return Object.keys(kept).length ? { type, ...kept } : type;
    }
    if (described.kind === "object" && value !== null && typeof value === "object") {
      const kept = {};
      for (const [name, field, required] of this.fields(described)) {
        if (!(name in value)) continue;
        const inner = this.withoutDefaults(field, value[name]);
        if (required || !this.isDefault(field, inner)) kept[name] = inner;
      }
      for (const name of Object.keys(value))
        if (!described.properties[name]) kept[name] = value[name];
      return kept;
    }
    if (described.kind === "list" && Array.isArray(value) && described.items) {
      const items = this.describe(described.items);
      return ["family", "object"].includes(items.kind)
        ? value.map((item) => this.withoutDefaults(items, item))
        : value;
    }
    return value;
  }

  isDefault(described, value) {
    if (described.default === undefined) return false;
    if (described.kind === "object" && value !== null && typeof value === "object")
      return Object.keys(value).length === 0;
    const usual =
      described.default === null
        ? null
        : this.withoutDefaults({ ...described, default: undefined }, described.default);
    return JSON.stringify(usual) === JSON.stringify(value);
  }

  /** What is wrong with a simple value, in words; null if nothing is. */
  validate(described, value) {
    if (value === null) return described.nullable ? null : "must be given";
    if (["integer", "number"].includes(described.kind)) return numberFault(described, value);
    if (
      described.kind === "text" &&
      described.pattern &&
      !new RegExp(described.pattern, "u").test(value)
    ) {
      return `must match ${described.pattern.slice(4, -2)}`;
    }
    return null;
  }
}

function numberFault(described, value) {
  const words = range(described);
  const low = described.minimum ?? -Infinity;
  const high = described.maximum ?? Infinity;
  const fits =
    typeof value === "number" &&
    Number.isFinite(value) &&
    value >= low &&
    value <= high &&
    value > (described.exclusiveMinimum ?? -Infinity) &&
    value < (described.exclusiveMaximum ?? Infinity) &&
    (described.kind === "number" || Number.isInteger(value));
  return fits ? null : `must be ${words}`;
}

/** A number's range in words. */
export function range({ kind, minimum, maximum, exclusiveMinimum, exclusiveMaximum }) {
  const noun = kind === "integer" ? "a whole number" : "a number";
  const parts = [];
  if (minimum !== undefined) parts.push(`from ${minimum}`);
  if (exclusiveMinimum !== undefined) parts.push(`above ${exclusiveMinimum}`);
  if (maximum !== undefined) parts.push(`up to ${maximum}`);
  if (exclusiveMaximum !== undefined) parts.push(`below ${exclusiveMaximum}`);
  return [noun, ...parts].join(" ");
}

function within({ minimum, maximum, exclusiveMinimum }, wished) {
  const low = minimum ?? (exclusiveMinimum === undefined ? -Infinity : exclusiveMinimum + wished);
  return Math.min(Math.max(wished, low), maximum ?? Infinity);
}
