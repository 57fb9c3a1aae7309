// Downloads of files from the service.

import { h } from "../element.js";
import { request } from "./api.js";

/** Downloads a path as a file with this name. */
export async function download(path, name, accept = "*/*") {
  const response = await request(path, { headers: { Accept: accept } });
  save(await response.blob(), name);
}

function save(blob, name) {
  const url = URL.createObjectURL(blob);
  const link = h("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
