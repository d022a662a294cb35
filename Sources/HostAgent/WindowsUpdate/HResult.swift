package import AgentProtocol

/// A result code of Windows; negative ones as a signed number are failures.
package struct HResult: Hashable, Sendable, Codable, CustomStringConvertible {
    package let code: UInt32

    package init(_ code: UInt32) { self.code = code }

    /// nil unless the text is `0x` and eight hexadecimal digits.
    package init?(_ text: String) {
        guard text.utf8.count == 10, text.hasPrefix("0x"), text.dropFirst(2).allSatisfy(\.isHexDigit),
            let code = UInt32(text.dropFirst(2), radix: 16)
        else { return nil }
        self.code = code
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let result = Self(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "\(text) is no HRESULT")
        }
        self = result
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    package var isFailure: Bool { code >= 0x8000_0000 }

    package var description: String {
        let digits = String(code, radix: 16, uppercase: true)
        return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
    }
}

extension HResult {
    /// A code with its class and what an operator does about it.
    private struct Meaning {
        var kind: FailureKind
        var name: String
        var advice: String?
    }

    /// The update is not offered any more, or is nothing for this host.
    package static let unknownID = HResult(0x8024_0003)
    /// The search was asked in a moment in which Windows Update cannot answer: seen while a host comes up after a reboot.
    package static let invalidCriteria = HResult(0x8024_0032)

    /// The class of the failure.
    package var kind: FailureKind { Self.meanings[code]?.kind ?? Self.kind(ofFacility: code) }

    /// The code with its name and advice, where they are known: `0x80070070 (ERROR_DISK_FULL): free some space`.
    package var text: String {
        guard let meaning = Self.meanings[code] else { return description }
        return "\(self) (\(meaning.name))" + (meaning.advice.map { ": \($0)" } ?? "")
    }

    /// Names of the Windows Update agent: learn.microsoft.com/windows/deployment/update/windows-update-error-reference and
    /// learn.microsoft.com/windows/win32/wua_sdk/wua-success-and-error-codes-; of Win32 (0x8007….): learn.microsoft.com/windows/win32/
    /// debug/system-error-codes and learn.microsoft.com/windows/win32/wininet/wininet-errors; of servicing (0x800F….):
    /// learn.microsoft.com/troubleshoot/windows-server/installing-updates-features-roles/troubleshoot-windows-update-error-codes.
    private static let meanings: [UInt32: Meaning] = [
        0x8024_0003: Meaning(kind: .vanishedVersion, name: "WU_E_UNKNOWN_ID"),
        0x8024_0009: Meaning(kind: .lock, name: "WU_E_OPERATIONINPROGRESS"),
        0x8024_000B: Meaning(kind: .interrupted, name: "WU_E_CALL_CANCELLED"),
        0x8024_0016: Meaning(
            kind: .lock,
            name: "WU_E_INSTALL_NOT_ALLOWED",
            advice: "another installation is at work, or Windows wants a reboot first"
        ),
        0x8024_0017: Meaning(kind: .vanishedVersion, name: "WU_E_NOT_APPLICABLE"),
        0x8024_001E: Meaning(kind: .interrupted, name: "WU_E_SERVICE_STOP"),
        0x8024_0020: Meaning(kind: .conflict, name: "WU_E_NO_INTERACTIVE_USER"),
        0x8024_0022: Meaning(
            kind: .script,
            name: "WU_E_ALL_UPDATES_FAILED",
            advice: "each update has its own result in the history of Windows Update"
        ),
        0x8024_0023: Meaning(kind: .conflict, name: "WU_E_EULAS_DECLINED"),
        0x8024_0024: Meaning(kind: .vanishedVersion, name: "WU_E_NO_UPDATE"),
        0x8024_0032: Meaning(kind: .repository, name: "WU_E_INVALID_CRITERIA"),
        0x8024_0034: Meaning(kind: .repository, name: "WU_E_DOWNLOAD_FAILED"),
        0x8024_0438: Meaning(kind: .network, name: "WU_E_PT_ENDPOINT_UNREACHABLE"),
        0x8024_0FFF: Meaning(kind: .unknown, name: "WU_E_UNEXPECTED", advice: "WindowsUpdate.log and CBS.log say more"),
        0x8024_2014: Meaning(kind: .conflict, name: "WU_E_UH_POSTREBOOTSTILLPENDING", advice: "reboot the host first"),
        0x8024_401C: Meaning(kind: .network, name: "WU_E_PT_HTTP_STATUS_REQUEST_TIMEOUT"),
        0x8024_4022: Meaning(kind: .network, name: "WU_E_PT_HTTP_STATUS_SERVICE_UNAVAIL"),
        0x8024_402C: Meaning(
            kind: .network,
            name: "WU_E_PT_WINHTTP_NAME_NOT_RESOLVED",
            advice: "look at the name of the update server or of its proxy"
        ),
        0x8024_500C: Meaning(kind: .repository, name: "WU_E_REDIRECTOR_CONNECT_POLICY"),
        0x8024_6002: Meaning(kind: .signature, name: "WU_E_DM_INCORRECTFILEHASH"),
        0x8007_000D: Meaning(kind: .repository, name: "ERROR_INVALID_DATA"),
        0x8007_0020: Meaning(kind: .lock, name: "ERROR_SHARING_VIOLATION"),
        0x8007_0070: Meaning(kind: .disk, name: "ERROR_DISK_FULL", advice: "free some space"),
        0x8007_0422: Meaning(kind: .repository, name: "ERROR_SERVICE_DISABLED", advice: "enable the service wuauserv"),
        0x8007_045B: Meaning(kind: .interrupted, name: "ERROR_SHUTDOWN_IN_PROGRESS"),
        0x8007_0643: Meaning(kind: .script, name: "ERROR_INSTALL_FAILURE"),
        0x8007_0BC9: Meaning(kind: .conflict, name: "ERROR_FAIL_REBOOT_REQUIRED", advice: "reboot the host first"),
        0x8007_2EE2: Meaning(kind: .network, name: "ERROR_INTERNET_TIMEOUT"),
        0x8007_2EE7: Meaning(kind: .network, name: "ERROR_INTERNET_NAME_NOT_RESOLVED"),
        0x8007_2EFD: Meaning(kind: .network, name: "ERROR_INTERNET_CANNOT_CONNECT"),
        0x8007_2EFE: Meaning(kind: .network, name: "ERROR_INTERNET_CONNECTION_ABORTED"),
        0x8007_2F8F: Meaning(
            kind: .network,
            name: "ERROR_INTERNET_SECURE_FAILURE",
            advice: "look at the host's clock and certificates"
        ),
        0x8007_3712: Meaning(
            kind: .script,
            name: "ERROR_SXS_COMPONENT_STORE_CORRUPT",
            advice: "DISM /Online /Cleanup-Image /RestoreHealth repairs the component store"
        ),
        0x800B_0109: Meaning(kind: .signature, name: "CERT_E_UNTRUSTEDROOT"),
        0x800F_081F: Meaning(
            kind: .repository,
            name: "CBS_E_SOURCE_MISSING",
            advice: "DISM /Online /Cleanup-Image /RestoreHealth repairs the component store"
        ),
        0x800F_0922: Meaning(
            kind: .script,
            name: "CBS_E_INSTALLERS_FAILED",
            advice: "look for free space on the system's reserved partition, and at CBS.log"
        ),
    ]

    /// By the parts of Windows that count from these numbers on.
    private static func kind(ofFacility code: UInt32) -> FailureKind {
        switch code {
        // Update handlers: what an installer of an update met.
        case 0x8024_2000...0x8024_2FFF: .script
        // What was said with the server, the way to it, and what it sent.
        case 0x8024_4000...0x8024_5FFF: .repository
        case 0x8024_6000...0x8024_6FFF: .repository
        case 0x8007_2EE0...0x8007_2FFF: .network
        // Certificates and signatures.
        case 0x800B_0000...0x800B_FFFF: .signature
        // The servicing stack.
        case 0x800F_0000...0x800F_0FFF: .script
        default: .unknown
        }
    }
}
