// The line to the server: at most one request in flight, the latest picture always next, and no
// answer ever shown after a newer one.

const SLOW_MS = 1500; // then we say that the server is slow
const LOST_MS = 8000; // then we stop waiting for that answer
const RETRY_MS = [300, 700, 1500, 3000]; // and 3000 from then on

// What a proxy or a captive portal says in the server's place is no answer.
/** @type {(reply: any) => reply is Reply} */ export const isAnswer = (reply) =>
  typeof reply === "object" && reply !== null && ("networks" in reply || "error" in reply);

// send(message): a promise of the answer, or of anything else when the server cannot be reached.
// onAnswer(answer, settled), onState("slow" | "gone"), onBusy(is an answer awaited?).
/**
 * @param {(message: Question) => Promise<unknown>} send
 * @param {(reply: Reply, settled: boolean) => void} onAnswer
 * @param {(state: "slow" | "gone") => void} onState
 * @param {(busy: boolean) => void} onBusy
 */
export function createLine(send, onAnswer, onState, onBusy) {
  /** @type {{ message: () => Question, settled: boolean } | null} */
  let next = null; // {message: a function, so that it is made when it is sent; settled}
  let flying = false;
  let turn = 0; // answers to questions of an earlier turn are for nobody
  let failures = 0;

  const lost = () => new Promise((resolve) => setTimeout(resolve, LOST_MS));

  async function pump() {
    onBusy(flying || next !== null);
    if (flying || !next) return;
    const asked = next;
    const askedTurn = turn;
    next = null;
    flying = true;
    /** @type {(state: "slow" | "gone") => void} */ const say = (state) => {
      if (askedTurn === turn) onState(state); // else nobody waits for it
    };
    const slow = setTimeout(() => say("slow"), SLOW_MS);
    const answer = await Promise.race([send(asked.message()).catch(() => undefined), lost()]);
    clearTimeout(slow);
    if (!isAnswer(answer)) {
      if (failures > 0) say("gone"); // a single call may be lost with its replica: ask again
      setTimeout(
        () => {
          flying = false;
          if (askedTurn === turn) next ??= asked;
          pump();
        },
        RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)],
      );
      return;
    }
    flying = false;
    failures = 0;
    if (askedTurn === turn) onAnswer(answer, asked.settled);
    pump();
  }

  return {
    /** @type {(message: () => Question, settled?: boolean) => void} */
    ask(message, settled = true) {
      next = { message, settled };
      pump();
    },
    // Whatever is on its way no longer matters: the paper is blank, or shows something else.
    forget() {
      next = null;
      turn += 1;
    },
  };
}
