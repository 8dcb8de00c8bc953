// The live camera, shown in a <video>.

/** @type {(stream: MediaStream) => void} */ const close = (stream) => {
  for (const track of stream.getTracks()) track.stop();
};

export function createCamera(/** @type {HTMLVideoElement} */ video) {
  /** @type {MediaStream | null} */ let stream = null;
  /** @type {object | null} */
  let awaited = null; // the start that somebody waits for, while the browser asks them

  return {
    /** Is it on? False if nobody waits for it any more; rejects if there is none to be had. */
    async start() {
      const mine = (awaited = {});
      const opened = await navigator.mediaDevices.getUserMedia({
        video: { facingMode: "environment", width: { ideal: 640 } },
      });
      if (awaited !== mine) {
        close(opened); // they have left, or clicked again
        return false;
      }
      stream = video.srcObject = opened;
      return true;
    },
    stop() {
      awaited = null;
      if (stream) close(stream);
      stream = video.srcObject = null;
    },
  };
}
