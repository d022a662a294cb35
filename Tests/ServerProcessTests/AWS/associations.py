"""Associations with their versions and tags, as boto3 and Terraform's provider ask for them."""

import json
import os
import re
import time

from model import checked, client, expect, key, refused

NODES = json.loads(os.environ["NODES"])  # by name
ssm, elsewhere = client("Frankfurt"), client("us-east-1")
viewer, foreign, late = key("VIEWER"), key("ELSEWHERE"), key("LATE")
EARLY = [{"Key": "tag:Patch Group", "Values": ["Debian12-early"]}]
LATE = [{"Key": "tag:PatchGroup", "Values": ["Debian12-late"]}]
SCAN = dict(
    Name="AWS-RunPatchBaseline",
    AssociationName="nightly-scan",
    DocumentVersion="$DEFAULT",
    Parameters={"Operation": ["Scan"]},
    Targets=[{"Key": "InstanceIds", "Values": ["*"]}],
    ScheduleExpression="cron(0 2 ? * TUE#2 *)",
    ScheduleOffset=1,
    ApplyOnlyAtCronInterval=True,
    MaxConcurrency="10%",
    MaxErrors="5%",
    ComplianceSeverity="HIGH",
    SyncCompliance="AUTO",
    Duration=4,
    OutputLocation={"S3Location": {"OutputS3Region": "eu-west-1", "OutputS3BucketName": "patching-logs",
                                   "OutputS3KeyPrefix": "scans/"}},
)
TAGS = [{"Key": "Owner", "Value": "web"}]
NOTHING = "5ba3a3b5-8bbf-4f2e-8d8c-2f6f00000000"


def pause():
    """Until the next second: the same request in the same second has the same signature."""
    time.sleep(1.1)


def described(id, **arguments):
    return ssm.describe_association(AssociationId=id, **arguments)["AssociationDescription"]


def association():
    made = ssm.create_association(Tags=TAGS, **SCAN)["AssociationDescription"]
    id = made["AssociationId"]
    expect(re.fullmatch("[0-9a-f-]{28}0{8}", id) and made["AssociationVersion"] == "1", made)
    shown = described(id)
    expect(shown == made, (shown, made))
    for name, value in SCAN.items():
        expect(shown[name] == value, (name, shown))
    expect(shown["Overview"] == {"Status": "Pending", "DetailedStatus": "Pending"}, shown)
    expect("LastExecutionDate" not in shown and shown["Date"] == shown["LastUpdateAssociationDate"], shown)
    expect(ssm.describe_association_executions(AssociationId=id)["AssociationExecutions"] == [], "it waits")
    return id


def changes(id):
    """As in SSM, what is not named is taken away, but for the document and the targets."""
    schedule = dict(ScheduleExpression="rate(31 days)")
    changed = ssm.update_association(AssociationId=id, AssociationVersion="1", Parameters={"Operation": ["Scan"]},
                                     Targets=[{"Key": "InstanceIds", "Values": ["mi-00000000000000000"]}], **schedule)
    changed = changed["AssociationDescription"]
    expect(changed["AssociationVersion"] == "2" and changed["Name"] == SCAN["Name"], changed)
    expect(not {"AssociationName", "MaxErrors", "OutputLocation", "Duration"} & set(changed), changed)
    expect(changed["LastUpdateAssociationDate"] > changed["Date"], changed)
    refused("InvalidAssociationVersion", ssm.update_association, AssociationId=id, AssociationVersion="1", **schedule)
    again = ssm.update_association(AssociationId=id, MaxErrors="7", Parameters={"Operation": ["Scan"]}, **schedule)
    expect(again["AssociationDescription"]["Targets"] == changed["Targets"], again)
    expect(described(id, AssociationVersion="1")["MaxErrors"] == "5%", "the first version is kept")
    expect(described(id, AssociationVersion="$LATEST")["MaxErrors"] == "7", "and so is the last")
    refused("InvalidAssociationVersion", ssm.describe_association, AssociationId=id, AssociationVersion="9")
    pages = [page["AssociationVersions"] for page in ssm.get_paginator("list_association_versions").paginate(
        AssociationId=id, PaginationConfig={"PageSize": 2})]
    expect([[entry["AssociationVersion"] for entry in page] for page in pages] == [["1", "2"], ["3"]], pages)
    expect(pages[0][0]["ScheduleOffset"] == 1 and "ScheduleOffset" not in pages[0][1], pages)


def refusals(id):
    for code, wrong in (
        ("InvalidSchedule", dict(ScheduleExpression="rate(5 minutes)", ApplyOnlyAtCronInterval=False)),
        ("InvalidSchedule", dict(ScheduleExpression="cron(0 2 * *)")),
        ("InvalidSchedule", dict(ScheduleExpression="rate(1 day)")),
        ("InvalidTarget", dict(Targets=[])),
        ("InvalidTarget", dict(Targets=[{"Key": "colour", "Values": ["red"]}])),
        ("InvalidDocument", dict(Name="AWS-RunNothing")),
        ("InvalidDocumentVersion", dict(DocumentVersion="7")),
        ("InvalidParameters", dict(Parameters={"Operation": ["Guess"]})),
        ("InvalidParameters", dict(Name="AWS-RunShellScript", Parameters={"commands": ["x" * 65_536]})),
        ("InvalidTargetMaps", dict(TargetMaps=[{"a": ["b"]}])),
        ("ValidationException", dict(SyncCompliance="MANUAL")),
        ("ValidationException", dict(AutomationTargetParameterName="InstanceId")),
        ("ValidationException", dict(CalendarNames=["holidays"])),
        ("ValidationException", dict(MaxErrors="101%")),
    ):
        refused(code, ssm.create_association, **{**SCAN, **wrong})
    refused("AssociationDoesNotExist", ssm.describe_association, AssociationId=NOTHING)
    refused("AssociationDoesNotExist", ssm.update_association, AssociationId=NOTHING)
    refused("AssociationDoesNotExist", ssm.delete_association, AssociationId=NOTHING)
    refused("AssociationDoesNotExist", ssm.start_associations_once, AssociationIds=[NOTHING])
    refused("AssociationDoesNotExist", ssm.list_association_versions, AssociationId=NOTHING)
    refused("AssociationExecutionDoesNotExist", ssm.describe_association_execution_targets, AssociationId=id,
            ExecutionId=NOTHING)
    refused("ValidationException", ssm.describe_association, Name=SCAN["Name"])
    refused("AssociationDoesNotExist", elsewhere.describe_association, AssociationId=id)


def scopes(id):
    """Whoever is limited sees and changes what lies within, and is told of nothing else."""
    expect(viewer.describe_association(AssociationId=id)["AssociationDescription"]["AssociationId"] == id, "reads")
    refused("AccessDeniedException", viewer.start_associations_once, AssociationIds=[id])
    refused("AccessDeniedException", viewer.create_association, **SCAN)
    for limited in (foreign, late):
        expect(limited.list_associations()["Associations"] == [], "of others")
        refused("AssociationDoesNotExist", limited.describe_association, AssociationId=id)
        refused("AssociationDoesNotExist", limited.describe_association_executions, AssociationId=id)
        refused("AssociationDoesNotExist", limited.delete_association, AssociationId=id)
        refused("InvalidResourceId", limited.list_tags_for_resource, ResourceType="Association", ResourceId=id)
        refused("AccessDeniedException", limited.create_association, **SCAN)
    refused("AccessDeniedException", late.create_association, **{**SCAN, "Targets": EARLY})
    own = late.create_association(**{**SCAN, "Targets": LATE})["AssociationDescription"]["AssociationId"]
    refused("AccessDeniedException", late.update_association, **{
        **{name: value for name, value in SCAN.items() if name != "Name"}, "AssociationId": own, "Targets": EARLY})
    expect([entry["AssociationId"] for entry in late.list_associations()["Associations"]] == [own], "its own")
    late.delete_association(AssociationId=own)


def lists(id):
    node = NODES["Frankfurt-idle"]
    old = ssm.create_association(Name="AWS-RunShellScript", InstanceId=node, ScheduleExpression="cron(0 2 * * ? *)",
                                 ApplyOnlyAtCronInterval=True, Parameters={"commands": ["uptime"]})
    old = old["AssociationDescription"]
    expect(old["InstanceId"] == node and old["Targets"] == [{"Key": "InstanceIds", "Values": [node]}], old)
    refused("AssociationAlreadyExists", ssm.create_association, Name="AWS-RunShellScript", InstanceId=node,
            Parameters={"commands": ["date"]})
    refused("InvalidInstanceId", ssm.create_association, Name="AWS-RunShellScript", InstanceId="mi-00000000000000000",
            Parameters={"commands": ["date"]})
    named = ssm.describe_association(Name="AWS-RunShellScript", InstanceId=node)["AssociationDescription"]
    expect(named == old, (named, old))
    pages = [page["Associations"] for page in ssm.get_paginator("list_associations").paginate(
        PaginationConfig={"PageSize": 1})]
    expect(sorted(entry["AssociationId"] for entry in sum(pages, [])) == sorted([id, old["AssociationId"]]), pages)
    expect([len(page) for page in pages] == [1, 1], pages)
    for filter, wanted in (
        (("InstanceId", node), [old["AssociationId"]]), (("Name", "AWS-RunPatchBaseline"), [id]),
        (("AssociationId", id), [id]), (("AssociationName", "nobody"), []), (("AssociationStatusName", "Success"), []),
        (("LastExecutedAfter", "2099-01-01T00:00:00Z"), []), (("ResourceGroupName", "web"), []),
    ):
        found = ssm.list_associations(AssociationFilterList=[{"key": filter[0], "value": filter[1]}])["Associations"]
        expect([entry["AssociationId"] for entry in found] == wanted, (filter, found))
    refused("InvalidNextToken", ssm.list_associations, NextToken="nonsense")
    ssm.delete_association(Name="AWS-RunShellScript", InstanceId=node)
    refused("AssociationDoesNotExist", ssm.describe_association, Name="AWS-RunShellScript", InstanceId=node)


def tags(id):
    resource = dict(ResourceType="Association", ResourceId=id)
    expect(ssm.list_tags_for_resource(**resource)["TagList"] == TAGS, "as it was made")
    version = described(id)["AssociationVersion"]
    ssm.add_tags_to_resource(**resource, Tags=[{"Key": "Stage", "Value": ""}, {"Key": "Owner", "Value": "ops"}])
    ssm.remove_tags_from_resource(**resource, TagKeys=["Owner", "Nobody"])
    expect(ssm.list_tags_for_resource(**resource)["TagList"] == [{"Key": "Stage", "Value": ""}], "changed")
    expect(described(id)["AssociationVersion"] == version, "tags are no version")
    refused("TooManyTagsError", ssm.add_tags_to_resource, **resource,
            Tags=[{"Key": f"k{number}", "Value": "v"} for number in range(50)])
    refused("AccessDeniedException", viewer.remove_tags_from_resource, **resource, TagKeys=["Stage"])


made = association()
tags(made)
scopes(made)
refusals(made)
lists(made)
changes(made)
pause()
ssm.delete_association(AssociationId=made)
pause()
refused("AssociationDoesNotExist", ssm.delete_association, AssociationId=made)
expect(ssm.list_associations()["Associations"] == [], "nothing is left")
expect(len(checked) == 10, sorted(checked))
print("\n".join(sorted(checked)))
