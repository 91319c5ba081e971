"""The account statement: every income and expense, filtered, drawn, and to take away (F-04)."""

from flask import Blueprint, g, render_template, request

from billing.statement_pages import StatementPage
from core.forms import Form
from tenants.signing_in.current import needs

plan_statement = Blueprint("plan_statement", __name__, url_prefix="/manage/plan/statement")


@plan_statement.get("")
@needs("billing.manage")
def index():
    return render_template("manage/plan_statement/index.html", page=StatementPage(g.company, Form(request.args)))


@plan_statement.get("/statement.<any(csv, xlsx):file>")
@needs("billing.manage")
def export(file):
    return StatementPage(g.company, Form(request.args)).as_file(file)
