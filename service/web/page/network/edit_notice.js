// Says that weights were set by hand, and offers to let them go.

import { byId, h } from "../element.js";

export function editNotice(hand) {
  const place = byId("edit-notice");
  place.append(
    h("p", {}, h("strong", {}, "By hand. "), "Training starts from the weights that are shown."),
    h("button", { type: "button", class: "quiet", onclick: () => hand.letGo() }, "Draw them anew"),
  );
  hand.addEventListener("change", () => {
    place.hidden = !hand.before;
  });
}
