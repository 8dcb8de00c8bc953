// What each network is, in a sentence, and the buttons to choose among them.

import { createButton, press } from "../dom.js";

/** @type {Record<string, string>} */ const SENTENCES = {
  deep: "deep is the large one. It has learned from photos and drawings, and guesses best.",
  lesson:
    "lesson is small enough to follow every number. It has only seen shop photos, and often " +
    "gets drawings wrong.",
  yours: "yours is the one you have trained, and kept in this browser.",
  linear: "linear is lesson without its ReLU, and guesses worse.",
};

/** names: the networks that answer. @param {string[]} names */
export function describe(names) {
  if (names.length > 1)
    return `Two at once: ${names[0]}'s bars above, ${names[1]}'s below, striped.`;
  return SENTENCES[names[0]] ?? "";
}

/**
 * The same while "See inside" has these networks answer in place of others, if any.
 * @type {(names: string[], instead: string[] | null) => string}
 */
export function whoAnswers(names, instead) {
  if (!instead || instead.join() === names.join()) return describe(names);
  const other = instead.join(" and ");
  return (
    `Now ${names[0]} answers, not ${other}, so the answer may be another. ${describe(names)} ` +
    `Close "See inside", and ${other} ${instead.length > 1 ? "answer" : "answers"} again.`
  );
}

/**
 * The same while this browser waits for some of these networks, and `able` answer in their place.
 * @type {(names: string[], able: string[], part: number) => string}
 */
export function whoWaits(names, able, part) {
  const missing = names.filter((name) => !able.includes(name));
  const awaited = (missing.length ? missing : names).join(" and ");
  const instead = able.join(" and ");
  return (
    `${awaited} is on its way to your browser: ${10 * Math.floor(10 * part)} %.` +
    (awaited === instead ? "" : ` Until then ${instead} answers.`)
  );
}

/**
 * A button for each choice. Returns what shows which one is taken, a new one, too.
 * @type {(place: HTMLElement, choices: string[][], onchoose: (names: string[]) => void) =>
 *   (names: string[]) => void}
 */
export function createSwitch(place, choices, onchoose) {
  /** @type {Map<string, HTMLButtonElement>} */ const buttons = new Map();
  function add(/** @type {string[]} */ names) {
    const button = createButton(names.length > 1 ? "both" : names[0], () => onchoose(names));
    button.title = describe(names);
    button.dataset.networks = names.join();
    buttons.set(names.join(), button);
    place.append(button);
  }
  choices.forEach(add);
  return (names) => {
    if (!buttons.has(names.join())) add(names);
    for (const [key, button] of buttons) press(button, key === names.join());
  };
}
