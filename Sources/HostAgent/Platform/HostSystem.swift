/// The operating system that the agent was built for.
enum HostSystem {
    #if os(Windows)
    static let isWindows = true
    #else
    static let isWindows = false
    #endif
}
