/// Why a host is not enrolled.
package struct EnrolmentFailure: Error, Equatable, Sendable, CustomStringConvertible {
    package var description: String

    package init(_ description: String) { self.description = description }
}
