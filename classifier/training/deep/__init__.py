"""How `deep` is made: `python -m classifier.training.deep --manifest DIR`.

784-980-1176-1176-512-11 on Fashion-MNIST, drawings made up by `drawings/`, and the photos and
sketches of the manifests, see `sources.py` and `student.py`. A quarter of an hour for the pictures,
the rest in minutes on a GPU or in a night on two cores. All figures are in weights/deep.json and
weights/README.md. `collect.py` downloads what it learns from; `cutout` has to be there already.
"""
