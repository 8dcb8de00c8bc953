// What the page knows of itself, and the server's functions. Static files (page/export.py) say the
// same of themselves, and have no server.

const component = window.gradio_config?.components.find(({ props }) => props.js_on_load);

/** See app.py. @type {Facts} */
export const facts =
  component?.props.props ?? JSON.parse(document.querySelector("#facts")?.textContent ?? "");

export const served = component !== undefined;

// A promise of what our Python function returns, called as Gradio's own page calls the functions of
// a gr.HTML; it is broken if no answer of ours comes.
/** @type {(name: string, message: unknown) => Promise<any>} */
export async function call(name, message) {
  const body = { component_id: component?.id, fn_name: name, session_hash: "page", data: message };
  const response = await fetch(new URL("gradio_api/component_server/", document.baseURI), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return response.json();
}
