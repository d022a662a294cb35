/// A step of building the local fleet that did not work.
package struct FleetFailure: Error, CustomStringConvertible, Equatable, Sendable {
    package var description: String

    package init(_ description: String) { self.description = description }
}
