"""How `deep` and `cutout` are made: `python -m classifier.deep cutout`, or deep.

cutout: the U-Net that cuts garments out of photos, see `train_cutout.py`. It classifies nothing,
but what it cuts out `deep` learns from: train it first. About half an hour on one core.

deep: 784-980-1176-1176-512-11 on Fashion-MNIST, drawings made up by `drawings/`, and the photos
and sketches of the manifests (`--manifest`), see `sources.py` and `student.py`. An hour for what
teaches it, more for itself. All figures are in weights/deep.json and weights/README.md.

`--onwards` goes on from the networks in the folder of the weights instead of from nothing, in half
an hour for each on any core, teaching aside. The stored ones have been made so, in the steps that
their JSON files and weights/README.md name.

Nothing here is needed to run a network that is stored. `collect.py` downloads what they learn from.
"""
