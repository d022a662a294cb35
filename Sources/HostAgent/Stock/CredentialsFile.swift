import AWSSignature

/// The format of AWS's file of shared credentials: sections in brackets, with lines of names and values.
enum CredentialsFile {
    /// Where a stock agent puts what is for the programs that it runs.
    static let profile = "default"

    /// The temporary credentials of the profile; nil when one of their three parts is missing.
    static func credentials(in text: String) -> AWSCredentials? {
        var values: [String: String] = [:]
        var isIn = false
        for line in text.split(whereSeparator: \.isNewline) {
            let line = trimmed(line)
            if line.hasPrefix("[") {
                isIn = line.hasSuffix("]") && trimmed(line.dropFirst().dropLast()) == profile
            } else if isIn, let equals = line.firstIndex(of: "="), !line.hasPrefix("#"), !line.hasPrefix(";") {
                values[trimmed(line[..<equals]).lowercased()] = String(trimmed(line[line.index(after: equals)...]))
            }
        }
        guard let id = values["aws_access_key_id"], let secret = values["aws_secret_access_key"],
            let token = values["aws_session_token"], ![id, secret, token].contains("")
        else { return nil }
        return AWSCredentials(accessKeyID: id, secretAccessKey: secret, sessionToken: token)
    }

    private static func trimmed(_ text: Substring) -> Substring {
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        var text = text.drop(while: isBlank)
        while let last = text.last, isBlank(last) { text.removeLast() }
        return text
    }
}
