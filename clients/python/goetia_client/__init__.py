"""Asks a Goetia master.

    from goetia_client import Client

    with Client() as goetia:                      # where 'goetia login', GOETIA_MASTER or GOETIA_DATA say
        task = goetia.tasks.create(noop=True)
        print(goetia.tasks.wait(task["id"])["state"])

`resources.py` is generated from contract/openapi.json by tools/make_python_client: a class for each resource, a method
for each route, with the types of what it takes and answers.
"""

from .access import Access, find_access
from .client import Client
from .errors import Denied, Failed, Fault, GoetiaError, Invalid, NotFound, Unavailable, Unsupported, WrongState

__all__ = ["Access", "Client", "Denied", "Failed", "Fault", "GoetiaError", "Invalid", "NotFound", "Unavailable", "Unsupported",
           "WrongState", "find_access"]
