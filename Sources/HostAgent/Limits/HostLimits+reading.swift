import Time

/// Read strictly: a limit that is misspelt must not be none.
extension HostLimits: Decodable {
    private enum Keys: String, CodingKey, CaseIterable { case businessHours, freezes, neverReboot, heldPackages }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.strictContainer(Keys.self)
        businessHours = try container.decodeIfPresent([WeeklyHours].self, forKey: .businessHours) ?? []
        freezes = try container.decodeIfPresent([FrozenDays].self, forKey: .freezes) ?? []
        neverReboot = try container.decodeIfPresent(Bool.self, forKey: .neverReboot) ?? false
        heldPackages = Set(try container.decodeIfPresent([String].self, forKey: .heldPackages) ?? [])
    }
}

extension WeeklyHours: Decodable {
    private enum Keys: String, CodingKey, CaseIterable { case days, from, to, zone }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.strictContainer(Keys.self)
        days = Set(try container.decode([Day].self, forKey: .days))
        guard !days.isEmpty else { throw container.problem(.days, "names no day") }
        func minutes(_ key: Keys) throws -> Int {
            let text = try container.decode(String.self, forKey: key)
            guard let minutes = ClockTime.minutes(text) else {
                throw container.problem(key, "\"\(text)\" is no time of day: expected one such as 08:00")
            }
            return minutes
        }
        let (from, to) = (try minutes(.from), try minutes(.to))
        guard from < to else {
            throw container.problem(.to, "is not after \"from\"; hours across midnight are two entries")
        }
        self.minutes = from..<to
        zone = try container.decodeIfPresent(LocalTime.Zone.self, forKey: .zone) ?? .local
    }
}

extension FrozenDays: Decodable {
    private enum Keys: String, CodingKey, CaseIterable { case from, to, zone }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.strictContainer(Keys.self)
        from = try container.decode(CivilDate.self, forKey: .from)
        to = try container.decode(CivilDate.self, forKey: .to)
        guard from.daysSince1970 <= to.daysSince1970 else { throw container.problem(.to, "is before \"from\"") }
        zone = try container.decodeIfPresent(LocalTime.Zone.self, forKey: .zone) ?? .local
    }
}

private struct AnyKey: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }

    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

extension Decoder {
    /// - Throws: for a key that is none of these, too.
    fileprivate func strictContainer<Key: CodingKey & CaseIterable>(
        _ keys: Key.Type
    ) throws -> KeyedDecodingContainer<Key> {
        let known = Key.allCases.map(\.stringValue)
        let strange = try container(keyedBy: AnyKey.self).allKeys.map(\.stringValue).filter { !known.contains($0) }
        guard strange.isEmpty else {
            let text = "unknown key \"\(strange.sorted()[0])\": expected \(known.joined(separator: ", "))"
            throw DecodingError.dataCorrupted(.init(codingPath: codingPath, debugDescription: text))
        }
        return try container(keyedBy: Key.self)
    }
}

extension KeyedDecodingContainer {
    fileprivate func problem(_ key: Key, _ text: String) -> DecodingError {
        .dataCorruptedError(forKey: key, in: self, debugDescription: text)
    }
}
