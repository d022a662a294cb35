/// JSON as a tree, to compare two configurations value by value.
enum ConfigValue: Decodable, Equatable, CustomStringConvertible {
    case none
    case text(String)
    case number(Double)
    case boolean(Bool)
    case list([Self])
    case object([String: Self])

    /// Longest text that is shown.
    private static let longest = 100

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .none
        } else if let boolean = try? value.decode(Bool.self) {
            self = .boolean(boolean)
        } else if let number = try? value.decode(Double.self) {
            self = .number(number)
        } else if let text = try? value.decode(String.self) {
            self = .text(text)
        } else if let list = try? value.decode([Self].self) {
            self = .list(list)
        } else {
            self = .object(try value.decode([String: Self].self))
        }
    }

    var description: String {
        let text =
            switch self {
            case .none: "nothing"
            case .text(let text): text
            case .number(let number): Int(exactly: number).map { "\($0)" } ?? "\(number)"
            case .boolean(let boolean): "\(boolean)"
            case .list(let items): "[\(items.map(\.description).joined(separator: ", "))]"
            case .object(let members):
                "{\(members.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", "))}"
            }
        return text.count > Self.longest ? text.prefix(Self.longest) + "…" : text
    }
}
