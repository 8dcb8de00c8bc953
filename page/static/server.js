// Our Python functions, called as Gradio's own page calls the functions of a gr.HTML.

const [component] = window.gradio_config.components.filter(({ props }) => props.js_on_load);

// What the server says of itself, see app.py: {classes, networks, inside, takes_feedback, source}.
export const facts = component.props.props;

// A promise of what the function returns; it is broken if no answer of ours comes.
/** @type {(name: string, message: unknown) => Promise<any>} */
export async function call(name, message) {
  const body = { component_id: component.id, fn_name: name, session_hash: "page", data: message };
  const response = await fetch(new URL("gradio_api/component_server/", document.baseURI), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return response.json();
}
