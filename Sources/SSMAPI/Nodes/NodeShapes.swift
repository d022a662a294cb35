/// The members of what requests about nodes have (ssm-semantics, appendix A).
enum NodeShapes {
    static let id = Shape.text(1...64, .instanceID)
    static let pageSize = Shape.integer(10...100)
    static let token = Shape.Member.optional("NextToken", .text)

    /// Of the lists of compliance.
    static let complianceFilters = Shape.Member.optional(
        "Filters",
        .list(
            .structure([
                .optional("Key", .text(1...200)), .optional("Values", .list(.text(Shape.any), 1...20)),
                .optional("Type", .words(ComplianceFilter.Comparison.self)),
            ]),
            Shape.any
        )
    )
    static let compliancePageSize = Shape.Member.optional("MaxResults", .integer(1...50))
}
