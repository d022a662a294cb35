/// The script that a stock agent runs on Linux for each order: it fetches our agent once, and becomes it.
///
/// It is the same for all orders; what differs comes in the environment variables that its first lines tell.
package enum LaunchScript {
    package static let text = String(decoding: PackageResources.launch_sh, as: UTF8.self)
}
