extension CommandDocument {
    /// AWS's documents that are offered, with their parameters (ssm-semantics §3.1, §3.3) and texts of ours.
    package static let aws = [
        CommandDocument(
            "AWS-RunPatchBaseline",
            "Scans for patches, or installs those that the node's baseline approves.",
            patch + [
                CommandParameter("InstallOverrideList", "Not offered here.", defaultValue: "", .empty),
                CommandParameter("BaselineOverride", "Not offered here.", defaultValue: "", .empty),
                CommandParameter("AssociationId", "Kept, and not used.", defaultValue: "", .emptyOrUUID),
                CommandParameter(
                    stepTimeout,
                    "How long a node may take, in seconds.",
                    defaultValue: "\(defaultStepTimeout)",
                    .seconds(1...36_000)
                ),
            ],
            .patch(isHooked: false)
        ),
        CommandDocument(
            "AWS-RunPatchBaselineWithHooks",
            "Scans for patches, or installs those that the node's baseline approves, with documents run before, after and in the end.",
            patch + [
                hook("PreInstallHookDocName", "Run before the install; when it fails nothing is installed."),
                hook(
                    "PostInstallHookDocName",
                    "Run after the install and before a reboot; when it fails there is none."
                ),
                hook("OnExitHookDocName", "Run at the end of every install."),
            ],
            .patch(isHooked: true)
        ),
        CommandDocument(
            "AWS-RunShellScript",
            "Runs commands of a shell on Linux.",
            script,
            .script(.bash)
        ),
        CommandDocument(
            "AWS-RunPowerShellScript",
            "Runs commands of PowerShell on Windows.",
            script,
            .script(.powershell)
        ),
    ]

    static let stepTimeout = "StepTimeoutSeconds"
    static let defaultStepTimeout = 10_800

    // MARK: - Parts

    private static let patch = [
        CommandParameter("Operation", "Whether to scan only.", defaultValue: nil, .oneOf(["Scan", "Install"])),
        CommandParameter(
            "RebootOption",
            "Whether a node reboots when an install needs it.",
            defaultValue: "RebootIfNeeded",
            .oneOf(["RebootIfNeeded", "NoReboot"])
        ),
        CommandParameter(
            "SnapshotId",
            "Kept, and not used: every node of a command has its patches from one plan.",
            defaultValue: "",
            .emptyOrUUID
        ),
    ]

    private static let script = [
        CommandParameter("commands", "What to run, line by line.", isList: true, defaultValue: nil),
        CommandParameter("workingDirectory", "The folder that it runs in.", defaultValue: ""),
        CommandParameter(
            "executionTimeout",
            "How long it may take, in seconds.",
            defaultValue: "\(SentCommand.defaultExecutionSeconds)",
            .seconds(DocumentStep.timeoutSecondsRange)
        ),
    ]

    private static func hook(_ name: String, _ description: String) -> CommandParameter {
        CommandParameter(name, description, defaultValue: noop, .documentName)
    }
}
