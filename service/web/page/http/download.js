// Files for people to keep: asked for like everything else, then handed to the browser.

import { h } from "../element.js";
import { request } from "./api.js";

/** Downloads what is at a path as a file of this name. */
export async function download(path, name, accept = "*/*") {
  const answer = await request(path, { headers: { Accept: accept } });
  save(await answer.blob(), name);
}

export function save(blob, name) {
  const address = URL.createObjectURL(blob);
  const link = h("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}
