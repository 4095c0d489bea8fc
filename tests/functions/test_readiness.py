"""Readiness (REQ-T1) against an emulator's services: each change behind its back must be found by its rule."""

import json

import pytest
from conftest import ACCOUNT, PAIR, ROLES
from support import check, eventually

NAME, ZONE = "orders.example.com", "example.com"


class CheckedResources:
    """The resources of the stacks that only the readiness rules read."""

    def __init__(self, stack):
        self.stack = stack
        route53 = stack.client("route53")
        zone = route53.create_hosted_zone(Name=ZONE, CallerReference="zone")
        self.zone = zone["HostedZone"]["Id"].split("/")[-1]
        self.checks, self.keys, self.queues, self.certificates = {}, {}, {}, {}
        for region, path in zip(PAIR, ["/health/traffic", "/health/accepting"]):
            check = route53.create_health_check(CallerReference=region, HealthCheckConfig=dict(
                Type="HTTPS", FullyQualifiedDomainName=f"{region}.{NAME}", Port=443, ResourcePath=path,
                RequestInterval=10, FailureThreshold=2))
            self.checks[region] = check["HealthCheck"]["Id"]
            self.keys[region] = stack.client("kms", region).create_key()["KeyMetadata"]["KeyId"]
            self.queues[region] = stack.client("sqs", region).create_queue(QueueName="dead-letters")["QueueUrl"]
            self.certificates[region] = stack.client("acm", region).request_certificate(
                DomainName=NAME, ValidationMethod="DNS")["CertificateArn"]
            stack.client("s3", region).create_bucket(
                Bucket=f"audit-{region}",
                **({} if region == PAIR[0] else {"CreateBucketConfiguration": {"LocationConstraint": region}}))
            stack.client("rds", region).create_db_cluster_parameter_group(
                DBClusterParameterGroupName="parameters", DBParameterGroupFamily="aurora-postgresql16",
                Description="test")
            stack.client("rds", region).create_db_instance(
                DBInstanceIdentifier=f"{region}-1", DBClusterIdentifier=region, Engine="aurora-postgresql",
                DBInstanceClass="db.r6g.large")
            self.record(region)
        role = stack.client("iam").create_role(
            RoleName="orchestrator", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [
                {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
                 "Action": "sts:AssumeRole"}]}))
        self.role = role["Role"]["Arn"]
        for region, peer in zip(PAIR, reversed(PAIR)):
            self.scope(region, peer)
        # The emulator does not replicate secrets, so each Region gets the same version.
        for name in ["grants", "canary", "database"]:
            self.secret(name, "the same value in each Region")

    def secret(self, name, value, regions=PAIR, token="0123456789abcdef0123456789abcdef"):
        for region in regions:
            self.stack.client("secretsmanager", region).put_secret_value(
                SecretId=name, SecretString=value, ClientRequestToken=token)

    def record(self, region, ttl=10):
        self.stack.client("route53").change_resource_record_sets(HostedZoneId=self.zone, ChangeBatch={"Changes": [{
            "Action": "UPSERT", "ResourceRecordSet": {
                "Name": NAME, "Type": "CNAME", "SetIdentifier": region, "TTL": ttl,
                "Failover": "PRIMARY" if region == PAIR[0] else "SECONDARY",
                "HealthCheckId": self.checks[region],
                "ResourceRecords": [{"Value": f"front.{region}.example.net"}]}}]})

    def lag(self, region, lag_ms):
        self.stack.client("cloudwatch", region).put_metric_data(Namespace="AWS/RDS", MetricData=[{
            "MetricName": "AuroraGlobalDBRPOLag", "Value": lag_ms, "Unit": "Milliseconds",
            "Dimensions": [{"Name": "DBClusterIdentifier", "Value": region}]}])

    def scope(self, region, peer):
        def record(r, policy, path):
            return {"set": r, "policy": policy, "ttl_s": 10, "check": {
                "host": f"{r}.{NAME}", "path": path, "interval_s": 10, "threshold": 2}}

        url = f"{self.stack.url}/{ACCOUNT}"
        scope = {
            "region": region, "cluster": region, "parameter_group": "parameters",
            "lag_metric": "AuroraGlobalDBRPOLag",
            "functions": {role: role for role in ROLES}, "parameters": ["/leeward/platform"],
            "secrets": ["grants", "canary", "database"], "key": self.keys[region],
            "queue_url": f"{url}/orders", "dead_letters_url": f"{url}/dead-letters",
            "certificate": self.certificates[region], "zone": self.zone, "public_name": NAME,
            "records": [record(PAIR[0], "PRIMARY", "/health/traffic"),
                        record(PAIR[1], "SECONDARY", "/health/accepting")],
            "audit_bucket": f"audit-{region}",
            "limits": {"replication_lag_ms": 1000, "waiting_messages": 1000, "certificate_days": 30,
                       "spare_concurrency": 100},
            "peer": {"region": peer, "function": "readiness", "role": self.role},
        }
        self.stack.client("ssm", region).put_parameter(
            Name="/leeward/readiness", Type="SecureString", Value=json.dumps(scope))

    def run_checks(self, region=PAIR[0]):
        error, report = self.stack.invoke("readiness", {"cause": "schedule"}, region)
        assert error is None, report
        return report

    def findings(self):
        """Returns the findings that did not pass, by rule."""
        return {f["rule"]: f for f in self.run_checks()["findings"] if f["state"] != "passed"}

    def wait_for_findings(self, *rules):
        """Waits for findings of exactly these rules. A busy emulator may fail a call, which is a finding as well."""
        def expected():
            found = self.findings()
            check(list(found) == list(rules), found)
            return found

        return eventually(expected)


@pytest.fixture(scope="module")
def resources(stack):
    # The first sentinel writes the authority; no move starts in this test.
    stack.invoke("sentinel", {"cause": "schedule"}, kind="Event")
    # Two operator commands, so that an audit chain exists whatever tests ran before.
    for verb in ["pause", "resume"]:
        eventually(lambda: check(stack.invoke("operator", {"verb": verb, "reason": "test"})[1]["status"] == 200))
    made = CheckedResources(stack)
    active = stack.client("rds").describe_global_clusters()["GlobalClusters"][0]["GlobalClusterMembers"]
    made.reader = next(r for r in PAIR for m in active if not m["IsWriter"] and f":{r}:" in m["DBClusterArn"])
    return made


def test_a_platform_that_could_move_passes_every_rule(resources):
    resources.lag(resources.reader, 80)
    report = resources.run_checks()
    bad = [f for f in report["findings"] if f["state"] != "passed"]
    assert (report["score"], bad) == (100, []), bad
    assert [f["code"] for f in report["findings"]] == [f"LW-R{n:03}" for n in range(1, 11)]
    again = resources.run_checks()
    assert again["counter"] == report["counter"] + 1
    assert again["trend"][-1] == {"at_ms": report["at_ms"], "score": 100}
    # SAFE-10: the copies are in a bucket that the writers of the chains cannot change.
    s3 = resources.stack.client("s3")
    keys = [o["Key"] for o in s3.list_objects_v2(Bucket=f"audit-{PAIR[0]}")["Contents"]]
    assert f"readiness/{PAIR[0]}/{again['at_ms']:015}.json" in keys, keys
    heads = json.loads(s3.get_object(
        Bucket=f"audit-{PAIR[0]}", Key=f"heads/{PAIR[0]}/{again['at_ms']:015}.json")["Body"].read())
    assert heads["heads"] and heads["version"] > 0, heads


def change_settings(resources):
    ssm = resources.stack.client("ssm", PAIR[1])
    text = ssm.get_parameter(Name="/leeward/platform", WithDecryption=True)["Parameter"]["Value"]
    changed = {**json.loads(text), "account_ceiling": 7}
    put = dict(Name="/leeward/platform", Type="SecureString", Overwrite=True)
    ssm.put_parameter(Value=json.dumps(changed), **put)
    return lambda: ssm.put_parameter(Value=text, **put)


def change_secret(resources):
    resources.secret("grants", "another", [PAIR[1]], "fedcba9876543210fedcba9876543210")
    secrets = resources.stack.client("secretsmanager", PAIR[1])
    return lambda: secrets.update_secret_version_stage(
        SecretId="grants", VersionStage="AWSCURRENT", MoveToVersionId="0123456789abcdef0123456789abcdef",
        RemoveFromVersionId="fedcba9876543210fedcba9876543210")


def disable_key(resources):
    kms = resources.stack.client("kms", PAIR[1])
    kms.disable_key(KeyId=resources.keys[PAIR[1]])
    return lambda: kms.enable_key(KeyId=resources.keys[PAIR[1]])


def add_dead_letter(resources):
    sqs = resources.stack.client("sqs", PAIR[1])
    sqs.send_message(QueueUrl=resources.queues[PAIR[1]], MessageBody="?")
    return lambda: sqs.purge_queue(QueueUrl=resources.queues[PAIR[1]])


def slow_record(resources):
    resources.record(PAIR[1], ttl=300)
    return lambda: resources.record(PAIR[1])


def another_package(resources):
    lambdas = resources.stack.client("lambda", PAIR[1])
    lambdas.update_function_code(FunctionName="orders", ZipFile=other_zip())
    return lambda: lambdas.update_function_code(FunctionName="orders", ZipFile=resources.stack.package)


def other_zip():
    import io
    import zipfile

    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("bootstrap", "#!/bin/sh\n")
    return made.getvalue()


@pytest.mark.parametrize("rule, change", [
    ("settings", change_settings), ("secrets", change_secret), ("keys", disable_key), ("queues", add_dead_letter),
    ("records", slow_record), ("packages", another_package)])
def test_a_manual_change_is_found(resources, rule, change):
    resources.lag(resources.reader, 80)
    undo = change(resources)
    try:
        found = resources.wait_for_findings(rule)
        assert found[rule]["why"] and found[rule]["next"], found
    finally:
        undo()
    resources.wait_for_findings()


def test_a_region_that_does_not_answer_is_not_ready(resources):
    resources.lag(resources.reader, 80)
    lambdas = resources.stack.client("lambda", PAIR[1])
    variables = lambdas.get_function_configuration(FunctionName="readiness")["Environment"]
    lambdas.update_function_configuration(FunctionName="readiness", Environment={"Variables": {}})
    found = resources.findings()
    assert len(found) == 10 and all(f["state"] == "unknown" for f in found.values()), found
    assert all(PAIR[1] in f["why"] for f in found.values()), found
    lambdas.update_function_configuration(FunctionName="readiness", Environment=variables)
    resources.wait_for_findings()


def test_replication_lag_is_found(resources):
    # The rule takes the maximum of a minute, so the finding stays until the minute ends.
    resources.lag(resources.reader, 90_000)
    assert "90000 ms behind" in resources.wait_for_findings("replication")["replication"]["why"]


def test_malformed_events_are_rejected(resources):
    error, reply = resources.stack.invoke("readiness", {"verb": "explode"})
    assert error and "LW-A011" in reply["errorMessage"], reply
