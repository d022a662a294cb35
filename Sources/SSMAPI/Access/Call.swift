import ControlPlane
import Domain
import Time

/// One request of somebody who is known and let.
struct Call: Sendable {
    /// The account of every ARN: there is one fleet.
    static let account = "000000000000"

    let services: ControlPlaneServices
    let principal: Principal
    /// A site of the policy.
    let region: String
    /// The same for a request that is sent again.
    let key: String
    let now: Timestamp

    /// The ARN of whoever acts under the name.
    static func user(_ name: String) -> String { "arn:aws:iam::\(account):user/\(name)" }

    func arn(_ resource: String, account: String = Self.account) -> String {
        "arn:aws:ssm:\(region):\(account):\(resource)"
    }
}
