import FoundationEssentials

/// `NextToken`: where the next page of an operation begins.
enum PageToken {
    private static let invalid = "The specified token is not valid."
    /// What operations begin with whose model has no error for it.
    private static let unmodelled = [
        "DescribePatchBaselines", "DescribePatchGroups", "DescribeMaintenanceWindow", "DescribePatchProperties",
        "DescribeAvailablePatches", "DescribeEffectivePatchesForPatchBaseline",
    ]

    /// - Parameter last: the key of the last item of this page.
    static func make(_ operation: String, last: String) -> String {
        Data("1/\(operation)/\(last)".utf8).base64EncodedString()
    }

    /// The key that the next page begins behind; nil for the first page.
    ///
    /// - Throws: ``SSMError`` for a token that is not of this operation.
    static func last(_ operation: String, _ token: String?) throws(SSMError) -> String? {
        guard let token, !token.isEmpty else { return nil }
        let prefix = "1/\(operation)/"
        guard let data = Data(base64Encoded: token), let text = String(validating: data, as: UTF8.self),
            text.hasPrefix(prefix), !text.utf8.contains(0)
        else {
            throw unmodelled.contains(where: operation.hasPrefix)
                ? .validation(invalid) : SSMError("InvalidNextToken", invalid)
        }
        return String(text.dropFirst(prefix.count))
    }

    /// A key of the item at the place in a list: texts of one length are sorted as their numbers are.
    static func ordinal(_ index: Int) -> String { String(String(10_000_000 + index).dropFirst()) }

    /// A page of a list that is at hand.
    ///
    /// - Parameters:
    ///   - items: sorted by their keys, which differ.
    ///   - next: the `NextToken` of the request.
    static func page<Item>(
        _ operation: String,
        _ items: [Item],
        by key: (Item) -> String,
        after next: String?,
        atMost limit: Int
    ) throws(SSMError) -> (items: [Item], next: String?) {
        let last = try last(operation, next)
        let rest = items.drop { item in last.map { key(item) <= $0 } ?? false }
        let page = Array(rest.prefix(max(1, limit)))
        let isLast = page.count == rest.count
        return (page, isLast ? nil : page.last.map { make(operation, last: key($0)) })
    }
}
