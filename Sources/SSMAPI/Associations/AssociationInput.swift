import Domain

/// What CreateAssociation and UpdateAssociation say of an association.
struct AssociationInput: Decodable, Sendable {
    /// What is only asked whether it is there.
    struct Presence: Decodable, Sendable {
        init(from decoder: any Decoder) throws {}
    }

    var associationId: String?
    /// Of a change: the version that it was made from.
    var associationVersion: String?
    var name: String?
    var instanceId: String?
    var documentVersion: String?
    var parameters: [String: [String]]?
    var targets: [TargetItem]?
    var scheduleExpression: String?
    var scheduleOffset: Int?
    var applyOnlyAtCronInterval: Bool?
    var associationName: String?
    var maxConcurrency: String?
    var maxErrors: String?
    var complianceSeverity: AssociationSettings.Severity?
    var syncCompliance: String?
    var duration: Int?
    var outputLocation: AssociationSettings.OutputLocation?
    var tags: [TagItem]?
    var automationTargetParameterName: String?
    var calendarNames: [String]?
    var targetLocations: [Presence]?
    var targetMaps: [Presence]?
    var alarmConfiguration: Presence?
    var associationDispatchAssumeRole: String?
}

extension AssociationInput {
    /// What the association is to be.
    ///
    /// As in SSM, what is not given is taken away; but without a document and targets there would be none, so that those stay.
    ///
    /// - Parameter present: nil for one that is made.
    /// - Throws: ``SSMError`` for what cannot be, and for what is not offered.
    func settings(changing present: AssociationSettings? = nil) throws(SSMError) -> AssociationSettings {
        try checkOffered()
        guard let name = name ?? present?.name else { throw .missing("name") }
        let node = instanceId ?? (targets == nil ? present?.instanceId : nil)
        return AssociationSettings(
            name: name,
            documentVersion: documentVersion ?? "$DEFAULT",
            instanceId: node,
            parameters: parameters,
            targets: try nodes(node, present),
            scheduleExpression: scheduleExpression,
            scheduleOffset: scheduleOffset,
            applyOnlyAtCronInterval: applyOnlyAtCronInterval,
            associationName: associationName,
            maxConcurrency: maxConcurrency,
            maxErrors: maxErrors,
            duration: duration,
            complianceSeverity: complianceSeverity,
            syncCompliance: syncCompliance,
            outputLocation: outputLocation
        )
    }

    // MARK: - Steps

    private func nodes(_ node: String?, _ present: AssociationSettings?) throws(SSMError) -> [CommandTarget] {
        guard let targets, !targets.isEmpty else {
            if let node { return [CommandTarget(key: "InstanceIds", values: [node])] }
            guard let present else { throw Self.invalidTarget("An association needs Targets, or an InstanceId.") }
            return present.targets
        }
        guard instanceId == nil else { throw Self.invalidTarget("An association has either Targets or an InstanceId.") }
        do {
            return try TargetItem.nodes(targets)
        } catch {
            throw Self.invalidTarget(error.message ?? "")
        }
    }

    private func checkOffered() throws(SSMError) {
        let named: [(String, Bool)] = [
            ("AutomationTargetParameterName", automationTargetParameterName != nil),
            ("CalendarNames", calendarNames?.isEmpty == false), ("TargetLocations", targetLocations != nil),
            ("AlarmConfiguration", alarmConfiguration != nil),
            ("AssociationDispatchAssumeRole", associationDispatchAssumeRole != nil),
        ]
        if targetMaps?.isEmpty == false {
            throw SSMError("InvalidTargetMaps", "Target maps are for automations, which are not offered here.")
        }
        if let (name, _) = named.first(where: \.1) { throw .validation("\(name) is not offered here: leave it out.") }
        if syncCompliance == "MANUAL" {
            throw .validation("SyncCompliance is AUTO here: there is no compliance of the type Association.")
        }
    }

    private static func invalidTarget(_ message: String) -> SSMError { SSMError("InvalidTarget", message) }
}
