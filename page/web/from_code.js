// "Use it from code": how other programs ask this very server.

import { finder } from "./dom.js";

const here = new URL(".", location.href).href.replace(/[?#].*/, "");

const CODE = {
  python: `from gradio_client import Client, handle_file  # pip install gradio_client

client = Client("${here}")
answer = client.predict(handle_file("shirt.jpg"), api_name="/classify")
print(answer["label"], answer["confidence"])`,
  curl: `curl ${here}gradio_api/run/classify -H "Content-Type: application/json" \\
  -d '{"data": ["'$(base64 -w0 shirt.jpg)'", "auto", "deep"]}'`,
  mcp: `${here}gradio_api/mcp/`,
};

/** @param {HTMLDialogElement} dialog */
export function showCode(dialog) {
  for (const [name, code] of Object.entries(CODE)) {
    finder(dialog)(`[data-code=${name}]`).textContent = code;
  }
  dialog.showModal();
}
