// What the page says of an answer, and how much it claims. Nothing of the page itself is in here.

const SURE = 0.8; // from this probability on, "I think"; below it, "perhaps"
const LIT = 60; // from this byte on, a pixel of the 28 x 28 is part of the picture
const SHAPE = 0.2; // share of them lit that makes a shape: first lines light up fewer
const AHEAD = { stroke: 0.5, camera: 0.2 }; // so much likelier another class replaces the headline's
const FRAMES = 5; // of the camera, whose answers are averaged

// Whether a drawing is more than its first lines; picture: base64 of 28 x 28 bytes, 0 is black.
/** @type {(picture: string) => boolean} */
export function hasShape(picture) {
  const bytes = atob(picture);
  let lit = 0;
  for (let i = 0; i < bytes.length; i++) lit += Number(bytes.charCodeAt(i) >= LIT);
  return lit >= SHAPE * bytes.length;
}

// How much to claim, and of which class: {claim: "early", "perhaps", "think" or "none", label}.
// "none" is none of the ten; "early" is too early to say, and its label "" where there is no shape yet.
//
// prediction: {probabilities, label, confidence, sure}, as the server sent it. settled: the pen is
// up. shape: see `hasShape`. camera: one of its averaged frames. before: what this returned for
// the answer before, or null.
//
// Half a bag may look just like a sneaker, so in the middle of a stroke nothing is claimed that
// was not claimed before; and a class that only just leads does not take over the headline.
/**
 * @type {(prediction: Prediction, classes: string[], given: { settled: boolean, shape: boolean,
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
  return { claim: settled || camera || again ? claim : "early", label };
}

const LEADS = {
  early: "Perhaps this is",
  perhaps: "Perhaps this is",
  think: "I think this is",
  none: "I don't think this is one of my ten.",
};

/** @type {(name: string) => string} */
export const article = (name) => (/^[AEIOU]/.test(name) ? "an" : "a");

// The same in words: {lead, like, label, sure}; the last three make the headline. Without a
// percentage where it would contradict them, or is null: beside a live camera it would never stand still.
/** @type {(claim: Claim, percent: number | null) => Words} */
export function inWords({ claim, label }, percent) {
  if (!label) return { lead: "Perhaps …", like: "", label: "Draw on!", sure: "" };
  const like = claim === "none" ? `A little like ${article(label)} ` : "";
  const tells = percent !== null && (claim === "think" || claim === "perhaps");
  const sure = tells ? `${percent} %` : "";
  return { lead: LEADS[claim], like, label, sure };
}

// Answers to the camera's last frames as one: no frame is still, and each would change the answer.
export function createAverage(/** @type {string[]} */ classes) {
  /** @type {Answer["networks"][]} */ let frames = []; // {name: prediction} each

  return {
    forget() {
      frames = [];
    },
    // networks: {name: prediction}, the answer to the next frame. Returns the mean in the same form.
    /** @type {(networks: Answer["networks"]) => Answer["networks"]} */
    add(networks) {
      /** @type {(frame: Answer["networks"]) => boolean} */
      const sameNetworks = (frame) => Object.keys(frame).join() === Object.keys(networks).join();
      frames = [...frames.filter(sameNetworks).slice(1 - FRAMES), networks];
      /** @type {(each: (frame: Answer["networks"]) => number) => number} */
      const mean = (each) => frames.reduce((sum, frame) => sum + each(frame), 0) / frames.length;
      return Object.fromEntries(
        Object.keys(networks).map((name) => {
          const probabilities = classes.map((_, i) =>
            mean((frame) => frame[name].probabilities[i]),
          );
          const confidence = Math.max(...probabilities);
          const label = classes[probabilities.indexOf(confidence)];
          const sure = mean((frame) => Number(frame[name].sure)) > 0.5;
          return [name, { probabilities, label, confidence, sure }];
        }),
      );
    },
  };
}
