"""The team's pages in a real browser: filled, voted on, signed and copied; without JavaScript, too."""

import shutil
from pathlib import Path

import pytest

from tests.serving import DUE, NAMES, PAGES, opened, serving

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
WIDTHS = {"phone": (340, 740), "desk": (1280, 900)}


def found_browser() -> tuple[str, str] | None:
    """Return the paths of a browser and its driver, if both are here."""
    browser = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    driver = shutil.which("chromedriver")
    return (browser, driver) if browser and driver else None


@pytest.fixture(scope="module")
def browser():
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    found = found_browser()
    if found is None:
        pytest.skip("no browser here: these tests need chromium and chromedriver")
    options = webdriver.ChromeOptions()
    options.binary_location = found[0]
    size = "window-size=1280,1400"
    for argument in ("headless=new", "no-sandbox", "disable-gpu", "disable-dev-shm-usage", size):
        options.add_argument(f"--{argument}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    service = webdriver.ChromeService(executable_path=found[1])
    driver = webdriver.Chrome(options=options, service=service)
    driver.implicitly_wait(5)
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def pages(browser, told_story, tmp_path_factory):
    folder = Path(shutil.copytree(told_story, tmp_path_factory.mktemp("browser") / "demo"))
    links = opened(folder, NAMES)
    with serving(folder) as served:
        served.links = links
        for name, said in zip(
            NAMES, ("Less haste", "More proof", "One owner", "Fewer epics"), strict=True
        ):
            served.ask("/reflection/send", {"pass": links[name], "stop": said})
        served.ask("/board/theme", {"pass": links["Ada Park"], "title": "Pace"})
        yield served


def enter(browser, pages, name: str) -> None:
    browser.delete_all_cookies()
    browser.get(f"{pages.url}/in/{pages.links[name]}")
    browser.find_element("css selector", "#enter button").click()
    arrived(browser, "/reflection")


def arrived(browser, path: str) -> None:
    """Wait until a page is there as a whole: one that is still coming would undo the next step."""
    from selenium.webdriver.support.ui import WebDriverWait

    there = "return location.pathname === arguments[0] && document.readyState === 'complete'"
    WebDriverWait(browser, 10).until(lambda one: one.execute_script(there, path))


def complaints(browser) -> list[str]:
    return [one["message"] for one in browser.get_log("browser") if one["level"] == "SEVERE"]


def test_a_member_fills_in_the_form(browser, pages):
    enter(browser, pages, "Ada Park")
    assert browser.current_url == f"{pages.url}/reflection"
    words = {"start": "A demo a week, because it shows", "continue": "Deep dives 🙂"}
    for name, text in words.items():
        browser.execute_script("arguments[0].value = ''", browser.find_element("id", name))
        browser.find_element("id", name).send_keys(text.replace("🙂", "as they are"))
    browser.find_element("name", "named-start").click()
    browser.find_element("css selector", "#answers button.main").click()
    browser.find_element("xpath", "//h1[.='Thank you']")
    assert browser.current_url == f"{pages.url}/reflection/thanks"
    held = pages.rows("SELECT text, author FROM entries WHERE month = '2021-06'")
    assert ("A demo a week, because it shows", "Ada Park") in held
    assert ("Deep dives as they are", None) in held
    assert complaints(browser) == []


def test_the_secret_leaves_the_address_as_soon_as_the_page_is_seen(browser, pages):
    browser.get(f"{pages.url}/in/{pages.links['Ada Park']}")
    assert "Hello Ada Park" in browser.page_source
    assert browser.current_url == f"{pages.url}/"


def test_a_draft_outlives_a_reload_and_goes_when_it_is_sent(browser, pages):
    enter(browser, pages, "Dev Rao")
    browser.find_element("id", "start").send_keys("Half of a thought")
    browser.find_element("xpath", "//*[@id='kept'][contains(., 'Kept on this device')]")
    browser.get(f"{pages.url}/reflection")
    assert browser.find_element("id", "start").get_property("value") == "Half of a thought"
    browser.find_element("css selector", "#answers button.main").click()
    browser.find_element("id", "thanks")
    assert browser.execute_script("return localStorage.length") == 0


def test_on_a_shared_device_nobody_sees_the_draft_of_another(browser, pages):
    enter(browser, pages, "Dev Rao")
    browser.find_element("id", "stop").send_keys("\nDev's unsent words")  # below what was sent
    browser.find_element("xpath", "//*[@id='kept'][contains(., 'Kept on this device')]")
    enter(browser, pages, "Ben Ito")
    assert "unsent words" not in browser.find_element("id", "stop").get_property("value")
    browser.find_element("id", "start").send_keys("Ben's own")
    browser.find_element("css selector", "#answers button.main").click()
    browser.find_element("id", "thanks")
    kept = browser.execute_script("return JSON.stringify(Object.entries(localStorage))")
    assert "Ben's own" not in kept
    assert not [token for token in pages.links.values() if token in kept]
    enter(browser, pages, "Dev Rao")
    stop = "Fewer epics\nDev's unsent words"
    assert browser.find_element("id", "stop").get_property("value") == stop
    from_elsewhere = {"pass": pages.links["Dev Rao"], "stop": "Sent from a phone"}
    pages.ask("/reflection/send", from_elsewhere)
    browser.get(f"{pages.url}/reflection")
    stop = "Sent from a phone\nDev's unsent words"
    assert browser.find_element("id", "stop").get_property("value") == stop
    browser.execute_script("localStorage.clear()")


def test_a_member_votes_and_drags_a_card_to_a_theme(browser, pages):
    from selenium.webdriver import ActionChains

    enter(browser, pages, "Ben Ito")
    browser.get(f"{pages.url}/board")
    ((entry,),) = pages.rows("SELECT id FROM entries WHERE text = 'More proof'")
    browser.find_element("id", f"w-{entry}").click()
    browser.find_element("xpath", "//strong[.='2 votes']")
    browser.find_element("xpath", "//*[@id='said'][.='Your vote is stored.']")
    assert browser.execute_script("return document.activeElement.id") == f"w-{entry}"
    ((theme,),) = pages.rows("SELECT id FROM themes WHERE title = 'Pace'")
    card = browser.find_element("css selector", f"#c-{entry} .text")
    target = browser.find_element("css selector", f"[data-theme='{theme}'] h2")
    drag = ActionChains(browser).click_and_hold(card).move_by_offset(9, 9)
    drag.move_to_element(target).pause(0.2).move_by_offset(3, 3).pause(0.2).release()
    drag.perform()
    browser.find_element("css selector", f"[data-theme='{theme}'] #c-{entry}")
    assert pages.rows(f"SELECT theme_id FROM entries WHERE id = '{entry}'") == [(theme,)]
    assert pages.rows(
        "SELECT votes FROM votes JOIN entries ON id = entry_id WHERE text = 'More proof'"
    ) == [(1,)]
    assert complaints(browser) == []


def test_a_member_signs_a_gate(browser, pages):
    enter(browser, pages, "Dev Rao")
    browser.get(f"{pages.url}/gates")
    article = browser.find_element("id", "TFIO-155")
    article.find_element("css selector", "summary").click()
    article.find_element("name", "evidence").send_keys("https://ci.example/run/9")
    article.find_element("css selector", "form button").click()
    shown = browser.find_element("css selector", "#TFIO-155 .gates a")
    assert shown.get_attribute("href") == "https://ci.example/run/9"
    assert browser.find_element("id", "said").text == "Signed and stored."
    assert browser.execute_script("return document.activeElement.id") == "said"
    assert browser.title.startswith("Signed and stored.")


def test_a_report_is_copied_as_rich_text_and_as_markdown_at_once(browser, pages):
    enter(browser, pages, "Ada Park")
    browser.get(f"{pages.url}/reports/2021-05/month")
    browser.execute_cdp_cmd(
        "Browser.grantPermissions",
        {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"], "origin": pages.url},
    )
    browser.find_element("id", "copy").click()
    browser.find_element("xpath", "//*[@id='copied'][starts-with(., 'Copied')]")
    html, text = browser.execute_async_script(
        """const done = arguments[0];
        navigator.clipboard.read().then(async ([item]) => done([
            await (await item.getType("text/html")).text(),
            await (await item.getType("text/plain")).text()]));"""
    )
    assert "<table" in html
    assert "<h1" in html
    assert text.startswith("# Training I/O squad: May 2021")
    assert text.strip() == browser.find_element("id", "markdown").get_property("value").strip()
    assert complaints(browser) == []


def test_all_of_it_works_without_javascript_and_without_a_cookie(browser, pages):
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        enter(browser, pages, "Chloé Martin")
        browser.delete_all_cookies()
        browser.find_element("id", "start").send_keys("Typed, not sent")
        browser.find_element("xpath", "//nav//button[.='Board']").click()
        browser.find_element("xpath", "//*[@id='said'][contains(., 'kept as a draft')]")
        browser.delete_all_cookies()
        ((entry,),) = pages.rows("SELECT id FROM entries WHERE text = 'One owner'")
        browser.find_element("id", f"w-{entry}").click()
        browser.find_element("xpath", "//strong[.='2 votes']")
        browser.delete_all_cookies()
        browser.find_element("id", "text").send_keys("A plain action")
        browser.find_element("xpath", "//select[@id='owner']/option[.='Dev Rao']").click()
        browser.find_element("id", "agree").click()
        browser.find_element("xpath", "//*[contains(., 'A plain action')]")
        browser.delete_all_cookies()
        browser.find_element("xpath", "//nav//button[.='Reflection']").click()
        browser.find_element("xpath", "//*[@id='start'][contains(., 'Typed, not sent')]")
        browser.delete_all_cookies()
        browser.find_element("css selector", "#answers button.main").click()
        browser.find_element("xpath", "//h1[.='Thank you']")
        browser.delete_all_cookies()
        browser.find_element("xpath", "//nav//button[.='Reports']").click()
        browser.delete_all_cookies()
        browser.find_element("xpath", "//main//button[.='May 2021']").click()
        browser.find_element("xpath", "//article//h1[contains(., 'May 2021')]")
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    assert pages.rows(f"SELECT owner FROM actions WHERE due = '{DUE}' AND text = 'A plain action'")
    assert ("Typed, not sent",) in pages.rows("SELECT text FROM entries")


def test_the_form_is_filled_and_sent_by_keyboard_alone(browser, pages):
    from selenium.webdriver import ActionChains, Keys

    enter(browser, pages, "Chloé Martin")
    browser.get(f"{pages.url}/reflection")
    seen = []
    for _ in range(30):
        ActionChains(browser).send_keys(Keys.TAB).perform()
        focused = browser.switch_to.active_element
        seen.append(focused.get_attribute("id") or focused.text)
        if seen[-1] == "stop":
            focused.send_keys("By keyboard alone")
        if seen[-1] == "Send":
            focused.send_keys(Keys.ENTER)
            break
    assert seen[0] == "Skip to the page"
    order = [
        seen.index(one) for one in ("Reflection", "Board", "start", "stop", "continue", "Send")
    ]
    assert order == sorted(order)
    browser.find_element("xpath", "//h1[.='Thank you']")
    assert any("By keyboard alone" in str(row) for row in pages.rows("SELECT text FROM entries"))


@pytest.mark.parametrize(("width", "scheme"), [("phone", "dark"), ("desk", "light")])
def test_no_page_is_wider_than_the_screen_in_light_and_dark(browser, pages, scheme, width):
    enter(browser, pages, "Ben Ito")
    wide, high = WIDTHS[width]
    size = {"width": wide, "height": high, "deviceScaleFactor": 1, "mobile": width == "phone"}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    feature = {"name": "prefers-color-scheme", "value": scheme}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
    try:
        for path in PAGES:
            browser.get(f"{pages.url}{path}")
            assert browser.execute_script("return document.documentElement.scrollWidth") <= wide, (
                path
            )
            color = browser.execute_script("return getComputedStyle(document.body).backgroundColor")
            assert (int(color[4:].split(",")[0]) > 127) == (scheme == "light")
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    assert complaints(browser) == []
