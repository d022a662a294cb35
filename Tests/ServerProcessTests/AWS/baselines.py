"""Patch baselines, defaults, patch groups and tags, as boto3 asks for them."""

import concurrent.futures
import datetime
import re
import time

from model import checked, client, expect, refused

ssm = client()
RULES = {
    "PatchRules": [
        {
            "PatchFilterGroup": {
                "PatchFilters": [
                    {"Key": "CLASSIFICATION", "Values": ["Security"]},
                    {"Key": "SEVERITY", "Values": ["Critical", "Important"]},
                ]
            },
            "ComplianceLevel": "CRITICAL",
            "ApproveAfterDays": 7,
            "EnableNonSecurity": False,
        },
        {
            "PatchFilterGroup": {"PatchFilters": [{"Key": "CLASSIFICATION", "Values": ["Bugfix"]}]},
            "ComplianceLevel": "UNSPECIFIED",
            "ApproveUntilDate": "2026-12-31",
            "EnableNonSecurity": True,
        },
    ]
}


def life():
    """A baseline from its creation to its end."""
    asked = dict(
        Name="web-al2023",
        OperatingSystem="AMAZON_LINUX_2023",
        GlobalFilters={"PatchFilters": [{"Key": "PRODUCT", "Values": ["AmazonLinux2023"]}]},
        ApprovalRules=RULES,
        ApprovedPatches=["openssl*", "CVE-2026-1"],
        ApprovedPatchesComplianceLevel="HIGH",
        RejectedPatches=["kernel-livepatch-*"],
        RejectedPatchesAction="BLOCK",
        Description="of the web",
        Tags=[{"Key": "Owner", "Value": "web"}],
    )
    token = "5ba3a3b5-8bbf-4f2e-8d8c-2f6f0a8e0001"
    made = ssm.create_patch_baseline(ClientToken=token, **asked)["BaselineId"]
    expect(re.fullmatch("pb-[0-9a-f]{17}", made), made)
    pause()
    expect(ssm.create_patch_baseline(ClientToken=token, **asked)["BaselineId"] == made, "one token, one id")
    refused("IdempotentParameterMismatch", ssm.create_patch_baseline, ClientToken=token, **{**asked, "Description": "x"})
    refused("ValidationException", ssm.create_patch_baseline, **asked)
    shown = ssm.get_patch_baseline(BaselineId=made)
    for name, value in asked.items():
        if name != "Tags":
            expect(shown[name] == value, (name, shown[name]))
    expect(shown["ApprovedPatchesEnableNonSecurity"] is False and shown["Sources"] == [], shown)
    expect(abs((shown["CreatedDate"] - datetime.datetime.now(datetime.timezone.utc)).total_seconds()) < 600, shown)
    arn = f"arn:aws:ssm:us-east-1:000000000000:patchbaseline/{made}"
    expect(ssm.get_patch_baseline(BaselineId=arn)["BaselineId"] == made, "an ARN names it, too")
    elsewhere = client("eu-west-1").get_patch_baseline(BaselineId=made)
    expect(elsewhere["Name"] == "web-al2023", "the policy is that of every region")
    change(made, shown)
    tags(made)
    groups(made)
    defaults(made)
    expect(ssm.delete_patch_baseline(BaselineId=made)["BaselineId"] == made, "it is gone")
    refused("DoesNotExistException", ssm.get_patch_baseline, BaselineId=made)
    refused("DoesNotExistException", ssm.update_patch_baseline, BaselineId=made, Name="other")
    refused("DoesNotExistException", ssm.update_patch_baseline, BaselineId="something-of-that-length", Name="other")
    nothing = "pb-00000000000000000"
    expect(ssm.delete_patch_baseline(BaselineId=nothing)["BaselineId"] == nothing, "what is not there is no error")
    aws = "arn:aws:ssm:us-east-1:075727635805:patchbaseline/pb-0c7e89f711c3095f4"
    refused("ResourceInUseException", ssm.delete_patch_baseline, BaselineId=aws)
    refused("DoesNotExistException", ssm.update_patch_baseline, BaselineId=aws, Name="mine")


def pause():
    """Until the next second: the same request in the same second has the same signature."""
    time.sleep(1.1)


def change(made, shown):
    """What is not named stays; with Replace it does not."""
    changed = ssm.update_patch_baseline(BaselineId=made, Name="web-2023", RejectedPatches=[])
    expect(changed["BaselineId"] == made and changed["Name"] == "web-2023", changed)
    expect(changed["RejectedPatches"] == [] and changed["ApprovalRules"] == shown["ApprovalRules"], changed)
    expect(changed["CreatedDate"] == shown["CreatedDate"] < changed["ModifiedDate"], changed)
    message = refused("ValidationException", ssm.update_patch_baseline, BaselineId=made, Replace=True)
    expect("Value null at 'name' failed to satisfy constraint: Member must not be null" in message, message)
    replaced = ssm.update_patch_baseline(BaselineId=made, Name="web-2023", Replace=True)
    expect(replaced["ApprovalRules"] == {"PatchRules": []} and replaced["ApprovedPatches"] == [], replaced)
    expect("Description" not in replaced and replaced["RejectedPatchesAction"] == "ALLOW_AS_DEPENDENCY", replaced)


def tags(made):
    resource = dict(ResourceType="PatchBaseline", ResourceId=made)
    expect(ssm.list_tags_for_resource(**resource)["TagList"] == [{"Key": "Owner", "Value": "web"}], "as it was made")
    ssm.add_tags_to_resource(**resource, Tags=[{"Key": "Stage", "Value": ""}, {"Key": "Owner", "Value": "ops"}])
    expect(
        ssm.list_tags_for_resource(**resource)["TagList"]
        == [{"Key": "Owner", "Value": "ops"}, {"Key": "Stage", "Value": ""}],
        "added and changed",
    )
    ssm.remove_tags_from_resource(**resource, TagKeys=["Owner", "Nobody"])
    expect(ssm.list_tags_for_resource(**resource)["TagList"] == [{"Key": "Stage", "Value": ""}], "removed")
    refused("InvalidResourceId", ssm.list_tags_for_resource, ResourceType="PatchBaseline", ResourceId="pb-0")
    refused("InvalidResourceType", ssm.list_tags_for_resource, ResourceType="OpsItem", ResourceId="oi-0")


def groups(made):
    """A group has one baseline of an operating system, and is not left without it by a deletion."""
    pair = dict(BaselineId=made, PatchGroup="AL2023-web")
    expect(ssm.register_patch_baseline_for_patch_group(**pair)["PatchGroup"] == "AL2023-web", "registered")
    pause()
    message = refused("AlreadyExistsException", ssm.register_patch_baseline_for_patch_group, **pair)
    expect(message.endswith("registered for OperatingSystem AMAZON_LINUX_2023."), message)
    refused(
        "AlreadyExistsException",
        ssm.register_patch_baseline_for_patch_group,
        BaselineId=made,
        PatchGroup="AL2023-early",
    )
    refused("ValidationException", ssm.register_patch_baseline_for_patch_group, BaselineId=made, PatchGroup="of two")
    expect(ssm.get_patch_baseline(BaselineId=made)["PatchGroups"] == ["AL2023-web"], "shown")
    expect(ssm.get_patch_baseline_for_patch_group(PatchGroup="AL2023-web", OperatingSystem="AMAZON_LINUX_2023")[
        "BaselineId"] == made, "found")
    fallback = ssm.get_patch_baseline_for_patch_group(PatchGroup="AL2023-web", OperatingSystem="UBUNTU")
    expect(fallback["BaselineId"].endswith("patchbaseline/pb-0c7e89f711c3095f4"), fallback)
    mappings = [page["Mappings"] for page in ssm.get_paginator("describe_patch_groups").paginate(
        PaginationConfig={"PageSize": 3})]
    expect(max(map(len, mappings)) == 3 and len(sum(mappings, [])) == 10, mappings)
    mine = [entry["PatchGroup"] for entry in sum(mappings, []) if entry["BaselineIdentity"]["BaselineId"] == made]
    expect(mine == ["AL2023-web"], mappings)
    one = ssm.describe_patch_groups(Filters=[{"Key": "NAME_PREFIX", "Values": ["AL2023-w"]}])["Mappings"]
    expect([entry["BaselineIdentity"]["BaselineName"] for entry in one] == ["web-2023"], one)
    refused("ResourceInUseException", ssm.delete_patch_baseline, BaselineId=made)
    ssm.deregister_patch_baseline_for_patch_group(**pair)
    pause()
    refused("InvalidResourceId", ssm.deregister_patch_baseline_for_patch_group, **pair)
    aws = "arn:aws:ssm:us-east-1:075727635805:patchbaseline/pb-05c9c9bf778d4c4d0"
    ssm.register_patch_baseline_for_patch_group(BaselineId=aws, PatchGroup="AL2023-plain")
    expect(ssm.get_patch_baseline(BaselineId=aws)["PatchGroups"] == ["AL2023-plain"], "AWS's own")
    ssm.deregister_patch_baseline_for_patch_group(BaselineId=aws, PatchGroup="AL2023-plain")


def defaults(made):
    aws = "arn:aws:ssm:us-east-1:075727635805:patchbaseline/pb-05c9c9bf778d4c4d0"
    system = dict(OperatingSystem="AMAZON_LINUX_2023")
    expect(ssm.get_default_patch_baseline(**system)["BaselineId"] == aws, "AWS's until another is made it")
    windows = ssm.get_default_patch_baseline()
    expect(windows["OperatingSystem"] == "WINDOWS" and windows["BaselineId"].endswith("pb-09ca3fb51f0412ec3"), windows)
    ssm.register_default_patch_baseline(BaselineId=made)
    expect(ssm.get_default_patch_baseline(**system)["BaselineId"] == made, "made it")
    pause()
    refused("ResourceInUseException", ssm.delete_patch_baseline, BaselineId=made)
    # What Terraform does before it deletes a default.
    owned = ssm.describe_patch_baselines(
        Filters=[{"Key": "OWNER", "Values": ["AWS"]}, {"Key": "OPERATING_SYSTEM", "Values": ["AMAZON_LINUX_2023"]}]
    )["BaselineIdentities"]
    found = [entry for entry in owned if re.match("^AWS-[0-9A-Za-z]+PatchBaseline$", entry["BaselineName"])]
    expect([entry["BaselineId"] for entry in found] == [aws] and not found[0]["DefaultBaseline"], owned)
    ssm.register_default_patch_baseline(BaselineId=aws)
    pause()


def together():
    """Terraform changes ten resources at a time."""
    with concurrent.futures.ThreadPoolExecutor(10) as pool:
        names = [f"together-{number}" for number in range(10)]
        asked = [dict(Name=name, OperatingSystem="UBUNTU") for name in names]
        made = list(pool.map(lambda one: ssm.create_patch_baseline(**one)["BaselineId"], asked))
        expect(len(set(made)) == 10, made)
        shown = ssm.describe_patch_baselines(Filters=[{"Key": "NAME_PREFIX", "Values": ["together-"]}])
        expect([entry["BaselineName"] for entry in shown["BaselineIdentities"]] == names, shown)
        list(pool.map(lambda baseline: ssm.delete_patch_baseline(BaselineId=baseline), made))


def lists():
    pages = list(ssm.get_paginator("describe_patch_baselines").paginate(PaginationConfig={"PageSize": 7}))
    every = sum((page["BaselineIdentities"] for page in pages), [])
    expect(len(pages) == 3 and len(every) == 20, [entry["BaselineName"] for entry in every])
    owned = [entry for entry in every if entry["BaselineName"].startswith("AWS-")]
    expect(all(entry["BaselineId"].startswith("arn:aws:ssm:us-east-1:075727635805:") for entry in owned), owned)
    expect(all(entry["BaselineDescription"].endswith("Provided by AWS.") for entry in owned), owned)
    for entry in every:
        shown = ssm.get_patch_baseline(BaselineId=entry["BaselineId"])
        expect(shown["Name"] == entry["BaselineName"] and "GlobalFilters" in shown, shown)
    own = ssm.describe_patch_baselines(Filters=[{"Key": "OWNER", "Values": ["Self"]}])["BaselineIdentities"]
    expect([entry["BaselineName"] for entry in own] == [
        "plat-al2023-baseline", "plat-ubuntu22-baseline", "plat-win2022-baseline"], own)
    ubuntu = next(entry for entry in own if entry["OperatingSystem"] == "UBUNTU")
    files = ssm.get_patch_baseline(BaselineId=ubuntu["BaselineId"])
    expect(files["RejectedPatches"] == ["docker.io"], "with its reason in the files")
    expect(files["PatchGroups"] == ["Ubuntu22-early", "Ubuntu22-late", "Ubuntu22-main"], files)
    refused("DoesNotExistException", ssm.get_patch_baseline, BaselineId="pb-05c9c9bf778d4c4d0")
    refused("InvalidResourceId", ssm.get_patch_baseline, BaselineId="something-of-that-length")
    refused("ValidationException", ssm.describe_patch_baselines, Filters=[{"Key": "COLOUR", "Values": ["red"]}])
    refused("InvalidResourceId", ssm.register_default_patch_baseline, BaselineId="something-of-that-length")
    refused("DoesNotExistException", ssm.register_default_patch_baseline, BaselineId="pb-00000000000000000")
    rules = lambda **rule: {"PatchRules": [{"PatchFilterGroup": {"PatchFilters": []}, **rule}]}
    for wrong in [
        dict(Name="ab"), dict(Name="a" * 129), dict(ApprovedPatches=["a"] * 51), dict(RejectedPatches=["a" * 101]),
        dict(ApprovalRules=rules()), dict(ApprovalRules=rules(ApproveAfterDays=361)),
        dict(ApprovalRules=rules(ApproveAfterDays=1, ApproveUntilDate="2026-12-31")),
    ]:
        refused("ValidationException", ssm.create_patch_baseline, **{"Name": "wrong", "OperatingSystem": "UBUNTU", **wrong})
    standard = ssm.create_patch_baseline(Name="standard")["BaselineId"]
    shown = ssm.get_patch_baseline(BaselineId=standard)
    expect((shown["OperatingSystem"], shown["ApprovedPatchesComplianceLevel"], shown["RejectedPatchesAction"]) == (
        "WINDOWS", "UNSPECIFIED", "ALLOW_AS_DEPENDENCY"), shown)
    expect(shown["GlobalFilters"] == {"PatchFilters": []} and shown["ApprovalRules"] == {"PatchRules": []}, shown)
    expect(shown["PatchGroups"] == [] and "Description" not in shown, shown)
    ssm.delete_patch_baseline(BaselineId=standard)
    message = refused("ValidationException", ssm.describe_patch_baselines, MaxResults=101)
    expect(message == "1 validation error detected: Value '101' at 'maxResults' failed to satisfy constraint: "
           "Member must have value less than or equal to 100", message)


lists()
life()
together()
expect(len(checked) == 14, sorted(checked))
print("\n".join(sorted(checked)))
