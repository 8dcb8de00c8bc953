// Step 5: how it learned.

import { finder } from "../../dom.js";
import { decimals, per100 } from "../../numbers.js";
import { TEN } from "../arithmetic.js";
import { createPictures, createPlot } from "../paint.js";

/** @type {(root: HTMLElement, page: PanelPage) => Panel} */
export function createPanel(root, { known }) {
  const find = finder(root);
  const tenUnits = Array.from({ length: TEN }, (_, i) => `unit ${i}`);
  const [paintBefore, paintAfter] = ["before", "after"].map((when) =>
    createPictures(find(`.${when}`), tenUnits, `Weights ${when} training`),
  );

  const lossPlot = createPlot(find(".two"), "loss while training:");
  const rightPlot = createPlot(find(".two"), "right, of pictures not trained on:");

  /**
   * @type {(show: ReturnType<typeof createPlot>, values: number[], from: number, to: number,
   *   digits: (value: number) => string) => void}
   */
  function showCurve(show, values, from, to, digits) {
    const words = `from ${digits(values[0])} to ${digits(values[values.length - 1])}`;
    show([values], { from, to, left: "start", right: "end", title: "Curve", words });
  }

  return ({ name }) => {
    /** @type {ReturnType<typeof import("./learned_engine.js").growth> | null} */
    const growth = known("learned.growth", { network: name });
    find(".grown").hidden = !growth?.before;
    if (!growth) return;
    const { history, before, after } = growth;
    if (before) paintBefore(before);
    if (after) paintAfter(after);
    if (!history.length) return;
    const loss = history.map((epoch) => epoch.loss);
    const right = history.map((epoch) => epoch.validation);
    showCurve(lossPlot, loss, 0, Math.max(...loss), (value) => decimals(value, 2));
    showCurve(rightPlot, right, Math.min(...right), 1, (value) => per100(value));
  };
}
