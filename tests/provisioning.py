"""A company's directory, and what Entra ID and Okta say in its place."""

from dataclasses import dataclass

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from core.db import db, transaction
from tenants.people.members import Member
from tenants.signing_in.provisioning import ProvisioningToken

BASE = "/scim/v2"
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


@dataclass
class Directory:
    """Speaks SCIM with a token of one company's."""

    browser: FlaskClient
    token: str

    @classmethod
    def of(cls, app, company, administrator: Member) -> "Directory":
        with company.entered(), transaction():
            _token, text = ProvisioningToken.make("Entra ID", db.session.get_one(Member, administrator.id))
        return cls(app.test_client(), text)

    @property
    def headers(self) -> dict:
        return {"Authorization": f"Bearer {self.token}", "Accept": "application/scim+json"}

    def ask(self, method: str, path: str, sent=None, **query) -> TestResponse:
        more = {"json": sent, "content_type": "application/scim+json"} if sent is not None else {}
        response = self.browser.open(BASE + path, method=method, headers=self.headers, query_string=query, **more)
        db.session.commit()
        db.session.expire_all()
        return response

    def get(self, path: str, **query) -> TestResponse:
        return self.ask("GET", path, **query)

    def post(self, path: str, sent) -> TestResponse:
        return self.ask("POST", path, sent)

    def put(self, path: str, sent) -> TestResponse:
        return self.ask("PUT", path, sent)

    def patch(self, path: str, *operations: dict) -> TestResponse:
        return self.ask("PATCH", path, {"schemas": [PATCH], "Operations": list(operations)})

    def delete(self, path: str) -> TestResponse:
        return self.ask("DELETE", path)

    def found(self, path: str, filter: str) -> list[str]:
        """Ids of what a filter finds."""
        return [one["id"] for one in self.get(path, filter=filter).json["Resources"]]


def person(user_name: str, **more) -> dict:
    """Somebody, as directories describe him."""
    return {"schemas": [USER], "userName": user_name, "active": True} | more


def group(name: str, *ids: str, **more) -> dict:
    return {"schemas": [GROUP], "displayName": name, "members": [{"value": id} for id in ids]} | more


def fault_of(response: TestResponse) -> tuple[int, str | None]:
    """Status and scimType of a refusal, whose shape is SCIM's."""
    assert response.content_type.startswith("application/scim+json"), response.text
    assert response.json["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]
    assert response.json["status"] == str(response.status_code)
    assert response.json["detail"]
    return response.status_code, response.json.get("scimType")
