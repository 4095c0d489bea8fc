"""Checks every IAM policy of synthesized stacks with parliament. Prints the findings, and exits with 1 if there are any.

Usage: parliament_lint.py OUT...

Each OUT is the output of `leeward synth --out OUT`.
"""

import json
import pathlib
import re
import sys

from parliament import analyze_policy_string

# The ARN that replaces a reference, by the type of the resource: parliament compares the form of ARNs.
ARNS = {
    "aws_cloudwatch_event_bus": "arn:aws:events:us-east-1:123456789012:event-bus/x",
    "aws_cloudwatch_log_group": "arn:aws:logs:us-east-1:123456789012:log-group:x",
    "aws_kms_key": "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    "aws_lambda_function": "arn:aws:lambda:us-east-1:123456789012:function:x",
    "aws_s3_bucket": "arn:aws:s3:::x",
    "aws_sfn_state_machine": "arn:aws:states:us-east-1:123456789012:stateMachine:x",
    "aws_sns_topic": "arn:aws:sns:us-east-1:123456789012:x",
    "aws_sqs_queue": "arn:aws:sqs:us-east-1:123456789012:x",
}
# Findings that are errors in parliament's copy of AWS's list, with AWS's own page for each.
KNOWN = {
    # Both are on https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonrds.html:
    # the global cluster and the clusters are resources of these actions together.
    ("RESOURCE_MISMATCH", "rds:SwitchoverGlobalCluster"),
    ("UNKNOWN_ACTION", "rds:SwitchoverGlobalCluster"),
}


def value_of(reference: str) -> str:
    if "caller_identity" in reference:
        return "123456789012"
    if "partition" in reference:
        return "aws"
    for kind, arn in ARNS.items():
        if kind in reference:
            return arn
    raise SystemExit(f"no ARN for the reference {reference}; add its resource type to ARNS")


def policies(out: pathlib.Path):
    for stack in sorted(out.glob("stacks/*/cdk.tf.json")):
        resources = json.loads(stack.read_text())["resource"]
        for kind in ("aws_iam_role_policy", "aws_iam_policy"):
            for name, body in resources.get(kind, {}).items():
                text = re.sub(r"\$\{([^}]*)\}", lambda m: value_of(m[1]), body["policy"])
                yield f"{stack.parent.name}: {kind}.{name}", text


def about(finding) -> set:
    detail = finding.detail
    if isinstance(detail, list):
        return {entry["action"] for entry in detail if isinstance(entry, dict) and "action" in entry}
    return {str(detail)}


def main() -> int:
    seen, found = 0, 0
    for out in sys.argv[1:]:
        for where, text in policies(pathlib.Path(out)):
            seen += 1
            for finding in analyze_policy_string(text).findings:
                rest = {action for action in about(finding) if (finding.issue, action) not in KNOWN}
                if rest:
                    found += 1
                    print(f"{where}: {finding.issue}: {sorted(rest)}")
    print(f"parliament: {seen} policies, {found} findings")
    return 1 if found or not seen else 0


if __name__ == "__main__":
    sys.exit(main())
