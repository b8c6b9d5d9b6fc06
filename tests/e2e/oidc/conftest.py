"""The suite of OpenID Connect behaviour: the same tests over every issuer."""

from typing import Callable

import pytest

from support.issuer_driver import Account, EmbeddedDriver, IssuerDriver, KeycloakDriver

# By name, from the fixture that is the issuer.
DRIVERS: dict[str, Callable] = {
    "embedded": EmbeddedDriver,
    "keycloak": KeycloakDriver,
}


@pytest.fixture(scope="session", params=DRIVERS)
def driver(request) -> IssuerDriver:
    return DRIVERS[request.param](request.getfixturevalue(request.param))


@pytest.fixture
def account(driver) -> Account:
    return driver.add_account()
