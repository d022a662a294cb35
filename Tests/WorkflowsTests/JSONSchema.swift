import Foundation
import Testing
import Yams

/// As much of JSON Schema as tells known keys from unknown ones.
struct JSONSchema {
    private let root: [String: Any]

    init(_ data: Data) throws {
        root = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    func unknownKeys(in node: Yams.Node) -> [String] { unknownKeys(in: node, root) }

    private func unknownKeys(in node: Yams.Node, _ schema: [String: Any]) -> [String] {
        let schema = resolve(schema)
        if let choices = schema["oneOf"] as? [[String: Any]] {
            return choices.map { unknownKeys(in: node, $0) }.min { $0.count < $1.count } ?? []
        }
        switch node {
        case .sequence(let items):
            guard let itemSchema = schema["items"] as? [String: Any] else { return ["a list"] }
            return items.flatMap { unknownKeys(in: $0, itemSchema) }
        case .mapping(let mapping):
            guard schema["type"] as? String != "string" else { return ["a mapping"] }
            return mapping.flatMap { unknownKeys(of: $0, schema) }
        case .scalar, .alias: return []
        }
    }

    private func unknownKeys(of entry: (key: Yams.Node, value: Yams.Node), _ schema: [String: Any]) -> [String] {
        let key = entry.key.scalar?.string ?? ""
        let properties = schema["properties"] as? [String: [String: Any]] ?? [:]
        guard let next = properties[key] ?? schema["additionalProperties"] as? [String: Any] else { return [key] }
        return unknownKeys(in: entry.value, next)
    }

    private func resolve(_ schema: [String: Any]) -> [String: Any] {
        guard let reference = schema["$ref"] as? String, let name = reference.split(separator: "/").last,
            let definitions = root["definitions"] as? [String: [String: Any]]
        else { return schema }
        return definitions[String(name)] ?? [:]
    }
}
