// The answer in words, bars and pixels.

import { createChart, percentages, showSeen } from "./chart.js";
import { hasShape, inWords, judge } from "./words.js";

export function createAnswer(root, classes) {
  const find = (selector) => root.querySelector(selector);
  const chart = createChart(find("#chart"), classes);
  const seen = find("#seen");
  let before = null; // what was claimed last, see words.js

  function write({ lead, like = "", label, sure = "" }) {
    find(".lead").textContent = lead;
    find(".like").textContent = like;
    find(".label").textContent = label;
    find(".sure").textContent = sure;
  }

  return {
    seen,
    blank(lead, label) {
      before = null;
      chart.show(null);
      showSeen(seen, null);
      find(".cut").hidden = true;
      write({ lead, label });
      find(".spoken").textContent = "";
    },
    // answer: what the server sent; names: the networks asked, the first one's bars in front;
    // settled: not in the middle of a stroke, so worth reading out; drawing: and no photo; camera:
    // one of its frames.
    // Returns {claim, lead, title}, see words.js.
    show(answer, names, { settled, drawing, camera }) {
      const [first, second] = names.map((name) => answer.networks[name]);
      const shape = !drawing || hasShape(answer.picture);
      before = judge(first, classes, { settled, shape, camera, before });
      const { claim } = before;
      const percent = percentages(first.probabilities)[classes.indexOf(before.label)];
      const said = inWords(before, camera ? null : percent);
      chart.show(first.probabilities, second?.probabilities ?? null);
      find("#chart").classList.toggle("none", claim === "none");
      showSeen(seen, answer.picture);
      find(".cut").hidden = !answer.cutout;
      if (answer.cutout) find(".cut img").src = answer.cutout;
      write(said);
      const { lead, like, label, sure } = said;
      if (settled) find(".spoken").textContent = `${lead} ${like}${label}${sure && `, ${sure}`}`;
      return { claim, lead, title: `${like}${label}  ${sure}`.trim() };
    },
  };
}
