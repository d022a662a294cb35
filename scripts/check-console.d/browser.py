"""What an engineer sees and does: headless Chromium, axe-core, screenshots."""

import csv
import io
import time
from pathlib import Path

from axe_core_python.selenium import Axe
from PIL import Image
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

MOST_BYTES = 200_000
# What is asked for on purpose: a wrong token, a page that there is not.
EXPECTED = ("status of 403", "status of 404")


class Browser:
    def __init__(self, address, screenshots):
        options = webdriver.ChromeOptions()
        for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
        self.size(1280, 900)
        self.base = f"http://{address}"
        self.screenshots = screenshots
        self.violations = []

    def close(self):
        self.driver.quit()

    def size(self, width, height):
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500,
        })

    def dark(self, is_dark):
        value = "dark" if is_dark else "light"
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": value}]})

    def open(self, path):
        self.driver.get(self.base + path)

    def wait(self, what, condition, seconds=60):
        WebDriverWait(self.driver, seconds, 0.2).until(lambda _: condition(), f"never: {what}")

    def text(self, selector="main"):
        return self.driver.execute_script("return document.querySelector(arguments[0])?.innerText ?? ''", selector)

    def find(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def count(self, selector):
        return len(self.driver.find_elements(By.CSS_SELECTOR, selector))

    def sign_in(self, name, token):
        self.open("/")
        self.wait("the page to sign in", lambda: "/console/login" in self.driver.current_url)
        self.audit("login")
        self.find("#name").send_keys(name)
        self.find("#token").send_keys("wrong")
        self.find("main button").click()
        self.wait("a wrong token is refused", lambda: "not one that the control plane knows" in self.text())
        self.find("#token").send_keys(token)
        self.find("main button").click()
        self.wait("Today", lambda: self.driver.current_url.endswith("/console"))

    def sign_in_at_provider(self, console):
        """Goes to the provider's site and comes back from it: what cookies that takes is the browser's to say."""
        self.driver.get(f"{console}/console/fleet")
        self.wait("the page to sign in", lambda: "/console/login" in self.driver.current_url)
        self.find("a.button").click()
        self.wait("the provider", lambda: self.count("#go") == 1)
        self.find("#go").click()
        self.wait("where it was begun", lambda: self.driver.current_url == f"{console}/console/fleet")
        assert self.text(".who span") == "ana", "the provider's name is not the person's"
        self.find(".who button").click()
        self.wait("signed out", lambda: "/console/login" in self.driver.current_url)

    def audit(self, name):
        """The page has no serious violation of accessibility, in light, in dark and narrow; writes its picture."""
        for is_dark, width in ((False, 1280), (True, 1280), (False, 390)):
            self.dark(is_dark)
            self.size(width, 900)
            found = Axe().run(self.driver, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})["violations"]
            where = f"{name} ({'dark' if is_dark else 'light'}, {width} px)"
            for violation in found:
                if violation["impact"] in ("serious", "critical"):
                    places = [node["html"][:160] for node in violation["nodes"][:3]]
                    self.violations.append(f"{where}: {violation['id']}: {violation['help']}: {places}")
            overflow = self.driver.execute_script("return document.documentElement.scrollWidth - window.innerWidth")
            if overflow > 0:
                self.violations.append(f"{where}: it is {overflow} px wider than the screen")
        size = len(self.driver.page_source.encode())
        if size > 100_000:
            self.violations.append(f"{name}: it has {size} bytes, and may have 100,000")
        self.size(1280, 900)
        self.picture(name)

    def picture(self, name, is_dark=False, width=1280):
        self.dark(is_dark)
        height = self.driver.execute_script("return Math.min(document.documentElement.scrollHeight, 1400)")
        self.size(width, max(600, height))
        if self.screenshots:
            path = Path(self.screenshots) / f"{name}.png"
            self.driver.save_screenshot(str(path))
            Image.open(path).convert("RGB").quantize(96, dither=Image.Dither.NONE).save(path, optimize=True)
            if path.stat().st_size > MOST_BYTES:
                self.violations.append(f"{path} has {path.stat().st_size} bytes, and may have {MOST_BYTES}")
        self.dark(False)
        self.size(1280, 900)

    def complaints(self):
        """What the browser has complained of, such as a breach of the content security policy."""
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] == "SEVERE" and not any(status in entry["message"] for status in EXPECTED)]

    def mark(self):
        """Marks the document: a page that is loaded anew has lost the mark."""
        self.driver.execute_script("window.isTheSame = true")

    def is_marked(self):
        return self.driver.execute_script("return window.isTheSame === true")

    def state(self, stage):
        """The state of a stage of the cycle's track."""
        script = """
            for (const li of document.querySelectorAll('.track li'))
                if (li.querySelector('strong').textContent === arguments[0]) return li.querySelector('.badge').textContent;
            return null"""
        return self.driver.execute_script(script, stage)

    def download(self, selector):
        """What a link leads to, with the browser's cookies."""
        script = """
            const done = arguments[1];
            fetch(document.querySelector(arguments[0]).href).then((answer) => answer.text()).then(done)"""
        return self.driver.execute_async_script(script, selector)

    def table(self, selector):
        """The rows of the CSV that a link leads to."""
        return list(csv.DictReader(io.StringIO(self.download(selector))))


def settle():
    """Lets what was asked for arrive."""
    time.sleep(1)
