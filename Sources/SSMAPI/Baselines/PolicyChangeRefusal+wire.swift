import Domain

extension SSMError {
    /// A change that the policy refuses, in SSM's codes (ssm-semantics §1.2).
    init(_ refusal: PolicyChangeRefusal) {
        switch refusal {
        case .unknown: self = .unknownBaseline
        case .nameTaken(let name):
            self = .validation("There is a patch baseline \(name) already; here each has a name of its own.")
        case .nameReserved(let name):
            self = .validation("\(name) begins with AWS-, as the names of predefined patch baselines do.")
        case .tooManyBaselines(let most):
            self.init("ResourceLimitExceededException", "There are \(most) patch baselines, which is the most.")
        case .isDefault(let name):
            self.init("ResourceInUseException", "\(name) is the default patch baseline of its operating system.")
        case .servesGroups(let name, let groups):
            let list = groups.prefix(5).joined(separator: ", ")
            self.init("ResourceInUseException", "\(name) is registered for the patch groups \(list).")
        case .groupTaken(_, _, let system):
            let text = "Patch Group baseline already has a baseline registered for OperatingSystem"
            self.init("AlreadyExistsException", "\(text) \(system?.rawValue ?? "of any kind").")
        case .tooManyGroups(let name, let most):
            let text = "\(name) is registered for \(most) patch groups, which is the most."
            self.init("ResourceLimitExceededException", text)
        case .notAttached(let name, let group):
            self.init("InvalidResourceId", "\(name) is not registered for the patch group \(group).")
        case .attachedByPattern(let name, let group, let pattern):
            self.init(
                "InvalidResourceId",
                "\(name) is registered for \(group) by the pattern \(pattern) of the policy's files; change it there."
            )
        case .namesNoSystem(let name):
            self.init("InvalidResourceId", "\(name) names no operating system, so that it cannot be one's default.")
        }
    }

    static let unknownBaseline = Self("DoesNotExistException", "Patch Baseline to be retrieved does not exist.")
}
