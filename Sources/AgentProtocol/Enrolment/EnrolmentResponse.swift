/// The answer to an enrolment.
package struct EnrolmentResponse: Codable, Equatable, Sendable {
    /// The managed-node id, `mi-` and 17 hexadecimal digits.
    package var node: String
    package var site: String
    package var patchGroup: String

    package init(node: String, site: String, patchGroup: String) {
        self.node = node
        self.site = site
        self.patchGroup = patchGroup
    }
}
