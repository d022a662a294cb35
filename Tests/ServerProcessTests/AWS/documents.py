"""Documents with their versions and tags, as boto3 and Terraform's provider ask for them."""

import hashlib
import json
import time

from model import checked, client, expect, key, refused

ssm, viewer, foreign = client("Frankfurt"), key("VIEWER"), key("ELSEWHERE")
NAME = "check-web"
TAGS = [{"Key": "Owner", "Value": "web"}]
ONE = json.dumps({
    "schemaVersion": "2.2",
    "description": "Looks whether the site answers 😀.",
    "parameters": {},
    "mainSteps": [
        {"action": "aws:runShellScript", "name": "probe",
         "precondition": {"StringEquals": ["platformType", "Linux"]},
         "inputs": {"runCommand": ["curl --fail http://127.0.0.1/"], "timeoutSeconds": "60"}},
    ],
})
TWO = """schemaVersion: '2.2'
description: Looks twice.
mainSteps:
  - action: aws:runShellScript
    name: probe
    inputs: { runCommand: [curl --fail http://127.0.0.1/, sleep 1] }
  - action: aws:runPowerShellScript
    name: service
    inputs: { runCommand: [Get-Service], workingDirectory: 'C:\\' }
"""


def pause():
    """Until the next second: the same request in the same second has the same signature."""
    time.sleep(1.1)


def described(name=NAME, **arguments):
    return ssm.describe_document(Name=name, **arguments)["Document"]


def got(name=NAME, **arguments):
    return ssm.get_document(Name=name, **arguments)


def made():
    answer = ssm.create_document(Name=NAME, Content=ONE, DisplayName="Check web", VersionName="first", Tags=TAGS,
                                 DocumentType="Command", DocumentFormat="JSON", TargetType="/AWS::EC2::Instance")
    answer = answer["DocumentDescription"]
    expect(answer == described(), (answer, described()))
    for name, value in (
        ("Hash", hashlib.sha256(ONE.encode()).hexdigest()), ("HashType", "Sha256"), ("Name", NAME),
        ("DisplayName", "Check web"), ("VersionName", "first"), ("Owner", "000000000000"), ("Status", "Active"),
        ("DocumentVersion", "1"), ("LatestVersion", "1"), ("DefaultVersion", "1"), ("PlatformTypes", ["Linux"]),
        ("DocumentType", "Command"), ("SchemaVersion", "2.2"), ("DocumentFormat", "JSON"), ("Tags", TAGS),
        ("TargetType", "/AWS::EC2::Instance"), ("Parameters", []),
        ("Description", "Looks whether the site answers 😀."),
    ):
        expect(answer[name] == value, (name, answer))
    found = got(DocumentFormat="JSON")
    expect((found["Content"], found["DocumentVersion"], found["VersionName"]) == (ONE, "1", "first"), found)
    expect(got(DocumentFormat="YAML")["Content"] == ONE, "JSON is YAML, too")
    expect(got(f"arn:aws:ssm:Frankfurt:000000000000:document/{NAME}")["Content"] == ONE, "by its ARN")
    sharing = ssm.describe_document_permission(Name=NAME, PermissionType="Share")
    expect(sharing["AccountIds"] == [] and sharing["AccountSharingInfoList"] == [], sharing)
    refused("DocumentAlreadyExists", ssm.create_document, Name=NAME, Content=TWO, DocumentFormat="YAML")


def changed():
    answer = ssm.update_document(Name=NAME, Content=TWO, DocumentFormat="YAML", DocumentVersion="$LATEST",
                                 VersionName="second")["DocumentDescription"]
    expect((answer["DocumentVersion"], answer["LatestVersion"], answer["DefaultVersion"]) == ("2", "2", "1"), answer)
    expect(answer["DisplayName"] == "Check web" and answer["PlatformTypes"] == ["Windows", "Linux"], answer)
    expect(described()["DocumentVersion"] == "1" and described(DocumentVersion="$LATEST") == answer, "the first counts")
    expect(described(VersionName="second") == answer and described(DocumentVersion="2") == answer, "by its name")
    expect(got(DocumentVersion="2")["Content"] == TWO and got()["Content"] == ONE, "as it was written")
    converted = json.loads(got(DocumentVersion="2", DocumentFormat="JSON")["Content"])
    expect(converted["mainSteps"][1]["inputs"] == {"runCommand": ["Get-Service"], "workingDirectory": "C:\\"}, converted)
    for code, wrong in (
        ("DuplicateDocumentContent", dict(Content=ONE, DocumentFormat="JSON")),
        ("DuplicateDocumentVersionName", dict(VersionName="first")),
        ("InvalidDocumentVersion", dict(DocumentVersion="1")),
        ("InvalidDocumentVersion", dict(DocumentVersion="7")),
        ("InvalidDocument", dict(Name="nothing-here")),
        ("InvalidDocumentOperation", dict(Name="smoke-test")),
        ("InvalidDocumentOperation", dict(Name="AWS-RunShellScript")),
        ("InvalidDocumentContent", dict(Content="[]")),
    ):
        refused(code, ssm.update_document,
                **{**dict(Name=NAME, Content=TWO + "# changed\n", DocumentFormat="YAML"), **wrong})
    answer = ssm.update_document_default_version(Name=NAME, DocumentVersion="2")["Description"]
    expect(answer == {"Name": NAME, "DefaultVersion": "2", "DefaultVersionName": "second"}, answer)
    expect(described()["DocumentVersion"] == "2" and described(DocumentVersion="$DEFAULT") == described(), "it counts")
    refused("InvalidDocumentVersion", ssm.update_document_default_version, Name=NAME, DocumentVersion="9")
    refused("InvalidDocument", ssm.update_document_default_version, Name="smoke-test", DocumentVersion="1")
    refused("InvalidDocumentVersion", ssm.describe_document, Name=NAME, DocumentVersion="9")
    refused("InvalidDocumentVersion", ssm.get_document, Name=NAME, VersionName="ninth")
    refused("InvalidDocumentVersion", ssm.get_document, Name=NAME, VersionName="first", DocumentVersion="2")


def lists():
    pages = [page["DocumentVersions"] for page in ssm.get_paginator("list_document_versions").paginate(
        Name=NAME, PaginationConfig={"PageSize": 1})]
    shown = [(entry["DocumentVersion"], entry["VersionName"], entry["IsDefaultVersion"], entry["DocumentFormat"])
             for page in pages for entry in page]
    expect(shown == [("1", "first", False, "JSON"), ("2", "second", True, "YAML")] and len(pages) == 2, shown)
    only = ssm.list_document_versions(Name="AWS-RunShellScript")["DocumentVersions"]
    expect([entry["DocumentVersion"] for entry in only] == ["1"], only)
    refused("InvalidDocument", ssm.list_document_versions, Name="nothing-here")
    refused("InvalidNextToken", ssm.list_document_versions, Name=NAME, NextToken="nonsense")
    own = ssm.list_documents(Filters=[{"Key": "Owner", "Values": ["Self"]}])["DocumentIdentifiers"]
    mine = [entry for entry in own if entry["Name"] == NAME]
    expect(len(mine) == 1 and mine[0]["DocumentVersion"] == "2" and mine[0]["Tags"] == TAGS, own)
    expect("smoke-test" in [entry["Name"] for entry in own], own)
    found = ssm.list_documents(DocumentFilterList=[{"key": "Name", "value": "check-"}])["DocumentIdentifiers"]
    expect([entry["Name"] for entry in found] == [NAME], found)


def refusals():
    step = {"action": "aws:runShellScript", "name": "a", "inputs": {"runCommand": ["true"]}}

    def document(**more):
        return json.dumps({"schemaVersion": "2.2", "mainSteps": [step], **more})

    for code, wrong in (
        ("ValidationException", dict(Name="AWS-MyDocument")),
        ("ValidationException", dict(Name="amazon-linux")),
        ("ValidationException", dict(Name="x" * 65)),
        ("ValidationException", dict(Name="no spaces")),
        ("ValidationException", dict(DocumentType="Automation")),
        ("ValidationException", dict(Requires=[{"Name": "other"}])),
        ("DocumentAlreadyExists", dict(Name="smoke-test")),
        ("DocumentAlreadyExists", dict(Name=NAME)),
        ("InvalidDocumentContent", dict(DocumentFormat="TEXT")),
        ("InvalidDocumentContent", dict(Content="{")),
        ("InvalidDocumentContent", dict(Content=document(mainSteps=[]))),
        ("InvalidDocumentContent", dict(Content=document(mainSteps=[{**step, "action": "aws:runDocument"}]))),
        ("InvalidDocumentContent", dict(Content=document(parameters={"a": {"type": "String"}}))),
        ("InvalidDocumentContent", dict(Content=document(mainSteps=[
            {**step, "inputs": {"runCommand": ["echo {{ a }}"]}}]))),
        ("InvalidDocumentSchemaVersion", dict(Content=document(schemaVersion="0.3"))),
        ("InvalidDocumentSchemaVersion", dict(Content=json.dumps({"schemaVersion": "1.2", "runtimeConfig": {}}))),
        ("MaxDocumentSizeExceeded", dict(Content=document(description="x" * 65_536))),
    ):
        refused(code, ssm.create_document, **{**dict(Name="refused", Content=document()), **wrong})
    message = refused("InvalidDocumentContent", ssm.create_document, Name="refused", Content=TWO.replace("probe", "a b"),
                      DocumentFormat="YAML")
    expect("refused:5:11: found `a b`: expected the name of a step" in message, message)
    refused("InvalidDocument", ssm.describe_document, Name="refused")
    refused("AccessDeniedException", viewer.create_document, Name="viewers", Content=document())
    refused("AccessDeniedException", foreign.create_document, Name="foreign", Content=document())
    refused("AccessDeniedException", viewer.delete_document, Name=NAME)
    expect(viewer.get_document(Name=NAME)["Content"] == TWO, "whoever reads sees documents")


def tags():
    resource = dict(ResourceType="Document", ResourceId=NAME)
    expect(ssm.list_tags_for_resource(**resource)["TagList"] == TAGS, "as it was made")
    ssm.add_tags_to_resource(**resource, Tags=[{"Key": "Stage", "Value": ""}, {"Key": "Owner", "Value": "ops"}])
    ssm.remove_tags_from_resource(**resource, TagKeys=["Owner", "Nobody"])
    expect(ssm.list_tags_for_resource(**resource)["TagList"] == [{"Key": "Stage", "Value": ""}], "changed")
    expect(described()["LatestVersion"] == "2", "tags are no version")
    refused("TooManyTagsError", ssm.add_tags_to_resource, **resource,
            Tags=[{"Key": f"k{number}", "Value": "v"} for number in range(50)])
    refused("AccessDeniedException", viewer.remove_tags_from_resource, **resource, TagKeys=["Stage"])
    for other in ("smoke-test", "AWS-RunShellScript", "nothing-here"):
        refused("InvalidResourceId", ssm.list_tags_for_resource, ResourceType="Document", ResourceId=other)


def deleted():
    refused("InvalidDocumentOperation", ssm.delete_document, Name=NAME, DocumentVersion="2")
    refused("InvalidDocument", ssm.delete_document, Name=NAME, VersionName="ninth")
    refused("InvalidDocumentOperation", ssm.delete_document, Name="smoke-test")
    refused("InvalidDocumentOperation", ssm.delete_document, Name="AWS-RunShellScript")
    refused("InvalidDocument", ssm.delete_document, Name="nothing-here")
    ssm.delete_document(Name=NAME, DocumentVersion="1")
    refused("InvalidDocumentVersion", ssm.get_document, Name=NAME, DocumentVersion="1")
    association = ssm.create_association(Name=NAME, Targets=[{"Key": "InstanceIds", "Values": ["*"]}],
                                         ScheduleExpression="rate(31 days)")["AssociationDescription"]
    pause()
    refused("AssociatedInstances", ssm.delete_document, Name=NAME)
    ssm.delete_association(AssociationId=association["AssociationId"])
    pause()
    ssm.delete_document(Name=NAME)
    pause()
    refused("InvalidDocument", ssm.delete_document, Name=NAME)
    refused("InvalidDocument", ssm.get_document, Name=NAME)
    again = ssm.create_document(Name=NAME, Content=ONE)["DocumentDescription"]
    expect(again["DocumentVersion"] == "1" and "Tags" not in again, again)


made()
changed()
lists()
refusals()
tags()
deleted()
expect(len(checked) >= 12, sorted(checked))
print("\n".join(sorted(checked)))
