"""Serves ministack on the port that is named, each answer in one piece.

By itself its server sends the head of an answer first and the body a moment later. A provider that is slow to
notice that its request is sent loses what comes in between (its SDK closes the request's body when the head is
there, its transport then fails the connection), and the SDK repeats a creation that took place. AWS knows such a
repetition by its client token; the emulator refuses it as a duplicate.

With `AUTH=true` the emulator evaluates the IAM policies of each caller. `LEEWARD_CALLS` names a file to which one line
of JSON is then added for each decision about a role: the principal, the action, the resource, the context and the
result. The policies that refuse plain HTTP are evaluated as if the caller had used TLS, which the emulator does not
serve here.
"""

import asyncio
import contextvars
import json
import os
import sys

import h11
from hypercorn.asyncio import serve
from hypercorn.config import Config
from hypercorn.events import RawData
from hypercorn.protocol.h11 import H11Protocol
from ministack import app as gateway
from ministack.core import iam_actions, iam_evaluator


async def in_one_piece(self, event):
    try:
        data = self.connection.send(event)
    except h11.LocalProtocolError:
        if self.connection.their_state != h11.ERROR:
            raise
        return
    self.held = getattr(self, "held", b"") + (data or b"")
    if self.held and not isinstance(event, h11.Response):
        held, self.held = self.held, b""
        await self.send(RawData(data=held))


# The cluster that a move names beside its global cluster.
target = contextvars.ContextVar("target", default=None)


def with_global_clusters(resource_of):
    """Names the resources of the calls on a global cluster, which the emulator does not know. AWS evaluates a move on the
    global cluster and on the target cluster (Service Authorization Reference, "Amazon RDS")."""

    def resource(service, method, path, headers, body, parameters, region, account):
        def value(name):
            found = parameters.get(name)
            return found[0] if isinstance(found, list) and found else found

        target.set(None)
        name = value("GlobalClusterIdentifier")
        if service == "rds" and name:
            target.set(value("TargetDbClusterIdentifier"))
            return f"arn:aws:rds::{account}:global-cluster:{name}"
        return resource_of(service, method, path, headers, body, parameters, region, account)

    return resource


def recorded(enforce, path):
    """Wraps the emulator's decision about a call, so that every decision is added to the file."""

    def decide(access_key_id, iam_action, service, region, resource_arn="*", service_context=None):
        caller = (iam_evaluator.resolve_caller_identity(access_key_id) or {}).get("userArn") or access_key_id
        resources = [resource_arn, *([target.get()] if service == "rds" and target.get() else [])]
        for resource in resources:
            denied = enforce(access_key_id, iam_action, service, region, resource, service_context)
            if not caller.endswith(":root"):
                line = {
                    "principal": caller, "action": iam_action, "resource": resource, "region": region,
                    "context": service_context or {},
                    "denied": None if denied is None else getattr(denied, "decision", None) or denied.code,
                }
                with open(path, "a") as calls:
                    calls.write(json.dumps(line, default=str) + "\n")
            if denied is not None:
                return denied
        return None

    return decide


iam_actions.extract_resource_arn = with_global_clusters(iam_actions.extract_resource_arn)
gateway.pin_request_origin = lambda address, _secure: iam_evaluator.pin_request_origin(address, True)
if path := os.environ.get("LEEWARD_CALLS"):
    iam_evaluator.enforce = recorded(iam_evaluator.enforce, path)
H11Protocol._send_h11_event = in_one_piece
config = Config()
config.bind = [f"127.0.0.1:{sys.argv[1]}"]
config.keep_alive_timeout = 3600
asyncio.run(serve(gateway.app, config))
