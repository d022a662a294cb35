"""Every operation that docs/ssm-parity.md says is done, as the aws command asks for it.

All run in this one process, which is the aws command's own code; each must end with exit code 0 and print the member that is named.
"""

import contextlib
import datetime
import io
import json
import os
import re
import shlex
import string
import time

import awscli.clidriver
import jmespath

from model import check, checked, expect

PATIENCE = 300
NOTHING = None  # what is printed of an answer without members

os.environ.update(AWS_ENDPOINT_URL=os.environ["DOOR"], AWS_DEFAULT_REGION="Frankfurt", AWS_MAX_ATTEMPTS="1")
driver = awscli.clidriver.create_clidriver()
driver.session.register("before-parse.ssm.*", check)

nodes = json.loads(os.environ["NODES"])  # by name
document = '{"schemaVersion":"2.2","mainSteps":[{"action":"aws:runShellScript","name":"%s",' \
           '"inputs":{"runCommand":["true"]}}]}'
# What commands name with a dollar.
known = {
    "main": nodes["Frankfurt-main"], "idle": nodes["Frankfurt-idle"],
    "first": shlex.quote(document % "first"), "second": shlex.quote(document % "second"),
}


def aws(command, member):
    """Runs the command; the member that it printed."""
    printed, words = io.StringIO(), shlex.split(string.Template(command).substitute(known))
    with contextlib.redirect_stdout(printed):
        code = driver.main(["ssm", "--output", "json"] + words)
    expect(code == 0, f"{words} ended with {code}")
    if member is NOTHING:
        expect(printed.getvalue().strip() == "", f"{words} printed {printed.getvalue()}")
        return None
    found = jmespath.search(member, json.loads(printed.getvalue()))
    expect(found is not None, f"{words} printed no {member}, but {printed.getvalue()}")
    return found


def run(steps):
    """Each is a command and the member that it prints, which is known by a name from then on, where there is one."""
    for command, member, *name in steps:
        found = aws(command, member)
        for each in name:
            known[each] = found


def until(wanted, command, member):
    end = time.monotonic() + PATIENCE
    while (found := aws(command, member)) != wanted:
        expect(time.monotonic() < end, f"never {wanted}, but {found}")
        time.sleep(0.3)


def baselines():
    resource = "--resource-type PatchBaseline --resource-id $baseline"
    run([
        ("create-patch-baseline --name cli --operating-system DEBIAN --approved-patches bash", "BaselineId", "baseline"),
        ("get-patch-baseline --baseline-id $baseline", "ApprovedPatches[0]"),
        ("update-patch-baseline --baseline-id $baseline --description changed", "Description"),
        ("describe-patch-baselines --filters Key=NAME_PREFIX,Values=cli", "BaselineIdentities[0].BaselineId"),
        ("get-default-patch-baseline --operating-system DEBIAN", "BaselineId", "default"),
        ("register-default-patch-baseline --baseline-id $baseline", "BaselineId"),
        ("register-default-patch-baseline --baseline-id $default", "BaselineId"),
        ("register-patch-baseline-for-patch-group --baseline-id $baseline --patch-group cli", "PatchGroup"),
        ("get-patch-baseline-for-patch-group --operating-system DEBIAN --patch-group cli", "BaselineId"),
        ("describe-patch-groups", "Mappings[0].PatchGroup"),
        (f"add-tags-to-resource {resource} --tags Key=Owner,Value=web", NOTHING),
        (f"list-tags-for-resource {resource}", "TagList[0].Value"),
        (f"remove-tags-from-resource {resource} --tag-keys Owner", NOTHING),
        ("deregister-patch-baseline-for-patch-group --baseline-id $baseline --patch-group cli", "PatchGroup"),
        ("delete-patch-baseline --baseline-id $baseline", "BaselineId"),
        ("describe-patch-properties --operating-system DEBIAN --property PRIORITY", "Properties[0]"),
        ("describe-available-patches --max-results 5", "Patches"),
        ("get-default-patch-baseline --operating-system WINDOWS", "BaselineId", "windows"),
        ("describe-effective-patches-for-patch-baseline --baseline-id $windows", "EffectivePatches"),
    ])


def commands():
    of_main = "--resource-ids $main --resource-types ManagedInstance"
    run([(
        "send-command --document-name AWS-RunPatchBaseline --parameters Operation=Scan --instance-ids $main",
        "Command.CommandId", "scan",
    )])
    until("Success", "list-commands --command-id $scan", "Commands[0].Status")
    run([
        ("list-command-invocations --command-id $scan", "CommandInvocations[0].InstanceId"),
        ("get-command-invocation --command-id $scan --instance-id $main --plugin-name PatchLinux", "ResponseCode"),
        ("describe-instance-information", "InstanceInformationList[0].InstanceId"),
        ("describe-instance-patch-states --instance-ids $main", "InstancePatchStates[0].MissingCount"),
        ("describe-instance-patch-states-for-patch-group --patch-group Debian12-main",
         "InstancePatchStates[0].MissingCount"),
        ("describe-instance-patches --instance-id $main", "Patches[0].Title"),
        ("describe-patch-group-state --patch-group Debian12-main", "InstancesWithMissingPatches"),
        (f"list-compliance-items {of_main}", "ComplianceItems[0].Status"),
        ("list-resource-compliance-summaries", "ResourceComplianceSummaryItems[0].Status"),
        ("list-compliance-summaries", "ComplianceSummaryItems[0].ComplianceType"),
        ("send-command --document-name AWS-RunShellScript --parameters commands=uptime --instance-ids $idle",
         "Command.CommandId", "shell"),
        ("cancel-command --command-id $shell", NOTHING),
    ])


def windows():
    """A window from its creation to its end, that opens once, for a scan."""
    parameters = shlex.quote('{"RunCommand":{"Parameters":{"Operation":["Scan"]}}}')
    run([
        ("create-maintenance-window --name cli --schedule 'rate(1 day)' --duration 2 --cutoff 1"
         " --allow-unassociated-targets", "WindowId", "window"),
        ("get-maintenance-window --window-id $window", "NextExecutionTime"),
        ("describe-maintenance-windows", "WindowIdentities[0].WindowId"),
        ("describe-maintenance-window-schedule --window-id $window", "ScheduledWindowExecutions[0].ExecutionTime"),
        ("register-target-with-maintenance-window --window-id $window --resource-type INSTANCE"
         " --targets Key=InstanceIds,Values=$main", "WindowTargetId", "target"),
        ("update-maintenance-window-target --window-id $window --window-target-id $target --name web", "Name"),
        ("describe-maintenance-window-targets --window-id $window", "Targets[0].Name"),
        ("describe-maintenance-windows-for-target --resource-type INSTANCE --targets Key=InstanceIds,Values=$main",
         "WindowIdentities[0].WindowId"),
        ("register-task-with-maintenance-window --window-id $window --task-arn AWS-RunPatchBaseline"
         " --task-type RUN_COMMAND --targets Key=WindowTargetIds,Values=$target --max-concurrency 1 --max-errors 0"
         f" --task-invocation-parameters {parameters}", "WindowTaskId", "task"),
        ("update-maintenance-window-task --window-id $window --window-task-id $task --name scan", "Name"),
        ("get-maintenance-window-task --window-id $window --window-task-id $task", "TaskArn"),
        ("describe-maintenance-window-tasks --window-id $window", "Tasks[0].Name"),
    ])
    opens()
    until("SUCCESS", "describe-maintenance-window-executions --window-id $window", "WindowExecutions[0].Status")
    of_task = "--window-execution-id $execution --task-id $execution_task"
    run([
        ("describe-maintenance-window-executions --window-id $window", "WindowExecutions[0].WindowExecutionId",
         "execution"),
        ("get-maintenance-window-execution --window-execution-id $execution", "TaskIds[0]", "execution_task"),
        ("describe-maintenance-window-execution-tasks --window-execution-id $execution",
         "WindowExecutionTaskIdentities[0].Status"),
        (f"get-maintenance-window-execution-task {of_task}", "TaskArn"),
        (f"describe-maintenance-window-execution-task-invocations {of_task}",
         "WindowExecutionTaskInvocationIdentities[0].InvocationId", "invocation"),
        (f"get-maintenance-window-execution-task-invocation {of_task} --invocation-id $invocation", "Status"),
        ("cancel-maintenance-window-execution --window-execution-id $execution", "WindowExecutionId"),
        ("deregister-task-from-maintenance-window --window-id $window --window-task-id $task", "WindowTaskId"),
        ("deregister-target-from-maintenance-window --window-id $window --window-target-id $target", "WindowTargetId"),
        ("delete-maintenance-window --window-id $window", "WindowId"),
    ])


def opens():
    """Lets the window open in a moment; on a machine that is busy the time may be over before the change is made."""
    lead, end = 3, time.monotonic() + PATIENCE
    while not aws("describe-maintenance-window-executions --window-id $window", "WindowExecutions"):
        expect(time.monotonic() < end, "it never opened")
        at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=lead)
        aws(f"update-maintenance-window --window-id $window --schedule 'at({at:%Y-%m-%dT%H:%M:%S})'", "WindowId")
        until(True, "get-maintenance-window --window-id $window", "NextExecutionTime == null")
        patience = time.monotonic() + 10
        while time.monotonic() < patience:
            if aws("describe-maintenance-window-executions --window-id $window", "WindowExecutions"):
                return
            time.sleep(0.3)
        lead *= 2


def associations():
    run([
        ("create-association --name AWS-RunPatchBaseline --parameters Operation=Scan --targets"
         " Key=InstanceIds,Values=$main --schedule-expression 'cron(0 2 ? * TUE *)' --apply-only-at-cron-interval",
         "AssociationDescription.AssociationId", "association"),
        ("describe-association --association-id $association", "AssociationDescription.Name"),
        ("list-associations", "Associations[0].AssociationId"),
        ("update-association --association-id $association --association-name cli --parameters Operation=Scan"
         " --schedule-expression 'cron(0 3 ? * TUE *)' --apply-only-at-cron-interval", "AssociationDescription.AssociationName"),
        ("list-association-versions --association-id $association", "AssociationVersions[0].AssociationVersion"),
        ("start-associations-once --association-ids $association", NOTHING),
    ])
    executions = ("describe-association-executions --association-id $association", "AssociationExecutions[0].")
    until("Success", executions[0], executions[1] + "Status || ''")
    run([
        (executions[0], executions[1] + "ExecutionId", "execution"),
        ("describe-association-execution-targets --association-id $association --execution-id $execution",
         "AssociationExecutionTargets[0].ResourceId"),
        ("delete-association --association-id $association", NOTHING),
    ])


def documents():
    run([
        ("create-document --name cli-check --document-type Command --content $first", "DocumentDescription.Name"),
        ("update-document --name cli-check --content $second --document-version '$$LATEST'",
         "DocumentDescription.DocumentVersion", "version"),
        ("update-document-default-version --name cli-check --document-version $version", "Description.DefaultVersion"),
        ("list-document-versions --name cli-check", "DocumentVersions[0].DocumentVersion"),
        ("describe-document --name cli-check", "Document.Hash"),
        ("describe-document-permission --name cli-check --permission-type Share", "AccountIds"),
        ("get-document --name cli-check", "Content"),
        ("list-documents", "DocumentIdentifiers[0].Name"),
        ("delete-document --name cli-check", NOTHING),
    ])


def inventory():
    item = shlex.quote(json.dumps([{
        "TypeName": "Custom:Rack", "SchemaVersion": "1.0", "CaptureTime": "2026-06-16T02:00:00Z",
        "Content": [{"Row": "7"}]}]))
    run([
        (f"put-inventory --instance-id $main --items {item}", "Message"),
        ("list-inventory-entries --instance-id $main --type-name Custom:Rack", "Entries[0].Row"),
        ("get-inventory", "Entities[0].Id"),
        ("get-inventory-schema", "Schemas[0].TypeName"),
        ("put-compliance-items --resource-id $main --resource-type ManagedInstance --compliance-type Custom:Virus"
         " --execution-summary ExecutionTime=2026-06-16T02:00:00Z"
         " --items Id=a,Severity=HIGH,Status=NON_COMPLIANT", NOTHING),
    ])


def activations():
    run([
        ("create-activation --iam-role service-role/Patched", "ActivationCode"),
        ("describe-activations --filters FilterKey=IamRole,FilterValues=service-role/Patched",
         "ActivationList[0].ActivationId", "activation"),
        ("delete-activation --activation-id $activation", NOTHING),
        ("update-managed-instance-role --instance-id $idle --iam-role Another", NOTHING),
        ("deregister-managed-instance --instance-id $idle", NOTHING),
    ])


def done():
    """The operations that the table says are done."""
    with open(os.environ["PARITY"], encoding="utf-8") as file:
        table = file.read().split("| Operation | State and test |")[1].split("\n\n")[0]
    rows = [row.split(" | ", 1) for row in table.splitlines()]
    offered = driver.session.get_service_model("ssm").operation_names
    return {name for names, *state in rows if state and state[0].startswith("done")
            for name in re.findall(r"\w+", names) if name in offered}


for part in baselines, commands, windows, associations, documents, inventory, activations:
    part()
expect(len(done()) > 70, f"the table was not understood: {sorted(done())}")
expect(not done() - checked, f"done, and not called: {sorted(done() - checked)}")
