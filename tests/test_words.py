"""The words of an answer: the tests are in JavaScript, as what they test."""

import subprocess
from pathlib import Path


def test_the_words_of_an_answer() -> None:
    file = Path(__file__).with_name("words.test.mjs")
    run = subprocess.run(["node", "--test", file], capture_output=True, text=True)
    assert run.returncode == 0, run.stdout
