// Which pixels spoke for and against a class: gradient times input (Shrikumar et al. 2016,
// arXiv:1605.01713).
//
// With its ReLUs as they are for one picture, a network is a straight-line function of it: what a
// pixel adds to a logit is its value times the product of the weights on every way to it through
// units that are on, summed. A bias adds its own value times the weights after it. So pixels and
// biases add up to the logit.

import { backward, decide, logitsOf, mirrored } from "../../engine/network.js";

/**
 * What it says of the picture, 784 bytes, and for each of the classes its logit and what adds up to
 * it: pixels, 784 numbers as the picture lies, and biases; of two views the mean.
 * @param {Network} network @param {PictureQuestion & { classes: number[] }} message
 */
export function attribution({ about, layers, views }, { picture, kind, cut, classes }) {
  const seen = views(picture);
  const all = logitsOf(seen);
  const logits = classes.map((index) => {
    const pixels = new Float32Array(picture.length);
    let biases = 0;
    for (const [view, steps] of seen.entries()) {
      let gradient = new Float32Array(all[view].length);
      gradient[index] = 1 / seen.length;
      for (let i = layers.length - 1; i >= 0; i--) {
        biases += layers[i].biases.reduce((sum, bias, unit) => sum + bias * gradient[unit], 0);
        gradient = backward(layers[i], gradient, steps[i].x);
      }
      gradient.forEach((value, place) => {
        pixels[view ? mirrored(place) : place] += value * steps[0].x[place];
      });
    }
    const logit = all.reduce((sum, view) => sum + view[index], 0) / seen.length;
    return { logit, pixels, biases };
  });
  return { ...decide(about, all, kind, cut), logits };
}
