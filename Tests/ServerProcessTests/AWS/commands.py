"""Commands and documents, as boto3 asks for them."""

import datetime
import hashlib
import json
import os
import re
import time

import botocore.exceptions

from model import checked, client, expect, refused

NODES = json.loads(os.environ["NODES"])  # by name
frankfurt, virginia = client("Frankfurt"), client("us-east-1")
UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


def nodes(site, ring):
    return sorted(NODES[f"{site}-{ring}-{number}"] for number in (1, 2))


main, early, late = (nodes("Frankfurt", ring) for ring in ("main", "early", "late"))


def send(ssm=frankfurt, document="AWS-RunShellScript", parameters=None, **more):
    parameters = {"commands": ["uptime"]} if parameters is None else parameters
    # One request of a second has one signature, and is taken once.
    time.sleep(1.1)
    return ssm.send_command(DocumentName=document, Parameters=parameters, **more)["Command"]


def group(name):
    return [{"Key": "tag:Patch Group", "Values": [f"Debian12-{name}"]}]


def command(id, ssm=frankfurt):
    found = ssm.list_commands(CommandId=id)["Commands"]
    expect(len(found) == 1, found)
    return found[0]


def ended(id, ssm=frankfurt):
    """The command, once it has ended."""
    while True:
        found = command(id, ssm)
        if found["Status"] not in ("Pending", "InProgress", "Cancelling"):
            return found
        time.sleep(0.5)


def every(ssm, operation, key, **arguments):
    pages = list(ssm.get_paginator(operation).paginate(**arguments))
    return sum((page[key] for page in pages), []), len(pages)


def script():
    sent = send(parameters={"commands": ["uptime", "df -h"], "workingDirectory": ["/tmp"]}, Targets=group("main"),
                Comment="look", TimeoutSeconds=600, MaxConcurrency="100%", MaxErrors="1")
    expect(re.fullmatch(UUID, sent["CommandId"]), sent)
    expect(sent["Parameters"] == {"commands": ["uptime", "df -h"], "workingDirectory": ["/tmp"]}, sent)
    expect(sent["Status"] in ("Pending", "InProgress") and sent["Comment"] == "look", sent)
    expect(sent["Targets"] == group("main") and sent["MaxConcurrency"] == "100%" and sent["MaxErrors"] == "1", sent)
    lifetime = (sent["ExpiresAfter"] - sent["RequestedDateTime"]).total_seconds()
    expect(lifetime == 600 + 3600 and sent["TimeoutSeconds"] == 600, sent)
    done = ended(sent["CommandId"])
    expect(done["Status"] == done["StatusDetails"] == "Success", done)
    expect((done["TargetCount"], done["CompletedCount"], done["ErrorCount"]) == (2, 2, 0), done)
    for node in main:
        frankfurt.get_waiter("command_executed").wait(CommandId=sent["CommandId"], InstanceId=node)
        found = frankfurt.get_command_invocation(
            CommandId=sent["CommandId"], InstanceId=node, PluginName="aws:runShellScript")
        expect(found["Status"] == "Success" and found["ResponseCode"] == 0, found)
        expect(found["StandardOutputContent"] == "hello\nworld\n" and found["StandardErrorContent"] == "", found)
        expect(found["ExecutionStartDateTime"].endswith("Z") and found["ExecutionElapsedTime"].startswith("PT"), found)
    of_it, pages = every(frankfurt, "list_command_invocations", "CommandInvocations", CommandId=sent["CommandId"],
                         Details=True, PaginationConfig={"PageSize": 1})
    expect([entry["InstanceId"] for entry in of_it] == main and pages == 2, of_it)
    plugin = of_it[0]["CommandPlugins"][0]
    expect(plugin["Name"] == "aws:runShellScript" and plugin["Status"] == "Success", plugin)
    expect(plugin["Output"].startswith("runShellScript on Frankfurt-main"), plugin)
    refused("InvalidPluginName", frankfurt.get_command_invocation, CommandId=sent["CommandId"], InstanceId=main[0],
            PluginName="PatchLinux")
    refused("InvocationDoesNotExist", frankfurt.get_command_invocation, CommandId=sent["CommandId"],
            InstanceId=early[0])
    refused("InvalidCommandId", virginia.list_commands, CommandId=sent["CommandId"])
    refused("InvocationDoesNotExist", virginia.get_command_invocation, CommandId=sent["CommandId"], InstanceId=main[0])
    return sent["CommandId"]


def failing():
    """The first failure stops what was not sent."""
    sent = send(InstanceIds=early, MaxConcurrency="1")
    done = ended(sent["CommandId"])
    expect(done["Status"] == done["StatusDetails"] == "Failed" and done["ErrorCount"] == 1, done)
    expect(done["TargetCount"] == done["CompletedCount"] == 2 and done["InstanceIds"] == early, done)
    of_it, _ = every(frankfurt, "list_command_invocations", "CommandInvocations", CommandId=sent["CommandId"])
    expect(sorted(entry["StatusDetails"] for entry in of_it) == ["Failed", "Terminated"], of_it)
    failed = next(entry for entry in of_it if entry["StatusDetails"] == "Failed")
    found = frankfurt.get_command_invocation(CommandId=sent["CommandId"], InstanceId=failed["InstanceId"])
    expect(found["ResponseCode"] == 1 and found["PluginName"] == "aws:runShellScript", found)
    expect("exit code 1" in found["StandardErrorContent"], found)
    try:
        frankfurt.get_waiter("command_executed").wait(CommandId=sent["CommandId"], InstanceId=failed["InstanceId"])
        raise AssertionError("the waiter did not see the failure")
    except botocore.exceptions.WaiterError as error:
        expect("terminal failure state" in str(error), error)
    tolerated = ended(send(InstanceIds=early, MaxErrors="100%")["CommandId"])
    expect((tolerated["Status"], tolerated["StatusDetails"], tolerated["ErrorCount"]) == ("Failed", "Incomplete", 2),
           tolerated)


def patches():
    scan = ended(send(document="AWS-RunPatchBaseline", parameters={"Operation": ["Scan"]}, Targets=group("main"))[
        "CommandId"])
    expect(scan["Status"] == "Success" and scan["TargetCount"] == 2, scan)
    before = frankfurt.describe_instance_patch_states(InstanceIds=main)["InstancePatchStates"]
    expect(all(state["MissingCount"] > 0 and state["Operation"] == "Scan" for state in before), before)
    install = send(document="AWS-RunPatchBaseline", parameters={"Operation": ["Install"]}, InstanceIds=main)
    done = ended(install["CommandId"])
    expect(done["Status"] == "Success" and done["TargetCount"] == 2 and done["CompletedCount"] == 2, done)
    after = frankfurt.describe_instance_patch_states(InstanceIds=main)["InstancePatchStates"]
    expect(all(state["MissingCount"] < before[0]["MissingCount"] and state["Operation"] == "Install"
               for state in after), after)
    found = frankfurt.get_command_invocation(
        CommandId=install["CommandId"], InstanceId=main[0], PluginName="PatchLinux")
    expect(found["Status"] == "Success" and ": installed" in found["StandardOutputContent"], found)
    other = frankfurt.get_command_invocation(
        CommandId=install["CommandId"], InstanceId=main[0], PluginName="PatchWindows")
    expect(other["Status"] == "Success" and other["ResponseCode"] == 0, other)
    hooked = send(document="AWS-RunPatchBaselineWithHooks", InstanceIds=main, parameters={
        "Operation": ["Install"], "OnExitHookDocName": ["smoke-test"]})
    expect(ended(hooked["CommandId"])["Status"] == "Success", "with hooks")
    of_it, _ = every(frankfurt, "list_command_invocations", "CommandInvocations", CommandId=hooked["CommandId"],
                     InstanceId=main[0], Details=True)
    plugins = {plugin["Name"]: plugin for plugin in of_it[0]["CommandPlugins"]}
    expect(plugins["CustomerProvidedOnExitHook"]["Output"] != "" and len(plugins) == 5, plugins)


def lists(first):
    everything, pages = every(frankfurt, "list_commands", "Commands", PaginationConfig={"PageSize": 2})
    expect(pages == (len(everything) + 1) // 2 and everything[-1]["CommandId"] == first, everything)
    times = [entry["RequestedDateTime"] for entry in everything]
    expect(times == sorted(times, reverse=True), times)

    def ids(*filters, **more):
        entries = [{"key": key, "value": value} for key, value in filters]
        return [entry["CommandId"] for entry in every(
            frankfurt, "list_commands", "Commands", **({"Filters": entries} if entries else {}), **more)[0]]

    expect(len(ids(("DocumentName", "AWS-RunPatchBaseline"))) == 2, "by document")
    expect(first in ids(("Status", "Success")) and first not in ids(("Status", "Failed")), "by status")
    expect(len(ids(("Status", "Incomplete"))) == 1, "by details")
    expect(ids(("ExecutionStage", "Executing")) == [], "nothing is under way")
    expect(set(ids(InstanceId=early[0])) < set(ids()) and first not in ids(InstanceId=early[0]), "by node")
    future = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    expect(ids(("InvokedAfter", future)) == [] and len(ids(("InvokedBefore", future))) == len(everything), "by time")
    of_node, pages = every(frankfurt, "list_command_invocations", "CommandInvocations", InstanceId=main[0],
                           PaginationConfig={"PageSize": 2})
    expect(len(of_node) == 4 and pages == 2 and {entry["InstanceId"] for entry in of_node} == {main[0]}, of_node)
    of_all, _ = every(frankfurt, "list_command_invocations", "CommandInvocations", PaginationConfig={"PageSize": 3})
    keys = [(entry["CommandId"], entry["InstanceId"]) for entry in of_all]
    expect(len(set(keys)) == len(keys) == sum(entry["TargetCount"] for entry in everything), keys)
    refused("InvalidFilterKey", frankfurt.list_command_invocations,
            Filters=[{"key": "ExecutionStage", "value": "Complete"}])
    expect(every(virginia, "list_commands", "Commands")[0] == [], "of the other region")


def cancelled():
    sent = send(InstanceIds=late)
    while command(sent["CommandId"])["TargetCount"] == 0:
        time.sleep(0.2)
    found = frankfurt.get_command_invocation(CommandId=sent["CommandId"], InstanceId=late[0])
    expect(found["Status"] == "Pending" and found["ResponseCode"] == -1, found)
    expect(found["ExecutionStartDateTime"] == "", found)
    refused("InvalidInstanceId", frankfurt.cancel_command, CommandId=sent["CommandId"], InstanceIds=early[:1])
    frankfurt.cancel_command(CommandId=sent["CommandId"])
    expect(command(sent["CommandId"])["Status"] in ("Cancelling", "Cancelled"), "it is being cancelled")
    refused("InvalidCommandId", frankfurt.cancel_command, CommandId="00000000-0000-0000-0000-000000000000")


def partly():
    """Some of its nodes: the others go on, and a node without an order never gets one."""
    done, silent = nodes("us-east-1", "main"), nodes("us-east-1", "late")
    sent = send(virginia, InstanceIds=silent + done, MaxConcurrency="1")["CommandId"]
    while command(sent, virginia)["CompletedCount"] < 2:
        time.sleep(0.2)

    def statuses():
        found = virginia.list_command_invocations(CommandId=sent)["CommandInvocations"]
        return {entry["InstanceId"]: entry["Status"] for entry in found}

    before = {node: "Success" for node in done} | {node: "Pending" for node in silent}
    expect(statuses() == before, statuses())
    refused("DuplicateInstanceId", virginia.cancel_command, CommandId=sent, InstanceIds=silent[:1] * 2)
    refused("InvalidInstanceId", virginia.cancel_command, CommandId=sent, InstanceIds=silent[:1] + early[:1])
    virginia.cancel_command(CommandId=sent, InstanceIds=silent[1:] + done[:1])
    while statuses()[silent[1]] == "Pending":
        time.sleep(0.2)
    expect(statuses() == before | {silent[1]: "Cancelled"}, statuses())
    expect(command(sent, virginia)["Status"] == "InProgress", "the other one goes on")
    virginia.cancel_command(CommandId=sent, InstanceIds=silent[:1])
    while statuses()[silent[0]] == "Pending":
        time.sleep(0.2)
    expect(statuses()[silent[0]] == "Cancelling", "its order is taken back, and it has not answered")
    expect(command(sent, virginia)["Status"] == "InProgress", "it is not cancelled as a whole")


def wrong():
    shell = dict(DocumentName="AWS-RunShellScript", Parameters={"commands": ["uptime"]})
    refused("InvalidDocument", frankfurt.send_command, **{**shell, "DocumentName": "AWS-Nothing"}, InstanceIds=main)
    refused("InvalidDocumentVersion", frankfurt.send_command, DocumentVersion="2", InstanceIds=main, **shell)
    refused("InvalidInstanceId", frankfurt.send_command, InstanceIds=["mi-00000000000000000"], **shell)
    refused("InvalidInstanceId", virginia.send_command, InstanceIds=main, **shell)
    refused("DuplicateInstanceId", frankfurt.send_command, InstanceIds=[main[0], main[0]], **shell)
    refused("InvalidParameters", frankfurt.send_command, InstanceIds=main, DocumentName="AWS-RunPatchBaseline")
    refused("InvalidParameters", frankfurt.send_command, InstanceIds=main, DocumentName="AWS-RunPatchBaseline",
            Parameters={"Operation": ["Delete"]})
    refused("ValidationException", frankfurt.send_command, **shell)
    refused("ValidationException", frankfurt.send_command, InstanceIds=main, Targets=group("main"), **shell)
    refused("ValidationException", frankfurt.send_command, Targets=[{"Key": "colour", "Values": ["red"]}], **shell)
    refused("ValidationException", frankfurt.send_command, InstanceIds=main, MaxConcurrency="0", **shell)
    refused("ValidationException", frankfurt.send_command, InstanceIds=main, OutputS3BucketName="bucket", **shell)
    message = refused("ValidationException", frankfurt.send_command, InstanceIds=main, **shell,
                      AlarmConfiguration={"Alarms": [{"Name": "too-many"}]})
    expect("alarms are not offered" in message, message)
    refused("InvalidDocument", frankfurt.send_command, InstanceIds=main, DocumentHash="0" * 64,
            DocumentHashType="Sha256", **shell)
    refused("InvalidCommandId", frankfurt.list_command_invocations, CommandId="00000000-0000-0000-0000-000000000000")
    nobody = ended(send(Targets=[{"Key": "tag:Owner", "Values": ["nobody"]}])["CommandId"])
    expect(nobody["StatusDetails"] == "NoInstancesInTag" and nobody["TargetCount"] == 0, nobody)


def documents():
    every_one, _ = every(frankfurt, "list_documents", "DocumentIdentifiers", PaginationConfig={"PageSize": 3})
    names = [entry["Name"] for entry in every_one]
    aws = ["AWS-RunPatchBaseline", "AWS-RunPatchBaselineWithHooks", "AWS-RunPowerShellScript", "AWS-RunShellScript"]
    expect(names[:4] == aws and "smoke-test" in names, names)
    own, _ = every(frankfurt, "list_documents", "DocumentIdentifiers", Filters=[{"Key": "Owner", "Values": ["Self"]}])
    expect([entry["Name"] for entry in own] == names[4:], own)
    windows, _ = every(frankfurt, "list_documents", "DocumentIdentifiers",
                       DocumentFilterList=[{"key": "PlatformTypes", "value": "Windows"}])
    expect("AWS-RunShellScript" not in [entry["Name"] for entry in windows] and len(windows) >= 3, windows)
    for name in names:
        described = frankfurt.describe_document(Name=name)["Document"]
        content = frankfurt.get_document(Name=name, DocumentVersion="$DEFAULT")["Content"]
        expect(described["Hash"] == hashlib.sha256(content.encode()).hexdigest(), described)
        body = json.loads(content)
        expect(body["schemaVersion"] == described["SchemaVersion"], body)
        expect(sorted(body["parameters"]) == sorted(entry["Name"] for entry in described["Parameters"]), body)
    patch = frankfurt.describe_document(Name="AWS-RunPatchBaseline")["Document"]
    defaults = {entry["Name"]: entry.get("DefaultValue") for entry in patch["Parameters"]}
    expect(defaults == {
        "Operation": None, "RebootOption": "RebootIfNeeded", "SnapshotId": "", "InstallOverrideList": "",
        "BaselineOverride": "", "AssociationId": "", "StepTimeoutSeconds": "10800"}, defaults)
    refused("InvalidDocument", frankfurt.get_document, Name="AWS-Nothing")
    refused("InvalidDocumentVersion", frankfurt.describe_document, Name="smoke-test", DocumentVersion="7")
    shown = ended(send(document="smoke-test", parameters={}, InstanceIds=main)["CommandId"])
    expect(shown["Status"] == "Success", shown)


def tagged():
    """By tags of any key: ANDed by key, ORed by values, and resolved when the command begins."""
    for node, owner in zip(main, ("shop", "bank")):
        frankfurt.add_tags_to_resource(ResourceType="ManagedInstance", ResourceId=node, Tags=[
            {"Key": "Owner", "Value": owner}, {"Key": "Tier", "Value": "1"}])
    for targets, expected in (
            ([{"Key": "tag:Owner", "Values": ["shop", "bank"]}, {"Key": "tag:Tier", "Values": ["1"]}], main),
            ([{"Key": "tag:Owner", "Values": ["shop"]}, {"Key": "tag-key", "Values": ["Tier", "Class"]}], main[:1]),
            ([{"Key": "tag:Owner", "Values": ["shop"]}, {"Key": "tag:Tier", "Values": ["2"]}], [])):
        sent = ended(send(Targets=targets)["CommandId"])
        found, _ = every(frankfurt, "list_command_invocations", "CommandInvocations", CommandId=sent["CommandId"])
        expect(sorted(entry["InstanceId"] for entry in found) == expected, (targets, found))
        expect(sent["StatusDetails"] == ("Success" if expected else "NoInstancesInTag"), sent)


first = script()
failing()
patches()
lists(first)
documents()
wrong()
tagged()
partly()
cancelled()
expect(len(checked) == 10, sorted(checked))
print("\n".join(sorted(checked)))
