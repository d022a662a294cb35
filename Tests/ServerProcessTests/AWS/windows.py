"""Maintenance windows with their targets, tasks and tags, as boto3 and Terraform's provider ask for them."""

import datetime
import json
import os
import re
import time

from model import checked, client, expect, key, refused

NODES = json.loads(os.environ["NODES"])  # by name
ssm, elsewhere = client("Frankfurt"), client("us-east-1")
viewer, foreign = key("VIEWER"), key("ELSEWHERE")
TOKEN = "5ba3a3b5-8bbf-4f2e-8d8c-2f6f0a8e%04x"
WINDOW = dict(
    Name="patch-early",
    Description="of the early ring",
    Schedule="cron(0 2 ? * TUE *)",
    ScheduleTimezone="Europe/Berlin",
    ScheduleOffset=1,
    StartDate="2026-01-01T00:00:00Z",
    EndDate="2099-01-01T00:00:00+01:00",
    Duration=4,
    Cutoff=1,
    AllowUnassociatedTargets=False,
)
RUN_COMMAND = {
    "Comment": "{{WINDOW_ID}}",
    "CloudWatchOutputConfig": {"CloudWatchLogGroupName": "patching", "CloudWatchOutputEnabled": True},
    "DocumentHash": "a" * 64,
    "DocumentHashType": "Sha256",
    "DocumentVersion": "$DEFAULT",
    "NotificationConfig": {"NotificationArn": "arn:aws:sns:eu-west-1:000000000000:patching",
                           "NotificationEvents": ["All"], "NotificationType": "Command"},
    "OutputS3BucketName": "patching-logs",
    "OutputS3KeyPrefix": "windows/",
    "Parameters": {"Operation": ["Install"], "RebootOption": ["NoReboot"]},
    "ServiceRoleArn": "arn:aws:iam::000000000000:role/patching",
    "TimeoutSeconds": 600,
}


def pause():
    """Until the next second: the same request in the same second has the same signature."""
    time.sleep(1.1)


def window():
    made = ssm.create_maintenance_window(ClientToken=TOKEN % 1, Tags=[{"Key": "Owner", "Value": "web"}], **WINDOW)
    id = made["WindowId"]
    expect(re.fullmatch("mw-[0-9a-f]{17}", id), made)
    pause()
    again = ssm.create_maintenance_window(ClientToken=TOKEN % 1, Tags=[{"Key": "Owner", "Value": "web"}], **WINDOW)
    expect(again["WindowId"] == id, "one token, one window")
    refused("IdempotentParameterMismatch", ssm.create_maintenance_window, ClientToken=TOKEN % 1,
            **{**WINDOW, "Duration": 5})
    shown = ssm.get_maintenance_window(WindowId=id)
    for name, value in WINDOW.items():
        expect(shown[name] == value, (name, shown))
    expect(shown["Enabled"] is True and shown["CreatedDate"] == shown["ModifiedDate"], shown)
    expect(re.fullmatch(r"20\d\d-\d\d-\d\dT02:00\+0[12]:00", shown["NextExecutionTime"]), shown)
    opens = datetime.datetime.fromisoformat(shown["NextExecutionTime"])
    expect(opens.isoweekday() == 3 and opens > datetime.datetime.now(datetime.timezone.utc), shown)
    refused("DoesNotExistException", elsewhere.get_maintenance_window, WindowId=id)
    changes(id, shown)
    return id


def changes(id, shown):
    """What is not named stays; with Replace it does not."""
    changed = ssm.update_maintenance_window(WindowId=id, Cutoff=2, Enabled=False)
    expect(changed["Cutoff"] == 2 and changed["Description"] == WINDOW["Description"], changed)
    disabled = ssm.get_maintenance_window(WindowId=id)
    expect("NextExecutionTime" not in disabled and disabled["Enabled"] is False, disabled)
    expect(disabled["CreatedDate"] == shown["CreatedDate"] < disabled["ModifiedDate"], disabled)
    needed = dict(Name="patch-early", Schedule="rate(7 days)", Duration=3, Cutoff=0, AllowUnassociatedTargets=True)
    message = refused("ValidationException", ssm.update_maintenance_window, WindowId=id, Replace=True,
                      **{key: value for key, value in needed.items() if key != "Duration"})
    expect("Value null at 'duration'" in message, message)
    replaced = ssm.update_maintenance_window(WindowId=id, Replace=True, Enabled=True, **needed)
    expect({key: value for key, value in replaced.items() if key not in ("ResponseMetadata", "WindowId")}
           == {**needed, "Enabled": True}, replaced)
    for wrong in (dict(Schedule="cron(0 2 * *)"), dict(Cutoff=3), dict(ScheduleTimezone="Mars/North"),
                  dict(StartDate="soon"), dict(Schedule="rate(1 minute)"), dict(ScheduleOffset=2)):
        refused("ValidationException", ssm.update_maintenance_window, WindowId=id, **wrong)
    refused("ValidationException", ssm.create_maintenance_window, **{**WINDOW, "Name": "no spaces"})
    refused("ValidationException", ssm.update_maintenance_window, WindowId=id, Duration=25)
    refused("DoesNotExistException", ssm.update_maintenance_window, WindowId="mw-0123456789abcdef0", Cutoff=1)
    refused("AccessDeniedException", viewer.update_maintenance_window, WindowId=id, Cutoff=1)
    expect(viewer.get_maintenance_window(WindowId=id)["Cutoff"] == 0, "who may read, reads")


def lists(id):
    for number in range(11):
        ssm.create_maintenance_window(Name=f"more-{number}", Schedule=f"at(2031-01-{number + 1:02}T00:00:00)", Duration=1,
                                      Cutoff=0, AllowUnassociatedTargets=True)
    pages = [page["WindowIdentities"] for page in ssm.get_paginator("describe_maintenance_windows").paginate(
        PaginationConfig={"PageSize": 10})]
    expect([len(page) for page in pages] == [10, 2], pages)
    named = ssm.describe_maintenance_windows(Filters=[{"Key": "Name", "Values": ["more-3"]}])["WindowIdentities"]
    expect([entry["Name"] for entry in named] == ["more-3"], named)
    expect(named[0]["NextExecutionTime"] == "2031-01-04T00:00Z", named)
    for word, count in (("true", 12), ("True", 12), ("false", 0)):
        found = ssm.describe_maintenance_windows(Filters=[{"Key": "Enabled", "Values": [word]}])["WindowIdentities"]
        expect(len(found) == count, (word, found))
    expect(elsewhere.describe_maintenance_windows()["WindowIdentities"] == [], "of another region")
    refused("ValidationException", ssm.describe_maintenance_windows, Filters=[{"Key": "Colour", "Values": ["red"]}])
    refused("ValidationException", ssm.describe_maintenance_windows, NextToken="nonsense")
    soon = ssm.describe_maintenance_window_schedule(WindowId=id, MaxResults=3)["ScheduledWindowExecutions"]
    expect(len(soon) == 3 and soon[0]["Name"] == "patch-early", soon)
    fixed = [page["ScheduledWindowExecutions"] for page in ssm.get_paginator(
        "describe_maintenance_window_schedule").paginate(
            Filters=[{"Key": "ScheduledAfter", "Values": ["2031-01-01T12:00:00Z"]},
                     {"Key": "ScheduledBefore", "Values": ["2031-01-11T12:00:00Z"]}],
            PaginationConfig={"PageSize": 4})]
    times = [entry["ExecutionTime"] for entry in sum(fixed, []) if entry["Name"] != "patch-early"]
    expect(times == [f"2031-01-{day:02}T00:00Z" for day in range(2, 12)], fixed)
    expect(max(map(len, fixed)) == 4, fixed)
    for entry in sum(pages, []):
        if entry["WindowId"] != id:
            expect(ssm.delete_maintenance_window(WindowId=entry["WindowId"])["WindowId"] == entry["WindowId"], "gone")
    nothing = "mw-00000000000000000"
    expect(ssm.delete_maintenance_window(WindowId=nothing)["WindowId"] == nothing, "what is not there is no error")
    expect(len(ssm.describe_maintenance_windows()["WindowIdentities"]) == 1, "the others are deleted")


def targets(id):
    asked = dict(
        ResourceType="INSTANCE",
        Targets=[{"Key": "tag:Patch Group", "Values": ["Debian12-early"]}],
        OwnerInformation="of the web",
        Name="early",
        Description="the early ring",
    )
    target = ssm.register_target_with_maintenance_window(WindowId=id, ClientToken=TOKEN % 2, **asked)["WindowTargetId"]
    pause()
    again = ssm.register_target_with_maintenance_window(WindowId=id, ClientToken=TOKEN % 2, **asked)["WindowTargetId"]
    expect(again == target, "one token, one target")
    refused("IdempotentParameterMismatch", ssm.register_target_with_maintenance_window, WindowId=id,
            ClientToken=TOKEN % 2, **{**asked, "Name": "other"})
    by = [{"Key": "WindowTargetId", "Values": [target]}]
    found = ssm.describe_maintenance_window_targets(WindowId=id, Filters=by)["Targets"]
    expect(found == [{"WindowId": id, "WindowTargetId": target, **asked}], found)
    other = ssm.register_target_with_maintenance_window(
        WindowId=id, ResourceType="INSTANCE",
        Targets=[{"Key": "InstanceIds", "Values": [NODES["Frankfurt-main"]]}])["WindowTargetId"]
    expect(len(ssm.describe_maintenance_window_targets(WindowId=id)["Targets"]) == 2, "both")
    owned = ssm.describe_maintenance_window_targets(
        WindowId=id, Filters=[{"Key": "OwnerInformation", "Values": ["of the web"]}])["Targets"]
    expect([entry["WindowTargetId"] for entry in owned] == [target], owned)
    changed = ssm.update_maintenance_window_target(WindowId=id, WindowTargetId=target, Name="first")
    expect(changed["Name"] == "first" and changed["Description"] == asked["Description"], changed)
    replaced = ssm.update_maintenance_window_target(
        WindowId=id, WindowTargetId=target, Targets=asked["Targets"], Replace=True)
    expect("Name" not in replaced and replaced["Targets"] == asked["Targets"], replaced)
    for wrong in (dict(asked, ResourceType="RESOURCE_GROUP"), dict(asked, Targets=[]),
                  dict(asked, Targets=[{"Key": "colour", "Values": ["red"]}])):
        refused("ValidationException", ssm.register_target_with_maintenance_window, WindowId=id, **wrong)
    refused("DoesNotExistException", ssm.describe_maintenance_window_targets, WindowId="mw-00000000000000000")
    for name, count in (("early", 1), ("main", 1), ("late", 0)):
        for_node = ssm.describe_maintenance_windows_for_target(
            ResourceType="INSTANCE", Targets=[{"Key": "InstanceIds", "Values": [NODES[f"Frankfurt-{name}"]]}])
        expect(len(for_node["WindowIdentities"]) == count, (name, for_node))
    late = NODES["Frankfurt-late"]
    ssm.add_tags_to_resource(ResourceType="ManagedInstance", ResourceId=late, Tags=[{"Key": "Owner", "Value": "shop"}])
    tagged = ssm.register_target_with_maintenance_window(
        WindowId=id, ResourceType="INSTANCE", Targets=[{"Key": "tag:Owner", "Values": ["shop", "bank"]}])["WindowTargetId"]
    for_node = ssm.describe_maintenance_windows_for_target(
        ResourceType="INSTANCE", Targets=[{"Key": "InstanceIds", "Values": [late]}])
    expect(len(for_node["WindowIdentities"]) == 1, for_node)
    ssm.deregister_target_from_maintenance_window(WindowId=id, WindowTargetId=tagged)
    return target, other


def tasks(id, target, other):
    asked = dict(
        TaskArn="AWS-RunPatchBaseline",
        Targets=[{"Key": "WindowTargetIds", "Values": [target]}],
        ServiceRoleArn="arn:aws:iam::000000000000:role/patching",
        TaskInvocationParameters={"RunCommand": RUN_COMMAND},
        Priority=1,
        MaxConcurrency="10%",
        MaxErrors="5%",
        Name="patch",
        Description="installs",
        CutoffBehavior="CANCEL_TASK",
        LoggingInfo={"S3BucketName": "patching-logs", "S3Region": "eu-west-1"},
        AlarmConfiguration={"Alarms": [{"Name": "too-many"}]},
    )
    task = ssm.register_task_with_maintenance_window(WindowId=id, TaskType="RUN_COMMAND", ClientToken=TOKEN % 3, **asked)
    task = task["WindowTaskId"]
    shown = ssm.get_maintenance_window_task(WindowId=id, WindowTaskId=task)
    for name, value in asked.items():
        expect(shown[name] == value, (name, shown[name]))
    expect(shown["TaskType"] == "RUN_COMMAND" and shown["TaskParameters"] == {}, shown)
    listed = ssm.describe_maintenance_window_tasks(
        WindowId=id, Filters=[{"Key": "TaskArn", "Values": ["AWS-RunPatchBaseline"]}])["Tasks"]
    expect([(entry["WindowTaskId"], entry["Type"]) for entry in listed] == [(task, "RUN_COMMAND")], listed)
    expect(ssm.describe_maintenance_window_tasks(
        WindowId=id, Filters=[{"Key": "Priority", "Values": ["7"]}])["Tasks"] == [], "of another priority")
    changed = ssm.update_maintenance_window_task(WindowId=id, WindowTaskId=task, Priority=3)
    expect(changed["Priority"] == 3 and changed["TaskInvocationParameters"] == {"RunCommand": RUN_COMMAND}, changed)
    least = dict(TaskArn="AWS-RunShellScript", Targets=asked["Targets"], MaxConcurrency="1", MaxErrors="0")
    ssm.update_maintenance_window_task(WindowId=id, WindowTaskId=task, Replace=True, **least)
    shown = ssm.get_maintenance_window_task(WindowId=id, WindowTaskId=task)
    expect(shown["Priority"] == 0 and not {"Name", "CutoffBehavior", "TaskInvocationParameters"} & set(shown), shown)
    old = ssm.register_task_with_maintenance_window(
        WindowId=id, TaskType="RUN_COMMAND", TaskParameters={"commands": {"Values": ["uptime"]}}, **least)["WindowTaskId"]
    shown = ssm.get_maintenance_window_task(WindowId=id, WindowTaskId=old)
    expect(shown["TaskParameters"] == {"commands": {"Values": ["uptime"]}}, shown)
    for kind in ("AUTOMATION", "LAMBDA", "STEP_FUNCTIONS"):
        refused("FeatureNotAvailableException", ssm.register_task_with_maintenance_window, WindowId=id, TaskType=kind,
                **least)
    register = lambda **other: dict(WindowId=id, TaskType="RUN_COMMAND", **{**least, **other})
    refused("ValidationException", ssm.register_task_with_maintenance_window, **register(MaxErrors="101%"))
    refused("ValidationException", ssm.register_task_with_maintenance_window, **register(MaxConcurrency="0"))
    without = register()
    del without["MaxErrors"]
    refused("ValidationException", ssm.register_task_with_maintenance_window, **without)
    del without["Targets"]
    refused("ValidationException", ssm.register_task_with_maintenance_window, **without)
    strange = [{"Key": "WindowTargetIds", "Values": ["5ba3a3b5-8bbf-4f2e-8d8c-2f6f0a8e0009"]}]
    refused("DoesNotExistException", ssm.register_task_with_maintenance_window, **register(Targets=strange))
    ssm.update_maintenance_window(WindowId=id, AllowUnassociatedTargets=False)
    late = [{"Key": "InstanceIds", "Values": [NODES["Frankfurt-late"]]}]
    refused("ValidationException", ssm.register_task_with_maintenance_window, **register(Targets=late))
    bound = ssm.register_task_with_maintenance_window(
        **register(Targets=[{"Key": "InstanceIds", "Values": [NODES["Frankfurt-main"]]}]))["WindowTaskId"]
    refused("TargetInUseException", ssm.deregister_target_from_maintenance_window, WindowId=id, WindowTargetId=target,
            Safe=True)
    for gone in (task, old, bound):
        ended = ssm.deregister_task_from_maintenance_window(WindowId=id, WindowTaskId=gone)
        expect(ended["WindowTaskId"] == gone, ended)
        refused("DoesNotExistException", ssm.get_maintenance_window_task, WindowId=id, WindowTaskId=gone)
    # What was refused a moment ago is answered so again.
    pause()
    for gone in (target, other):
        ended = ssm.deregister_target_from_maintenance_window(WindowId=id, WindowTargetId=gone, Safe=True)
        expect(ended["WindowTargetId"] == gone, ended)
        refused("DoesNotExistException", ssm.deregister_target_from_maintenance_window, WindowId=id, WindowTargetId=gone)


def tags(id):
    resource = dict(ResourceType="MaintenanceWindow", ResourceId=id)
    expect(ssm.list_tags_for_resource(**resource)["TagList"] == [{"Key": "Owner", "Value": "web"}], "as it was made")
    ssm.add_tags_to_resource(**resource, Tags=[{"Key": "Stage", "Value": ""}, {"Key": "Owner", "Value": "ops"}])
    expect(ssm.list_tags_for_resource(**resource)["TagList"]
           == [{"Key": "Owner", "Value": "ops"}, {"Key": "Stage", "Value": ""}], "added and changed")
    ssm.remove_tags_from_resource(**resource, TagKeys=["Owner", "Nobody"])
    expect(ssm.list_tags_for_resource(**resource)["TagList"] == [{"Key": "Stage", "Value": ""}], "removed")
    refused("TooManyTagsError", ssm.add_tags_to_resource, **resource,
            Tags=[{"Key": f"k{number}", "Value": "v"} for number in range(50)])
    refused("AccessDeniedException", viewer.remove_tags_from_resource, **resource, TagKeys=["Stage"])
    refused("InvalidResourceId", ssm.list_tags_for_resource, ResourceType="MaintenanceWindow",
            ResourceId="mw-00000000000000000")


def of_another_region(id):
    """A key that is limited to another region reads nothing of this one, not even that there is something."""
    nothing, at = "5ba3a3b5-8bbf-4f2e-8d8c-2f6f0a8e0009", dict(WindowId=id)
    node = [{"Key": "InstanceIds", "Values": [NODES["Frankfurt-early"]]}]
    for call, arguments in (
        (foreign.get_maintenance_window, at), (foreign.describe_maintenance_windows, {}),
        (foreign.describe_maintenance_window_targets, at), (foreign.describe_maintenance_window_tasks, at),
        (foreign.get_maintenance_window_task, dict(at, WindowTaskId=nothing)),
        (foreign.describe_maintenance_window_executions, at),
        (foreign.get_maintenance_window_execution, dict(WindowExecutionId=nothing)),
        (foreign.describe_maintenance_window_execution_tasks, dict(WindowExecutionId=nothing)),
        (foreign.get_maintenance_window_execution_task, dict(WindowExecutionId=nothing, TaskId=nothing)),
        (foreign.describe_maintenance_window_execution_task_invocations, dict(WindowExecutionId=nothing, TaskId=nothing)),
        (foreign.get_maintenance_window_execution_task_invocation,
         dict(WindowExecutionId=nothing, TaskId=nothing, InvocationId=nothing)),
        (foreign.describe_maintenance_window_schedule, at),
        (foreign.describe_maintenance_windows_for_target, dict(ResourceType="INSTANCE", Targets=node)),
        (foreign.list_tags_for_resource, dict(ResourceType="MaintenanceWindow", ResourceId=id)),
    ):
        refused("AccessDeniedException", call, **arguments)
    expect(key("ELSEWHERE", "us-east-1").describe_maintenance_windows()["WindowIdentities"] == [], "its own it reads")


made = window()
of_another_region(made)
tags(made)
lists(made)
tasks(made, *targets(made))
expect(ssm.describe_maintenance_window_executions(WindowId=made)["WindowExecutions"] == [], "nothing yet")
ssm.delete_maintenance_window(WindowId=made)
refused("DoesNotExistException", ssm.get_maintenance_window, WindowId=made)
refused("InvalidResourceId", ssm.list_tags_for_resource, ResourceType="MaintenanceWindow", ResourceId=made)
expect(len(checked) == 20, sorted(checked))
print("\n".join(sorted(checked)))
