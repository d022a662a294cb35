import Hummingbird
import NIOCore
import ReadModels
import Time

/// A page of the log as JSON, with each event's data as it stands there: to read and write it again took most of the time.
enum EventPageBody {
    /// All of an event but its data.
    private struct Head: Encodable {
        let shard: Int
        let position: Int64
        let stream: String
        let at: Timestamp
        let actor: String
        let type: String

        init(_ event: EventView) {
            (shard, position, stream) = (event.shard, event.position, event.stream)
            (at, actor, type) = (event.at, event.actor, event.type)
        }
    }

    static func respond(_ page: EventPage) throws -> Response {
        var buffer = ByteBuffer(string: "{\"cursor\":")
        buffer.writeBytes(try JSONBody.encoded(page.cursor))
        buffer.writeString(",\"events\":[")
        for (index, event) in page.events.enumerated() {
            buffer.writeString(index == 0 ? "{\"data\":" : ",{\"data\":")
            buffer.writeString(event.data.json)
            buffer.writeString(",")
            // Without its first brace.
            buffer.writeBytes(try JSONBody.encoded(Head(event)).dropFirst())
        }
        buffer.writeString("]}")
        return JSONBody.respond(json: buffer)
    }
}
