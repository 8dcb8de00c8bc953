// What the page says of an answer, and how much it claims. Nothing of the page itself is in here.

const SURE = 0.8; // from this probability on, "I think"; below it, "perhaps"
const UNCLEAR = 0.35; // below it, no class is named: of validation's pictures 9 in 31 were right
const CLEAR = 0.5; // below it, what is surely one of a group is called by the group
/** @type {Record<string, string[]>} */ const GROUPS = {
  top: ["T-shirt/top", "Pullover", "Dress", "Coat", "Shirt"],
  shoe: ["Sandal", "Sneaker", "Ankle boot"],
};
const LIT = 60; // from this byte on, a pixel of the 28 x 28 is part of the picture
const SHAPE = 0.2; // share of them lit that makes a shape: first lines light up fewer
const AHEAD = { stroke: 0.5, camera: 0.2 }; // so much likelier a class replaces the headline's
const FRAMES = 5; // of the camera, whose answers are averaged

/**
 * Whether a drawing is more than its first lines; picture: base64 of 28 x 28 bytes, 0 is black.
 * @type {(picture: string) => boolean}
 */
export function hasShape(picture) {
  const lit = [...atob(picture)].filter((byte) => byte.charCodeAt(0) >= LIT);
  return lit.length >= SHAPE * 28 * 28;
}

/**
 * How much to claim, and of which class. settled: the pen is up; shape: see `hasShape`; camera: one
 * of its averaged frames; before: what this returned for the answer before.
 *
 * Half a bag may look just like a sneaker, so in the middle of a stroke nothing is claimed that was
 * not claimed before; and a class that only just leads does not take over the headline.
 * @type {(prediction: Prediction, classes: string[], moment: { settled: boolean, shape: boolean,
 *   camera?: boolean, before?: Claim | null }) => Claim}
 */
export function judge(prediction, classes, { settled, shape, camera = false, before = null }) {
  if (!shape) return { claim: "early", label: "" };
  /** @type {(label: string) => number} */
  const of = (label) => prediction.probabilities[classes.indexOf(label)];
  const ahead = settled ? 0 : AHEAD[camera ? "camera" : "stroke"];
  const stays = before?.label && of(before.label) + ahead > prediction.confidence;
  const label = before && stays ? before.label : prediction.label;
  /** @type {Claim["claim"]} */ let claim = "none";
  if (prediction.sure) claim = of(label) >= SURE ? "think" : "perhaps";
  const again = before?.claim === claim && before.label === label;
  if (!settled && !camera && !again) claim = "early";
  const together = Object.keys(GROUPS).find(
    (name) => GROUPS[name].reduce((sum, one) => sum + (of(one) || 0), 0) >= SURE,
  );
  const group = claim === "perhaps" && of(label) < CLEAR ? together : undefined;
  if (claim === "perhaps" && !group && of(label) < UNCLEAR) claim = "unclear";
  return group ? { claim, label, group } : { claim, label };
}

const LEADS = {
  early: "Perhaps this is",
  unclear: "Hmm …",
  perhaps: "Perhaps this is",
  think: "I think this is",
  none: "I don't think this is one of my ten.",
};

/** @type {(name: string) => string} */
const article = (name) => (/^[AEIOU]/.test(name) ? "an" : "a");

/** One of a class, as people say it. @type {(label: string) => string} */
export function noun(label) {
  if (label === "T-shirt/top") return "a T-shirt";
  return label === "Trouser" ? "trousers" : `${article(label)} ${label.toLowerCase()}`;
}

/**
 * The same in words; like, label and sure make the headline. percent: null beside a live camera,
 * where it would never stand still; left out, too, where it would contradict the words.
 * @param {Claim} claim @param {number | null} percent
 */
export function inWords({ claim, label, group }, percent) {
  if (!label) return { lead: "Hmm …", like: "", label: "Keep drawing!", sure: "" };
  if (claim === "unclear") return { lead: LEADS[claim], like: "", label: "No idea yet", sure: "" };
  const many = label === "Trouser";
  const like = claim === "none" ? `A little like ${many ? "" : `${article(label)} `}` : "";
  const tells = percent !== null && (claim === "think" || claim === "perhaps");
  const lead = group ? `Some kind of ${group}. Perhaps` : LEADS[claim];
  return {
    lead: many ? lead.replace("this is", "these are") : lead,
    like,
    label: many ? "Trousers" : label,
    sure: tells ? `${percent} %` : "",
  };
}

/** Answers to the camera's last frames as one: no frame is still, and each changes the answer. */
export function createAverage(/** @type {string[]} */ classes) {
  /** @type {Answer["networks"][]} */ let frames = [];

  return {
    forget() {
      frames = [];
    },
    /** Of the answer to the next frame and those before it. */
    add(/** @type {Answer["networks"]} */ networks) {
      const names = Object.keys(networks);
      const same = frames.filter((frame) => Object.keys(frame).join() === names.join());
      frames = [...same.slice(1 - FRAMES), networks];
      /** @type {(name: string) => [string, Prediction]} */
      const averaged = (name) => {
        /** @type {(value: (one: Prediction) => number) => number} */
        const mean = (value) =>
          frames.reduce((sum, frame) => sum + value(frame[name]), 0) / frames.length;
        const probabilities = classes.map((_, i) => mean((one) => one.probabilities[i]));
        const confidence = Math.max(...probabilities);
        const label = classes[probabilities.indexOf(confidence)];
        const sure = mean((one) => Number(one.sure)) > 0.5;
        return [name, { probabilities, label, confidence, sure }];
      };
      return Object.fromEntries(names.map(averaged));
    },
  };
}
