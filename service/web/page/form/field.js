// Form fields built from their descriptions in the OpenAPI document.

import { humanize, labeled } from "./binding.js";
import { familyField } from "./family.js";
import { groupField } from "./group.js";
import { checkbox, jsonInput, numberInput, selectInput, textInput, valuesInput } from "./inputs.js";
import { listField } from "./list.js";

/**
 * Returns a field for what `described` allows at `path`. `ensure` is called before a value is
 * set, so that the objects around the path exist.
 */
export function field(form, described, path, options = {}) {
  const { name = path.at(-1), required = false, ensure = () => {} } = options;
  const binding = { form, described, path, name: humanize(name), required, ensure };
  switch (described.kind) {
    case "family":
      return familyField(binding, field);
    case "object":
      return groupField(binding, field);
    case "list":
      return isNested(form.schema.describe(described.items ?? {}))
        ? listField(binding, field)
        : labeled(binding, valuesInput(binding));
    case "boolean":
      return labeled(binding, checkbox(binding));
    case "choice":
      return labeled(binding, selectInput(binding));
    case "integer":
    case "number":
      return labeled(binding, numberInput(binding));
    case "text":
      return labeled(binding, textInput(binding));
    default:
      return labeled(binding, jsonInput(binding));
  }
}

function isNested(described) {
  return ["family", "object"].includes(described.kind);
}
