"""The page: its HTML, CSS and JavaScript, and the Python that answers it."""
