package import AWSSignature

/// What a stock agent tells of its host, and how it runs scripts there.
package struct StockPlatform: Sendable {
    package var name: String
    package var type = "Linux"
    package var version: String
    /// The step that runs a script.
    package var action = "aws:runShellScript"
    /// The exit code by which a script has the host rebooted.
    package var rebootCode: Int32 = 194

    package static let debian = Self(name: "Debian GNU/Linux", version: "12")
    package static let amazonLinux = Self(name: "Amazon Linux", version: "2023")
    package static let ubuntu = Self(name: "Ubuntu", version: "22.04")
    package static let windows = Self(
        name: "Microsoft Windows Server 2022 Datacenter",
        type: "Windows",
        version: "10.0.20348",
        action: "aws:runPowerShellScript",
        rebootCode: 3010
    )
}

/// A host that really runs what it is sent, in the place of the agent's simulated one.
package protocol StockProgram: Sendable {
    /// - Parameters:
    ///   - script: the text of the step.
    ///   - environment: what the message and the agent set.
    ///   - credentials: what the agent shares with its scripts.
    /// - Returns: the exit code.
    func run(_ script: String, _ environment: [String: String], by credentials: AWSCredentials) async throws -> Int32
    func reboot() async throws
}
