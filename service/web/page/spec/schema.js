// The schemas of the OpenAPI document, as a form needs them.

import { clamped, validateNumber } from "./ranges.js";

const ANNOTATIONS = [
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

  /** Resolves a reference, and keeps the annotations next to it. */
  resolve(node) {
    if (!node.$ref) return node;
    const { $ref, ...annotations } = node;
    return { ...this.resolve(this.components[$ref.split("/").pop()]), ...annotations };
  }

  /**
   * Describes a node for a form: `kind` is object, family, list, choice, boolean, integer, number,
   * text or json; `nullable` is true if null is allowed.
   */
  describe(node) {
    const resolved = this.resolve(node);
    const choices = resolved.anyOf ?? [];
    const nullable = choices.some((choice) => choice.type === "null");
    const others = choices.filter((choice) => choice.type !== "null");
    if (!choices.length) return { ...this.plain(resolved), nullable: false };
    const annotations = Object.fromEntries(
      ANNOTATIONS.filter((name) => name in resolved).map((name) => [name, resolved[name]]),
    );
    if (others.length === 1)
      return { ...this.describe({ ...others[0], ...annotations }), nullable };
    return { ...this.union(resolved, others), ...annotations, nullable };
  }

  plain(node) {
    if (node.oneOf) return this.family(node, []);
    if (node.enum) return { ...node, kind: "choice" };
    if (node.type === "object" && node.properties) return { ...node, kind: "object" };
    if (node.type === "array") return { ...node, kind: "list", items: node.items };
    if (["boolean", "integer", "number"].includes(node.type)) return { ...node, kind: node.type };
    return { ...node, kind: node.type === "string" ? "text" : "json" };
  }

  union(node, others) {
    const parts = others.map((other) => this.resolve(other));
    const families = parts.flatMap((part) =>
      part.oneOf ? [part] : (part.anyOf ?? []).filter((one) => one.oneOf),
    );
    const keywords = parts.flatMap((part) => (part.enum ? part.enum : []));
    const isFamily =
      families.length === 1 && parts.every((part) => part.enum || part.oneOf || part.anyOf);
    if (isFamily) {
      const kinds = Object.keys(families[0].discriminator.mapping);
      return this.family(
        families[0],
        keywords.filter((keyword) => !kinds.includes(keyword)),
      );
    }
    if (parts.every((part) => ["integer", "number"].includes(part.type))) return { kind: "number" };
    return { kind: "json", texts: parts.some((part) => part.type === "string") };
  }

  family(node, keywords) {
    const { propertyName, mapping } = node.discriminator;
    return {
      description: node.description,
      default: node.default,
      kind: "family",
      propertyName,
      mapping,
      keywords,
    };
  }

  /** Returns the schema of a member of a family. */
  member(family, type) {
    return this.describe({ $ref: family.mapping[type] });
  }

  /** Returns an object's fields as `[name, described, isRequired]`, without the discriminator. */
  fields(object) {
    const required = new Set(object.required ?? []);
    return Object.entries(object.properties)
      .filter(([, node]) => !("const" in node))
      .map(([name, node]) => [name, this.describe(node), required.has(name)]);
  }

  /** Returns the default, or a valid first value. */
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
        return clamped(described, 4);
      case "number":
        return clamped(described, 0.001);
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

  /** Returns a member of a family in its shortest form. */
  initialMember(family, type) {
    if (family.keywords.includes(type)) return type;
    const fields = this.initialObject(this.member(family, type));
    return Object.keys(fields).length ? { type, ...fields } : type;
  }

  /** Returns the value without the fields that equal their defaults. */
  withoutDefaults(described, value) {
    if (described.kind === "family" && value !== null && typeof value === "object") {
      const member = described.mapping[value.type] ? this.member(described, value.type) : null;
      if (!member) return value;
      const { type, ...all } = value;
      const fields = this.withoutDefaults(member, all);
      return Object.keys(fields).length ? { type, ...fields } : type;
    }
    if (described.kind === "object" && value !== null && typeof value === "object") {
      const fields = {};
      for (const [name, field, required] of this.fields(described)) {
        if (!(name in value)) continue;
        const inner = this.withoutDefaults(field, value[name]);
        if (required || !this.isDefault(field, inner)) fields[name] = inner;
      }
      for (const name of Object.keys(value))
        if (!described.properties[name]) fields[name] = value[name];
      return fields;
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

  /** Returns the error of a single value; null if it is valid. */
  validate(described, value) {
    if (value === null) return described.nullable ? null : "is required";
    if (["integer", "number"].includes(described.kind)) return validateNumber(described, value);
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
