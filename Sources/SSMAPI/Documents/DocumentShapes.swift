/// The members of what requests that change documents have (ssm-semantics, appendix A).
enum DocumentShapes {
    static let name = Shape.text(3...128, .name)
    static let versionName = Shape.text(1...128, .plain("_-.", as: #"^[a-zA-Z0-9_\-.]{1,128}$"#))

    /// What both making and changing a document take.
    static let text: [Shape.Member] = [
        .required("Content", .text(1...Int.max)), .required("Name", name), .optional("VersionName", versionName),
        .optional("DisplayName", .text(0...1_024, .plain("_-.:/ ", as: #"^[\w\.\-\:\/ ]*$"#))),
        .optional("DocumentFormat", .word(["YAML", "JSON", "TEXT"])),
        .optional("TargetType", .text(0...200, targetType)),
        // What is not offered is told so by name.
        .optional("Attachments", .list(.structure([]), 0...20)),
    ]

    static let types = [
        "Command", "Policy", "Automation", "Session", "Package", "ApplicationConfiguration",
        "ApplicationConfigurationSchema", "DeploymentStrategy", "ChangeCalendar", "Automation.ChangeTemplate",
        "ProblemAnalysis", "ProblemAnalysisTemplate", "CloudFormation", "ConformancePackTemplate", "QuickSetup",
        "ManualApprovalPolicy", "AutoApprovalPolicy",
    ]

    static let number = Shape.text(
        1...9,
        .init(text: "(^[1-9][0-9]*$)") { text in
            text.first != "0" && text.utf8.allSatisfy { (48...57).contains($0) }
        }
    )

    private static let targetType = Shape.Pattern(text: #"^\/[\w\.\-\:\/]*$"#) { text in
        text.first == "/" && Shape.Pattern.plain("_-.:/", as: "").matches(text)
    }
}
