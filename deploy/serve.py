"""The page on several replicas, on one machine or many, with Ray Serve.

    pip install --group serve          # beside requirements.txt; pip 25.1 or newer
    serve run deploy.serve:page        # two replicas on port 8000
    serve run deploy.serve:page replicas=8

It listens on 127.0.0.1 only; RAY_SERVE_DEFAULT_HTTP_HOST=0.0.0.0 is for everyone on the network.

Any replica answers any call of the page, since none keeps anything between two calls. Gradio's
queue and uploads do keep something, so `gradio_client` and MCP clients need a single process; from
code, send base64 text to `/gradio_api/run/classify` here.

Pictures given by "Wrong? Tell us" go to a data set for each replica, in a folder of FEEDBACK_FOLDER
named after it; without that setting the button is off.
"""

import os
from pathlib import Path

import gradio as gr
from fastapi import FastAPI
from ray import serve
from ray.serve import Application

import app
from page.feedback import Feedback

REPLICAS = 2
CPUS = 1  # for each replica
MOST_CALLS = 100  # that one replica answers at the same time, the others wait


def build() -> FastAPI:
    """The whole page, anew in each replica."""
    folder = os.environ.get("FEEDBACK_FOLDER")
    replica = serve.get_replica_context().replica_id.unique_id
    feedback = Feedback(Path(folder) / replica) if folder else None
    demo, options = app.build(app.load_networks(), feedback)
    site: FastAPI = gr.mount_gradio_app(FastAPI(), demo, path="", **options)
    return site


@serve.ingress(build)
class Replica:
    pass


def page(arguments: dict[str, str]) -> Application:
    deployment = serve.deployment(
        Replica,
        num_replicas=int(arguments.get("replicas", REPLICAS)),
        max_ongoing_requests=MOST_CALLS,
        ray_actor_options={"num_cpus": CPUS},
    )
    return deployment.bind()
