"""What a Space on ZeroGPU runs instead of app.py.

ZeroGPU is for programs with a function that may borrow a GPU. The networks here need none, so this
one does nothing; it has to be there, or the Hub stops the Space.
"""

import spaces  # before torch, which it changes

import app


@spaces.GPU  # type: ignore[untyped-decorator]
def borrow() -> None:
    pass


app.main()
