import FoundationEssentials

/// An answer whose members are named as the wire has them, down to the last: naming them anew takes as long as all else of encoding,
/// which counts where there are many.
protocol WireNamed: Encodable {}

/// SSM's JSON: members begin with a capital letter.
enum WireJSON {
    /// A member's name as the wire or as Swift has it.
    private struct Name: CodingKey {
        var stringValue: String
        var intValue: Int?

        init(_ text: String) { stringValue = text }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) {
            self.intValue = intValue
            stringValue = "\(intValue)"
        }
    }

    static func encode(_ answer: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        if answer is any WireNamed { return try encoder.encode(answer) }
        encoder.outputFormatting.insert(.sortedKeys)
        encoder.keyEncodingStrategy = .custom { path in
            let name = path.last?.stringValue ?? ""
            return Name(name.prefix(1).uppercased() + name.dropFirst())
        }
        return try encoder.encode(answer)
    }

    static func decode<Input: Decodable>(_ type: Input.Type, from data: Data) throws(SSMError) -> Input {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .custom { path in Name(decoded(path.last?.stringValue ?? "")) }
        do {
            return try decoder.decode(type, from: data)
        } catch {
            throw .serialization("the request is not what the operation takes")
        }
    }

    /// The name in Swift of a member of the wire.
    static func decoded(_ name: String) -> String { name.prefix(1).lowercased() + name.dropFirst() }
}
