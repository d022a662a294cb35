import ControlPlane
import Domain
import ReadModels

/// The operations that read documents: AWS's that are offered, and the server's own.
enum DocumentOperations {
    static let all = [list, describe, get]

    // MARK: - List

    private struct ListInput: Decodable, Sendable {
        /// The older form of ``Filter``, with one value.
        struct Legacy: Decodable, Sendable {
            var key: String
            var value: String
        }

        var documentFilterList: [Legacy]?
        var filters: [Filter]?
        var maxResults: Int?
        var nextToken: String?
    }

    private struct ListOutput: Encodable, Sendable {
        var documentIdentifiers: [DocumentIdentifier]
        var nextToken: String?
    }

    private static let list = Operation(
        "ListDocuments",
        [
            .optional(
                "DocumentFilterList",
                .list(
                    .structure([
                        .required("key", .word(["Name", "Owner", "PlatformTypes", "DocumentType"])),
                        .required("value", .text(Shape.any)),
                    ]),
                    1...Int.max
                )
            ),
            .optional(
                "Filters",
                .list(
                    .structure([
                        .optional("Key", .text(1...128)), .optional("Values", .list(.text(1...256), Shape.any)),
                    ]),
                    0...6
                )
            ),
            CommandShapes.pageSize, NodeShapes.token,
        ]
    ) { (input: ListInput, call) in
        let legacy = (input.documentFilterList ?? []).map { Filter(key: $0.key, values: [$0.value]) }
        let filters = try FilterList(
            (input.filters ?? []) + legacy,
            ["Name", "Owner", "PlatformTypes", "DocumentType", "SearchKeyword"],
            refusing: "InvalidFilterKey"
        )
        let found = call.services.commands.documents.filter { document in
            let identifier = DocumentIdentifier(document)
            return filters.hasPrefix("Name", document.name)
                && filters.allows("Owner", document.isAWS ? ["Amazon", "Public", "All"] : ["Self", "Private", "All"])
                && filters.allows("PlatformTypes", identifier.platformTypes)
                && filters.allows("DocumentType", [identifier.documentType])
                && filters.contains("SearchKeyword", document.name)
        }
        let (page, next) = try PageToken.page(
            "ListDocuments",
            found,
            by: \.name,
            after: input.nextToken,
            atMost: input.maxResults ?? 50
        )
        return ListOutput(documentIdentifiers: page.map(DocumentIdentifier.init), nextToken: next)
    }

    // MARK: - One

    private struct Reference: Decodable, Sendable {
        var name: String
        var documentVersion: String?
        var versionName: String?
        var documentFormat: String?
    }

    private static let members: [Shape.Member] = [
        .required("Name", CommandShapes.document), .optional("DocumentVersion", CommandShapes.version),
        .optional("VersionName", .text(1...128, .name)),
    ]

    private struct DescribeOutput: Encodable, Sendable {
        var document: DocumentDescription
    }

    private static let describe = Operation("DescribeDocument", members) { (input: Reference, call) in
        DescribeOutput(document: try DocumentDescription(try await document(input, call)))
    }

    private struct GetOutput: Encodable, Sendable {
        var name: String
        var documentVersion = CommandDocument.version
        var status = "Active"
        var content: String
        var documentType = "Command"
        var documentFormat: String
    }

    private static let get = Operation(
        "GetDocument",
        members + [.optional("DocumentFormat", .word(["YAML", "JSON", "TEXT"]))]
    ) { (input: Reference, call) in
        let document = try await document(input, call)
        // JSON is YAML, too.
        return GetOutput(
            name: document.name,
            content: try DocumentContent.text(of: document),
            documentFormat: input.documentFormat ?? "JSON"
        )
    }

    private static func document(_ input: Reference, _ call: Call) async throws -> CommandDocument {
        guard input.versionName == nil else {
            throw SSMError("InvalidDocumentVersion", "Versions have no names here.")
        }
        return try await call.commanding {
            try call.services.commands.document(input.name, version: input.documentVersion)
        }
    }
}

extension FilterList {
    /// Whether the text has one of the values in it, in any letter case.
    fileprivate func contains(_ key: String, _ text: String) -> Bool {
        let wanted = values(of: key)
        return wanted.isEmpty || wanted.contains { text.lowercased().contains($0.lowercased()) }
    }
}
