"""Measures the time from exec to the first poll of the Runtime API, and the memory at that point. Alternates between the
`bootstrap` and a Python handler that imports boto3 and creates the same clients.

    python tests/functions/start_up.py target/release/bootstrap [runs]
"""

import json
import os
import socket
import statistics
import subprocess
import sys
import time

HANDLER = """
import boto3, http.client, os
for service in ["dynamodb", "sqs", "sns", "rds", "ssm", "secretsmanager", "events", "stepfunctions"]:
    boto3.client(service)
host, port = os.environ["AWS_LAMBDA_RUNTIME_API"].split(":")
connection = http.client.HTTPConnection(host, int(port))
connection.request("GET", "/2018-06-01/runtime/invocation/next")
connection.getresponse()
"""
ROLES = ["orders", "health", "processor", "sweeper", "sentinel", "run", "operator", "readiness"]


def measure(command, variables):
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        listener.settimeout(30)
        environment = {
            **os.environ, "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_LAMBDA_FUNCTION_NAME": "f",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256", "AWS_LAMBDA_FUNCTION_VERSION": "1",
            "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{listener.getsockname()[1]}", **variables,
        }
        began = time.perf_counter()
        child = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            connection, _ = listener.accept()
            with connection:
                connection.settimeout(30)
                request = connection.recv(4096)
                took = (time.perf_counter() - began) * 1000
                assert b"/invocation/next" in request, request
                with open(f"/proc/{child.pid}/status") as status:
                    [rss] = [int(line.split()[1]) for line in status if line.startswith("VmRSS")]
                return took, rss / 1024
        finally:
            child.kill()
            child.wait()


def summary(values):
    ordered = sorted(values)
    return {"p50": round(statistics.median(ordered), 1), "max": round(ordered[-1], 1)}


def main():
    bootstrap, runs = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 20
    rows = {role: [] for role in ROLES} | {"python with boto3": []}
    for _ in range(runs):
        for role in ROLES:
            variables = {"LEEWARD_ROLE": role, "LEEWARD_PARAMETER": "/leeward/platform"}
            rows[role].append(measure([bootstrap], variables))
        rows["python with boto3"].append(measure([sys.executable, "-c", HANDLER], {}))
    for row, results in rows.items():
        took, rss = zip(*results)
        print(json.dumps({"what": row, "n": runs, "first_poll_ms": summary(took), "rss_mib": summary(rss)}))


main()
