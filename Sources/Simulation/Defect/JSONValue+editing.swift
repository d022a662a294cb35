import FoundationEssentials
import PatchStreams

/// Changing a value that its own module does not let others change.
extension JSONValue {
    /// A member of an object; writing to anything else changes nothing.
    subscript(key: String) -> JSONValue {
        get {
            guard case .object(let members) = self else { return .null }
            return members[key] ?? .null
        }
        set {
            guard case .object(var members) = self else { return }
            members[key] = newValue
            self = .object(members)
        }
    }

    /// The elements of a list; none for anything else.
    var elements: [JSONValue] {
        get { if case .list(let elements) = self { elements } else { [] } }
        set { self = .list(newValue) }
    }

    /// The value with a change made to its JSON.
    static func edited<Value: Codable>(_ value: Value, _ edit: (inout JSONValue) -> Void) throws -> Value {
        var json = try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(value))
        edit(&json)
        return try JSONDecoder().decode(Value.self, from: JSONEncoder().encode(json))
    }
}
