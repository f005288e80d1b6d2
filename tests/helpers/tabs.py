"""Pages as a reader's browser has them, without a network."""

from contextlib import contextmanager


@contextmanager
def opener(browser, page, height=900):
    """Opens the page with the network off; in the end nothing was complained of or asked for.

    Parameters
    ----------
    browser : playwright.sync_api.Browser
    page : pathlib.Path
    height : int
        Of the window, in pixels.

    Yields
    ------
    callable
        From a width in pixels, a scheme, "light" or "dark", what follows the file in
        the address, and whether motion is to be reduced, to a tab.
    """
    # an error, a warning, a request that failed or went anywhere but to a file
    complaints, contexts = [], []

    def open_page(width=1400, scheme="light", address="", motion="no-preference"):
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            reduced_motion=motion,
            offline=True,
        )
        contexts.append(context)
        tab = context.new_page()
        tab.on("console", lambda message: complaints.append(message.text))
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        tab.on("requestfailed", lambda request: complaints.append(request.url))
        tab.on(
            "request",
            lambda request: complaints.extend(
                [request.url] * (request.url[:5] not in ("file:", "data:"))
            ),
        )
        tab.goto(page.as_uri() + address)
        return tab

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints
