"""What Terraform's provider sends for each resource of the reference fleet, in its order (ssm-semantics §9.2).

A resource is read after each of its changes, and twice where nothing has changed: what is read must be what was written, for the
provider plans a change for any difference.
"""

import re
import time

import botocore.exceptions

from model import checked, client, expect, refused
from reference_fleet import GROUPS, fleet, rule

ssm = client("us-east-1")


def pages(operation, key, **arguments):
    return sum((page[key] for page in ssm.get_paginator(operation).paginate(**arguments)), [])


class Baseline:
    def __init__(self, asked, tags):
        self.asked, self.tags = asked, tags
        listed = [{"Key": key, "Value": value} for key, value in tags.items()]
        self.id = ssm.create_patch_baseline(**asked, Tags=listed)["BaselineId"]
        self.system = asked["OperatingSystem"]

    def is_as_asked(self):
        """A plan that is empty; the same as an import, which knows the id alone."""
        shown = ssm.get_patch_baseline(BaselineId=self.id)
        for name, value in self.asked.items():
            expect(shown[name] == value, (name, value, shown[name]))
        # The provider follows these without asking whether they are there.
        expect(isinstance(shown["GlobalFilters"]["PatchFilters"], list), shown)
        for item in shown["ApprovalRules"]["PatchRules"]:
            expect(item["PatchFilterGroup"]["PatchFilters"], shown)
        expect(shown["RejectedPatchesAction"] and isinstance(shown["ApprovedPatches"], list), shown)
        tags = ssm.list_tags_for_resource(ResourceType="PatchBaseline", ResourceId=self.id)["TagList"]
        expect({tag["Key"]: tag["Value"] for tag in tags} == self.tags, tags)

    def update(self, tags, **changes):
        ssm.update_patch_baseline(BaselineId=self.id, **changes)
        self.asked.update(changes)
        resource = dict(ResourceType="PatchBaseline", ResourceId=self.id)
        gone = [key for key in self.tags if key not in tags]
        if gone:
            ssm.remove_tags_from_resource(**resource, TagKeys=gone)
        ssm.add_tags_to_resource(**resource, Tags=[{"Key": key, "Value": value} for key, value in tags.items()])
        self.tags = tags

    def destroy(self):
        try:
            ssm.delete_patch_baseline(BaselineId=self.id)
        except botocore.exceptions.ClientError as error:
            expect(error.response["Error"]["Code"] == "ResourceInUseException", error)
            restore_default(self.system)
            # The provider waits, and the same request in the same second has the same signature.
            time.sleep(1.1)
            ssm.delete_patch_baseline(BaselineId=self.id)
        refused("DoesNotExistException", ssm.get_patch_baseline, BaselineId=self.id)


def restore_default(system):
    """AWS's own one becomes the default again: exactly one has a name of that form."""
    filters = [{"Key": "OPERATING_SYSTEM", "Values": [system]}, {"Key": "OWNER", "Values": ["AWS"]}]
    found = [item["BaselineId"] for item in pages("describe_patch_baselines", "BaselineIdentities", Filters=filters)
             if re.fullmatch("AWS-[0-9A-Za-z]+PatchBaseline", item["BaselineName"])]
    expect(len(found) == 1, (system, found))
    ssm.register_default_patch_baseline(BaselineId=found[0])
    return found[0]


def default_of(system):
    shown = ssm.get_default_patch_baseline(OperatingSystem=system)
    expect(shown["OperatingSystem"] == system, shown)
    return shown["BaselineId"]


def has_group(group, baseline):
    return any(item["PatchGroup"] == group and item["BaselineIdentity"]["BaselineId"] == baseline
               for item in pages("describe_patch_groups", "Mappings"))


def activation(region, group, tolerated=False):
    """Made, read, imported and destroyed; its tags and its end are not to change from one reading to the next."""
    site = client(region)
    tags = [{"Key": "Owner", "Value": "platform"}, {"Key": "Patch Group", "Value": group}]
    made = site.create_activation(IamRole="patched", Description=f"hosts of {group}", RegistrationLimit=25, Tags=tags)
    filters = [{"FilterKey": "ActivationIds", "FilterValues": [made["ActivationId"]]}]

    def read():
        return site.describe_activations(Filters=filters)["ActivationList"]

    first, second = read(), read()
    expect(len(first) == 1 and first == second, (first, second))
    shown = first[0]
    expect((shown["IamRole"], shown["RegistrationLimit"], shown["RegistrationsCount"]) == ("patched", 25, 0), shown)
    expect(shown["Tags"] == tags and shown["Description"] == f"hosts of {group}", shown)
    expect(shown["Expired"] is False and shown["ExpirationDate"] > shown["CreatedDate"], shown)
    site.delete_activation(ActivationId=made["ActivationId"])
    expect(read() == [], "what is gone is an empty list")
    # The provider takes this for success.
    refused("InvalidActivation", site.delete_activation, ActivationId=made["ActivationId"])


class Window:
    """A maintenance window with its target and its task."""

    def __init__(self, name, schedule, offset, groups, operation):
        self.window = dict(
            Name=name, Schedule=schedule, ScheduleTimezone="Europe/Berlin", Duration=3, Cutoff=1,
            AllowUnassociatedTargets=False, StartDate="2026-01-01T00:00:00Z", EndDate="2099-12-31T23:59:59+01:00",
            **({"ScheduleOffset": offset} if offset else {}),
        )
        tags = [{"Key": "Owner", "Value": "platform"}]
        self.id = site.create_maintenance_window(**self.window, Tags=tags)["WindowId"]
        self.target = dict(Name=name, ResourceType="INSTANCE", Targets=[{"Key": "tag:Patch Group", "Values": groups}])
        self.target_id = site.register_target_with_maintenance_window(WindowId=self.id, **self.target)["WindowTargetId"]
        self.task = dict(
            Name=operation, TaskArn="AWS-RunPatchBaseline", Priority=1, MaxConcurrency="10%", MaxErrors="5%",
            CutoffBehavior="CONTINUE_TASK", Targets=[{"Key": "WindowTargetIds", "Values": [self.target_id]}],
            TaskInvocationParameters={"RunCommand": {"TimeoutSeconds": 3600, "Parameters": {
                "Operation": [operation], "RebootOption": ["RebootIfNeeded"]}}},
        )
        made = site.register_task_with_maintenance_window(WindowId=self.id, TaskType="RUN_COMMAND", **self.task)
        self.task_id = made["WindowTaskId"]

    def is_as_asked(self):
        shown = site.get_maintenance_window(WindowId=self.id)
        for name, value in self.window.items():
            expect(shown[name] == value, (name, value, shown[name]))
        tags = site.list_tags_for_resource(ResourceType="MaintenanceWindow", ResourceId=self.id)["TagList"]
        expect(tags == [{"Key": "Owner", "Value": "platform"}], tags)
        filters = [{"Key": "WindowTargetId", "Values": [self.target_id]}]
        targets = site.describe_maintenance_window_targets(WindowId=self.id, Filters=filters)["Targets"]
        expect([target["WindowTargetId"] for target in targets] == [self.target_id], targets)
        for name, value in self.target.items():
            expect(targets[0][name] == value, (name, value, targets[0]))
        task = site.get_maintenance_window_task(WindowId=self.id, WindowTaskId=self.task_id)
        for name, value in self.task.items():
            expect(task[name] == value, (name, value, task[name]))
        expect(task["TaskType"] == "RUN_COMMAND", task)

    def update(self):
        """The provider sends all of them with Replace."""
        self.window.update(Duration=4, Cutoff=2)
        site.update_maintenance_window(WindowId=self.id, Replace=True, Enabled=True, **self.window)
        self.target["Targets"] = [{"Key": "tag:Patch Group", "Values": ["AL2023-early", "AL2023-main"]}]
        changed = dict(Targets=self.target["Targets"], Name=self.target["Name"])
        site.update_maintenance_window_target(WindowId=self.id, WindowTargetId=self.target_id, **changed)
        self.task.update(MaxConcurrency="20%", Priority=5)
        site.update_maintenance_window_task(WindowId=self.id, WindowTaskId=self.task_id, Replace=True, **self.task)

    def destroy(self):
        site.deregister_task_from_maintenance_window(WindowId=self.id, WindowTaskId=self.task_id)
        site.deregister_target_from_maintenance_window(WindowId=self.id, WindowTargetId=self.target_id)
        site.delete_maintenance_window(WindowId=self.id)
        refused("DoesNotExistException", site.get_maintenance_window, WindowId=self.id)


class Association:
    """A scan by a schedule; the provider knows it by its id, and an import knows no more."""

    def __init__(self, groups):
        self.asked = dict(
            Name="AWS-RunPatchBaseline", AssociationName="scan", ScheduleExpression="cron(0 1 * * ? *)",
            ApplyOnlyAtCronInterval=True, Parameters={"Operation": ["Scan"]}, MaxConcurrency="10%", MaxErrors="5%",
            ComplianceSeverity="HIGH", Targets=[{"Key": "tag:Patch Group", "Values": groups}],
        )
        self.tags = [{"Key": "Owner", "Value": "platform"}]
        made = site.create_association(Tags=self.tags, **self.asked)
        self.id = made["AssociationDescription"]["AssociationId"]

    def is_as_asked(self):
        shown = site.describe_association(AssociationId=self.id)["AssociationDescription"]
        for name, value in self.asked.items():
            expect(shown[name] == value, (name, value, shown))
        # What the configuration leaves out would be a difference, but for the version of the document, which the provider takes as it is.
        others = set(shown) - set(self.asked)
        expect(not others & {"SyncCompliance", "OutputLocation", "AutomationTargetParameterName", "InstanceId",
                             "ScheduleOffset", "Duration", "CalendarNames"}, shown)
        expect(shown["DocumentVersion"] == "$DEFAULT" and shown["Overview"]["Status"] in ("Pending", "Success"), shown)
        tags = site.list_tags_for_resource(ResourceType="Association", ResourceId=self.id)["TagList"]
        expect(tags == self.tags, tags)

    def update(self):
        """The provider sends everything but the document's name, and tags by themselves."""
        self.asked.update(ScheduleExpression="cron(30 1 * * ? *)", MaxConcurrency="20%")
        del self.asked["ComplianceSeverity"]
        changed = {name: value for name, value in self.asked.items() if name != "Name"}
        shown = site.update_association(AssociationId=self.id, **changed)["AssociationDescription"]
        expect("ComplianceSeverity" not in shown and shown["AssociationVersion"] == "2", shown)
        self.tags = [{"Key": "Owner", "Value": "security"}]
        site.add_tags_to_resource(ResourceType="Association", ResourceId=self.id, Tags=self.tags)

    def destroy(self):
        site.delete_association(AssociationId=self.id)
        refused("AssociationDoesNotExist", site.describe_association, AssociationId=self.id)


site = client("Frankfurt")
baselines = {kind: Baseline(asked, {"Owner": "platform"}) for kind, asked in fleet().items()}
for group in GROUPS:
    made = ssm.register_patch_baseline_for_patch_group(BaselineId=baselines[group.split("-")[0]].id, PatchGroup=group)
    expect(made["PatchGroup"] == group, made)
for baseline in baselines.values():
    # The default's resource looks at the operating system first.
    expect(ssm.get_patch_baseline(BaselineId=baseline.id)["OperatingSystem"] == baseline.system, baseline.id)
    ssm.register_default_patch_baseline(BaselineId=baseline.id)

DAYS = {"early": "TUE", "main": "WED", "late": "THU"}
OFFSETS = {"AL2023": None, "Ubuntu22": 1, "Win2022": 2}
windows = [Window("scan", "cron(0 0 ? * * *)", None, GROUPS, "Scan")] + [
    Window(group, f"cron(0 2 ? * {DAYS[group.split('-')[1]]} *)", OFFSETS[group.split("-")[0]], [group], "Install")
    for group in GROUPS]
association = Association([GROUPS[0]])
# One that is made disabled takes two requests.
disabled = Window("spare", "cron(0 4 ? * SUN *)", None, [GROUPS[0]], "Scan")
site.update_maintenance_window(WindowId=disabled.id, Enabled=False)
disabled.window["Enabled"] = False


def empty_plan():
    for baseline in baselines.values():
        baseline.is_as_asked()
        expect(default_of(baseline.system) == baseline.id, baseline.system)
    for group in GROUPS:
        expect(has_group(group, baselines[group.split("-")[0]].id), group)
    for window in windows:
        window.is_as_asked()
    disabled.is_as_asked()
    association.is_as_asked()


empty_plan()
empty_plan()
changed = baselines["AL2023"]
changed.update(
    {"Owner": "security", "Stage": "production"}, Description="as agreed in May", RejectedPatches=["kernel-livepatch-*", "nginx"],
    ApprovalRules={"PatchRules": [rule("CRITICAL", 3, CLASSIFICATION=["Security"], SEVERITY=["Critical"])]},
)
windows[1].update()
association.update()
empty_plan()
# The data source names AWS's own by their ARNs.
ubuntu = [{"Key": "OWNER", "Values": ["AWS"]}, {"Key": "NAME_PREFIX", "Values": ["AWS-"]},
          {"Key": "OPERATING_SYSTEM", "Values": ["UBUNTU"]}]
found = pages("describe_patch_baselines", "BaselineIdentities", Filters=ubuntu)
expect(len(found) == 1 and ssm.get_patch_baseline(BaselineId=found[0]["BaselineId"])["OperatingSystem"] == "UBUNTU", found)
for region in ["us-east-1", "Frankfurt"]:
    for group in GROUPS:
        activation(region, group)

association.destroy()
for window in [*windows, disabled]:
    window.destroy()
expect(site.describe_maintenance_windows()["WindowIdentities"] == [], "no window is left")
# Destroyed in the order of dependence; one is left the default, as of a configuration that never named it.
for kind in ["AL2023", "Win2022"]:
    aws = restore_default(baselines[kind].system)
    expect(default_of(baselines[kind].system) == aws, aws)
for group in GROUPS:
    ssm.deregister_patch_baseline_for_patch_group(BaselineId=baselines[group.split("-")[0]].id, PatchGroup=group)
    expect(not has_group(group, baselines[group.split("-")[0]].id), group)
for baseline in baselines.values():
    baseline.destroy()
expect(pages("describe_patch_baselines", "BaselineIdentities", Filters=[{"Key": "OWNER", "Values": ["Self"]}]) == [],
       "nothing is left")
print(" ".join(sorted(checked)))
