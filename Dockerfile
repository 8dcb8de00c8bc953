# The page in a container:
#     docker build -t draw-clothes . && docker run --rm -p 7860:7860 draw-clothes
FROM python:3.11-slim

# A volume put on /feedback gets the owner of this folder; a folder of the host keeps its own.
RUN useradd --create-home --uid 1000 page && install -d -o page -g page /feedback
WORKDIR /home/page/app

# First the CPU builds of torch, which are a tenth of what plain PyPI brings. Then the rest, also what
# it brings along, in the versions of the lock file; whose hashes are those of other builds.
COPY pre-requirements.txt requirements.txt requirements.lock ./
RUN grep -v '^ ' requirements.lock | sed 's/ \\$//' > versions.txt \
    && pip install --no-cache-dir -r pre-requirements.txt -c versions.txt \
    && pip install --no-cache-dir -r requirements.txt -c versions.txt

# What .dockerignore lets through: the same files as in a Space (deploy/space.py).
COPY . .

# An empty FEEDBACK_FOLDER takes "Wrong? Tell us" off: what a container keeps goes with it.
ENV PYTHONUNBUFFERED=1 \
    GRADIO_SERVER_NAME=0.0.0.0 \
    GRADIO_SERVER_PORT=7860 \
    FEEDBACK_FOLDER=
EXPOSE 7860
USER 1000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"GRADIO_SERVER_PORT\"]}/health')"]
CMD ["python", "app.py"]
