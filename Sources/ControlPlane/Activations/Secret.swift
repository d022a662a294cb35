import ReadModels

/// Random values from the system's generator.
enum Secret {
    /// Crockford's base 32: no letter that is taken for a digit.
    private static let digits = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")

    /// 160 bits as 32 digits: too many to guess, so that a plain hash of it may be kept.
    static func code() -> String {
        var generator = SystemRandomNumberGenerator()
        return String((0..<32).map { _ in digits[Int.random(in: 0..<32, using: &generator)] })
    }

    /// 64 bits, lower-case hexadecimal: unique, not secret.
    static func identifier() -> String {
        Hexadecimal.text((0..<8).map { _ in UInt8.random(in: .min ... .max) })
    }
}
