"""How `deep` and `cutout` are made: `python -m classifier.deep cutout`, or deep.

cutout: the U-Net that cuts garments out of photos, see `cutting.py`; about twenty minutes. It
classifies nothing, but what it cuts out `deep` learns from: train it first.

deep: 784-980-1176-1176-512-11 on Fashion-MNIST, drawings made up by `drawings/`, and the photos and
sketches of a manifest (`--manifest`), see `mixture.py` and `student.py`; about an hour on one core
that knows bfloat16. Test accuracy 0.928 (seed 0); all figures are in weights/deep.json and
weights/README.md.

Nothing here is needed to run a network that is stored. `collect.py` downloads what they learn from.
"""
