// Numbers chosen by hand that Python and the engine share: weights/settings.json, read before the
// first answer. What each is for says the Python that reads the same file.

/** @type {Settings} */ export let settings;

/** @type {(file: Settings) => void} */
export function useSettings(file) {
  settings = file;
}
