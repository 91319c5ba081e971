"""A small customer's shop on another origin, which embeds the widget exactly as a customer would: by one line.

It knows nothing of the product but that line.  Its Content-Security-Policy is as strict as a careful customer's:
the widget gets the three entries that docs/embedding.md names, and no more.
"""

from flask import Flask, abort, current_app, render_template

from saas.demo_site.wares import LANGUAGES, PAGES, TEAS

# Known ahead, so that the shop needs to ask nobody.  Site keys are no secret: they stand in every page.
SITE_KEY = "acde0000de305173"


def create_site(public_url: str) -> Flask:
    """The shop's pages, embedding the widget that `public_url` serves."""
    site = Flask(__name__, static_url_path="/assets")
    site.config["EMBED"] = f"{public_url}/w/{SITE_KEY}.js"
    site.config["POLICY"] = (
        f"default-src 'none'; script-src {public_url}; frame-src {public_url}; style-src 'self'; img-src 'self' {public_url};"
        " base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
    )
    site.after_request(lambda response: _headers(response, site.config["POLICY"]))
    site.get("/", defaults={"language": "en", "page": "home"})(show)
    site.get("/<any(zh):language>/", defaults={"page": "home"})(show)
    site.get("/<page>", defaults={"language": "en"})(show)
    site.get("/<any(zh):language>/<page>")(show)
    return site


def show(language: str, page: str):
    """A page, or the page of one tea."""
    words, tea = LANGUAGES[language], TEAS.get(page)
    if tea is None and page not in PAGES:
        abort(404)
    return render_template(
        "tea.html" if tea else f"{page}.html",
        words=words,
        language=language,
        page=page,
        tea=tea,
        teas=TEAS,
        here=f"/{language}/" if language != "en" else "/",
        elsewhere=_same_page(language, page),
        embed=current_app.config["EMBED"],
    )


def _same_page(language: str, page: str) -> str:
    other = "/" if language == "zh" else "/zh/"
    return other if page == "home" else other + page


def _headers(response, policy: str):
    response.headers["Content-Security-Policy"] = policy
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
