"""One company's statement, as the company itself reads it."""

from flask import render_template, request

from admin_portal.doors import company_called
from admin_portal.money.company_money import company_money
from billing.statement_pages import StatementPage
from core.forms import Form
from operators.current import needs


@company_money.get("/statement")
@needs("money.see")
def statement(company_id):
    company = company_called(company_id)
    page = StatementPage(company, Form(request.args))
    return render_template("admin_portal/money/statement.html", company=company, page=page)


@company_money.get("/statement.<any(csv, xlsx):file>")
@needs("money.see", proof=True)
def export_statement(company_id, file):
    company = company_called(company_id)
    return StatementPage(company, Form(request.args)).as_file(file)
