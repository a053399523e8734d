"""Tries the pages of a folder in headless Chromium. Prints "all held" and ends with 0, or fails with what did not hold."""

import importlib.util
import json
import pathlib
import sys
import time

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

folder = pathlib.Path(sys.argv[1])
pictures = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else None
options = webdriver.ChromeOptions()
options.binary_location = "/usr/bin/chromium"
for flag in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
             "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage", "--hide-scrollbars"):
    options.add_argument(flag)
options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))


def check(holds, what):
    if not holds:
        driver.quit()
        sys.exit(f"does not hold: {what}")


def run(script):
    return driver.execute_script(script)


def show(name):
    driver.get(f"file://{folder / name}")


def size(width, height, mobile=False):
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)


def picture(name):
    if pictures:
        driver.save_screenshot(str(pictures / f"{name}.png"))


def media(**features):
    named = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items() if name != "type"]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": features.get("type", ""), "features": named})


def answer():
    size(1280, 900)
    show("drift.html")
    picture("desktop")
    title = driver.find_element(By.CSS_SELECTOR, "h1").text
    check(title.endswith("A stored password no longer matches the account's password"), title)
    check(run("return document.querySelectorAll('.lanes').length") >= 2, "a picture for each host")
    axis = "return document.querySelector('.lanes').textContent"
    before = run(axis)
    run("document.querySelector('[data-zoom=in]').click(); document.querySelector('.lanes').focus()")
    time.sleep(0.3)
    check(before != run(axis), "a button zooms")
    for key in ("+", "ArrowRight", "-", "Home"):
        run(f"document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {{key: '{key}', bubbles: true, cancelable: true}}))")
        time.sleep(0.2)
    check(before == run(axis), "Home shows all again")
    run("scrollTo(0, 0)")
    driver.find_element(By.CSS_SELECTOR, ".why a.cite").click()
    time.sleep(0.3)
    check(driver.current_url.endswith("#record-1"), driver.current_url)
    check(run("return document.querySelector('#record-1').open"), "a link opens its record")
    record = driver.find_element(By.ID, "record-1").text
    check("svc-robot" in record and "9047" in record, record)
    show("drift.html#record-2")
    check(run("return document.querySelector('#record-2').open"), "a link that was sent on opens its record")
    run("const zone = document.querySelector('#zone'); zone.value = 'utc'; zone.dispatchEvent(new Event('change'))")
    stamp = run("return document.querySelector('#record-1 time').textContent")
    check(stamp == "Sat 6 Jun 12:12:00 UTC", stamp)
    driver.find_element(By.ID, "search").send_keys("ERROR_LOGON_FAILURE")
    found = driver.find_element(By.ID, "found").text
    check("place" in found, found)
    script = run("""const data = JSON.parse(document.querySelector('#data').textContent);
        return data.head + data.steps.filter(step => !step.line.endsWith("''")).map(step => step.line + '\\n').join('') + data.tail""")
    told = (folder / "drift.cmd").read_bytes().decode("ascii").replace("\r\n", "\n")
    check(script == told, "the page makes the script of the command line")
    run("document.querySelector('#lanes').scrollIntoView()")
    picture("lanes")


def sorted_by_heads():
    """Each table of a page by itself, by the column whose head is clicked."""
    show("index.html")
    told = run("""const told = [];
        for (const table of document.querySelectorAll('table.sortable')) {
            const button = table.querySelector('th:last-of-type button');
            const cells = () => Array.from(table.querySelectorAll('tbody tr')).map(row => row.lastElementChild.textContent);
            const sorted = cells().sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
            button.click(); told.push(String(cells()) === String(sorted));
            button.click(); told.push(table.querySelectorAll('[aria-sort=descending]').length === 1);
        }
        return told""")
    check(len(told) >= 4 and all(told), f"a click on a head sorts its own table: {told}")


def far():
    """In months of logs the picture begins at the fault; what is left out is one click away."""
    show("far.html")
    axis = "return document.querySelector('.lanes').textContent"
    before = run(axis)
    check("other logs" in before, f"logs that say nothing share a row: {before}")
    run("document.querySelector('[data-zoom=all]').click()")
    time.sleep(0.3)
    check(before != run(axis) and "2023" in run(axis) and "2025" in run(axis), f"years are told apart: {run(axis)}")


def hostile():
    show("hostile.html")
    run("document.querySelectorAll('details').forEach(part => { part.open = true })")
    run("document.querySelector('[data-zoom=incident]').click()")
    run("document.querySelectorAll('main a').forEach(link => { if (link.getAttribute('href').startsWith('#')) link.click() })")
    run("document.querySelectorAll('[data-copy]').forEach(button => button.click())")
    time.sleep(0.5)
    check(run("return window.owned === undefined"), f"nothing of a log is run: {run('return window.owned')}")
    away = run("""return Array.from(document.querySelectorAll('a')).map(link => link.getAttribute('href'))
        .filter(href => !href.startsWith('#') && !href.startsWith('https://'))""")
    check(away == [], f"no link but to https: {away}")
    acts = run("""return document.querySelectorAll('img, iframe, object, embed, link, form, base').length
        + Array.from(document.querySelectorAll('*')).filter(node => Array.from(node.attributes).some(a => a.name.startsWith('on'))).length""")
    check(acts == 0, f"{acts} elements of a log")


def many():
    size(1280, 900)
    # The time of the page's own thread: how busy the machine is otherwise does not count.
    driver.execute_cdp_cmd("Performance.enable", {"timeDomain": "threadTicks"})
    spent = lambda: {entry["name"]: entry["value"] for entry in driver.execute_cdp_cmd("Performance.getMetrics", {})["metrics"]}["TaskDuration"]
    show("healthy.html")
    before = spent()
    begun = time.monotonic()
    show("many.html")
    drawn = run("return document.querySelectorAll('.lanes path').length")
    shown = time.monotonic() - begun
    check(5 < drawn < 2000, f"items of one look are one path: {drawn}")
    turns = """const turns = []; const lanes = document.querySelector('.lanes');
        for (let turn = 0; turn < 8; turn += 1) { const at = performance.now();
        lanes.dispatchEvent(new KeyboardEvent('keydown', {key: '+', bubbles: true, cancelable: true}));
        await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))); turns.push(performance.now() - at) }
        return Math.max(...turns)"""
    slowest = driver.execute_script("return (async () => {" + turns + "})()")
    print(f"10,000 items: shown after {shown:.2f} s, the slowest of 8 zooms took {slowest:.0f} ms")
    took = spent() - before
    print(f"10,000 items: {took:.2f} s of the page's thread, zooms and all")
    check(took < 2, f"10,000 items take {took:.2f} s of the page's thread")


def forms():
    size(390, 844, True)
    for name in ("drift.html", "idle.html", "healthy.html"):
        show(name)
        check(run("return document.documentElement.scrollWidth <= innerWidth"), f"{name} is not wider than a phone")
    show("drift.html")
    picture("phone")
    size(1280, 900)
    media(prefers_color_scheme="dark")
    show("drift.html")
    check(run("return getComputedStyle(document.body).backgroundColor") == "rgb(20, 24, 29)", "dark where it is dark")
    picture("dark")
    media(type="print")
    check(run("return getComputedStyle(document.querySelector('.tools')).display") == "none", "no tools on paper")
    picture("print")
    media()
    show("healthy.html")
    check(driver.find_element(By.CSS_SELECTOR, "h1").text == "No fault found", "a healthy case says so")


def accessible():
    """What axe finds that keeps somebody from using a page; its script is in a package of PyPI, of which nothing else is used."""
    package = importlib.util.find_spec("axe_playwright_python")
    if package is None:
        print("LEFT OUT: no axe (PyPI: axe-playwright-python, without what it depends on)")
        return
    script = (pathlib.Path(package.origin).parent / "axe.min.js").read_text()
    for scheme, width in (("light", 1280), ("dark", 1280), ("light", 390)):
        size(width, 900)
        media(prefers_color_scheme=scheme)
        for name in ("drift.html", "idle.html", "healthy.html", "index.html"):
            show(name)
            run("document.querySelectorAll('details').forEach(part => { part.open = true })")
            run(script)
            found = driver.execute_async_script("""const done = arguments[arguments.length - 1];
                axe.run(document).then(result => done(result.violations.map(one => [one.id, one.impact, one.nodes.length, one.nodes[0].html])),
                    error => done([["error", String(error)]]))""")
            check(found == [], f"axe finds nothing in {name}, {scheme}, {width}: {found}")
    media()
    print("axe: 12 looks")


for part in (answer, sorted_by_heads, far, hostile, many, forms, accessible):
    part()
told = [entry["message"] for entry in driver.get_log("browser")]
check(told == [], f"the console stays empty: {told}")
events = (json.loads(entry["message"])["message"] for entry in driver.get_log("performance"))
asked = {event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"}
check(all(url.startswith("file:") for url in asked), f"nothing is asked for: {asked}")
driver.quit()
print("all held")
