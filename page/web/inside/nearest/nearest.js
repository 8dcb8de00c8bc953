// Step 5, "What it takes it for": the pictures it learned from that are nearest to the visitor's.

import { findAll, finder, make, tell } from "../../dom.js";
import { decimals, highest, per100 } from "../../numbers.js";
import { TEN } from "../arithmetic.js";
import { createGreys } from "../paint.js";

/** @typedef {Awaited<ReturnType<typeof import("./nearest_engine.js").nearest>>} Reply */

/** @type {(place: HTMLElement, page: PanelPage) => Panel} */
export function createPanel(place, { classes, latest }) {
  const find = finder(place);
  /** @type {Now | null} */ let now = null;

  const ask = latest("nearest.nearest", (/** @type {Reply} */ { done, of, found }, { network }) => {
    if (network !== now?.name) return;
    find(".progress").textContent = found
      ? ""
      : `It looks at the pictures it learned from: ${per100(done / of, 0)}`;
    if (found) show(found);
    else draw();
  });

  function draw() {
    if (now?.picture) ask({ network: now.name, picture: now.picture });
    else show([]);
  }

  /** @param {NonNullable<Reply["found"]>} nearest */
  function show(nearest) {
    find(".nearest").replaceChildren(
      ...nearest.map(({ alike, label, picture }) => {
        const canvas = createGreys(picture, { ariaHidden: "true" });
        return make("li", {}, canvas, classes[label], ` ${decimals(alike, 2)}`);
      }),
    );
    const counts = classes
      .map((name, index) => ({
        name,
        count: nearest.filter(({ label }) => label === index).length,
      }))
      .filter(({ count }) => count)
      .sort((a, b) => b.count - a.count)
      .map(({ name, count }) => `${count} × ${name}`);
    const label = now?.numbers && classes[highest(now.numbers.logits.slice(0, TEN))];
    const sentence = `${now?.name} says ${label}. The five: ${counts.join(", ")}.`;
    tell(find(".turned"), label ? sentence : "Draw something first.");
  }

  return (next) => {
    const same = now?.name === next.name && now.numbers === next.numbers;
    if (now?.name !== next.name)
      for (const element of findAll(place, ".turned, .nearest")) element.replaceChildren();
    now = next;
    if (!same) draw();
  };
}
