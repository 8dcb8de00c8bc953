// The answer in words, bars and pixels.

import { createChart, percentages, showSeen } from "./chart.js";

const SURE = 0.8; // from this probability on, "I think"; below it, "perhaps"

export function createAnswer(root, classes) {
  const find = (selector) => root.querySelector(selector);
  const chart = createChart(find("#chart"), classes);
  const seen = find("#seen");

  function words(lead, label, sure = "") {
    find(".lead").textContent = lead;
    find(".label").textContent = label;
    find(".sure").textContent = sure;
  }

  return {
    seen,
    blank(lead, label) {
      chart.show(null);
      showSeen(seen, null);
      find(".cut").hidden = true;
      words(lead, label);
      find(".spoken").textContent = "";
    },
    // answer: what the server sent; names: the networks asked, the first one's bars in front;
    // settled: not in the middle of a stroke, so worth reading out.
    show(answer, names, settled) {
      const [first, second] = names.map((name) => answer.networks[name]);
      chart.show(first.probabilities, second?.probabilities ?? null);
      showSeen(seen, answer.picture);
      find(".cut").hidden = !answer.cutout;
      if (answer.cutout) find(".cut img").src = answer.cutout;
      const percent = `${percentages(first.probabilities)[classes.indexOf(first.label)]} %`;
      let lead = first.confidence >= SURE ? "I think this is" : "Perhaps this is";
      if (!first.sure) lead = "Not sure this is one of my ten: closest is";
      words(lead, first.label, percent);
      if (settled) find(".spoken").textContent = `${lead} ${first.label}, ${percent}`;
      return { lead, title: `${first.label}  ${percent}` };
    },
  };
}
