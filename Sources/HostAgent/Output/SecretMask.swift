/// Hides what opens doors in the output of tools before it leaves the host.
///
/// Hidden are the user part of URLs, `Authorization` headers and bearer tokens, the values of what is named like a password, a
/// secret, a token or a key, and passwords as apt's `auth.conf` has them. What only looks like one is hidden, too.
package enum SecretMask {
    private static let mask = Array("***".utf8)

    /// Names whose value is hidden behind `=` or `:`, in lower case; a longer name may end in them.
    private static let names = [
        "password", "passwd", "passphrase", "secret", "token", "api_key", "api-key", "apikey", "access_key",
        "access-key", "private_key", "x-amz-signature", "x-amz-credential",
    ].map { Array($0.utf8) }
    private static let header = Array("authorization".utf8)
    private static let bearer = Array("bearer ".utf8)
    private static let scheme = Array("://".utf8)
    /// The first letters of all of them: most bytes of a log are passed over.
    private static let beginnings: [Bool] = {
        var flags = [Bool](repeating: false, count: 256)
        for word in names + [header, bearer, scheme] { flags[Int(word[0])] = true }
        return flags
    }()

    package static func masked(_ text: String) -> String {
        String(decoding: masked(Array(text.utf8)), as: UTF8.self)
    }

    /// - Parameter text: of any size; line by line.
    package static func masked(_ text: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        for line in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            if line.startIndex > 0 { result.append(UInt8(ascii: "\n")) }
            append(line, to: &result)
        }
        return result
    }

    // MARK: - Lines

    private static func append(_ line: ArraySlice<UInt8>, to result: inout [UInt8]) {
        let isNetrc = contains("machine ", line) || contains("login ", line)
        var rest = line
        while let byte = rest.first {
            guard beginnings[Int(lowered(byte))], let (kept, hidden) = secret(in: rest, isNetrc) else {
                result.append(byte)
                rest = rest.dropFirst()
                continue
            }
            result += rest.prefix(kept) + mask
            rest = rest.dropFirst(kept + hidden)
        }
    }

    /// How many bytes stand before a secret that begins here by its name, and how many it has; nil when none does.
    private static func secret(in text: ArraySlice<UInt8>, _ isNetrc: Bool) -> (kept: Int, hidden: Int)? {
        if begins(text, with: scheme) { return userPart(of: text) }
        if begins(text, with: header) {
            let colon = text.dropFirst(header.count).prefix(3)
            guard let mark = colon.firstIndex(where: isAssignment) else { return nil }
            return (mark + 1 - text.startIndex, text.endIndex - mark - 1)
        }
        if begins(text, with: bearer) {
            return value(in: text, after: bearer.count)
        }
        guard let name = names.first(where: { begins(text, with: $0) }) else { return nil }
        var kept = name.count
        if isNetrc, text.dropFirst(kept).first == UInt8(ascii: " ") { return value(in: text, after: kept) }
        if let quote = text.dropFirst(kept).first, isQuote(quote) { kept += 1 }
        kept += text.dropFirst(kept).prefix { $0 == UInt8(ascii: " ") }.count
        guard let mark = text.dropFirst(kept).first, isAssignment(mark) else { return nil }
        return value(in: text, after: kept + 1)
    }

    /// The user and password of a URL: all up to the last `@` before its path.
    private static func userPart(of text: ArraySlice<UInt8>) -> (kept: Int, hidden: Int)? {
        let authority = text.dropFirst(scheme.count).prefix {
            !isQuote($0) && $0 > UInt8(ascii: " ") && $0 != UInt8(ascii: "/")
        }
        guard let at = authority.lastIndex(of: UInt8(ascii: "@")), at > authority.startIndex else { return nil }
        return (scheme.count, at - authority.startIndex)
    }

    private static func value(in text: ArraySlice<UInt8>, after name: Int) -> (kept: Int, hidden: Int)? {
        let lead = text.dropFirst(name).prefix { $0 == UInt8(ascii: " ") || isQuote($0) }
        let value = text.dropFirst(name + lead.count).prefix {
            !isQuote($0) && $0 > UInt8(ascii: " ") && $0 != UInt8(ascii: "&") && $0 != UInt8(ascii: ",")
        }
        return value.isEmpty ? nil : (name + lead.count, value.count)
    }

    // MARK: - Bytes

    private static func isAssignment(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "=") || byte == UInt8(ascii: ":") }

    private static func isQuote(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") }

    private static func lowered(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte + 32 : byte
    }

    private static func begins(_ text: ArraySlice<UInt8>, with word: [UInt8]) -> Bool {
        text.count >= word.count && zip(text, word).allSatisfy { lowered($0) == $1 }
    }

    private static func contains(_ word: StaticString, _ line: ArraySlice<UInt8>) -> Bool {
        let word = Array(word.description.utf8)
        return line.indices.contains { line[$0] == word[0] && begins(line[$0...], with: word) }
    }
}
