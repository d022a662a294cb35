import Domain

/// The members of what requests about commands have (ssm-semantics, appendix A).
enum CommandShapes {
    static let id = Shape.text(36...36)
    static let nodes = Shape.list(NodeShapes.id, 0...50)
    static let pageSize = Shape.Member.optional("MaxResults", .integer(1...50))
    static let document = Shape.text(3...128, .plain("_-.:/", as: #"^[a-zA-Z0-9_\-.:/]{3,128}$"#))
    static let version = Shape.text(
        1...9,
        .init(text: "([$]LATEST|[$]DEFAULT|^[1-9][0-9]*$)") { text in
            text == "$LATEST" || text == "$DEFAULT"
                || text.first != "0" && text.utf8.allSatisfy { (48...57).contains($0) }
        }
    )
    static let parameters = Shape.map(.list(.text, Shape.any))
    static let timeoutSeconds = Shape.integer(30...2_592_000)
    static let targets = Shape.list(
        .structure([.optional("Key", .text(1...163)), .optional("Values", .list(.text, 0...50))]),
        0...5
    )
    static let maxConcurrency = limit(from: 1, as: "^([1-9][0-9]*|[1-9][0-9]%|[1-9]%|100%)$")
    static let maxErrors = limit(from: 0, as: "^([1-9][0-9]*|[0]|[1-9][0-9]%|[0-9]%|100%)$")
    static let filters = Shape.Member.optional(
        "Filters",
        .list(
            .structure([
                .required("key", .word(CommandFilter.keys)),
                .required("value", .text(1...128)),
            ]),
            1...5
        )
    )

    private static func limit(from least: Int, as text: String) -> Shape {
        .text(
            1...7,
            .init(text: text) { value in
                let digits = value.hasSuffix("%") ? value.dropLast() : value[...]
                guard let number = Int(digits), number >= least, "\(number)" == digits else { return false }
                return !value.hasSuffix("%") || number <= 100
            }
        )
    }
}
