"""The page: its HTML, CSS and JavaScript, and the Python that answers it.

What the browser calls (`web/main.js`), and what answers it:
"""

CLASSIFY = "classify"  # answer.py; so is the API for other programs called, which is in api.py
INSIDE = "inside"  # inside.py
FEEDBACK = "feedback"  # feedback.py; doors.py lets it in from this page alone

NETWORKS = ("deep", "lesson")  # offered when their weights are there; the first one answers
ASIDE = ("linear",)  # not offered, but compared with in "See inside the network"
