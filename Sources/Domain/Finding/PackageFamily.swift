/// The name that a package keeps from version to version.
///
/// Debian and Ubuntu write a kernel's version into its name, so that several can be installed side by side and an advisory names another package than the
/// one that is installed: `linux-image-5.15.0-131-generic` is `linux-image-5.15-generic` here. Kernels of other series are other packages.
func packageFamily(_ name: String) -> String {
    guard name.hasPrefix("linux-") else { return name }
    var parts: [Substring] = []
    var isAfterVersion = false
    for part in name.split(separator: "-", omittingEmptySubsequences: false) {
        // The number of the kernel's interface follows its version.
        if isAfterVersion, !part.isEmpty, part.allSatisfy(\.isNumber) {
            isAfterVersion = false
            continue
        }
        isAfterVersion = part.first?.isNumber == true && part.contains(".")
        parts.append(isAfterVersion ? series(part) : part)
    }
    return parts.joined(separator: "-")
}

/// The first two numbers of a version such as `6.12.41+deb13`.
private func series(_ version: Substring) -> Substring {
    guard let first = version.firstIndex(of: ".") else { return version }
    let second = version[version.index(after: first)...].prefix(while: \.isNumber)
    return version[..<second.endIndex]
}
