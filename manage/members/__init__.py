"""Colleagues, departments, roles and seats."""

from manage.members import departments, invitations, members, passwords, roles, seats, second_factors, sessions

BLUEPRINTS = (
    members.members,
    invitations.member_invitations,
    passwords.member_passwords,
    second_factors.member_second_factors,
    sessions.member_sessions,
    departments.departments,
    roles.roles,
    seats.seats,
)
