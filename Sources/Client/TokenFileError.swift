/// Why an operator token could not be taken from its file.
package enum TokenFileError: Error, Equatable, CustomStringConvertible {
    case missing(path: String)
    case exposed(path: String, mode: UInt16)
    case unreadable(path: String, reason: String)

    package var description: String {
        switch self {
        case .missing(let path):
            "there is no operator token at \(path); `ringmaster serve` writes one to its data folder when it first "
                + "starts: copy it here with mode 0600, or name it with --token-file"
        case .exposed(let path, let mode):
            "the operator token at \(path) has mode 0\(String(mode, radix: 8)), so others than its owner may read it "
                + "and act as you; run `chmod 600 \(path)`, and replace the token if it may have been seen"
        case .unreadable(let path, let reason):
            "cannot read the operator token at \(path): \(reason)"
        }
    }
}
