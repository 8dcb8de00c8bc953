"""Start `python app.py`, show it a picture, and want ten probabilities; needs nothing else."""

import base64
import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import Request, urlopen

picture = base64.b64encode(Path("page/web/example.png").read_bytes()).decode()
with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
command = [sys.executable, "app.py", "--port", str(port)]
environment = os.environ | {"FEEDBACK_FOLDER": ""}
with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as app:
    assert app.stdout
    try:
        said = next(line for line in app.stdout if line.startswith("Draw clothes: http"))
        address = said.split()[2]
        body = json.dumps({"data": [picture, "photo", "deep"]}).encode()
        headers = {"Content-Type": "application/json"}
        asked = Request(f"{address}gradio_api/run/classify", body, headers)
        (answer,) = json.load(urlopen(asked))["data"]
    finally:
        app.terminate()
probabilities = answer["probabilities"].values()
assert abs(sum(probabilities) - 1) < 1e-5 and len(probabilities) == 10, answer
print(f"The page answers: {answer['label']}")
