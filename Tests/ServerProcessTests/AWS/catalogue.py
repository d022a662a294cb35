"""What vendors publish, and what baselines make of it, as boto3 asks for it."""

import datetime
import os

from model import checked, client, expect, refused

RELEASED, APPROVED = os.environ["RELEASED"], os.environ["APPROVED"]  # days
ssm = client("Frankfurt")


def every(operation, key, size=None, **arguments):
    """All pages, and how many there were."""
    pages = list(ssm.get_paginator(operation).paginate(
        **arguments, PaginationConfig={"PageSize": size} if size else {}))
    return sum((page[key] for page in pages), []), len(pages)


def filters(**values):
    return [{"Key": key, "Values": value if isinstance(value, list) else [value]} for key, value in values.items()]


def properties():
    def names(system, name, **more):
        found, _ = every("describe_patch_properties", "Properties", OperatingSystem=system, Property=name, **more)
        expect(all(list(entry) == ["Name"] for entry in found), found)
        return [entry["Name"] for entry in found]

    expect(names("AMAZON_LINUX_2023", "CLASSIFICATION") == [
        "Bugfix", "Enhancement", "Newpackage", "Recommended", "Security"], "classifications")
    expect("Critical" in names("AMAZON_LINUX_2023", "SEVERITY"), "severities")
    expect(names("UBUNTU", "PRIORITY") == ["Extra", "Important", "Optional", "Required", "Standard"], "priorities")
    expect(names("WINDOWS", "MSRC_SEVERITY") == [
        "Critical", "Important", "Low", "Moderate", "Unspecified"], "of Microsoft")
    expect(names("AMAZON_LINUX_2023", "PRODUCT") == ["AmazonLinux2023"], "of feeds")
    expect(names("WINDOWS", "PRODUCT") == ["WindowsServer2019", "WindowsServer2022"], "of feeds")
    expect(names("DEBIAN", "PRODUCT") == ["Debian12"], "of nodes")
    expect(names("UBUNTU", "PRODUCT") == [], "of neither")
    expect(names("WINDOWS", "PRODUCT_FAMILY", PatchSet="OS") == ["Windows"], "families")
    expect(names("WINDOWS", "PRODUCT", PatchSet="APPLICATION") == [], "no feed is of applications")
    message = refused("ValidationException", ssm.describe_patch_properties, OperatingSystem="WINDOWS",
                      Property="PRIORITY")
    expect("MSRC_SEVERITY" in message, message)
    refused("ValidationException", ssm.describe_patch_properties, OperatingSystem="PLAN9", Property="PRODUCT")
    refused("ValidationException", ssm.describe_patch_properties, OperatingSystem="DEBIAN", Property="PRODUCT",
            MaxResults=51)
    page = ssm.describe_patch_properties(OperatingSystem="UBUNTU", Property="PRIORITY", MaxResults=3)
    expect(len(page["Properties"]) == 3, page)
    rest = ssm.describe_patch_properties(OperatingSystem="UBUNTU", Property="PRIORITY", MaxResults=3,
                                         NextToken=page["NextToken"])
    expect([entry["Name"] for entry in rest["Properties"]] == ["Required", "Standard"], rest)


def windows():
    found, pages = every("describe_available_patches", "Patches", size=2)
    expect([(patch["KbNumber"], patch["Product"]) for patch in found] == [
        ("KB5036900", "WindowsServer2019"), ("KB5036909", "WindowsServer2019"), ("KB5036909", "WindowsServer2022"),
        ("KB5036911", "WindowsServer2022")], found)
    expect(pages == 2, pages)
    one = found[2]
    expect(one["MsrcSeverity"] == "Critical" and one["Classification"] == "SecurityUpdates", one)
    expect(one["Vendor"] == "Microsoft" and one["ProductFamily"] == "Windows" and one["Id"] == "KB5036909", one)
    expect(one["CVEIds"] == ["CVE-2026-1000", "CVE-2026-1001"], one)
    expect(one["ReleaseDate"].astimezone(datetime.timezone.utc).date().isoformat() == RELEASED, one)

    def named(**values):
        return [(patch["KbNumber"], patch["Product"][7:])
                for patch in every("describe_available_patches", "Patches", Filters=filters(**values))[0]]

    expect(named(PATCH_ID="5036911") == [("KB5036911", "Server2022")], "by its number")
    expect(named(PATCH_ID="KB5036911") == [("KB5036911", "Server2022")], "by its name")
    expect(named(PRODUCT="WindowsServer2019", MSRC_SEVERITY="critical") == [("KB5036909", "Server2019")], "by both")
    expect(named(PATCH_SET="APPLICATION") == [] and len(named(PATCH_SET="OS")) == 4, "by the set")
    expect(named(CVE_ID="CVE-2026-1001") == [("KB5036909", "Server2022")], "by a vulnerability")
    expect(named(CLASSIFICATION=["Upgrades", "SecurityUpdates"], PRODUCT="WindowsServer2022") == [
        ("KB5036909", "Server2022"), ("KB5036911", "Server2022")], "by any of the values")


def linux():
    product = "AmazonLinux2023"
    found, pages = every("describe_available_patches", "Patches", size=3, Filters=filters(PRODUCT=product))
    expect(len(found) == 21 + 2 and pages == 8, (len(found), pages))
    ids = [(patch["Name"], patch["Version"], patch["Arch"]) for patch in found]
    expect(len(set(ids)) == len(ids), ids)
    found, _ = every("describe_available_patches", "Patches", Filters=filters(PRODUCT=product, NAME="openssl-libs"))
    expect(len(found) == 2, found)
    one = next(patch for patch in found if patch["Arch"] == "x86_64")
    expect((one["Epoch"], one["Version"], one["Release"]) == (1, "3.0.8", "1.amzn2023"), one)
    expect(one["AdvisoryIds"] == ["ALAS2023-2026-1"] and one["Id"] == "openssl-libs.x86_64", one)
    expect(one["Severity"] == "Important" and one["Classification"] == "Security" and "KbNumber" not in one, one)

    def count(**values):
        return len(every("describe_available_patches", "Patches", Filters=filters(PRODUCT=product, **values))[0])

    expect(count(ADVISORY_ID="ALAS2023-2026-1") == 2 and count(ADVISORY_ID="none") == 0, "by an advisory")
    expect(count(SEVERITY="Important", ARCH="aarch64") == 1 and count(SECURITY="true") == 2, "by attributes")
    expect(count(CLASSIFICATION="Bugfix") == 21 and count(BUGZILLA_ID="1") == 0, "by its kind")
    expect(count(EPOCH="1", VERSION="3.0.8", RELEASE="1.amzn2023") == 2, "by its version")
    expect(every("describe_available_patches", "Patches", Filters=filters(PRODUCT="Plan9"))[0] == [], "no such product")
    refused("ValidationException", ssm.describe_available_patches, Filters=filters(COLOUR="red"))
    refused("ValidationException", ssm.describe_available_patches, NextToken="bm9uZQ==")
    refused("ValidationException", ssm.describe_available_patches, MaxResults=101)


def effective():
    rule = {"PatchFilterGroup": {"PatchFilters": filters(CLASSIFICATION="SecurityUpdates", MSRC_SEVERITY="Critical")},
            "ComplianceLevel": "HIGH", "ApproveAfterDays": 7}
    made = ssm.create_patch_baseline(
        Name="catalogue", OperatingSystem="WINDOWS", ApprovalRules={"PatchRules": [rule]},
        ApprovedPatches=["KB5036900"], ApprovedPatchesComplianceLevel="LOW", RejectedPatches=["KB5036911"])
    ask = "describe_effective_patches_for_patch_baseline"
    found, pages = every(ask, "EffectivePatches", size=1, BaselineId=made["BaselineId"])
    states = [(entry["Patch"]["KbNumber"], entry["Patch"]["Product"][7:], entry["PatchStatus"]["DeploymentStatus"],
               entry["PatchStatus"]["ComplianceLevel"]) for entry in found]
    expect(states == [
        ("KB5036900", "Server2019", "EXPLICIT_APPROVED", "LOW"), ("KB5036909", "Server2019", "APPROVED", "HIGH"),
        ("KB5036909", "Server2022", "APPROVED", "HIGH"), ("KB5036911", "Server2022", "EXPLICIT_REJECTED", "UNSPECIFIED"),
    ], states)
    expect(pages == 4, pages)
    expect(found[2]["PatchStatus"]["ApprovalDate"].astimezone(datetime.timezone.utc).date().isoformat() == APPROVED, found[2])
    ssm.update_patch_baseline(BaselineId=made["BaselineId"], ApprovalRules={"PatchRules": [
        {**rule, "ApproveAfterDays": 360}]}, ApprovedPatches=[], RejectedPatches=[])
    found, _ = every(ask, "EffectivePatches", BaselineId=made["BaselineId"])
    expect([entry["PatchStatus"]["DeploymentStatus"] for entry in found] == ["PENDING_APPROVAL"] * 2, found)
    refused("DoesNotExistException", ssm.describe_effective_patches_for_patch_baseline,
            BaselineId="pb-00000000000000000")
    refused("InvalidResourceId", ssm.describe_effective_patches_for_patch_baseline, BaselineId="x" * 20)
    other = ssm.create_patch_baseline(Name="debian", OperatingSystem="DEBIAN")["BaselineId"]
    refused("UnsupportedOperatingSystem", ssm.describe_effective_patches_for_patch_baseline, BaselineId=other)


properties()
windows()
linux()
effective()
expect({"DescribeAvailablePatches", "DescribeEffectivePatchesForPatchBaseline", "DescribePatchProperties"} <= checked,
       sorted(checked))
