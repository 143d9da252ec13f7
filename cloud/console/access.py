"""Who may use which route: one literal table. A route that is missing in it is for nobody, and a test names it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from cloud.accounts import Role, Session
from cloud.cases.domain import Actor

ALL: Final = frozenset(Role)
WORKERS: Final = frozenset({Role.STAFF, Role.LEAD, Role.COMMUNITY, Role.STREET})
LEADS: Final = WORKERS - {Role.STAFF}
ABOVE: Final = LEADS - {Role.LEAD}
VIEWERS: Final = WORKERS | {Role.CITY}  # who reads pages of cases
READERS: Final = VIEWERS | {Role.INTEGRATOR}  # who reads cases, and what goes with them, as JSON
TECHNICIANS: Final = VIEWERS | {Role.INSTALLER}
AUDITORS: Final = frozenset({Role.AUDITOR})
OVERSEERS: Final = LEADS | {Role.CITY, Role.AUDITOR}  # who reads what is in force

# Method and path as the routes are written. Who sees which object of a route is the scope's matter, not this table's.
ACCESS: Final[Mapping[tuple[str, str], frozenset[Role]]] = MappingProxyType(
    {
        # one's own stay
        ("POST", "/logout"): ALL,
        ("POST", "/language"): ALL,
        ("GET", "/account"): ALL,
        ("POST", "/account/second-factor"): ALL,
        ("POST", "/account/second-factor/confirm"): ALL,
        ("POST", "/account/second-factor/codes"): ALL,
        ("POST", "/account/second-factor/off"): ALL,
        ("POST", "/account/sessions/end"): ALL,
        ("GET", "/audit"): AUDITORS,
        ("GET", "/settings"): OVERSEERS,
        ("GET", "/api/session"): ALL,
        ("POST", "/api/logout"): ALL,
        # what the interface is
        ("GET", "/api/openapi.json"): ALL,
        ("GET", "/api/docs"): ALL,
        ("GET", "/api/meta"): ALL,
        # cases
        ("GET", "/today"): WORKERS,
        ("GET", "/cases"): VIEWERS,
        ("GET", "/map"): VIEWERS,
        ("GET", "/map/{community}/{sha256}"): VIEWERS,
        ("POST", "/map/plan"): LEADS,
        ("POST", "/map/places"): LEADS,
        ("POST", "/cases/saved"): VIEWERS,
        ("POST", "/cases/saved/{saved_id}/remove"): VIEWERS,
        ("GET", "/cases/{case_id}"): VIEWERS,
        ("POST", "/cases/{case_id}/actions"): WORKERS,
        ("POST", "/cases/photos"): WORKERS,
        ("GET", "/cases/{case_id}/photos/{sha256}"): READERS,
        ("GET", "/cases/{case_id}/photos/{sha256}/figure"): VIEWERS,
        ("GET", "/cases/{case_id}/photos/{sha256}/original"): WORKERS,
        ("POST", "/cases/{case_id}/originals"): WORKERS,
        ("GET", "/cases/{case_id}/keeping"): VIEWERS,
        ("POST", "/cases/{case_id}/keeping"): ABOVE,
        ("GET", "/originals"): WORKERS,
        ("GET", "/originals/{request_id}"): WORKERS,
        ("POST", "/originals/{request_id}"): WORKERS,
        ("GET", "/originals/{request_id}/pictures/{sha256}"): WORKERS,
        ("GET", "/cases/{case_id}/sheet"): VIEWERS,
        ("GET", "/cases/{case_id}/sheet.pdf"): READERS,
        ("GET", "/suspects"): VIEWERS,
        ("GET", "/suspects/{event_id}/photos/{sha256}"): READERS,
        ("POST", "/suspects/{event_id}/dismiss"): WORKERS,
        ("GET", "/live"): VIEWERS,
        ("GET", "/api/cases"): READERS,
        ("GET", "/api/cases/{case_id}"): READERS,
        ("POST", "/api/cases/{case_id}/actions"): WORKERS | {Role.INTEGRATOR},
        ("POST", "/api/cases/{case_id}/rating"): ABOVE | {Role.INTEGRATOR},
        ("GET", "/api/cases/{case_id}/photos/{sha256}"): READERS,
        ("POST", "/api/cases/{case_id}/photos"): WORKERS | {Role.INTEGRATOR},
        # reports from outside
        ("POST", "/api/reports"): WORKERS | {Role.INTEGRATOR},
        ("GET", "/api/reports/{source}/{reference}"): READERS,
        ("POST", "/api/reports/{source}/{reference}/photos"): WORKERS | {Role.INTEGRATOR},
        ("GET", "/api/suspects"): READERS,
        # what devices tell
        ("GET", "/berths"): VIEWERS,
        ("GET", "/api/berths"): READERS,
        ("GET", "/meters"): VIEWERS,
        ("GET", "/meters/{community}/{gateway}/{meter}"): VIEWERS,
        ("GET", "/api/meters"): READERS,
        ("GET", "/api/meters/{community}/{gateway}/{meter}"): READERS,
        ("GET", "/api/meters/{community}/{gateway}/{meter}/series"): READERS,
        ("GET", "/devices"): TECHNICIANS,
        ("GET", "/api/devices"): TECHNICIANS | READERS,
        # evaluation
        ("GET", "/evaluation"): VIEWERS,
        ("GET", "/evaluation.csv"): VIEWERS,
        ("GET", "/evaluation.xlsx"): VIEWERS,
        ("GET", "/evaluation.pdf"): VIEWERS,
        ("GET", "/evaluation/communities/{community}"): VIEWERS,
        ("GET", "/evaluation/communities/{community}/sheet.pdf"): VIEWERS,
        ("GET", "/api/evaluation"): READERS,
        # notices
        ("GET", "/notices"): LEADS | {Role.CITY},
        ("GET", "/notices/rules"): LEADS | {Role.CITY},
        ("GET", "/notices/roster"): LEADS | {Role.CITY},
        ("POST", "/notices/destinations"): LEADS,
        ("POST", "/notices/destinations/remove"): LEADS,
        ("POST", "/notices/destinations/test"): LEADS,
        ("POST", "/notices/rules"): LEADS,
        ("POST", "/notices/rules/switch"): LEADS,
        ("POST", "/notices/rules/remove"): LEADS,
        ("POST", "/notices/roster"): LEADS,
        ("POST", "/notices/roster/remove"): LEADS,
        # permits
        ("GET", "/permits"): LEADS,
        ("POST", "/permits/search"): LEADS,
        ("POST", "/permits/remove"): LEADS,
        ("POST", "/permits/import"): LEADS,
    }
)


OWN: Final = "/account"  # of a person: an access token has no second factor and no sessions to look after

# What is open to one whose role wants a second factor and who has none yet: the way to it.
ENROLLING: Final = frozenset(
    {
        ("POST", "/logout"),
        ("POST", "/language"),
        ("GET", "/account"),
        ("POST", "/account/second-factor"),
        ("POST", "/account/second-factor/confirm"),
    }
)


def may(role: Role, method: str, path: str) -> bool:
    """Whether a role may use a route.

    Args:
        path: as the route is written, `/cases/{case_id}`.
    """
    return role in ACCESS.get((method, path), frozenset())


def actor_of(session: Session) -> Actor:
    """Who acts on a case, by the session."""
    return Actor(session.user, session.role, session.scope)
