import Domain
import ReadModels
import Time

/// What PutInventory brings: of a stock agent as of anybody else, what is of a type of their own is kept.
struct InventoryIntake: Decodable, Sendable {
    struct Item: Decodable, Sendable {
        var typeName: String
        var schemaVersion: String
        var captureTime: String
        var contentHash: String?
        var content: [CustomInventory.Entry]?
        var context: [String: String]?
    }

    var instanceId: String
    var items: [Item]

    static let members: [Shape.Member] = [
        .required("InstanceId", NodeShapes.id),
        .required(
            "Items",
            .list(
                .structure([
                    .required("TypeName", InventoryShapes.typeName),
                    .required("SchemaVersion", .text(1...13, .schemaVersion)),
                    .required("CaptureTime", .text(20...20, .captureTime)),
                    .optional("ContentHash", .text(0...256)),
                    .optional("Content", .list(InventoryShapes.entry, 0...10_000)),
                    .optional("Context", InventoryShapes.entry),
                ]),
                1...30
            )
        ),
    ]

    /// Without the types that nodes' own scans tell of, and AWS's others, of which nothing here makes use.
    var custom: Self {
        var custom = self
        custom.items.removeAll { !CustomShelf.isCustom($0.typeName) }
        return custom
    }

    /// Keeps all of the items.
    ///
    /// - Throws: ``SSMError``, in the codes of PutInventory.
    func keep(in store: CustomInventoryStore) async throws {
        var known: Set<String> = []
        for item in items {
            guard CustomShelf.isCustom(item.typeName) else {
                let text = "Types that are reported here begin with \(CustomShelf.prefix); \(item.typeName) does not."
                throw SSMError("InvalidTypeNameException", text)
            }
            guard known.insert(item.typeName).inserted else {
                throw SSMError("InvalidItemContentException", "The request has \(item.typeName) twice.")
            }
            guard (item.context ?? [:]).isEmpty else {
                let text = "\(item.typeName) has a context, which the type does not take."
                throw SSMError("UnsupportedInventoryItemContextException", text)
            }
            guard item.content != nil || item.contentHash != nil else {
                throw SSMError("InvalidItemContentException", "\(item.typeName) has neither content nor a hash of it.")
            }
        }
        do {
            let kept = try await store.put(items.map { ($0.inventory, $0.content != nil) }, of: instanceId)
            guard kept else { throw SSMError("InvalidInstanceId", "\(instanceId) is not here any more.") }
        } catch let refusal as CustomRefusal {
            throw SSMError(refusal, ofTypes: "CustomSchemaCountLimitExceededException")
        }
    }
}

extension InventoryIntake.Item {
    fileprivate var inventory: CustomInventory {
        CustomInventory(
            type: typeName,
            schemaVersion: schemaVersion,
            capturedAt: captureTime,
            hash: contentHash,
            entries: content ?? []
        )
    }
}

/// The members of what requests about inventory have (ssm-semantics, appendix A).
enum InventoryShapes {
    static let typeName = Shape.text(1...100, .inventoryType)
    /// Names of at most 64 characters, and values of at most 4,096.
    static let entry = Shape.map(.text(0...4_096))
    static let pageSize = Shape.integer(1...50)
    static let filters = Shape.Member.optional(
        "Filters",
        .list(
            .structure([
                .required("Key", .text(1...200)), .required("Values", .list(.text, 1...40)),
                .optional("Type", .words(InventoryFilter.Comparison.self)),
            ]),
            1...5
        )
    )
}

extension Shape.Pattern {
    fileprivate static let inventoryType = Self(text: "^(AWS|Custom):.*$") { value in
        value.hasPrefix("AWS:") || value.hasPrefix("Custom:")
    }

    fileprivate static let schemaVersion = Self(text: #"^([0-9]{1,6})(\.[0-9]{1,6})$"#) { value in
        let parts = value.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 2
            && parts.allSatisfy { (1...6).contains($0.utf8.count) && $0.allSatisfy { $0.isASCII && $0.isNumber } }
    }

    fileprivate static let captureTime = Self(text: "20YY-MM-DDThh:mm:ssZ") { value in
        // Exactly as times are written.
        value.hasPrefix("20") && Timestamp(iso8601: value)?.description == value
    }
}

extension SSMError {
    /// - Parameter code: for a type too many.
    init(_ refusal: CustomRefusal, ofTypes code: String) {
        switch refusal {
        case .tooManyTypes(let type):
            self.init(code, "The node has \(CustomShelf.mostTypes) types already, so that \(type) is one too many.")
        case .tooLargeTogether:
            let text = "What is reported of a node has at most \(CustomShelf.mostBytes) bytes altogether."
            self.init("TotalSizeLimitExceededException", text)
        case .tooLarge(let type, let most):
            self.init("ItemSizeLimitExceededException", "\(type) has an item of more than \(most) bytes.")
        case .otherContent(let type):
            let text = "What is kept of \(type) has another hash; send its content."
            self.init("ItemContentMismatchException", text)
        case .malformed(let type, let detail):
            self.init("InvalidItemContentException", "\(type) is not kept: \(detail).")
        }
    }
}
