// What of the page is on the screen, for the style sheets. Alone in a window that is the window. In
// the frame of a Space it is not: huggingface.co makes the frame as high as the page and scrolls its
// own, so `fixed`, `sticky` and `vh` mean ends of the frame that nobody sees.
// Gradio brings the frame's half of iframe-resizer, which tells where the frame lies.

const LOW = 620; // pixels; a lower screen has the tools beside the paper
const TWO_COLUMNS = 560; // pixels, as in the style sheets

/** @type {(demo: Element) => void} */
function followScreen(demo) {
  /** @type {FrameInfo | null} */
  let screen = null; // in a frame: {scrollTop, offsetTop, clientHeight} of the page around it

  function show() {
    /** @type {(name: string, value: string) => void} */
    const set = (name, value) => document.body.style.setProperty(name, value);
    let height = innerHeight;
    if (screen) {
      const top = Math.max(0, screen.scrollTop - screen.offsetTop);
      const bottom = Math.max(0, screen.scrollTop + screen.clientHeight - screen.offsetTop);
      // Scrolling changes what is seen, but not how large things are.
      height = screen.clientHeight - Math.min(screen.offsetTop, screen.clientHeight / 2);
      set("--screen", `${height}px`);
      set("--above", `${top}px`);
      set("--below", `max(0px, 100vh - ${bottom}px)`);
    }
    demo.classList.toggle("low", innerWidth >= TWO_COLUMNS && height < LOW);
  }

  // The frame keeps one listener, and Gradio's messages set one and drop it: ours stays.
  function listen() {
    const frame = window.parentIFrame;
    if (!frame) return;
    /** @type {((info: FrameInfo) => void) | null} */ let other = null;
    frame.getPageInfo((info) => {
      screen = info;
      show();
      other?.(info);
    });
    frame.getPageInfo = (listener) => {
      other = listener || null;
      if (screen) other?.(screen);
    };
  }

  if (window.parentIFrame) listen();
  else window.addEventListener("gradio:iframe-resizer-ready", listen, { once: true });
  window.addEventListener("resize", show);
  show();
}

followScreen(/** @type {Element} */ (document.querySelector(".demo")));
