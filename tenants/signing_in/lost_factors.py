"""Phone, keys and recovery codes are lost: signing in with the password alone again (G-10)."""

from tenants.people.members import Member
from tenants.signing_in.known_devices import KnownDevice
from tenants.signing_in.passkeys import Passkey
from tenants.signing_in.second_factors import SecondFactor
from tenants.signing_in.sessions import end_sessions


def remove_second_factor(member: Member) -> None:
    """He signs in anew, with the password alone.  Who calls this tells him by mail."""
    SecondFactor.remove(member)
    Passkey.remove_all(member)
    KnownDevice.forget_trust(member)
    end_sessions(member)
