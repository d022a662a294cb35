/// A kind of operating system that has baselines of its own: SSM's enumeration of that name.
package enum OperatingSystem: String, Codable, Sendable, CaseIterable {
    case windows = "WINDOWS"
    case amazonLinux = "AMAZON_LINUX"
    case amazonLinux2 = "AMAZON_LINUX_2"
    case amazonLinux2022 = "AMAZON_LINUX_2022"
    case amazonLinux2023 = "AMAZON_LINUX_2023"
    case ubuntu = "UBUNTU"
    case redHat = "REDHAT_ENTERPRISE_LINUX"
    case suse = "SUSE"
    case centOS = "CENTOS"
    case oracle = "ORACLE_LINUX"
    case debian = "DEBIAN"
    case macOS = "MACOS"
    case raspbian = "RASPBIAN"
    case rocky = "ROCKY_LINUX"
    case alma = "ALMA_LINUX"

    /// How patches are found and judged, which is alike within a family.
    package enum Family: Sendable {
        case windows, rpm, zypper, apt, macOS
    }

    package var family: Family {
        switch self {
        case .windows: .windows
        case .ubuntu, .debian, .raspbian: .apt
        case .suse: .zypper
        case .macOS: .macOS
        case .amazonLinux, .amazonLinux2, .amazonLinux2022, .amazonLinux2023, .redHat, .centOS, .oracle, .rocky, .alma:
            .rpm
        }
    }

    /// What a host says of itself.
    ///
    /// - Parameters:
    ///   - platform: `ID` of os-release(5), `windows` or `macos`.
    ///   - version: `VERSION_ID`.
    package init?(platform: String, version: String) {
        switch platform.lowercased() {
        case "windows": self = .windows
        case "amzn":
            switch version {
            case "2023": self = .amazonLinux2023
            case "2022": self = .amazonLinux2022
            case "2": self = .amazonLinux2
            default: self = .amazonLinux
            }
        case "ubuntu": self = .ubuntu
        case "debian": self = .debian
        case "raspbian": self = .raspbian
        case "rhel": self = .redHat
        case "centos": self = .centOS
        case "ol": self = .oracle
        case "rocky": self = .rocky
        case "almalinux": self = .alma
        case "sles", "sled": self = .suse
        case "macos": self = .macOS
        default: return nil
        }
    }
}

extension OperatingSystem {
    /// The host's product in the words of PRODUCT filters such as `Ubuntu22.04` (ssm-semantics §1.3).
    ///
    /// - Parameter version: `VERSION_ID`; of Windows what follows the product's name such as `Server2022`.
    package func product(version: String) -> String {
        let name =
            switch self {
            case .windows: "Windows"
            case .amazonLinux, .amazonLinux2, .amazonLinux2022, .amazonLinux2023: "AmazonLinux"
            case .ubuntu: "Ubuntu"
            case .redHat: "RedhatEnterpriseLinux"
            case .suse: "Suse"
            case .centOS: "CentOS"
            case .oracle: "OracleLinux"
            case .debian: "Debian"
            case .macOS: "MacOS"
            case .raspbian: "Raspbian"
            case .rocky: "RockyLinux"
            case .alma: "AlmaLinux"
            }
        return name + version
    }
}
