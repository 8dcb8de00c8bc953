// "See inside the network": one network at a time, in steps, with the numbers of the picture that
// was just answered. Loaded when the section is opened, see section.js.

import { createSwitch, whoWaits } from "../answer/network_switch.js";
import { findAll, finder, tell } from "../dom.js";
import { bytesOf, grouped, highest } from "../numbers.js";
import { softmax } from "./arithmetic.js";
import { followColours } from "./paint.js";
import { createLatest, createPanels } from "./panels.js";
import { createCache } from "./weights_cache.js";

/** @type {Pick<Now, "picture" | "numbers" | "kind" | "cut">} */
const NOTHING = { picture: null, numbers: null, kind: "sketch", cut: null };

/** @param {HTMLDetailsElement} root @param {InsideOptions} page */
export function createInside(root, page) {
  const { names, engine, setNetworks } = page;
  const find = finder(root);
  const known = createCache(engine.compute, () => (shown.numbers ? draw() : compute()));
  let network = names[0];
  /** @type {Answer | null} */ let answer = null; // the live one
  /** @type {typeof NOTHING} */ let shown = NOTHING;
  /** @type {Picked} */ let picked = { unit: null, chosen: null, place: 14 * 28 + 14 };
  let due = false; // is a frame to be drawn?
  let problem = "";
  // The step gone to: what arrives above leaves it in view.
  /** @type {HTMLElement | null} */ let step = null;

  const askNumbers = createLatest(engine.compute, say)("numbers", (numbers, message) => {
    if (answer && message.network === network) shown = { ...message, numbers };
    draw();
  });

  const showPanels = createPanels(
    root,
    {
      ...page,
      compute: engine.compute,
      known,
      pick(next) {
        picked = { ...picked, ...next };
        draw();
      },
    },
    say,
  );

  function say(/** @type {string} */ sentence) {
    problem = sentence;
    draw();
  }

  function draw() {
    if (root.open && !due) requestAnimationFrame(drawNow);
    due ||= root.open;
  }

  function drawNow() {
    due = false;
    const about = /** @type {About | null} */ (known("describe", { network }));
    const waits = engine.has(network) ? "" : whoWaits([network], [network], engine.part(network));
    tell(find(".wait"), problem || waits);
    if (!about) return;
    const { sizes, activation, parameters } = about;
    find(".about").textContent =
      `${sizes.map(grouped).join(" – ")} units, ${grouped(parameters)} weights and biases` +
      (activation ? "" : ", no ReLU");
    find(".path .hidden-units").textContent = sizes.slice(1, -1).map(grouped).join(", ");
    const { numbers } = shown;
    // At first the unit that speaks up most, and the class that wins.
    if (numbers) picked.unit ??= { layer: 0, unit: highest([...numbers.layers[0].preActivations]) };
    const unit = picked.unit ?? { layer: 0, unit: 0 };
    const chosen = picked.chosen ?? (numbers ? highest(softmax(numbers).probabilities) : 0);
    showPanels({ ...shown, name: network, about, unit, chosen, place: picked.place });
  }

  function compute() {
    if (!answer) shown = NOTHING;
    else if (root.open) {
      const { kind, cut, picture } = answer;
      askNumbers({ network, kind, cut, picture: bytesOf(picture) });
    }
    draw();
  }

  const showChosen = createSwitch(
    find(".which .switch"),
    names.map((name) => [name]),
    setNetworks,
  );

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
  followColours(draw);
  find(".path").hidden = false; // from now on a click is heard

  return {
    draw,
    /** The networks that answer have changed; the first one is shown. @param {string[]} names_ */
    follow([name]) {
      if (names.includes(name) && name !== network) {
        network = name;
        shown = NOTHING;
        picked = { ...picked, unit: null, chosen: null };
      }
      showChosen([network]);
      compute();
    },
    /** The live answer; null: there is no picture. */
    show(/** @type {Answer | null} */ next) {
      answer = next;
      compute();
    },
  };
}
