"""Commands, hooks and associations with documents that were made through the API."""

import hashlib
import json
import os
import time

from model import client, expect, refused

NODES = json.loads(os.environ["NODES"])  # by name
PATIENCE = 300
ssm = client("Frankfurt")
NAME, MAIN = "greet-hosts", NODES["Frankfurt-main"]


def text(*steps):
    return json.dumps({"schemaVersion": "2.2", "mainSteps": [
        {"action": "aws:runShellScript", "name": name, "inputs": {"runCommand": ["true"]}} for name in steps]})


def ended(id):
    end = time.monotonic() + PATIENCE
    while True:
        found = ssm.list_commands(CommandId=id)["Commands"]
        if found and found[0]["Status"] not in ("Pending", "InProgress", "Cancelling"):
            return found[0]
        expect(time.monotonic() < end, f"it never ends: {found}")
        time.sleep(0.3)


def send(**arguments):
    # One request of a second has one signature, and is taken once.
    time.sleep(1.1)
    return ssm.send_command(InstanceIds=[MAIN], **arguments)["Command"]["CommandId"]


def plugins(id):
    invocations = ssm.list_command_invocations(CommandId=id, Details=True)["CommandInvocations"]
    return [plugin["Name"] for entry in invocations for plugin in entry["CommandPlugins"]]


def versions():
    """What a command runs is the version that counts when it is sent, also once the document is changed or gone."""
    ssm.create_document(Name=NAME, Content=text("hello"))
    ssm.update_document(Name=NAME, Content=text("hello", "goodbye"))
    sent = {}
    for version in (None, "$LATEST", "2"):
        sent[version] = send(DocumentName=NAME, **({"DocumentVersion": version} if version else {}))
        found = ended(sent[version])
        expect(found["Status"] == "Success" and found["DocumentName"] == NAME, found)
        expect(found["DocumentVersion"] == (version or "$DEFAULT"), found)
    hash = hashlib.sha256(text("hello", "goodbye").encode()).hexdigest()
    refused("InvalidDocument", ssm.send_command, DocumentName=NAME, InstanceIds=[MAIN], DocumentHash=hash)
    refused("InvalidDocumentVersion", ssm.send_command, DocumentName=NAME, InstanceIds=[MAIN], DocumentVersion="3")
    refused("InvalidParameters", ssm.send_command, DocumentName=NAME, InstanceIds=[MAIN], Parameters={"a": ["b"]})
    ended(send(DocumentName=NAME, DocumentVersion="2", DocumentHash=hash, DocumentHashType="Sha256"))
    ssm.update_document_default_version(Name=NAME, DocumentVersion="2")
    ssm.delete_document(Name=NAME, DocumentVersion="1")
    expect(plugins(sent[None]) == ["hello"], plugins(sent[None]))
    expect(plugins(sent["2"]) == ["hello", "goodbye"], plugins(sent["2"]))
    return sent[None]


def hooks():
    id = send(DocumentName="AWS-RunPatchBaselineWithHooks", Parameters={
        "Operation": ["Install"], "PreInstallHookDocName": [NAME], "OnExitHookDocName": ["smoke-test"]})
    found = ended(id)
    expect(found["Status"] == "Success", found)
    refused("InvalidParameters", ssm.send_command, DocumentName="AWS-RunPatchBaselineWithHooks", InstanceIds=[MAIN],
            Parameters={"Operation": ["Install"], "PreInstallHookDocName": ["nothing-here"]})


def associations():
    refused("InvalidDocumentVersion", ssm.create_association, Name=NAME, DocumentVersion="9",
            Targets=[{"Key": "InstanceIds", "Values": [MAIN]}])
    made = ssm.create_association(Name=NAME, DocumentVersion="2", Targets=[{"Key": "InstanceIds", "Values": [MAIN]}])
    id = made["AssociationDescription"]["AssociationId"]
    end = time.monotonic() + PATIENCE
    while True:
        found = ssm.describe_association_executions(AssociationId=id)["AssociationExecutions"]
        if found and found[0]["Status"] != "InProgress":
            break
        expect(time.monotonic() < end, f"it never ends: {found}")
        time.sleep(0.3)
    expect(found[0]["Status"] == "Success", found)
    expect(plugins(found[0]["ExecutionId"]) == ["hello", "goodbye"], found)
    ssm.delete_association(AssociationId=id)


first = versions()
hooks()
associations()
time.sleep(1.1)
ssm.delete_document(Name=NAME)
expect(plugins(first) == ["hello"], "the command has its document still")
refused("InvalidDocument", ssm.send_command, DocumentName=NAME, InstanceIds=[MAIN])
