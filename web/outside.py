"""Asking other servers: nothing follows a redirect, and no proxy of the machine is used."""

import urllib.request
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from ipaddress import IPv6Address, ip_address
from typing import Any


class NobodysAddress(OSError):
    """There can be no program of an office at this address."""


class Met(HTTPConnection):
    """A connection that is given up, before anything is sent, where nobody's program can be.

    It looks at the address it reached, whatever name led there, so that no name can be one for the
    check and another for the connection.
    """

    #: Whether the program may run on this very machine.
    here = False

    def connect(self) -> None:
        """Connect. Raises NobodysAddress."""
        super().connect()
        if not may_be_anybodys(str(self.sock.getpeername()[0]), here=self.here):
            self.close()
            raise NobodysAddress("not an address of a program of the office")


class MetSafely(HTTPSConnection, Met):
    """The same over TLS, which begins after the look."""


class MetHere(Met):
    """A connection that may stay on this machine."""

    here = True


class MetHereSafely(HTTPSConnection, MetHere):
    """The same over TLS."""


class NoDetours(urllib.request.HTTPRedirectHandler):
    """What is meant for one address is sent to no other."""

    def redirect_request(self, *_given: Any) -> None:
        """Follow nothing; the answer is then a failure."""


class Meeting(urllib.request.HTTPSHandler, urllib.request.HTTPHandler):
    """Opens addresses by connections that look whom they met."""

    def __init__(self, plain: type[Met], safe: type[HTTPSConnection]) -> None:
        super().__init__()
        self._plain, self._safe = plain, safe

    def http_open(self, request: urllib.request.Request) -> HTTPResponse:
        """Open an http address."""
        return self.do_open(self._plain, request)

    def https_open(self, request: urllib.request.Request) -> HTTPResponse:
        """Open an https address."""
        return self.do_open(self._safe, request)


def may_be_anybodys(address: str, *, here: bool) -> bool:
    """Say whether a program of an office can be at an IP address; `here`: on this machine, too.

    Link-local addresses are those at which clouds tell their machines' secrets.
    """
    known = ip_address(address.partition("%")[0])
    if isinstance(known, IPv6Address) and known.ipv4_mapped is not None:
        known = known.ipv4_mapped
    nobodys = known.is_link_local or known.is_multicast or known.is_unspecified
    return not nobodys and (here or not known.is_loopback)


def _opener(*more: Any) -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(NoDetours, urllib.request.ProxyHandler({}), *more)


#: For an address of the settings, which who keeps the machine has written.
opener = _opener()
#: For an address that a manager has typed: with one office its machine is the office's, too.
to_the_office = _opener(Meeting(MetHere, MetHereSafely))
to_one_of_several = _opener(Meeting(Met, MetSafely))
