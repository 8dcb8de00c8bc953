// Numbers: out of what the server sends, and as text.

export const bytesOf = (/** @type {string} */ encoded) =>
  Uint8Array.from(atob(encoded), (c) => c.charCodeAt(0));

/** The index of the largest. @type {(values: number[]) => number} */
export const highest = (values) => values.indexOf(Math.max(...values));

/** Whole percentages that add up to 100: the largest remainders get what rounding left over. */
export function percentages(/** @type {number[]} */ probabilities) {
  const exact = probabilities.map((p) => p * 100);
  const whole = exact.map(Math.floor);
  const left = 100 - whole.reduce((sum, value) => sum + value, 0);
  const order = exact.map((value, i) => [value - whole[i], i]).sort((a, b) => b[0] - a[0]);
  for (const [, i] of order.slice(0, Math.max(left, 0))) whole[i] += 1;
  return whole;
}

const MINUS = "−";
const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";

export function decimals(/** @type {number} */ value, digits = 3) {
  const text = Math.abs(value).toFixed(digits);
  return value < 0 && Number(text) !== 0 ? MINUS + text : text;
}

export const signed = (/** @type {number} */ value, digits = 3) =>
  (Number(value.toFixed(digits)) >= 0 ? "+" : "") + decimals(value, digits);

/** Four digits, and a power of ten where the number is large. */
export function short(/** @type {number} */ value) {
  if (value < 1e5) return value.toFixed(value < 100 ? 3 : value < 1000 ? 2 : 1);
  const power = Math.floor(Math.log10(value));
  const raised = String(power).replace(/\d/g, (digit) => RAISED[Number(digit)]);
  return `${(value / 10 ** power).toFixed(3)} × 10${raised}`;
}

export const grouped = (/** @type {number} */ count) =>
  String(count).replace(/\B(?=(\d{3})+$)/g, ",");
export const per100 = (/** @type {number} */ share, digits = 1) =>
  `${(100 * share).toFixed(digits)} %`;

/**
 * Of numbers that are shown rounded, one after the other, what is left for the rest so that they
 * add up as they are shown.
 * @type {(total: number, parts: number[]) => number}
 */
export function remainder(total, parts) {
  const rounded = (/** @type {number} */ value) => Math.round(Number(value.toFixed(3)) * 1000);
  return (rounded(total) - parts.reduce((sum, part) => sum + rounded(part), 0)) / 1000;
}
