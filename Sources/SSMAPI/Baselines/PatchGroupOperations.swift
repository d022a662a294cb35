import ControlPlane
import Domain

/// The operations on defaults and patch groups.
enum PatchGroupOperations {
    static let all = [getDefault, registerDefault, register, deregister, getForGroup, describe]

    private struct SystemInput: Decodable, Sendable {
        var operatingSystem: OperatingSystem?
    }

    private struct Standard: Encodable, Sendable {
        var baselineId: String
        var operatingSystem: OperatingSystem
    }

    private static let getDefault = Operation(
        "GetDefaultPatchBaseline",
        [.optional("OperatingSystem", BaselineShapes.system)]
    ) { (input: SystemInput, call) in
        let directory = BaselineDirectory(try await call.services.policy.book())
        let system = input.operatingSystem ?? .windows
        let baseline = directory.policy.defaultBaseline(for: system)
        return Standard(baselineId: directory.reference(to: baseline, call), operatingSystem: system)
    }

    private struct Reference: Codable, Sendable {
        var baselineId: String
    }

    private static let registerDefault = Operation(
        "RegisterDefaultPatchBaseline",
        for: .changePolicy,
        [.required("BaselineId", BaselineShapes.id)]
    ) { (input: Reference, call) in
        try await call.changePolicy { policy in
            try policy.makeDefault(try BaselineDirectory(policy).required(input.baselineId).name)
        }
        return input
    }

    private struct Registration: Codable, Sendable {
        var baselineId: String
        var patchGroup: String
    }

    private static let registration: [Shape.Member] = [
        .required("BaselineId", BaselineShapes.id), .required("PatchGroup", BaselineShapes.patchGroup),
    ]

    private static let register = Operation(
        "RegisterPatchBaselineForPatchGroup",
        for: .changePolicy,
        registration
    ) { (input: Registration, call) in
        try PatchGroup.checkName(input.patchGroup)
        try await call.changePolicy { policy in
            try policy.attach(
                try BaselineDirectory(policy).required(input.baselineId).name,
                to: input.patchGroup
            )
        }
        return input
    }

    private static let deregister = Operation(
        "DeregisterPatchBaselineForPatchGroup",
        for: .changePolicy,
        registration
    ) { (input: Registration, call) in
        try await call.changePolicy { policy in
            guard let baseline = BaselineDirectory(policy).find(input.baselineId) else {
                throw SSMError("InvalidResourceId", "There is no patch baseline \(input.baselineId).")
            }
            try policy.detach(baseline.name, from: input.patchGroup)
        }
        return input
    }

    private struct GroupInput: Decodable, Sendable {
        var patchGroup: String
        var operatingSystem: OperatingSystem?
    }

    private struct GroupOutput: Encodable, Sendable {
        var baselineId: String
        var patchGroup: String
        var operatingSystem: OperatingSystem
    }

    private static let getForGroup = Operation(
        "GetPatchBaselineForPatchGroup",
        [
            .required("PatchGroup", BaselineShapes.patchGroup), .optional("OperatingSystem", BaselineShapes.system),
        ]
    ) { (input: GroupInput, call) in
        let directory = BaselineDirectory(try await call.services.policy.book())
        let system = input.operatingSystem ?? .windows
        let baseline =
            directory.policy.baselines.serving(input.patchGroup, on: system)
            ?? directory.policy.defaultBaseline(for: system)
        return GroupOutput(
            baselineId: directory.reference(to: baseline, call),
            patchGroup: input.patchGroup,
            operatingSystem: system
        )
    }

    private struct DescribeInput: Decodable, Sendable {
        var filters: [Filter]?
        var maxResults: Int?
        var nextToken: String?
    }

    private struct DescribeOutput: Encodable, Sendable {
        struct Mapping: Encodable, Sendable {
            var patchGroup: String
            var baselineIdentity: BaselineIdentity
        }

        var mappings: [Mapping]
        var nextToken: String?
    }

    private static let describe = Operation(
        "DescribePatchGroups",
        [
            .optional("Filters", BaselineShapes.filters), .optional("MaxResults", BaselineShapes.pageSize),
            .optional("NextToken", .text),
        ]
    ) { (input: DescribeInput, call) in
        let directory = BaselineDirectory(try await call.services.policy.book())
        let filters = try FilterList(input.filters ?? [], ["NAME_PREFIX", "OPERATING_SYSTEM"])
        let mappings = try await call.patchGroups(of: directory.policy).mappings.filter { mapping in
            filters.hasPrefix("NAME_PREFIX", mapping.group)
                && filters.allows("OPERATING_SYSTEM", mapping.baseline.system.map { [$0.rawValue] })
        }
        let (page, next) = try PageToken.page(
            "DescribePatchGroups",
            mappings,
            // No name of a group or a baseline has a space.
            by: { "\($0.group) \($0.baseline.name)" },
            after: input.nextToken,
            atMost: input.maxResults ?? 50
        )
        return DescribeOutput(
            mappings: page.map { mapping in
                DescribeOutput.Mapping(
                    patchGroup: mapping.group,
                    baselineIdentity: BaselineIdentity(mapping.baseline, in: directory, call)
                )
            },
            nextToken: next
        )
    }
}

extension PatchGroup {
    /// - Throws: ``SSMError`` for a name that no node's patch group can have.
    fileprivate static func checkName(_ group: String) throws(SSMError) {
        guard isName(group) else {
            throw .validation(
                "A patch group has 1 to \(RolloutName.maximumPatchGroup) letters of a to z, digits, hyphens, dots or "
                    + "underscores here, and \(group) has others."
            )
        }
    }
}
