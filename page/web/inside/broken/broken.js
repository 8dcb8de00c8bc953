// "Break it": units switched off, noise on the weights, and what the network says then.

import { createChart } from "../../answer/chart.js";
import { finder, tell } from "../../dom.js";
import { grouped, highest, per100 } from "../../numbers.js";
import { softmax } from "../arithmetic.js";
import { createPlot } from "../paint.js";
import { createLayers } from "../unit_cells.js";

/** @typedef {ReturnType<typeof import("./broken_engine.js").broken>} Said */
/** @typedef {{ network: string, noise: number, seed: number }} Damage */
/** @typedef {{ at: number, right: number[] }} Measured see `accuracy` in broken_engine.js */

/** @type {(place: HTMLElement, page: PanelPage) => Panel} */
export function createPanel(place, { classes, latest }) {
  const find = finder(place);
  const chart = createChart(find(".ten"), classes);
  const plot = createPlot(find(".measured"), "");
  const noise = find(".noise input", HTMLInputElement);
  /** @type {(name: string) => HTMLButtonElement} */
  const button = (name) => find(`[data-do=${name}]`, HTMLButtonElement);
  /** @type {Now | null} */ let now = null;
  /** Of each hidden layer 1 for the units that are switched off. */
  /** @type {Uint8Array[]} */ let off = [];
  /** @type {Unit} */ let picked = { layer: 0, unit: 0 };
  /** @type {Said & { gone: number } | null} */ let said = null; // with so many units off
  let how = ""; // it came to that, in a sentence
  let losses = 0; // so many times units were lost one by one: each time in another order
  let measures = 0;
  /** @type {Measured | null} */ let measured = null;
  /** @type {Damage | null} */ let measuring = null;

  const showLayers = createLayers(
    find(".layers"),
    (unit) => {
      picked = unit;
      draw();
    },
    () => {
      off[picked.layer][picked.unit] ^= 1;
      changed();
    },
  );
  const sayHow = latest("broken.broken", (reply, { network, off: { length: gone } }) => {
    if (network !== now?.name) return;
    said = { ...reply, gone };
    draw();
  });
  const lose = latest("broken.lost", (reply, { network }) => {
    if (network !== now?.name) return;
    const { off: gone, of, step, before, after } = reply;
    for (const [layer, unit] of gone) off[layer][unit] = 1;
    const until = `until ${grouped(gone.length)} of ${grouped(of)} units are off, then ${after}`;
    const tried = step > 1 ? `, tried ${step} at a time` : "";
    changed(`In this order it says ${before} ${after === before ? "to the end" : until}${tried}.`);
  });
  const measure = latest("broken.accuracy", ({ right, at, of }, { damage }) => {
    if (damage !== measuring) return;
    measured = { right, at };
    if (at === of || !place.hasAttribute("open")) measuring = null;
    measureOn();
  });

  function measureOn() {
    showMeasured();
    if (measuring)
      measure({ ...measuring, damage: measuring, ...(measured ?? { at: 0, right: [] }) });
  }

  const damage = () => ({
    network: now?.name ?? "",
    kind: now?.kind,
    cut: now?.cut,
    picture: now?.picture,
    noise: Number(noise.value),
  });

  function changed(sentence = "") {
    how = sentence;
    ask();
  }

  function ask() {
    const units = off.flatMap((mask, layer) =>
      [...mask.keys()].filter((u) => mask[u]).map((u) => [layer, u]),
    );
    if (now?.numbers) sayHow({ ...damage(), off: units });
    draw();
  }

  function draw() {
    if (!now) return;
    const { about, numbers } = now;
    const layer = about.sizes.length > 3 ? `of layer ${picked.layer + 1} ` : "";
    showLayers({ sizes: about.sizes, picked, off, sums: numbers ? said?.sums : undefined });
    button("rest").textContent = `all ${layer}but unit ${picked.unit}`;
    find(".noise output").textContent = `${per100(Number(noise.value), 0)} of their own spread`;
    for (const name of ["ten", "lose"]) button(name).disabled = !numbers;
    const whole = numbers && softmax(numbers).probabilities;
    chart.show((whole && said?.probabilities) ?? null, said && whole);
    if (!whole) tell(find(".turned"), "Draw something first.");
    if (!whole || !said) return;
    const units = off.reduce((all, mask) => all + mask.length, 0);
    const label = classes[highest(whole)];
    const still = said.label === label ? `still says ${label}` : `says ${said.label}, not ${label}`;
    const words = `Off: ${grouped(said.gone)} of ${grouped(units)} units; it ${still}.`;
    tell(find(".turned"), how || (said.gone || noise.value !== "0" ? words : ""));
  }

  function showMeasured() {
    find(".measured").hidden = !measured;
    button("measure").textContent = measuring ? "Stop measuring" : "Measure it on 1,000 pictures";
    if (!measured) return;
    const { at, right } = measured;
    const shares = right.map((count) => count / at);
    const [first, half, none] = [0, right.length >> 1, right.length - 1].map((i) =>
      per100(shares[i]),
    );
    const words =
      `right, of ${grouped(at)} pictures it has never learned from: ${first} with all units, ` +
      `${half} without half of them, ${none} without any`;
    plot([shares], { to: 1, left: "none off", right: "all off", title: "Curve:", words });
  }

  function forgetMeasured() {
    measuring = measured = null;
    showMeasured();
  }

  /** @type {Record<string, () => void>} */ const actions = {
    ten() {
      for (const unit of said?.ten ?? []) off[off.length - 1][unit] = 1;
      changed();
    },
    rest() {
      off[picked.layer].fill(1)[picked.unit] = 0;
      changed();
    },
    lose() {
      for (const mask of off) mask.fill(0);
      lose({ ...damage(), seed: ++losses });
    },
    mend() {
      for (const mask of off) mask.fill(0);
      noise.value = "0";
      forgetMeasured();
      changed();
    },
    measure() {
      if (measuring || !now) measuring = null;
      else {
        measured = null;
        measuring = { network: now.name, noise: Number(noise.value), seed: ++measures };
      }
      measureOn();
    },
  };
  for (const [name, act] of Object.entries(actions)) button(name).addEventListener("click", act);
  noise.addEventListener("input", () => {
    forgetMeasured();
    changed();
  });

  return (next) => {
    if (now?.name !== next.name) {
      off = next.about.sizes.slice(1, -1).map((units) => new Uint8Array(units));
      [picked, said] = [{ layer: 0, unit: 0 }, null];
      forgetMeasured();
    }
    if (now?.numbers !== next.numbers) how = ""; // another picture
    now = next;
    ask();
  };
}
