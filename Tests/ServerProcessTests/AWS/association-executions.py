"""Associations that run: what comes of them, as boto3 asks for it."""

import datetime
import json
import os
import time

from model import checked, client, expect, refused

NODES = json.loads(os.environ["NODES"])  # by name
PATIENCE = 300
ssm = client("Frankfurt")
GROUPS = [{"Key": "tag:PatchGroup", "Values": ["Debian12-early", "Debian12-main"]}]
SCAN = dict(Name="AWS-RunPatchBaseline", Parameters={"Operation": ["Scan"]}, Targets=GROUPS)


def executions(id):
    return ssm.describe_association_executions(AssociationId=id)["AssociationExecutions"]


def ended(id, count):
    """The executions, the newest first, once there are so many and all have ended."""
    end = time.monotonic() + PATIENCE
    while True:
        found = executions(id)
        if len(found) >= count and all(entry["Status"] != "InProgress" for entry in found):
            expect(len(found) == count, found)
            return found
        expect(time.monotonic() < end, f"never {count}: {found}")
        time.sleep(0.3)


def scanned():
    made = ssm.create_association(AssociationName="scan", **SCAN)["AssociationDescription"]
    id = made["AssociationId"]
    first = ended(id, 1)[0]
    expect((first["Status"], first["DetailedStatus"]) == ("Success", "Success"), first)
    expect(first["ResourceCountByStatus"] == "{Success=2}" and first["AssociationVersion"] == "1", first)
    shown = ssm.describe_association(AssociationId=id)["AssociationDescription"]
    expect(shown["Overview"] == {"Status": "Success", "DetailedStatus": "Success",
                                 "AssociationStatusAggregatedCount": {"Success": 2}}, shown)
    expect(shown["LastSuccessfulExecutionDate"] >= shown["LastExecutionDate"], shown)
    targets = ssm.describe_association_execution_targets(AssociationId=id, ExecutionId=first["ExecutionId"])
    targets = targets["AssociationExecutionTargets"]
    nodes = sorted([NODES["Frankfurt-early"], NODES["Frankfurt-main"]])
    expect([(entry["ResourceId"], entry["Status"]) for entry in targets] == [(node, "Success") for node in nodes], targets)
    expect(targets[0]["OutputSource"] == {"OutputSourceId": first["ExecutionId"], "OutputSourceType": "RunCommand"}, targets)
    invocation = ssm.get_command_invocation(CommandId=first["ExecutionId"], InstanceId=nodes[0])
    expect(invocation["Status"] == "Success" and invocation["DocumentName"] == "AWS-RunPatchBaseline", invocation)
    for filters, count in (([{"Key": "ResourceId", "Value": nodes[1]}], 1), ([{"Key": "Status", "Value": "Failed"}], 0)):
        found = ssm.describe_association_execution_targets(
            AssociationId=id, ExecutionId=first["ExecutionId"], Filters=filters)["AssociationExecutionTargets"]
        expect(len(found) == count, (filters, found))
    return id


def again(id):
    """Once more when it is asked for, and by its schedule, and not when only that is to count."""
    ssm.start_associations_once(AssociationIds=[id])
    found = ended(id, 2)
    expect(found[0]["CreatedTime"] >= found[1]["CreatedTime"], found)
    count, lead, end = 2, 3, time.monotonic() + PATIENCE
    while len(executions(id)) == count:
        at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=lead)
        ssm.update_association(AssociationId=id, AssociationName="scan", ApplyOnlyAtCronInterval=True,
                               ScheduleExpression=f"at({at:%Y-%m-%dT%H:%M:%S})", **SCAN)
        # On a machine that is busy the time may be over before the change is made.
        deadline = time.monotonic() + lead + 10
        while time.monotonic() < deadline and len(executions(id)) == count:
            time.sleep(0.3)
        expect(time.monotonic() < end, "its time never came")
        lead *= 2
    found = ended(id, 3)
    expect([entry["Status"] for entry in found] == ["Success"] * 3, found)
    for filter, wanted in (
        (dict(Key="ExecutionId", Value=found[1]["ExecutionId"], Type="EQUAL"), 1),
        (dict(Key="Status", Value="Success", Type="EQUAL"), 3),
        (dict(Key="CreatedTime", Value=found[0]["CreatedTime"].isoformat(), Type="LESS_THAN"), 2),
    ):
        some = ssm.describe_association_executions(AssociationId=id, Filters=[filter])["AssociationExecutions"]
        expect(len(some) == wanted, (filter, some))
    pages = [page["AssociationExecutions"] for page in ssm.get_paginator("describe_association_executions").paginate(
        AssociationId=id, PaginationConfig={"PageSize": 2})]
    expect([len(page) for page in pages] == [2, 1], pages)


def nobody():
    """As a command that is for nobody."""
    id = ssm.create_association(**{**SCAN, "Targets": [{"Key": "tag:PatchGroup", "Values": ["Debian12-none"]}]})
    id = id["AssociationDescription"]["AssociationId"]
    found = ended(id, 1)[0]
    expect((found["Status"], found["DetailedStatus"]) == ("Failed", "NoInstancesInTag"), found)
    expect(ssm.describe_association(AssociationId=id)["AssociationDescription"]["Overview"]["Status"] == "Failed", id)


scan = scanned()
again(scan)
nobody()
last = ssm.describe_association(AssociationId=scan)["AssociationDescription"]
expect(last["LastExecutionDate"] > last["Date"], last)
ssm.delete_association(AssociationId=scan)
refused("AssociationDoesNotExist", ssm.describe_association_executions, AssociationId=scan)
print("\n".join(sorted(checked)))
