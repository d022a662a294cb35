import ControlPlane
import Domain
import FoundationEssentials

/// The operations on patch baselines: each change is one of the policy (decision 0013).
enum BaselineOperations {
    static let all = [create, update, delete, get, describe]

    private struct Reference: Codable, Sendable {
        var baselineId: String
    }

    private static let create = Operation(
        "CreatePatchBaseline",
        for: .changePolicy,
        [
            .required("Name", BaselineShapes.name), .optional("OperatingSystem", BaselineShapes.system),
            .optional("ClientToken", .text(1...64)), .optional("Tags", BaselineShapes.tags),
        ] + BaselineShapes.parts
    ) { (input: BaselineInput, call) in
        let id = BaselineDirectory.id(from: "ringmaster client token/\(input.clientToken ?? UUID().uuidString)")
        let baseline = try input.baseline(id: id)
        try await call.changePolicy { policy in
            guard let present = policy.baselines.first(where: { $0.id == id }) else { return try policy.add(baseline) }
            guard present.isMade(as: baseline) else {
                throw SSMError("IdempotentParameterMismatch", "The client token was used with other parameters.")
            }
        }
        return Reference(baselineId: id)
    }

    private static let update = Operation(
        "UpdatePatchBaseline",
        for: .changePolicy,
        [
            .required("BaselineId", BaselineShapes.id), .optional("Name", BaselineShapes.name),
            .optional("Replace", .boolean),
        ] + BaselineShapes.parts
    ) { (input: BaselineInput, call) in
        let reference = input.baselineId ?? ""
        let book = try await call.changePolicy { policy in
            let before = try BaselineDirectory(policy).own(reference)
            var baseline = before
            try input.update(&baseline)
            // It stays what it is, whatever it is called.
            if baseline.name != before.name { baseline.id = BaselineDirectory.id(of: before) }
            try policy.replace(before.name, by: baseline)
        }
        let directory = BaselineDirectory(book)
        let baseline = try directory.own(reference)
        let name = directory.reference(to: baseline, call)
        return BaselineView(baseline, as: name, book.dates(of: baseline), patchGroups: nil)
    }

    private static let delete = Operation(
        "DeletePatchBaseline",
        for: .changePolicy,
        [.required("BaselineId", BaselineShapes.id)]
    ) { (input: Reference, call) in
        try await call.changePolicy { policy in
            guard let baseline = BaselineDirectory(policy).find(input.baselineId) else { return }
            guard !baseline.isPredefined else {
                throw SSMError("ResourceInUseException", "\(baseline.name) is predefined and cannot be deleted.")
            }
            try policy.removeBaseline(baseline.name)
        }
        return input
    }

    private static let get = Operation("GetPatchBaseline", [.required("BaselineId", BaselineShapes.id)]) {
        (input: Reference, call) in
        let book = try await call.services.policy.book()
        let directory = BaselineDirectory(book)
        let baseline = try directory.required(input.baselineId)
        return BaselineView(
            baseline,
            as: directory.reference(to: baseline, call),
            book.dates(of: baseline),
            patchGroups: try await call.patchGroups(of: directory.policy).groups(of: baseline)
        )
    }

    private struct DescribeInput: Decodable, Sendable {
        var filters: [Filter]?
        var maxResults: Int?
        var nextToken: String?
    }

    private struct DescribeOutput: Encodable, Sendable {
        var baselineIdentities: [BaselineIdentity]
        var nextToken: String?
    }

    private static let describe = Operation(
        "DescribePatchBaselines",
        [
            .optional("Filters", BaselineShapes.filters), .optional("MaxResults", BaselineShapes.pageSize),
            .optional("NextToken", .text),
        ]
    ) { (input: DescribeInput, call) in
        let directory = BaselineDirectory(try await call.services.policy.book())
        let filters = try FilterList(input.filters ?? [], ["NAME_PREFIX", "OWNER", "OPERATING_SYSTEM"])
        let predefined = Baseline.predefined.compactMap { directory.policy.baseline(named: $0.name) }
        let baselines = (directory.policy.ownBaselines + predefined).filter { baseline in
            filters.hasPrefix("NAME_PREFIX", baseline.name)
                && filters.allows("OWNER", ["All", baseline.isPredefined ? "AWS" : "Self"])
                && filters.allows("OPERATING_SYSTEM", baseline.system.map { [$0.rawValue] })
        }
        let (page, next) = try PageToken.page(
            "DescribePatchBaselines",
            baselines.sorted { $0.name < $1.name },
            by: \.name,
            after: input.nextToken,
            atMost: input.maxResults ?? 50
        )
        return DescribeOutput(
            baselineIdentities: page.map { BaselineIdentity($0, in: directory, call) },
            nextToken: next
        )
    }
}

extension BaselineDirectory {
    /// One that can be changed.
    fileprivate func own(_ reference: String) throws(SSMError) -> Baseline {
        guard let baseline = find(reference), !baseline.isPredefined else { throw .unknownBaseline }
        return baseline
    }
}

extension Baseline {
    /// Whether it is as one that was made so, but for what came later.
    fileprivate func isMade(as other: Self) -> Bool {
        var made = self
        made.patchGroups = other.patchGroups
        return made == other
    }
}
