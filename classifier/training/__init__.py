"""All that makes what is in `weights/`, and its figures. Nothing that answers imports it."""
