// What of the page is on the screen, for the style sheets: in a window of its own, the window. A
// Space's frame is as high as the page, and huggingface.co scrolls around it, so `fixed`, `sticky`
// and `vh` mean ends of the frame that nobody sees. Gradio brings the frame's half of
// iframe-resizer, which makes the frame that high and tells where it lies.

const LOW = 620; // pixels; a lower screen has the tools beside the paper
const TWO_COLUMNS = 560; // pixels, as in the style sheets

/** @type {(demo: Element) => void} */
function followScreen(demo) {
  /** @type {FrameInfo | null} */ let screen = null; // in a frame

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

  function followFrame() {
    window.iFrameResizer = {
      onReady() {
        window.parentIFrame?.getPageInfo((info) => {
          screen = info;
          show();
        });
      },
    };
    const script = document.createElement("script");
    script.src = "static/js/iframeResizer.contentWindow.min.js";
    document.head.append(script);
  }

  const { served } = JSON.parse(document.querySelector("#config")?.textContent ?? "");
  if (served && window.parent !== window) followFrame();
  window.addEventListener("resize", show);
  show();
}

followScreen(/** @type {Element} */ (document.querySelector(".demo")));
