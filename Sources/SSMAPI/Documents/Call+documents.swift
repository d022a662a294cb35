import ControlPlane
import Domain

extension Call {
    /// - Parameter version: as requests have it; nil for the one that counts by default.
    /// - Throws: ``SSMError``, `InvalidDocument` and `InvalidDocumentVersion`.
    func document(_ name: String, _ version: String?, versionName: String? = nil) async throws -> FoundDocument {
        let reference = versionName.map { DocumentVersionReference.named($0) } ?? DocumentVersionReference(version)
        guard let reference else { throw SSMError("InvalidDocumentVersion", "There is no version \(version ?? "").") }
        let found = try await commanding { try await services.documents.document(name, version: reference) }
        // Who names a version twice means one.
        if versionName != nil, let version, Int(version) != nil, version != found.versionNumber {
            throw SSMError("InvalidDocumentVersion", "The version \(versionName ?? "") is not version \(version).")
        }
        return found
    }

    /// Oldest first.
    func documentVersions(_ reference: String) async throws -> [FoundDocument] {
        let found = try await document(reference, nil)
        guard found.making != nil else { return [found] }
        return try await documenting { try await services.documents.versions(found.name) }
    }

    func number(ofVersion version: String, of name: String) async throws -> Int? {
        try await document(name, version).making?.version.number
    }

    /// Does what may be refused, in SSM's codes.
    ///
    /// - Parameter others: codes that the operation has for what others call otherwise.
    func documenting<Value>(
        _ others: [String: String] = [:],
        _ body: () async throws -> Value
    ) async throws -> Value {
        do {
            return try await translating(SSMError.documentCodes.merging(others) { $1 }) { try await commanding(body) }
        } catch let error as SSMError where error.code == SSMError.associatedInstances.code {
            throw SSMError.associatedInstances
        }
    }
}

extension SSMError {
    /// It has no message.
    fileprivate static let associatedInstances = Self("AssociatedInstances")

    fileprivate static let documentCodes = [
        DocumentRefusal.notFound.code: "InvalidDocument",
        DocumentRefusal.alreadyExists.code: "DocumentAlreadyExists",
        DocumentRefusal.unknownVersion("").code: "InvalidDocumentVersion",
        DocumentRefusal.notLatest(0).code: "InvalidDocumentVersion",
        DocumentRefusal.sameContent(version: 0).code: "DuplicateDocumentContent",
        DocumentRefusal.versionNameTaken("", version: 0).code: "DuplicateDocumentVersionName",
        DocumentRefusal.tooManyVersions.code: "DocumentVersionLimitExceeded",
        DocumentRefusal.isDefault(0).code: "InvalidDocumentOperation",
        DocumentRefusal.tooLarge(bytes: 0).code: "MaxDocumentSizeExceeded",
        DocumentRefusal.unfit("").code: "InvalidDocumentContent",
        DocumentRefusal.tooManyTags.code: "TooManyTagsError",
        DocumentText.unfitSchema: "InvalidDocumentSchemaVersion",
        DocumentService.tooMany: "DocumentLimitExceeded",
        DocumentService.isAssociated: associatedInstances.code,
        DocumentService.isFixed: "InvalidDocumentOperation",
    ]
}
