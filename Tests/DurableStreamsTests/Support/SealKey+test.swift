import DurableStreams

extension SealKey {
    /// The one of all tests, so that the processes of one test have the same.
    static let test = SealKey(bytes: [UInt8](repeating: 7, count: SealKey.length)) ?? SealKey()
}
