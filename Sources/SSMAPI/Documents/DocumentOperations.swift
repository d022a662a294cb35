import ControlPlane
import Domain
import ReadModels

/// The operations that read documents: AWS's that are offered, those of the server's folder, and those that were made here.
enum DocumentOperations {
    static let all = [list, describe, get, versions, permission]

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
        let found = try await call.services.documents.all().filter { found in
            let identifier = DocumentIdentifier(found)
            let isAWS = found.document.isAWS
            return filters.hasPrefix("Name", found.name)
                && filters.allows("Owner", isAWS ? ["Amazon", "Public", "All"] : ["Self", "Private", "All"])
                && filters.allows("PlatformTypes", identifier.platformTypes)
                && filters.allows("DocumentType", [identifier.documentType])
                && filters.contains("SearchKeyword", found.name)
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
        .optional("VersionName", DocumentShapes.versionName),
    ]

    private struct DescribeOutput: Encodable, Sendable {
        var document: DocumentDescription
    }

    private static let describe = Operation("DescribeDocument", members) { (input: Reference, call) in
        DescribeOutput(document: try DocumentDescription(try await document(input, call)))
    }

    private struct GetOutput: Encodable, Sendable {
        var name: String
        var createdDate: EpochSeconds?
        var displayName: String?
        var versionName: String?
        var documentVersion: String
        var status = "Active"
        var content: String
        var documentType = "Command"
        var documentFormat: String
    }

    private static let get = Operation(
        "GetDocument",
        members + [.optional("DocumentFormat", .word(["YAML", "JSON", "TEXT"]))]
    ) { (input: Reference, call) in
        let found = try await document(input, call)
        let version = found.making?.version
        let wanted = input.documentFormat ?? found.format
        // JSON is YAML, too.
        let text = wanted == "JSON" ? try version?.draft.json : version?.draft.text
        return GetOutput(
            name: found.name,
            createdDate: version.map { EpochSeconds($0.createdAt) },
            displayName: version?.draft.displayName,
            versionName: version?.draft.versionName,
            documentVersion: found.versionNumber,
            content: try text ?? DocumentContent.text(of: found),
            documentFormat: wanted
        )
    }

    private static func document(_ input: Reference, _ call: Call) async throws -> FoundDocument {
        try await call.document(input.name, input.documentVersion, versionName: input.versionName)
    }

    // MARK: - Versions

    private struct VersionsInput: Decodable, Sendable {
        var name: String
        var maxResults: Int?
        var nextToken: String?
    }

    private static let versions = Operation(
        "ListDocumentVersions",
        [.required("Name", CommandShapes.document), CommandShapes.pageSize, NodeShapes.token]
    ) { (input: VersionsInput, call) in
        let place = PagePlace(maxResults: input.maxResults, nextToken: input.nextToken)
        let found = try await call.documentVersions(input.name).map(DocumentVersionInfo.init)
        return try ListPage("documentVersions", of: "ListDocumentVersions", found, by: \.order, place)
    }

    private struct PermissionOutput: Encodable, Sendable {
        var accountIds: [String] = []
        var accountSharingInfoList: [String] = []
    }

    /// There is one account, which shares nothing.
    private static let permission = Operation(
        "DescribeDocumentPermission",
        [
            .required("Name", DocumentShapes.name), .required("PermissionType", .word(["Share"])),
            .optional("MaxResults", .integer(1...200)), NodeShapes.token,
        ]
    ) { (input: VersionsInput, call) in
        _ = try await call.document(input.name, nil)
        return PermissionOutput()
    }
}

extension FilterList {
    /// Whether the text has one of the values in it, in any letter case.
    fileprivate func contains(_ key: String, _ text: String) -> Bool {
        let wanted = values(of: key)
        return wanted.isEmpty || wanted.contains { text.lowercased().contains($0.lowercased()) }
    }
}
