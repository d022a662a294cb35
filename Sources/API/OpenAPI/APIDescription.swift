import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
import Yams

/// The description of the operators' API (OpenAPI 3.1), for anybody: `/api/v1/openapi.yaml` and `.json`.
struct APIDescription: Sendable {
    func add(to group: RouterGroup<BasicRequestContext>) {
        group.get("openapi.yaml") { _, _ in
            Self.response("application/yaml", PackageResources.openapi_yaml)
        }
        group.get("openapi.json") { _, _ in
            Self.response("application/json", try Self.json.get())
        }
    }

    private static let json = Result {
        let value = try Yams.load(yaml: String(decoding: PackageResources.openapi_yaml, as: UTF8.self))
        return Array(try JSONEncoder().encode(JSONForm(value: value)))
    }

    private static func response(_ mediaType: String, _ bytes: [UInt8]) -> Response {
        Response(
            status: .ok,
            headers: [.contentType: mediaType],
            body: .init(byteBuffer: ByteBuffer(bytes: bytes))
        )
    }
}

/// A value that was read from YAML, as JSON.
private struct JSONForm: Encodable {
    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { return nil }
    }

    let value: Any?

    func encode(to encoder: any Encoder) throws {
        if let mapping = value as? [AnyHashable: Any] {
            var container = encoder.container(keyedBy: Key.self)
            for (key, value) in mapping {
                try container.encode(Self(value: value), forKey: Key(stringValue: "\(key)"))
            }
            return
        }
        if let list = value as? [Any] {
            var container = encoder.unkeyedContainer()
            for value in list { try container.encode(Self(value: value)) }
            return
        }
        var container = encoder.singleValueContainer()
        switch value {
        case let value as Bool: try container.encode(value)
        case let value as Int: try container.encode(value)
        case let value as Double: try container.encode(value)
        case let value as String: try container.encode(value)
        default: try container.encodeNil()
        }
    }
}
