import Domain
import DurableStreams
package import Logging
import PatchStreams

/// Adds to each line that concerns a stream which cycle, rollout or node that is.
///
/// The engine names streams and knows nothing of what they are; whoever reads the log looks for a cycle or a node.
package struct StreamContext: LogHandler {
    private var base: any LogHandler

    /// - Parameter base: what writes the lines.
    package init(_ base: any LogHandler) { self.base = base }

    package var logLevel: Logger.Level {
        get { base.logLevel }
        set { base.logLevel = newValue }
    }

    package var metadata: Logger.Metadata {
        get { base.metadata }
        set { base.metadata = newValue }
    }

    package var metadataProvider: Logger.MetadataProvider? {
        get { base.metadataProvider }
        set { base.metadataProvider = newValue }
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { base[metadataKey: key] }
        set { base[metadataKey: key] = newValue }
    }

    package func log(event: LogEvent) {
        var event = event
        if let stream = event.metadata?["stream"] {
            event.metadata?.merge(Self.context(of: "\(stream)")) { given, _ in given }
        }
        base.log(event: event)
    }

    private static func context(of text: String) -> Logger.Metadata {
        let stream = StreamID(text)
        switch stream.kind {
        case Cycle.streamKind: return ["cycle": "\(stream.name)"]
        case Rollout.streamKind: return ["cycle": "\(RolloutName.cycle(of: stream.name))", "rollout": "\(stream.name)"]
        case Node.streamKind: return ["node": "\(stream.name)"]
        default: return [:]
        }
    }
}
