"""Maintenance windows that open: what comes of them, as boto3 asks for it."""

import datetime
import json
import os
import time

from model import checked, client, expect, refused

NODES = json.loads(os.environ["NODES"])  # by name
PATIENCE = 300
ssm = client("Frankfurt")


def make(name):
    return ssm.create_maintenance_window(Name=name, Schedule="rate(1 day)", Duration=2, Cutoff=1,
                                         AllowUnassociatedTargets=True)["WindowId"]


def task(window, targets, priority=1, seconds=3600, **parameters):
    return ssm.register_task_with_maintenance_window(
        WindowId=window, TaskArn="AWS-RunPatchBaseline", TaskType="RUN_COMMAND", Targets=targets, Priority=priority,
        MaxConcurrency="1", MaxErrors="0",
        TaskInvocationParameters={"RunCommand": {
            "Parameters": parameters, "Comment": "{{WINDOW_EXECUTION_ID}}", "TimeoutSeconds": seconds}},
    )["WindowTaskId"]


def opened(window, *statuses):
    """Lets the window open in a moment; its execution, when it has one of the statuses."""
    lead, end = 3, time.monotonic() + PATIENCE
    while True:
        at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=lead)
        ssm.update_maintenance_window(WindowId=window, Schedule=f"at({at:%Y-%m-%dT%H:%M:%S})")
        # On a machine that is busy the time may be over before the change is made.
        if "NextExecutionTime" in ssm.get_maintenance_window(WindowId=window):
            break
        if ssm.describe_maintenance_window_executions(WindowId=window)["WindowExecutions"]:
            break
        lead *= 2
    while True:
        executions = ssm.describe_maintenance_window_executions(WindowId=window)["WindowExecutions"]
        if executions and executions[0]["Status"] in statuses:
            expect(len(executions) == 1, executions)
            expect("NextExecutionTime" not in ssm.get_maintenance_window(WindowId=window), "it opens once")
            return executions[0]
        expect(time.monotonic() < end, f"never {statuses}, but {executions}")
        time.sleep(0.3)


def empty():
    execution = opened(make("empty"), "SUCCESS")
    expect(execution["StatusDetails"] == "No tasks to execute.", execution)
    expect(execution["EndTime"] >= execution["StartTime"], execution)


def patching():
    window = make("patching")
    target = [ssm.register_target_with_maintenance_window(
        WindowId=window, ResourceType="INSTANCE", OwnerInformation=ring,
        Targets=[{"Key": "tag:PatchGroup", "Values": [f"Debian12-{ring}"]}])["WindowTargetId"] for ring in ("early", "main")]
    install = task(window, [{"Key": "WindowTargetIds", "Values": target}], Operation=["Install"],
                   RebootOption=["NoReboot"])
    scan = task(window, [{"Key": "InstanceIds", "Values": [NODES["Frankfurt-early"]]}], priority=5, Operation=["Scan"],
                SnapshotId=["{{ aws:ORCHESTRATION_ID }}"])
    execution = opened(window, "SUCCESS", "FAILED", "TIMED_OUT")
    id = dict(WindowExecutionId=execution["WindowExecutionId"])
    whole = ssm.get_maintenance_window_execution(**id)
    tasks = ssm.describe_maintenance_window_execution_tasks(**id)["WindowExecutionTaskIdentities"]
    each = [ssm.describe_maintenance_window_execution_task_invocations(**id, TaskId=entry["TaskExecutionId"])[
        "WindowExecutionTaskInvocationIdentities"] for entry in tasks]
    expect(execution["Status"] == "SUCCESS" and "StatusDetails" not in execution, (execution, tasks, each))
    expect([entry["TaskExecutionId"] for entry in tasks] == whole["TaskIds"] and len(tasks) == 2, (whole, tasks))
    expect([entry["Status"] for entry in tasks] == ["SUCCESS", "SUCCESS"], tasks)
    expect(tasks[0]["EndTime"] <= tasks[1]["StartTime"], "one priority after the other")
    first = dict(id, TaskId=whole["TaskIds"][0])
    shown = ssm.get_maintenance_window_execution_task(**first)
    expect(shown["TaskArn"] == "AWS-RunPatchBaseline" and shown["Type"] == "RUN_COMMAND", shown)
    expect(shown["TaskParameters"] == [{"Operation": {"Values": ["Install"]}, "RebootOption": {"Values": ["NoReboot"]}}],
           shown)
    invocations = ssm.describe_maintenance_window_execution_task_invocations(**first)
    invocations = invocations["WindowExecutionTaskInvocationIdentities"]
    expect([entry["WindowTargetId"] for entry in invocations] == target, invocations)
    expect([entry["OwnerInformation"] for entry in invocations] == ["early", "main"], invocations)
    expect([(entry["Status"], entry["StatusDetails"]) for entry in invocations] == [("SUCCESS", "Success")] * 2,
           invocations)
    expect(invocations[0]["EndTime"] <= invocations[1]["StartTime"], "one target after the other")
    one = ssm.get_maintenance_window_execution_task_invocation(**first, InvocationId=invocations[1]["InvocationId"])
    expect({**one, "ResponseMetadata": None} == {**invocations[1], "ResponseMetadata": None}, one)
    sent = json.loads(one["Parameters"])
    expect(sent["documentName"] == "AWS-RunPatchBaseline" and sent["maxConcurrency"] == "1", sent)
    expect(sent["comment"] == execution["WindowExecutionId"], sent)
    expect(len(ssm.describe_maintenance_window_execution_tasks(
        **id, Filters=[{"Key": "STATUS", "Values": ["FAILED"]}])["WindowExecutionTaskIdentities"]) == 0, "none failed")
    after = execution["StartTime"] + datetime.timedelta(seconds=60)
    later = ssm.describe_maintenance_window_executions(
        WindowId=window, Filters=[{"Key": "ExecutedAfter", "Values": [after.isoformat()]}])["WindowExecutions"]
    expect(later == [], later)
    states = ssm.describe_instance_patch_states(InstanceIds=[NODES["Frankfurt-early"], NODES["Frankfurt-main"]])
    expect([state["MissingCount"] for state in states["InstancePatchStates"]] == [0, 0], states)
    nothing = "5ba3a3b5-8bbf-4f2e-8d8c-2f6f0a8e0009"
    refused("DoesNotExistException", ssm.get_maintenance_window_execution, WindowExecutionId=nothing)
    refused("DoesNotExistException", ssm.get_maintenance_window_execution_task, **id, TaskId=nothing)
    refused("DoesNotExistException", ssm.get_maintenance_window_execution_task_invocation, **first, InvocationId=nothing)
    refused("DoesNotExistException", ssm.cancel_maintenance_window_execution, WindowExecutionId=nothing)
    cancelled = ssm.cancel_maintenance_window_execution(**id)
    expect(cancelled["WindowExecutionId"] == id["WindowExecutionId"], "what is over is left as it is")
    expect(ssm.get_maintenance_window_execution(**id)["Status"] == "SUCCESS", "as it was")


def failing():
    window = make("failing")
    nodes = [{"Key": "InstanceIds", "Values": [NODES["Frankfurt-main"]]}]
    task(window, nodes, Operation=["Install"], LevelUp=["yes"])
    execution = opened(window, "FAILED", "SUCCESS")
    expect(execution["StatusDetails"] == "One or more tasks in the orchestration failed.", execution)
    id = dict(WindowExecutionId=execution["WindowExecutionId"])
    tasks = ssm.describe_maintenance_window_execution_tasks(**id)["WindowExecutionTaskIdentities"]
    found = ssm.describe_maintenance_window_execution_task_invocations(**id, TaskId=tasks[0]["TaskExecutionId"])
    invocation = found["WindowExecutionTaskInvocationIdentities"][0]
    expect(invocation["Status"] == "FAILED" and "LevelUp" in invocation["StatusDetails"], invocation)


def cancelling():
    """Of two tasks for nodes that nobody plays, one waits for its order to expire, and one for that."""
    window = make("cancelled")
    nobody = [{"Key": "InstanceIds", "Values": ["mi-00000000000000000"]}]
    idle = [{"Key": "InstanceIds", "Values": [NODES["Frankfurt-idle"]]}]
    task(window, idle, seconds=30, Operation=["Scan"])
    task(window, nobody, priority=2, Operation=["Scan"])
    execution = opened(window, "IN_PROGRESS")
    id = dict(WindowExecutionId=execution["WindowExecutionId"])
    ssm.cancel_maintenance_window_execution(**id)
    end = time.monotonic() + PATIENCE
    while ssm.get_maintenance_window_execution(**id)["Status"] != "CANCELLED":
        expect(time.monotonic() < end, "never cancelled")
        time.sleep(0.3)
    tasks = ssm.describe_maintenance_window_execution_tasks(**id)["WindowExecutionTaskIdentities"]
    expect([entry["Status"] for entry in tasks] == ["CANCELLED", "CANCELLED"], tasks)
    expect("StartTime" not in tasks[1], tasks)


empty()
failing()
cancelling()
patching()
print("\n".join(sorted(checked)))
