import Domain
import ReadModels

/// What PutComplianceItems brings, of a stock agent as of anybody else.
struct ComplianceIntake: Decodable, Sendable {
    struct Execution: Decodable, Sendable {
        var executionTime: EpochSeconds
        var executionId: String?
        var executionType: String?
    }

    struct Item: Decodable, Sendable {
        enum Status: String, CaseIterable, Decodable {
            case compliant = "COMPLIANT"
            case nonCompliant = "NON_COMPLIANT"
        }

        var id: String?
        var title: String?
        var severity: ComplianceLevel
        var status: Status
        var details: [String: String]?
    }

    private enum Upload: String, CaseIterable, Decodable {
        case complete = "COMPLETE"
        case part = "PARTIAL"
    }

    var resourceId: String
    var resourceType: String
    var complianceType: String
    var executionSummary: Execution
    var items: [Item]
    var itemContentHash: String?
    private var uploadType: Upload?

    static let members: [Shape.Member] = [
        .required("ResourceId", .text(1...100)), .required("ResourceType", .text(1...50)),
        .required("ComplianceType", .text(1...100, .complianceType)),
        .required(
            "ExecutionSummary",
            .structure([
                .required("ExecutionTime", .time), .optional("ExecutionId", .text(0...100)),
                .optional("ExecutionType", .text(0...50)),
            ])
        ),
        .required(
            "Items",
            .list(
                .structure([
                    .optional("Id", .text), .optional("Title", .text(0...500)),
                    .required("Severity", .words(ComplianceLevel.self)), .required("Status", .words(Item.Status.self)),
                    .optional("Details", InventoryShapes.entry),
                ]),
                0...CustomCompliance.mostItems
            )
        ),
        .optional("ItemContentHash", .text(0...256)), .optional("UploadType", .words(Upload.self)),
    ]

    /// - Throws: ``SSMError``, in the codes of PutComplianceItems.
    func keep(in store: CustomComplianceStore) async throws {
        guard CustomShelf.isCustom(complianceType) else {
            let text = "\(complianceType) is not reported here: types of others begin with \(CustomShelf.prefix)"
            throw SSMError.validation("\(text), and what patches come to is proved by scans.")
        }
        do {
            let kept = try await store.put(compliance, isPart: uploadType == .part, of: resourceId)
            guard kept else { throw SSMError("InvalidResourceId", "\(resourceId) is not here any more.") }
        } catch let refusal as CustomRefusal {
            throw SSMError(refusal, ofTypes: "ComplianceTypeCountLimitExceededException")
        }
    }

    private var compliance: CustomCompliance {
        CustomCompliance(
            type: complianceType,
            executedAt: executionSummary.executionTime.moment,
            executionID: executionSummary.executionId,
            executionType: executionSummary.executionType,
            hash: itemContentHash,
            items: items.map { item in
                CustomCompliance.Item(
                    id: item.id,
                    title: item.title,
                    level: item.severity,
                    isCompliant: item.status == .compliant,
                    details: item.details ?? [:]
                )
            }
        )
    }
}

extension Shape.Pattern {
    /// Letters, digits, underscores and hyphens, perhaps behind a prefix.
    fileprivate static let complianceType = Self(text: #"[A-Za-z0-9_\-]\w+|Custom:[a-zA-Z0-9_\-]\w+"#) { value in
        let name = value.hasPrefix(CustomShelf.prefix) ? value.dropFirst(CustomShelf.prefix.count) : value[...]
        return name.utf8.count > 1 && plain("_-", as: "").matches(String(name))
    }
}
