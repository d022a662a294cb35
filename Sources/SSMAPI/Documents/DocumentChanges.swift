import ControlPlane
import Domain

/// The operations that make, change and delete documents: AWS's own and those of the server's folder are changed by none.
enum DocumentChanges {
    static let all = [create, update, setDefault, delete]

    private struct TextInput: Decodable, Sendable {
        struct Unused: Decodable, Sendable {}

        var content: String
        var name: String
        var versionName: String?
        var displayName: String?
        var documentType: String?
        var documentFormat: String?
        var documentVersion: String?
        var targetType: String?
        var tags: [TagItem]?
        var attachments: [Unused]?
        var requires: [Unused]?

        /// - Throws: ``SSMError`` for what is not offered.
        var text: DocumentText {
            get throws(SSMError) {
                if attachments?.isEmpty == false || requires?.isEmpty == false {
                    throw .validation("Attachments and Requires are not offered here: leave them out.")
                }
                guard documentType ?? "Command" == "Command" else {
                    throw .validation("The DocumentType is Command here.")
                }
                guard documentFormat != "TEXT" else {
                    throw SSMError("InvalidDocumentContent", "A document is in JSON or YAML.")
                }
                return DocumentText(
                    content,
                    format: documentFormat == "YAML" ? .yaml : .json,
                    versionName: versionName,
                    displayName: displayName,
                    targetType: targetType
                )
            }
        }
    }

    private struct TextOutput: Encodable, Sendable {
        var documentDescription: DocumentDescription
    }

    private static let create = Operation(
        "CreateDocument",
        for: .changePolicy,
        DocumentShapes.text + [
            .optional("DocumentType", .word(DocumentShapes.types)), .optional("Tags", BaselineShapes.tags),
            .optional("Requires", .list(.structure([]), 1...Int.max)),
        ]
    ) { (input: TextInput, call) in
        let (text, tags) = (try input.text, try TagItem.dictionary(input.tags ?? []))
        let made = try await call.documenting {
            try await call.services.documents.create(
                input.name,
                text,
                tags: tags,
                key: call.key,
                by: call.principal.name
            )
        }
        return TextOutput(documentDescription: try DocumentDescription(made))
    }

    private static let update = Operation(
        "UpdateDocument",
        for: .changePolicy,
        DocumentShapes.text + [.optional("DocumentVersion", CommandShapes.version)]
    ) { (input: TextInput, call) in
        let text = try input.text
        let changed = try await call.documenting {
            var latest: Int?
            if let version = input.documentVersion, version != "$LATEST" {
                // $DEFAULT is the latest, or is refused.
                latest = try await call.number(ofVersion: version, of: input.name)
            }
            return try await call.services.documents.update(
                input.name,
                text,
                latest: latest,
                key: call.key,
                by: call.principal.name
            )
        }
        return TextOutput(documentDescription: try DocumentDescription(changed))
    }

    private struct DefaultInput: Decodable, Sendable {
        var name: String
        var documentVersion: String
    }

    private struct DefaultOutput: Encodable, Sendable {
        struct Description: Encodable, Sendable {
            var name: String
            var defaultVersion: String
            var defaultVersionName: String?
        }

        var description: Description
    }

    private static let setDefault = Operation(
        "UpdateDocumentDefaultVersion",
        for: .changePolicy,
        [.required("Name", DocumentShapes.name), .required("DocumentVersion", DocumentShapes.number)]
    ) { (input: DefaultInput, call) in
        let number = Int(input.documentVersion) ?? 0
        let found = try await call.documenting([DocumentService.isFixed: "InvalidDocument"]) {
            try await call.services.documents.setDefault(input.name, number, key: call.key, by: call.principal.name)
        }
        return DefaultOutput(
            description: DefaultOutput.Description(
                name: found.name,
                defaultVersion: found.versionNumber,
                defaultVersionName: found.making?.version.draft.versionName
            )
        )
    }

    private struct DeleteInput: Decodable, Sendable {
        var name: String
        var documentVersion: String?
        var versionName: String?
    }

    private static let delete = Operation(
        "DeleteDocument",
        for: .changePolicy,
        [
            .required("Name", DocumentShapes.name), .optional("DocumentVersion", CommandShapes.version),
            .optional("VersionName", DocumentShapes.versionName), .optional("Force", .boolean),
        ]
    ) { (input: DeleteInput, call) in
        var version = input.versionName.map { DocumentVersionReference.named($0) }
        if version == nil, let text = input.documentVersion { version = DocumentVersionReference(text) }
        // Its model knows no InvalidDocumentVersion.
        try await call.documenting([DocumentRefusal.unknownVersion("").code: "InvalidDocument"]) {
            try await call.services.documents.delete(
                input.name,
                version: version,
                key: call.key,
                by: call.principal.name
            )
        }
        return NoOutput()
    }
}
