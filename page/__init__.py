"""The page: its HTML, CSS and JavaScript (`web/`), and the Python that serves and answers it."""

NETWORKS = ("deep", "lesson")  # offered when their weights are there; the first one answers
COMPARISON = ("linear",)  # not offered, but compared with in "See inside the network"
