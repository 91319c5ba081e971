"""Opening a company: the one sequence behind the sign-up page, the operators' portal, the command line and the demo."""

from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from billing.grants import start_trial
from chat.styles.sites import Site
from core.db import db, transaction
from core.errors import Invalid
from core.text import is_email, tidy, tidy_email
from lifecycle.mails import send_account_data
from tenants.companies.company import RESERVED_IDS, Company, is_company_id
from tenants.companies.schemas import Schema
from tenants.companies.settings import Settings
from tenants.people.departments import Department
from tenants.people.members import Member
from tenants.people.roles import Role
from tenants.signing_in import passwords


@dataclass
class Opening:
    """What somebody filled in to open a company.

    Without a password the administrator chooses one by a link in the mail that says where everything is.
    """

    company_id: str
    name: str
    administrator: str
    email: str
    password: str | None = None
    language: str = "en"
    time_zone: str = "UTC"

    def __post_init__(self):
        self.company_id = tidy(self.company_id, 40).lower()
        self.name, self.administrator = tidy(self.name, 80), tidy(self.administrator, 80)
        self.email = tidy_email(self.email)

    def run(self) -> tuple[Company, Member]:
        """Open the company and move its administrator in.  Raises Invalid with every faulty field.

        Platform and company may live in different databases, so this is three transactions: the company only
        counts as open after the last, and what a crash leaves "opening" is cleared away by the schedule.
        """
        self.check()
        company = self._claim()
        with company.entered() as company, transaction():
            owner = self._move_in()
        with company.entered() as company, transaction():
            company.status = "open"
            send_account_data.later(member_id=owner.id)
        return company, owner

    def check(self) -> None:
        faults = {}
        for look in (self._check_company_id, self._check_person, self._check_password):
            try:
                look()
            except Invalid as invalid:
                faults |= invalid.fields
        if faults:
            raise Invalid(**faults)

    def _check_company_id(self) -> None:
        with transaction():
            check_company_id(self.company_id)

    def _check_person(self) -> None:
        faults = {}
        if not self.name:
            faults["name"] = _("Enter your company's name.")
        if not self.administrator:
            faults["administrator"] = _("Enter your name.")
        if not is_email(self.email):
            faults["email"] = _("Enter an e-mail address like name@example.com.")
        if faults:
            raise Invalid(**faults)

    def _check_password(self) -> None:
        if self.password is not None:
            passwords.check_strength(self.password, self.name, self.administrator, self.email, self.company_id)

    def _claim(self) -> Company:
        try:
            with transaction():
                company = Company(
                    company_id=self.company_id,
                    name=self.name,
                    schema=Schema.claim(),
                    language=self.language,
                    time_zone=self.time_zone,
                )
                db.session.add(company)
                db.session.flush()
                start_trial(company, email=self.email)
                # All there is to know of it, before its session has gone.
                db.session.refresh(company)
        except sa.exc.IntegrityError as error:
            # Two people may choose one ID in the same moment; the database decides who was first.
            raise Invalid(company_id=_taken) from error
        return company

    def _move_in(self) -> Member:
        roles = Role.defaults()
        db.session.add_all([*roles, Settings(), Department(name=_("Customer service"))])
        db.session.flush()
        owner = Member.add(
            self.administrator, self.email, roles[0], password=self.password, language=self.language, time_zone=self.time_zone
        )
        owner.departments = Department.all()
        Site.add(self.name)
        return owner


_taken = _l("This company ID is taken. Try adding your city or trade.")


def check_company_id(company_id: str) -> None:
    """Raises Invalid(company_id=…) for an ID that is ill-formed, reserved or taken."""
    if not is_company_id(company_id):
        raise Invalid(company_id=_("Use 3 to 30 lower-case letters, digits and single hyphens, beginning with a letter."))
    if company_id in RESERVED_IDS:
        raise Invalid(company_id=_("This company ID is reserved. Choose another one."))
    if db.session.scalar(sa.select(Company.id).where(Company.company_id == company_id)) is not None:
        raise Invalid(company_id=_taken)
