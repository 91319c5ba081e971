"""What a directory and we say to each other by SCIM: the parts of RFC 7643 we keep, and nothing else.

What a directory says beyond them (passwords, roles, numbers, photographs) is dropped: no field, nothing to assign to.
"""

from typing import Annotated

from scim2_models import (
    URN,
    AuthenticationScheme,
    Bulk,
    CaseExact,
    ChangePassword,
    ComplexAttribute,
    ETag,
    Filter,
    Meta,
    Patch,
    Required,
    Resource,
    ResourceType,
    ScimPolicy,
    ServiceProviderConfig,
    Sort,
    Uniqueness,
)

from core.pages import address_of
from tenants.people.members import Member
from tenants.signing_in.provisioned_groups import ProvisionedGroup
from tenants.signing_in.provisioned_members import ProvisionedMember

ROWS = 200

# Entra ID adds to "emails[type eq "work"]" before there is one.
TOLERANT = ScimPolicy(unknown=ScimPolicy.Unknown.ignore, unmatched_path_filter=ScimPolicy.UnmatchedPathFilter.create)


class Name(ComplexAttribute):
    formatted: str | None = None
    family_name: str | None = None
    given_name: str | None = None


class Email(ComplexAttribute):
    value: str | None = None
    type: str | None = None
    primary: bool | None = None


class User(Resource):
    """Somebody who works for the company."""

    __schema__ = URN("urn:ietf:params:scim:schemas:core:2.0:User")

    user_name: Annotated[str | None, Uniqueness.server, Required.true] = None
    name: Name | None = None
    display_name: str | None = None
    active: bool | None = None
    emails: list[Email] | None = None

    @classmethod
    def of(cls, member: Member, told: ProvisionedMember | None) -> "User":
        """A member, as a directory sees him."""
        name = Name(formatted=told.formatted_name, given_name=told.given_name, family_name=told.family_name) if told else None
        return cls(
            id=str(member.id),
            external_id=told.external_id if told else None,
            user_name=told.user_name if told else member.email or member.number,
            display_name=(told.display_name if told else member.name) or None,
            name=name if name and (name.formatted or name.given_name or name.family_name) else None,
            active=member.removed_at is None,
            emails=[Email(value=member.email, type="work", primary=True)] if member.email else None,
            meta=Meta(
                resource_type="User",
                created=member.created_at,
                last_modified=told.changed_at if told else member.created_at,
                location=address_of("scim.scim_users.show", member_id=member.id),
            ),
        )


class GroupMember(ComplexAttribute):
    value: Annotated[str | None, CaseExact.true] = None
    type: str | None = None


class Group(Resource):
    """A department of the company, or people who have a role."""

    __schema__ = URN("urn:ietf:params:scim:schemas:core:2.0:Group")

    display_name: Annotated[str | None, Required.true, Uniqueness.server] = None
    members: list[GroupMember] | None = None

    @classmethod
    def of(cls, group: ProvisionedGroup, member_ids: set[int]) -> "Group":
        return cls(
            id=str(group.id),
            external_id=group.external_id,
            display_name=group.name,
            members=[GroupMember(value=str(id), type="User") for id in sorted(member_ids)],
            meta=Meta(
                resource_type="Group",
                created=group.created_at,
                last_modified=group.changed_at,
                location=address_of("scim.scim_groups.show", group_id=group.id),
            ),
        )


SHAPES = (User, Group)
RESOURCE_TYPES = [ResourceType.from_resource(shape) for shape in SHAPES]
SCHEMAS = [shape.to_schema() for shape in SHAPES]
CONFIG = ServiceProviderConfig(
    patch=Patch(supported=True),
    bulk=Bulk(supported=False, max_operations=0, max_payload_size=0),
    filter=Filter(supported=True, max_results=ROWS),
    change_password=ChangePassword(supported=False),
    sort=Sort(supported=False),
    etag=ETag(supported=False),
    authentication_schemes=[
        AuthenticationScheme(
            type="oauthbearertoken",
            name="Bearer token",
            description="A token of the company's, made in its management centre, in the Authorization header.",
        )
    ],
)
