"""Nodes, the states of their patches and their compliance, as boto3 asks for them."""

import json
import os

from model import checked, client, expect, refused

NODES = json.loads(os.environ["NODES"])  # by name
frankfurt, virginia = client("Frankfurt"), client("us-east-1")
early, main, late = (NODES[f"Frankfurt-{ring}"] for ring in ("early", "main", "late"))


def every(ssm, operation, key, **arguments):
    """All pages, and how many there were."""
    pages = list(ssm.get_paginator(operation).paginate(**arguments))
    return sum((page[key] for page in pages), []), len(pages)


def information():
    found, pages = every(frankfurt, "describe_instance_information", "InstanceInformationList",
                         PaginationConfig={"PageSize": 5})
    expect(sorted(node["InstanceId"] for node in found) == sorted(
        id for name, id in NODES.items() if name.startswith("Frankfurt")), found)
    expect(pages == 2 and len(found) == 7, (pages, len(found)))
    one = next(node for node in found if node["InstanceId"] == early)
    expect(one["PingStatus"] == "Online" and one["PlatformType"] == "Linux" and one["PlatformName"] == "Debian", one)
    expect(one["ComputerName"] == "Frankfurt-early" and one["ResourceType"] == "ManagedInstance", one)
    far, _ = every(virginia, "describe_instance_information", "InstanceInformationList")
    expect(sorted(node["ComputerName"] for node in far) == [
        "us-east-1-early", "us-east-1-late", "us-east-1-main"], far)

    def ids(*filters):
        entries = [{"Key": key, "Values": values} for key, values in filters]
        return [node["InstanceId"] for node in every(
            frankfurt, "describe_instance_information", "InstanceInformationList", Filters=entries)[0]]

    expect(ids(("InstanceIds", [early, NODES["us-east-1-early"]])) == [early], "by id, of the region")
    expect(ids(("tag:PatchGroup", ["Debian12-main"])) == [main], "by the tag of the patch group")
    expect(ids(("tag:Patch Group", ["Debian12-main"]), ("PingStatus", ["Online"])) == [main], "both")
    expect(ids(("tag:Owner", ["me"])) == [] and len(ids(("tag-key", ["Patch Group"]))) == 7, "by other tags")
    expect(len(ids(("PlatformTypes", ["Linux", "Windows"]))) == 7 and ids(("PlatformTypes", ["Windows"])) == [], "types")
    refused("InvalidFilterKey", frankfurt.describe_instance_information, Filters=[{"Key": "Colour", "Values": ["red"]}])
    for key, value in [("PingStatus", "online"), ("PlatformTypes", "Solaris"), ("ResourceType", "Bucket"),
                       ("SourceTypes", "EC2")]:
        message = refused("InvalidInstanceInformationFilterValue", frankfurt.describe_instance_information,
                          Filters=[{"Key": key, "Values": ["Linux" if key == "PlatformTypes" else value, value]}])
        expect(message.startswith(f"{value} is none of "), message)
    expect(ids(("PingStatus", ["ConnectionLost", "Inactive"])) == [], "all were heard of")
    both = dict(Filters=[{"Key": "InstanceIds", "Values": [late]}],
                InstanceInformationFilterList=[{"key": "InstanceIds", "valueSet": [late]}])
    refused("ValidationException", frankfurt.describe_instance_information, **both)
    legacy = [{"key": "InstanceIds", "valueSet": [late]}]
    listed = frankfurt.describe_instance_information(InstanceInformationFilterList=legacy)["InstanceInformationList"]
    expect([node["InstanceId"] for node in listed] == [late], listed)
    refused("ValidationException", frankfurt.describe_instance_information, MaxResults=51)


def states():
    found = frankfurt.describe_instance_patch_states(InstanceIds=[late, early, NODES["us-east-1-early"]])
    states = {state["InstanceId"]: state for state in found["InstancePatchStates"]}
    expect(sorted(states) == sorted([early, late]), found)
    state = states[early]
    expect(state["PatchGroup"] == "Debian12-early" and state["Operation"] == "Scan", state)
    counts = [state[f"{name}Count"] for name in (
        "Installed", "InstalledOther", "InstalledPendingReboot", "InstalledRejected", "Missing", "Failed",
        "CriticalNonCompliant", "SecurityNonCompliant", "OtherNonCompliant")]
    expect(counts == [0, 5, 0, 0, 2, 0, 1, 2, 0], state)
    expect(frankfurt.describe_instance_patch_states(InstanceIds=[NODES["Frankfurt-new"]])["InstancePatchStates"] == [],
           "never scanned")
    refused("ValidationException", frankfurt.describe_instance_patch_states, InstanceIds=["web-1"])
    refused("ValidationException", frankfurt.describe_instance_patch_states,
            InstanceIds=[f"mi-{number:017x}" for number in range(51)])
    refused("ValidationException", frankfurt.describe_instance_patch_states, InstanceIds=[early], MaxResults=101)
    refused("InvalidNextToken", frankfurt.describe_instance_patch_states, InstanceIds=[early], NextToken="x")
    group = dict(PatchGroup="Debian12-early")

    def ids(*filters):
        entries = [{"Key": key, "Type": type, "Values": [value]} for key, type, value in filters]
        return [state["InstanceId"] for state in every(
            frankfurt, "describe_instance_patch_states_for_patch_group", "InstancePatchStates", **group,
            Filters=entries)[0]]

    expect(ids() == [early] and ids(("MissingCount", "GreaterThan", "1")) == [early], "of the group")
    expect(ids(("MissingCount", "LessThan", "2")) == [] == ids(("FailedCount", "NotEqual", "0")), "and none")
    ask = frankfurt.describe_instance_patch_states_for_patch_group
    refused("InvalidFilter", ask, **group, Filters=[{"Key": "Age", "Type": "Equal", "Values": ["1"]}])
    refused("InvalidFilter", ask, **group, Filters=[{"Key": "FailedCount", "Type": "Equal", "Values": ["few"]}])
    summary = frankfurt.describe_patch_group_state(**group)
    expect(summary["Instances"] == 1 == summary["InstancesWithMissingPatches"], summary)
    expect(summary["InstancesWithFailedPatches"] == 0 and summary["InstancesWithCriticalNonCompliantPatches"] == 1,
           summary)
    expect(frankfurt.describe_patch_group_state(PatchGroup="nobody")["Instances"] == 0, "of none")


def patches():
    found, pages = every(frankfurt, "describe_instance_patches", "Patches", InstanceId=early)
    expect(sorted((patch["KBId"].split(".")[0], patch["State"]) for patch in found) == [
        ("acme-docs", "InstalledOther"), ("acme-kernel", "InstalledOther"), ("acme-kernel", "Missing"),
        ("acme-legacy", "InstalledOther"), ("acme-tls", "InstalledOther"), ("acme-tls", "Missing"),
        ("acme-web", "InstalledOther")], found)
    missing = frankfurt.describe_instance_patches(
        InstanceId=early, Filters=[{"Key": "State", "Values": ["Missing", "Failed"]}])["Patches"]
    expect(len(missing) == 2 and all(patch["InstalledTime"].timestamp() == 0 for patch in missing), missing)
    refused("InvalidInstanceId", virginia.describe_instance_patches, InstanceId=early)
    refused("InvalidFilter", frankfurt.describe_instance_patches, InstanceId=early,
            Filters=[{"Key": "Colour", "Values": ["red"]}])


def compliance():
    arguments = dict(ResourceIds=[early], ResourceTypes=["ManagedInstance"])
    items, _ = every(frankfurt, "list_compliance_items", "ComplianceItems", **arguments)
    expect(len(items) == 7, items)
    bad, _ = every(frankfurt, "list_compliance_items", "ComplianceItems", **arguments,
                   Filters=[{"Key": "Status", "Type": "NOT_EQUAL", "Values": ["COMPLIANT"]}])
    expect(sorted(item["Severity"] for item in bad)[0] == "CRITICAL" and len(bad) == 2, bad)
    expect(bad[0]["Details"]["PatchState"] == "Missing" and bad[0]["Details"]["PatchGroup"] == "Debian12-early", bad)
    refused("InvalidResourceId", frankfurt.list_compliance_items, ResourceIds=[NODES["us-east-1-early"]],
            ResourceTypes=["ManagedInstance"])
    refused("InvalidResourceType", frankfurt.list_compliance_items, ResourceIds=[early], ResourceTypes=["Bucket"])
    refused("InvalidFilter", frankfurt.list_compliance_items, **arguments, Filters=[{"Key": "Age", "Values": ["1"]}])
    nodes, pages = every(frankfurt, "list_resource_compliance_summaries", "ResourceComplianceSummaryItems",
                         PaginationConfig={"PageSize": 2})
    expect(pages == 2 and sorted(node["ResourceId"] for node in nodes) == sorted([early, main, late]), nodes)
    expect(all(node["Status"] == "NON_COMPLIANT" and node["OverallSeverity"] == "CRITICAL" for node in nodes), nodes)
    expect(nodes[0]["NonCompliantSummary"]["NonCompliantCount"] == 2, nodes)
    none = frankfurt.list_resource_compliance_summaries(Filters=[{"Key": "Status", "Values": ["COMPLIANT"]}])
    expect(none["ResourceComplianceSummaryItems"] == [], none)
    summary = frankfurt.list_compliance_summaries()["ComplianceSummaryItems"]
    expect(len(summary) == 1 and summary[0]["NonCompliantSummary"]["NonCompliantCount"] == 3, summary)
    expect(summary[0]["NonCompliantSummary"]["SeveritySummary"]["CriticalCount"] == 3, summary)
    expect(summary[0]["CompliantSummary"]["CompliantCount"] == 0, summary)
    expect(client("eu-west-1").list_compliance_summaries()["ComplianceSummaryItems"] == [], "no nodes, no summary")


def scope():
    """A key of a ring sees that ring."""
    limited = client("Frankfurt", aws_access_key_id=os.environ["LIMITED_ID"],
                     aws_secret_access_key=os.environ["LIMITED_SECRET"])
    listed = limited.describe_instance_information()["InstanceInformationList"]
    expect([node["InstanceId"] for node in listed] == [main], listed)
    expect(limited.describe_instance_patch_states(InstanceIds=[early, main])["InstancePatchStates"][0]["InstanceId"]
           == main, "its own")
    refused("InvalidInstanceId", limited.describe_instance_patches, InstanceId=early)
    expect(limited.list_compliance_summaries()["ComplianceSummaryItems"][0]["NonCompliantSummary"][
        "NonCompliantCount"] == 1, "its own count")


information()
states()
patches()
compliance()
scope()
expect(len(checked) == 8, sorted(checked))
print("\n".join(sorted(checked)))
