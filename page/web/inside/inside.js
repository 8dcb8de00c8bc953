// "See inside the network": one network at a time, in steps, with the numbers of the picture that
// was just answered. Loaded when the section is opened, see section.js.

import { createSwitch } from "../answer/network_switch.js";
import { findAll, finder } from "../dom.js";
import { bytesOf, grouped, highest } from "../numbers.js";
import { readNumbers, softmax } from "./arithmetic.js";
import { createFlatten } from "./flatten/flatten.js";
import { createLearned } from "./learned/learned.js";
import { createWhy } from "./linear/linear.js";
import { createOutput } from "./output/output.js";
import { createPalette } from "./paint.js";
import { createParts } from "./parts.js";
import { createRelu } from "./relu/relu.js";
import { createUnits } from "./units/units.js";
import { createKnown } from "./weights_cache.js";

/**
 * names: of the networks that can be seen inside; fetchInside(message): what the server says of a
 * network, see inside.py; askEngine(name, message): see answerer.js; setNetworks(names): have these
 * answer; weights: address of their files; useOwn(network): have one answer that was trained here.
 * @param {HTMLDetailsElement} root
 * @param {InsideOptions} page
 */
export function createInside(root, page) {
  const { names, classes, fetchInside, setNetworks } = page;
  const find = finder(root);
  const palette = createPalette(root);
  const known = createKnown(names, fetchInside, (problem) => {
    find(".wait").textContent = problem;
    draw();
  });
  let shownName = names[0];
  /** @type {Answer | null} */ let reply = null; // the last live answer that had numbers of the inside
  /** @type {Record<string, Numbers>} */ let read = {}; // its numbers, by network
  /** @type {Unit | null} */ let picked = null; // {layer, unit}; null: the one that speaks up most
  let place = 14 * 28 + 14; // of the pixel pointed at
  /** @type {number | null} */ let chosen = null; // a class; null: the winning one
  let due = false; // is a frame to be drawn?
  /** @type {HTMLElement | null} */ let step = null; // gone to; what arrives above leaves it in view

  /** @type {(name: string, about: About | null) => Numbers | null} */
  function numbersOf(name, about) {
    const encoded = reply?.inside?.[name];
    if (!encoded || !about) return null;
    read[name] ??= readNumbers(encoded, about.activation, bytesOf(reply?.picture ?? ""));
    return read[name];
  }

  /** For comparing: only networks with one hidden layer. @type {(name: string) => Plain | undefined} */
  function plain(name) {
    const about = known.about(name);
    if (about?.sizes.length !== 3) return undefined;
    const layers = [known.layer(name, 0), known.layer(name, 1)];
    return {
      about,
      numbers: numbersOf(name, about),
      layers: layers.every((each) => each !== null) ? layers : null,
    };
  }

  const flatten = createFlatten(find(".flatten"), pickPixel);
  const units = createUnits(find(".units"), palette, pickUnit, pickPixel);
  const relu = createRelu(find(".relu"));
  const why = createWhy(find(".why"), palette, classes, (name) => setNetworks([name]));
  const output = createOutput(find(".output"), classes, pickUnit, pickClass);
  const learned = createLearned(find(".learned"), palette, classes, async (true_, said) => {
    const message = { network: shownName, true: true_, said };
    const found = await fetchInside(message).catch(() => undefined);
    return /** @type {string[] | undefined} */ (found?.pictures)?.map(bytesOf);
  });
  const parts = createParts(root, palette, page);

  function pickPixel(/** @type {number} */ next) {
    place = next;
    draw();
  }

  function pickUnit(/** @type {Unit} */ next) {
    picked = next;
    draw();
  }

  function pickClass(/** @type {number} */ next) {
    chosen = next;
    draw();
  }

  /** @type {(numbers: Numbers | null) => Unit} */
  function pickedUnit(numbers) {
    if (!picked && numbers) picked = { layer: 0, unit: highest([...numbers.layers[0].sums]) };
    return picked ?? { layer: 0, unit: 0 };
  }

  function draw() {
    if (root.open && !due) requestAnimationFrame(drawNow);
    due ||= root.open;
  }

  function drawNow() {
    due = false;
    const bytes = reply && bytesOf(reply.picture);
    flatten.show(bytes, place);
    const about = known.about(shownName);
    if (!about) return;
    const numbers = numbersOf(shownName, about);
    const { sizes } = about;
    const unit = pickedUnit(numbers);
    const hidden = sizes.length > 2;
    const row = hidden ? known.row(shownName, unit) : null;
    find(".about").textContent =
      `${sizes.map(grouped).join(" – ")} units, ${grouped(about.parameters)} weights and biases` +
      (about.activation ? "" : ", no ReLU");
    find(".path .hidden-units").textContent = sizes.slice(1, -1).map(grouped).join(", ") || "no";
    units.show({ sizes, numbers, bytes, picked: unit, place, row });
    find(".relu").hidden = !hidden;
    if (hidden) {
      relu.show(numbers, unit);
      why.show(shownName, plain("lesson"), plain("linear"));
    }
    const top = numbers ? highest(softmax(numbers).probabilities) : 0;
    const last = sizes.length - 2;
    const outputRow = known.row(shownName, { layer: last, unit: chosen ?? top });
    output.show({ numbers, chosen: chosen ?? top, row: outputRow });
    const after = sizes[0] * sizes[1] <= about.most ? known.layer(shownName, 0)?.weights : null;
    const before = about.before ? known.layer(shownName, 0, true)?.weights : null;
    learned.show(shownName, about, before, after);
    parts.show({
      name: shownName,
      about,
      numbers,
      kind: reply?.kind ?? "sketch",
      cut: reply?.cut ?? null,
    });
  }

  function showNetwork(/** @type {string} */ name) {
    shownName = name;
    picked = chosen = null;
    showChosen([name]);
  }

  const choices = names.map((name) => [name]);
  const showChosen = createSwitch(find(".which .switch"), choices, setNetworks);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);

  for (const button of findAll(root, ".path button")) {
    button.addEventListener("click", () => {
      const heading = find(`#${button.dataset.step}`);
      heading.tabIndex = -1;
      heading.focus({ preventScroll: true });
      heading.scrollIntoView();
      step = heading;
    });
  }
  for (const gesture of ["pointerdown", "wheel", "keydown"]) {
    document.addEventListener(gesture, () => (step = null), { passive: true });
  }
  new ResizeObserver(() => step?.scrollIntoView()).observe(root);
  find(".path").hidden = false; // from now on a click is heard

  return {
    /** What to add to the live question. @returns {{ inside?: string[] }} */
    question() {
      return { inside: names.filter((name) => [shownName, "lesson", "linear"].includes(name)) };
    },
    /** The networks that answer have changed; the first one is shown. @param {string[]} names */
    follow([name]) {
      if (names.includes(name)) showNetwork(name);
      draw();
    },
    // answer: what the server sent, or null when there is no picture.
    show(/** @type {Answer | null} */ answer) {
      reply = answer?.inside ? answer : null;
      read = {};
      draw();
    },
  };
}
