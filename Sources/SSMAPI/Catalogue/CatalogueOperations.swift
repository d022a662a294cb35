import ControlPlane
import Domain
import ReadModels

/// The operations on what vendors publish: the patches of imported advisories, and the words that baselines ask for them by.
enum CatalogueOperations {
    static let all = [properties, available, effective]

    // MARK: - Words

    private enum Property: String, CaseIterable, Decodable {
        case product = "PRODUCT"
        case productFamily = "PRODUCT_FAMILY"
        case classification = "CLASSIFICATION"
        case msrcSeverity = "MSRC_SEVERITY"
        case priority = "PRIORITY"
        case severity = "SEVERITY"
    }

    private enum PatchSet: String, CaseIterable, Decodable {
        case system = "OS"
        case application = "APPLICATION"
    }

    private struct PropertiesInput: Decodable, Sendable {
        var operatingSystem: OperatingSystem
        var property: Property
        var patchSet: PatchSet?
        var maxResults: Int?
        var nextToken: String?

        /// - Throws: ``SSMError`` for a property that patches of the system do not have.
        var key: FilterKey {
            get throws(SSMError) {
                let keys = FilterKey.keys(for: operatingSystem)
                guard let key = FilterKey(rawValue: property.rawValue), keys.contains(key) else {
                    let known = Property.allCases.map(\.rawValue).filter { name in keys.contains { $0.rawValue == name }
                    }
                    let list = known.joined(separator: ", ")
                    throw .validation(
                        "Patches of \(operatingSystem.rawValue) have no property \(property.rawValue): theirs are \(list)."
                    )
                }
                return key
            }
        }
    }

    private struct PropertiesOutput: Encodable, Sendable {
        var properties: [[String: String]]
        var nextToken: String?
    }

    private static var properties: Operation {
        let name = "DescribePatchProperties"
        let members: [Shape.Member] = [
            .required("OperatingSystem", BaselineShapes.system), .required("Property", .words(Property.self)),
            .optional("PatchSet", .words(PatchSet.self)), .optional("MaxResults", .integer(1...50)), NodeShapes.token,
        ]
        return Operation(name, members) { (input: PropertiesInput, call) in
            let (page, next) = try PageToken.page(
                name,
                try await Self.values(of: try input.key, input, call).sorted(),
                by: \.self,
                after: input.nextToken,
                atMost: input.maxResults ?? 50
            )
            return PropertiesOutput(properties: page.map { ["Name": $0] }, nextToken: next)
        }
    }

    private static func values(of key: FilterKey, _ input: PropertiesInput, _ call: Call) async throws -> [String] {
        let system = input.operatingSystem
        // No feed is of applications.
        let isOfSystem = input.patchSet != .application || system != .windows
        switch key {
        case .productFamily: return isOfSystem ? [system.product(version: "")] : []
        case .product where !isOfSystem: return []
        case .product:
            return try await call.services.questions.products(
                of: system,
                site: call.region,
                within: call.principal.scope
            )
        default: return key.values(for: system) ?? []
        }
    }

    // MARK: - The catalogue

    private struct AvailableInput: Decodable, Sendable {
        var filters: [Filter]?
        var maxResults: Int?
        var nextToken: String?
    }

    private struct AvailableOutput: Encodable, Sendable {
        var patches: [PatchDescription]
        var nextToken: String?
    }

    private static let keys: Set = [
        "ADVISORY_ID", "ARCH", "BUGZILLA_ID", "CLASSIFICATION", "CVE_ID", "EPOCH", "MSRC_SEVERITY", "NAME", "PATCH_ID",
        "PATCH_SET", "PRODUCT", "PRODUCT_FAMILY", "RELEASE", "REPOSITORY", "SECURITY", "SEVERITY", "VERSION",
    ]

    private static var available: Operation {
        let name = "DescribeAvailablePatches"
        let members: [Shape.Member] = [
            .optional("Filters", BaselineShapes.filters), .optional("MaxResults", BaselineShapes.pageSize),
            NodeShapes.token,
        ]
        return Operation(name, members) { (input: AvailableInput, call) in
            let asked = try FilterList(input.filters ?? [], Self.keys)
            // Words of feeds and of people differ in their case.
            let folded = try FilterList(
                (input.filters ?? []).map { Filter(key: $0.key, values: $0.values?.map { $0.lowercased() }) },
                Self.keys
            )
            let walk = Self.walk(name, asked, call)
            let (patches, next) = try await walk.page(after: input.nextToken, atMost: input.maxResults ?? 50) { patch in
                let shown = PatchDescription(patch)
                let isMeant = Self.keys.allSatisfy { key in
                    folded.allows(key, shown.values(key).map { $0.lowercased() })
                }
                return isMeant ? shown : nil
            }
            return AvailableOutput(patches: patches, nextToken: next)
        }
    }

    /// Through the systems of the products that are asked for; without any through Windows, as SSM has it.
    private static func walk(_ name: String, _ asked: FilterList, _ call: Call) -> CatalogueWalk {
        let products = asked.values(of: "PRODUCT").map { $0.lowercased() }
        let systems = OperatingSystem.allCases.filter { system in
            products.isEmpty
                ? system == .windows : products.contains { $0.hasPrefix(system.product(version: "").lowercased()) }
        }
        let sources = Set(systems.compactMap { AdvisorySource($0) })
        var filter = CatalogueFilter(sources: sources.sorted { $0.rawValue < $1.rawValue })
        filter.cves = asked.values(of: "CVE_ID").map { $0.uppercased() }
        filter.advisories = asked.values(of: "ADVISORY_ID")
        filter.names = asked.values(of: "NAME")
        if systems == [.windows] {
            filter.names = asked.values(of: "PATCH_ID").map {
                $0.uppercased().hasPrefix("KB") ? $0.uppercased() : "KB\($0)"
            }
        }
        return CatalogueWalk(
            operation: name,
            filter: filter,
            systems: Set(systems),
            questions: call.services.questions
        )
    }

    // MARK: - What a baseline makes of it

    private struct EffectiveInput: Decodable, Sendable {
        var baselineId: String
        var maxResults: Int?
        var nextToken: String?
    }

    private struct EffectiveOutput: Encodable, Sendable {
        var effectivePatches: [Effective]
        var nextToken: String?
    }

    private struct Effective: Encodable, Sendable {
        struct Status: Encodable, Sendable {
            var deploymentStatus: String
            var complianceLevel: String
            var approvalDate: EpochSeconds?
        }

        var patch: PatchDescription
        var patchStatus: Status

        init(_ patch: CataloguePatch, _ effect: EffectivePatch) {
            self.patch = PatchDescription(patch)
            patchStatus = Status(
                deploymentStatus: effect.deployment.rawValue,
                complianceLevel: effect.level.rawValue,
                approvalDate: effect.approvedAt.map(EpochSeconds.init)
            )
        }
    }

    private static var effective: Operation {
        let name = "DescribeEffectivePatchesForPatchBaseline"
        let members: [Shape.Member] = [
            .required("BaselineId", BaselineShapes.id), .optional("MaxResults", BaselineShapes.pageSize),
            NodeShapes.token,
        ]
        return Operation(name, members) { (input: EffectiveInput, call) in
            let baseline = try BaselineDirectory(try await call.services.policy.book()).required(input.baselineId)
            guard baseline.system == .windows else {
                let text = "Only the effective patches of baselines for WINDOWS are known before a node is scanned."
                throw SSMError("UnsupportedOperatingSystem", text)
            }
            let walk = CatalogueWalk(
                operation: name,
                filter: CatalogueFilter(sources: [.microsoft]),
                systems: [.windows],
                questions: call.services.questions
            )
            let (patches, next) = try await walk.page(after: input.nextToken, atMost: input.maxResults ?? 50) { patch in
                EffectivePatch(patch, by: baseline, at: call.now).map { Effective(patch, $0) }
            }
            return EffectiveOutput(effectivePatches: patches, nextToken: next)
        }
    }
}
