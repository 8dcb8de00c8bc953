// What the page knows of itself, and the server behind it; exported files have none.

/** See page/site.py. @type {PageConfig} */
export const config = JSON.parse(document.querySelector("#config")?.textContent ?? "");

/**
 * What the server answers to a picture; rejects if no answer of ours comes.
 * @type {(name: string, settings: Record<string, string>, picture: BodyInit) => Promise<any>}
 */
async function post(name, settings, picture) {
  const response = await fetch(`answer/${name}?${new URLSearchParams(settings)}`, {
    method: "POST",
    headers: { "Content-Type": "application/octet-stream" },
    body: picture,
  });
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return response.json();
}

/** A picture to learn from, see page/feedback.py. @type {(message: Given) => Promise<Thanks>} */
export const give = ({ image, ...settings }) => post("feedback", settings, image);

/** What the server answers to a question. @type {(question: Question) => Promise<any>} */
export async function classify({ image, kind, networks, show, piece, worn }) {
  /** @type {Record<string, string>} */ const settings = { kind, networks: networks.join() };
  if (kind === "sketch" && image !== window.paper) settings.file = "";
  if (show) settings.show = "";
  if (piece) settings.piece = piece.join();
  if (worn) settings.worn = JSON.stringify(worn);
  return post("classify", settings, await image.bytes());
}
