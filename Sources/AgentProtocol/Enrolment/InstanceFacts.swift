/// An instance of EC2 as its metadata service names it; nothing proves it to the control plane.
package struct InstanceFacts: Codable, Equatable, Sendable {
    /// Such as `i-0a1b2c3d4e5f60718`.
    package var id: String
    /// Such as `eu-central-1`.
    package var region: String
    /// The AWS account, twelve digits.
    package var account: String

    package init(id: String, region: String, account: String) {
        self.id = id
        self.region = region
        self.account = account
    }
}
