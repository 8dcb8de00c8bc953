// What the engine says of the networks, computed once and kept.

const RETRY_MS = 2000;

/**
 * onchange(): something is there now. What is asked for is null until then.
 * @type {(compute: ComputeInside, onchange: () => void) => PanelPage["known"]}
 */
export function createCache(compute, onchange) {
  /** @type {Map<string, any>} */ const known = new Map(); // by question

  return (name, message) => {
    const key = name + JSON.stringify(message);
    if (!known.has(key)) {
      known.set(key, null);
      const forget = () => {
        known.delete(key);
        onchange(); // asks again, if it still matters
      };
      compute(name, message)
        .then((reply) => known.set(key, reply))
        .then(onchange, () => setTimeout(forget, RETRY_MS));
    }
    return known.get(key);
  };
}
