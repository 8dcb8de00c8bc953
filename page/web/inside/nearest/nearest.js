// Step 5, "What it takes it for": the pictures it learned from that are nearest to the visitor's.

import { createCanvas, findAll, finder, paintGreys, tell } from "../../dom.js";
import { decimals, highest, per100 } from "../../numbers.js";
import { TEN } from "../arithmetic.js";

/** @typedef {Awaited<ReturnType<typeof import("./nearest_engine.js").nearest>>} Reply */

/** @type {(place: HTMLElement, page: PanelPage) => Panel} */
export function createPanel(place, { classes, latest }) {
  const find = finder(place);
  /** @type {Now | null} */ let now = null;

  /** @type {(reply: Reply, message: { network: string }) => void} */
  function showReply({ done, of, found }, { network }) {
    if (network !== now?.name) return;
    find(".progress").textContent = found
      ? ""
      : `It looks at the pictures it learned from: ${per100(done / of, 0)}`;
    if (found) show(found);
    else draw();
  }
  const ask = latest("nearest.nearest", showReply);

  function draw() {
    if (now?.picture) ask({ network: now.name, picture: now.picture });
    else show([]);
  }

  /** @param {NonNullable<Reply["found"]>} found */
  function show(found) {
    find(".nearest").replaceChildren(
      ...found.map(({ alike, label, picture }) => {
        const item = document.createElement("li");
        const canvas = createCanvas();
        canvas.ariaHidden = "true";
        paintGreys(canvas, picture);
        item.append(canvas, classes[label], ` ${decimals(alike, 2)}`);
        return item;
      }),
    );
    const counts = classes
      .map((name, index) => ({ name, count: found.filter(({ label }) => label === index).length }))
      .filter(({ count }) => count)
      .sort((a, b) => b.count - a.count)
      .map(({ name, count }) => `${count} × ${name}`);
    const label = now?.numbers && classes[highest(now.numbers.logits.slice(0, TEN))];
    const sentence = label
      ? `${now?.name} says ${label}. The five: ${counts.join(", ")}.`
      : "Draw something first.";
    tell(find(".turned"), sentence);
  }

  return {
    show(next) {
      const same = now?.name === next.name && now.numbers === next.numbers;
      if (now?.name !== next.name)
        for (const each of findAll(place, ".turned, .nearest")) each.replaceChildren();
      now = next;
      if (!same) draw();
    },
  };
}
