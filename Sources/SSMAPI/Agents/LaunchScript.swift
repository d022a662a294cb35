import WindowsScripts

/// The script that a stock agent runs for each order: it fetches our program once, and becomes it.
///
/// It is the same for all orders; what differs comes in the environment variables that its first lines tell.
package struct LaunchScript: Sendable {
    /// What the stock agent calls the step that runs it.
    package let action: String
    package let text: String

    package static let linux = Self(
        action: "aws:runShellScript",
        text: String(decoding: PackageResources.launch_sh, as: UTF8.self)
    )
    package static let windows = Self(action: "aws:runPowerShellScript", text: WindowsScripts.launch)
}
