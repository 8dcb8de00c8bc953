// A sentence over the page, until the next answer or for some seconds.

const NOTICE_MS = 8000;

export function createNotice(/** @type {HTMLElement} */ element) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */ let timer;
  let untilAnswer = false;

  /** @type {(sentence?: string, until?: boolean) => void} */
  function say(sentence = "", until = false) {
    clearTimeout(timer);
    element.textContent = sentence;
    element.hidden = !sentence;
    untilAnswer = until;
    if (sentence && !until) timer = setTimeout(say, NOTICE_MS);
  }

  return {
    say,
    /** There is an answer, or there will be none. */
    answered() {
      if (untilAnswer) say();
    },
  };
}
