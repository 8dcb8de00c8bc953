"""How `deep` and `cutout` are made: `python -m classifier.training.deep cutout`, or deep.

cutout: the U-Net that cuts garments out of photos, see `train_cutout.py`. It classifies nothing,
but what it cuts out `deep` learns from: train it first. About half an hour on one core.

deep: 784-980-1176-1176-512-11 on Fashion-MNIST, drawings made up by `drawings/`, and the photos
and sketches of the manifests (`--manifest`), see `sources.py` and `student.py`. A quarter of an
hour for the pictures, the rest in minutes on a GPU or in a night on two cores. All figures are in
weights/deep.json and weights/README.md.

`--onwards` goes on from the `cutout` in the folder of the weights instead of from nothing. The
stored one has been made so, in the stages that its JSON file and weights/README.md name.

Nothing here is needed to run a network that is stored. `collect.py` downloads what they learn from.
"""
